rule growth_simulate:
    input:
        GROWTH.cases.start_files,
        dataset=GROWTH.cases.dataset_of,
    output:
        "results/growth/trajectories/{dataset}/{shard}.npz",
    log:
        "results/growth/logs/simulate/{dataset}/{shard}.log",
    benchmark:
        "results/growth/benchmarks/simulate/{dataset}/{shard}.tsv"
    conda:
        "../../../envs/graincast.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(30),
        attempt=attempt_number,
    params:
        code=GROWTH.code_of_dataset("growth_simulate.py"),
    shell:
        f"{KEEP_LOG}"
        "python workflow/growth_simulate.py"
        " --dataset {input.dataset} --shard {wildcards.shard} --output {output} > {log} 2>&1"
