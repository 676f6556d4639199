rule generation_encode:
    input:
        weights="results/generation/training/{model}/{dataset}/{seed}/weights.safetensors",
        fields=GENERATION.case_files,
    output:
        "results/generation/latents/{model}/{dataset}/{seed}.npz",
    log:
        "results/generation/logs/encode/{model}/{dataset}/{seed}.log",
    conda:
        "../../../envs/graincast.yaml"
    threads: GENERATION.threads
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
        attempt=attempt_number,
    params:
        code=GENERATION.code_of_model("generation_encode.py"),
        cases=GENERATION.cases,
        threads=GENERATION.threads,
    shell:
        f"{KEEP_LOG}"
        "python workflow/generation_encode.py --weights {input.weights} --cases {params.cases} --fields {input.fields}"
        " --threads {params.threads} --latents {output} > {log} 2>&1"
