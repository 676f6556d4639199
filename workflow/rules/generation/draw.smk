rule generation_draw:
    input:
        train=f"results/generation/data/{GENERATION.experiment.dataset}/train.npz",
        test=f"results/generation/data/{GENERATION.experiment.dataset}/test.npz",
        weights=GENERATION.weights_of,
        shown=GENERATION.shown_by,
    output:
        "results/generation/drawn/{source}/{model}/{seed}.npz",
    log:
        "results/generation/logs/draw/{source}/{model}/{seed}.log",
    benchmark:
        "results/generation/benchmarks/draw/{source}/{model}/{seed}.tsv"
    conda:
        "../../../envs/graincast.yaml"
    threads: GENERATION.threads
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
        attempt=attempt_number,
    params:
        code=GENERATION.code_of_source("generation_draw.py"),
        weights=lambda wildcards, input: f"--weights {input.weights}" if input.weights else "",
        shown=lambda wildcards, input: f"--shown {input.shown}" if input.shown else "",
        drawing=GENERATION.experiment.drawing,
        threads=GENERATION.threads,
    shell:
        f"{KEEP_LOG}"
        "python workflow/generation_draw.py --source {wildcards.source} --train {input.train} --test {input.test}"
        " {params.weights} {params.shown} --fields {params.drawing.fields} --patches {params.drawing.patches}"
        " --seed {wildcards.seed} --threads {params.threads} --output {output} > {log} 2>&1"
