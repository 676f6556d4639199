rule growth_reliability:
    input:
        weights=GROWTH.of_all_seeds,
        validation="results/growth/data/{dataset}/validation.npz",
        windows=expand("results/growth/data/{case}/test.npz", case=GROWTH.cases.simulated_cases),
        scores=GROWTH.of_first_seed,
    output:
        table="results/growth/reliability/{model}/{dataset}.parquet",
        maps="results/growth/reliability/{model}/{dataset}.npz",
    log:
        "results/growth/logs/reliability/{model}/{dataset}.log",
    conda:
        "../../../envs/graincast.yaml"
    threads: GROWTH.threads
    resources:
        mem_mb=growing(8000),
        runtime=growing(60),
        attempt=attempt_number,
    params:
        code=GROWTH.code_of_model("growth_reliability.py"),
        threads=GROWTH.threads,
    shell:
        f"{KEEP_LOG}"
        "python workflow/growth_reliability.py --weights {input.weights} --name {wildcards.model}"
        " --validation {input.validation} --windows {input.windows} --scores {input.scores}"
        " --threads {params.threads} --table {output.table} --maps {output.maps} > {log} 2>&1"
