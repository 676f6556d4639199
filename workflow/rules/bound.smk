rule bound:
    input:
        bound_inputs,
        dataset="config/datasets/{case}.yaml",
        admitted=lambda wildcards: ancient(admitted([wildcards.case])),
        trajectories=shards_of_case,
        growth="results/windows/{dataset}/growth.npz",
    output:
        "results/bounds/{dataset}/{case}.parquet",
    log:
        "results/logs/bound/{dataset}/{case}.log",
    conda:
        "../../envs/graincast.yaml"
    resources:
        mem_mb=growing(4000),
        runtime=growing(30),
        attempt=attempt_number,
    shell:
        f"{KEEP_LOG}"
        "python workflow/bound.py --dataset {input.dataset} --trajectories {input.trajectories}"
        " --trained-on {wildcards.dataset} --growth {input.growth} --scores {output} > {log} 2>&1"
