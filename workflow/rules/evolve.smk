rule evolve:
    input:
        lambda wildcards: code_of("evolve.py", *parts_of(wildcards.dataset)),
        dataset="config/datasets/{dataset}.yaml",
        cleaned="results/measured/{dataset}/{map}.npz",
    output:
        trajectory="results/evolved/{dataset}/{map}.npz",
        verdict="results/evolved/{dataset}/{map}.csv",
    log:
        "results/logs/evolve/{dataset}/{map}.log",
    conda:
        "../../envs/graincast.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(30),
        attempt=attempt_number,
    shell:
        f"{KEEP_LOG}"
        "python workflow/evolve.py --dataset {input.dataset} --map {input.cleaned}"
        " --trajectory {output.trajectory} --verdict {output.verdict} > {log} 2>&1"
