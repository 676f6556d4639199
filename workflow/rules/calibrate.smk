rule calibrate:
    input:
        model_code_of("calibrate.py"),
        weights="results/training/{model}/{dataset}/{seed}/weights.safetensors",
        train="results/windows/{dataset}/train.npz",
        validation="results/windows/{dataset}/validation.npz",
        growth="results/windows/{dataset}/growth.npz",
    output:
        "results/forecasters/{model}/{dataset}/{seed}.safetensors",
    log:
        "results/logs/calibrate/{model}/{dataset}/{seed}.log",
    conda:
        "../../envs/graincast.yaml"
    threads: EXPERIMENT.threads
    resources:
        mem_mb=growing(4000),
        runtime=growing(30),
        attempt=attempt_number,
    params:
        threads=EXPERIMENT.threads,
    shell:
        f"{KEEP_LOG}"
        "python workflow/calibrate.py --weights {input.weights} --train {input.train}"
        " --validation {input.validation} --growth {input.growth} --threads {params.threads}"
        " --output {output} > {log} 2>&1"
