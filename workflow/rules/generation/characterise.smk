rule generation_characterise:
    input:
        weights="results/generation/training/{model}/{dataset}/{seed}/weights.safetensors",
        latents="results/generation/latents/{model}/{dataset}/{seed}.npz",
        fields=GENERATION.case_files,
    output:
        scores="results/generation/rebuilt/{model}/{dataset}/{seed}.parquet",
        pictures="results/generation/rebuilt/{model}/{dataset}/{seed}.npz",
    log:
        "results/generation/logs/characterise/{model}/{dataset}/{seed}.log",
    conda:
        "../../../envs/graincast.yaml"
    threads: GENERATION.threads
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
        attempt=attempt_number,
    params:
        code=GENERATION.code_of_model("generation_characterise.py"),
        cases=GENERATION.cases,
        threads=GENERATION.threads,
    shell:
        f"{KEEP_LOG}"
        "python workflow/generation_characterise.py --weights {input.weights} --name {wildcards.model}"
        " --latents {input.latents} --cases {params.cases} --fields {input.fields} --threads {params.threads}"
        " --scores {output.scores} --pictures {output.pictures} > {log} 2>&1"
