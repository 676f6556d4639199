rule generation_score:
    input:
        made="results/generation/drawn/{source}/{model}/{seed}.npz",
        truth=GENERATION.truth_of,
        learned=GENERATION.learned_from_fields,
    output:
        "results/generation/scores/{source}/{model}/{seed}.parquet",
    log:
        "results/generation/logs/score/{source}/{model}/{seed}.log",
    conda:
        "../../../envs/graincast.yaml"
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
        attempt=attempt_number,
    params:
        code=code_of("generation_score.py"),
        dataset=GENERATION.experiment.dataset,
        learned=lambda wildcards, input: f"--learned {input.learned}" if input.learned else "",
    shell:
        f"{KEEP_LOG}"
        "python workflow/generation_score.py --made {input.made} --truth {input.truth} --source {wildcards.source}"
        " {params.learned} --model {wildcards.model} --dataset {params.dataset} --seed {wildcards.seed}"
        " --scores {output} > {log} 2>&1"
