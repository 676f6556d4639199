rule growth_bound:
    input:
        dataset=GROWTH.cases.dataset_of_case,
        trajectories=GROWTH.cases.trajectories_of_case,
        growth="results/growth/data/{dataset}/growth.npz",
    output:
        "results/growth/bounds/{dataset}/{case}.parquet",
    log:
        "results/growth/logs/bound/{dataset}/{case}.log",
    conda:
        "../../../envs/graincast.yaml"
    resources:
        mem_mb=growing(4000),
        runtime=growing(30),
        attempt=attempt_number,
    params:
        code=GROWTH.code_of_case("growth_bound.py"),
    shell:
        f"{KEEP_LOG}"
        "python workflow/growth_bound.py --dataset {input.dataset} --trajectories {input.trajectories}"
        " --trained-on {wildcards.dataset} --growth {input.growth} --scores {output} > {log} 2>&1"
