rule growth_speed:
    input:
        trained_on="config/growth/datasets/{dataset}.yaml",
        case=GROWTH.timed_case,
        windows=GROWTH.timed_windows,
        weights=GROWTH.timed("results/growth/training/{model}/{dataset}/{seed}/weights.safetensors"),
        scores=GROWTH.timed("results/growth/scores/{model}/{dataset}/{seed}/{case}.parquet"),
    output:
        table="results/growth/speed/{dataset}.parquet",
        machine="results/growth/speed/{dataset}.json",
    log:
        "results/growth/logs/speed/{dataset}.log",
    conda:
        "../../../envs/graincast.yaml"
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
        attempt=attempt_number,
    params:
        code=GROWTH.code_of_timed("growth_speed.py"),
        models=GROWTH.timed_models,
        data_costs=GROWTH.data_costs,
    shell:
        f"{KEEP_LOG}"
        "python workflow/growth_speed.py --trained-on {input.trained_on} --data-costs {params.data_costs}"
        " --case {input.case} --windows {input.windows} {params.models}"
        " --table {output.table} --machine {output.machine} > {log} 2>&1"
