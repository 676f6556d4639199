rule growth_evaluate:
    input:
        weights="results/growth/training/{model}/{dataset}/{seed}/weights.safetensors",
        windows="results/growth/data/{case}/test.npz",
    output:
        scores="results/growth/scores/{model}/{dataset}/{seed}/{case}.parquet",
        examples="results/growth/scores/{model}/{dataset}/{seed}/{case}.npz",
        forecasts="results/growth/forecasts/{model}/{dataset}/{seed}/{case}.npz",
    log:
        "results/growth/logs/evaluate/{model}/{dataset}/{seed}/{case}.log",
    conda:
        "../../../envs/graincast.yaml"
    threads: GROWTH.threads
    resources:
        mem_mb=growing(4000),
        runtime=growing(30),
        attempt=attempt_number,
    params:
        code=GROWTH.code_of_model("growth_evaluate.py"),
        threads=GROWTH.threads,
    shell:
        f"{KEEP_LOG}"
        "python workflow/growth_evaluate.py --weights {input.weights} --name {wildcards.model}"
        " --windows {input.windows} --case {wildcards.case} --threads {params.threads}"
        " --scores {output.scores} --forecasts {output.forecasts} --examples {output.examples} > {log} 2>&1"
