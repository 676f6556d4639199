rule growth_forecast:
    input:
        weights="results/growth/training/{model}/{dataset}/{seed}/weights.safetensors",
        validation="results/growth/data/{dataset}/validation.npz",
    output:
        "results/growth/validation_forecasts/{model}/{dataset}/{seed}.npz",
    log:
        "results/growth/logs/forecast/{model}/{dataset}/{seed}.log",
    conda:
        "../../../envs/graincast.yaml"
    threads: GROWTH.threads
    resources:
        mem_mb=growing(4000),
        runtime=growing(30),
        attempt=attempt_number,
    params:
        code=GROWTH.code_of_model("growth_forecast.py"),
        threads=GROWTH.threads,
    shell:
        f"{KEEP_LOG}"
        "python workflow/growth_forecast.py --weights {input.weights} --windows {input.validation}"
        " --threads {params.threads} --forecasts {output} > {log} 2>&1"
