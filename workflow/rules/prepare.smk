rule prepare:
    input:
        code_of("prepare.py"),
        dataset="config/datasets/{dataset}.yaml",
        admitted=lambda wildcards: ancient(admitted([wildcards.dataset])),
        trajectories=shards_of,
    output:
        train="results/windows/{dataset}/train.npz",
        validation="results/windows/{dataset}/validation.npz",
        test="results/windows/{dataset}/test.npz",
        table="results/windows/{dataset}/truth.parquet",
        growth="results/windows/{dataset}/growth.npz",
    log:
        "results/logs/prepare/{dataset}.log",
    benchmark:
        "results/benchmarks/prepare/{dataset}.tsv"
    conda:
        "../../envs/graincast.yaml"
    threads: 4
    resources:
        mem_mb=growing(8000),
        runtime=growing(30),
        attempt=attempt_number,
    params:
        folder=subpath(output.test, parent=True),
    shell:
        f"{KEEP_LOG}"
        "python workflow/prepare.py --dataset {input.dataset}"
        " --trajectories {input.trajectories} --output {params.folder}"
        " --table {output.table} --growth {output.growth} --processes {threads} > {log} 2>&1"
