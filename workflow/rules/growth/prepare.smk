rule growth_prepare:
    input:
        dataset=GROWTH.cases.dataset_of,
        trajectories=GROWTH.cases.trajectories_of,
    output:
        train="results/growth/data/{dataset}/train.npz",
        validation="results/growth/data/{dataset}/validation.npz",
        test="results/growth/data/{dataset}/test.npz",
        table="results/growth/data/{dataset}/truth.parquet",
        growth="results/growth/data/{dataset}/growth.npz",
    log:
        "results/growth/logs/prepare/{dataset}.log",
    benchmark:
        "results/growth/benchmarks/prepare/{dataset}.tsv"
    conda:
        "../../../envs/graincast.yaml"
    threads: 4
    resources:
        mem_mb=growing(8000),
        runtime=growing(30),
        attempt=attempt_number,
    params:
        code=code_of("growth_prepare.py"),
        folder=subpath(output.test, parent=True),
    shell:
        f"{KEEP_LOG}"
        "python workflow/growth_prepare.py --dataset {input.dataset}"
        " --trajectories {input.trajectories} --output {params.folder}"
        " --table {output.table} --growth {output.growth} --processes {threads} > {log} 2>&1"
