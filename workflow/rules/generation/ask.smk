rule generation_ask:
    input:
        weights="results/generation/training/{model}/joined/{seed}/weights.safetensors",
        learned="results/generation/data/joined/train.npz",
    output:
        "results/generation/asked/{model}/{seed}.parquet",
    log:
        "results/generation/logs/ask/{model}/{seed}.log",
    conda:
        "../../../envs/graincast.yaml"
    threads: GENERATION.threads
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
        attempt=attempt_number,
    params:
        code=GENERATION.code_of_model("generation_ask.py"),
        threads=GENERATION.threads,
    shell:
        f"{KEEP_LOG}"
        "python workflow/generation_ask.py --weights {input.weights} --name {wildcards.model} --learned {input.learned}"
        " --threads {params.threads} --scores {output} > {log} 2>&1"
