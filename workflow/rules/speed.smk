rule speed:
    input:
        timed_code,
        trained_on="config/datasets/{dataset}.yaml",
        case=lambda wildcards: f"config/datasets/{home_case(wildcards.dataset)}.yaml",
        windows=lambda wildcards: f"results/windows/{home_case(wildcards.dataset)}/test.npz",
        weights=lambda wildcards: first_trainings(
            "results/training/{model}/{dataset}/{seed}/weights.safetensors", wildcards.dataset
        ),
        scores=lambda wildcards: first_trainings(
            "results/scores/{model}/{dataset}/{seed}/{case}.parquet", wildcards.dataset
        ),
    output:
        table="results/speed/{dataset}.parquet",
        machine="results/speed/{dataset}.json",
    log:
        "results/logs/speed/{dataset}.log",
    conda:
        "../../envs/graincast.yaml"
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
        attempt=attempt_number,
    params:
        models=timed_models,
        data_costs=data_costs,
    shell:
        f"{KEEP_LOG}"
        "python workflow/speed.py --trained-on {input.trained_on} --data-costs {params.data_costs}"
        " --case {input.case} --windows {input.windows} {params.models}"
        " --table {output.table} --machine {output.machine} > {log} 2>&1"
