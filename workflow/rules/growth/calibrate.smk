rule growth_calibrate:
    input:
        weights="results/growth/training/{model}/{dataset}/{seed}/weights.safetensors",
        train="results/growth/data/{dataset}/train.npz",
        validation="results/growth/data/{dataset}/validation.npz",
        growth="results/growth/data/{dataset}/growth.npz",
    output:
        "results/growth/forecasters/{model}/{dataset}/{seed}.safetensors",
    log:
        "results/growth/logs/calibrate/{model}/{dataset}/{seed}.log",
    conda:
        "../../../envs/graincast.yaml"
    threads: GROWTH.threads
    resources:
        mem_mb=growing(4000),
        runtime=growing(30),
        attempt=attempt_number,
    params:
        code=GROWTH.code_of_model("growth_calibrate.py"),
        threads=GROWTH.threads,
    shell:
        f"{KEEP_LOG}"
        "python workflow/growth_calibrate.py --weights {input.weights} --train {input.train}"
        " --validation {input.validation} --growth {input.growth} --threads {params.threads}"
        " --output {output} > {log} 2>&1"
