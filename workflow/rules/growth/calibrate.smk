rule growth_calibrate:
    input:
        weights="results/growth/training/{model}/{dataset}/{seed}/weights.safetensors",
        train="results/growth/data/{dataset}/train.npz",
        validation="results/growth/data/{dataset}/validation.npz",
        forecasts="results/growth/validation_forecasts/{model}/{dataset}/{seed}.npz",
        growth="results/growth/data/{dataset}/growth.npz",
    output:
        "results/growth/forecasters/{model}/{dataset}/{seed}.safetensors",
    log:
        "results/growth/logs/calibrate/{model}/{dataset}/{seed}.log",
    conda:
        "../../../envs/graincast.yaml"
    resources:
        mem_mb=growing(4000),
        runtime=growing(30),
        attempt=attempt_number,
    params:
        code=code_of("growth_calibrate.py"),
    shell:
        f"{KEEP_LOG}"
        "python workflow/growth_calibrate.py --weights {input.weights} --train {input.train}"
        " --validation {input.validation} --forecasts {input.forecasts} --growth {input.growth}"
        " --output {output} > {log} 2>&1"
