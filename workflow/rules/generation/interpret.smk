rule generation_interpret:
    input:
        "results/generation/latents/{model}/{dataset}/{seed}.npz",
    output:
        scores="results/generation/meaning/{model}/{dataset}/{seed}.parquet",
        pictures="results/generation/meaning/{model}/{dataset}/{seed}.npz",
    log:
        "results/generation/logs/interpret/{model}/{dataset}/{seed}.log",
    conda:
        "../../../envs/graincast.yaml"
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
        attempt=attempt_number,
    params:
        code=code_of("generation_interpret.py"),
    shell:
        f"{KEEP_LOG}"
        "python workflow/generation_interpret.py --latents {input} --name {wildcards.model}"
        " --scores {output.scores} --pictures {output.pictures} > {log} 2>&1"
