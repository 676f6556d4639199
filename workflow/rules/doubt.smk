rule doubt:
    input:
        model_code_of("doubt.py"),
        weights=weights_of_all_seeds,
        validation="results/windows/{dataset}/validation.npz",
        windows=expand("results/windows/{case}/test.npz", case=SIMULATED_CASES),
        scores=expand(
            "results/scores/{model}/{dataset}/{seed}/{case}.parquet",
            seed=EXPERIMENT.seeds[0],
            case=SIMULATED_CASES,
            allow_missing=True,
        ),
    output:
        table="results/doubt/{model}/{dataset}.parquet",
        maps="results/doubt/{model}/{dataset}.npz",
    log:
        "results/logs/doubt/{model}/{dataset}.log",
    conda:
        "../../envs/graincast.yaml"
    threads: EXPERIMENT.threads
    resources:
        mem_mb=growing(8000),
        runtime=growing(60),
        attempt=attempt_number,
    params:
        threads=EXPERIMENT.threads,
    shell:
        f"{KEEP_LOG}"
        "python workflow/doubt.py --weights {input.weights} --name {wildcards.model}"
        " --validation {input.validation} --windows {input.windows} --scores {input.scores}"
        " --threads {params.threads} --table {output.table} --maps {output.maps} > {log} 2>&1"
