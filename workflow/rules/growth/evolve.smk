rule growth_evolve:
    input:
        dataset=GROWTH.cases.dataset_of,
        cleaned=GROWTH.cases.cleaned_map,
    output:
        trajectory="results/growth/evolved/{dataset}/{map}.npz",
        verdict="results/growth/evolved/{dataset}/{map}.csv",
    log:
        "results/growth/logs/evolve/{dataset}/{map}.log",
    conda:
        "../../../envs/graincast.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(30),
        attempt=attempt_number,
    params:
        code=GROWTH.code_of_dataset("growth_evolve.py"),
    shell:
        f"{KEEP_LOG}"
        "python workflow/growth_evolve.py --dataset {input.dataset} --map {input.cleaned}"
        " --trajectory {output.trajectory} --verdict {output.verdict} > {log} 2>&1"
