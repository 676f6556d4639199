HALVES = GENERATION.experiment.halves


rule generation_halve:
    input:
        map=f"results/measured/{GENERATION.table.stem}/{{map}}.npz",
        weights="results/generation/training/{model}/joined/{seed}/weights.safetensors",
    output:
        scores="results/generation/halves/{model}/{seed}/{map}.parquet",
        pictures="results/generation/halves/{model}/{seed}/{map}.npz",
    log:
        "results/generation/logs/halve/{model}/{seed}/{map}.log",
    conda:
        "../../../envs/graincast.yaml"
    threads: GENERATION.threads
    resources:
        gpu=1,
        mem_mb=growing(4000),
        runtime=growing(60),
        attempt=attempt_number,
    params:
        code=GENERATION.code_of_model("generation_halve.py"),
        halves=HALVES,
        threads=GENERATION.threads,
    shell:
        f"{KEEP_LOG}"
        "python workflow/generation_halve.py --map {input.map} --weights {input.weights} --model {wildcards.model}"
        " --dataset joined --seed {wildcards.seed} --guard {params.halves.guard} --steps {params.halves.steps}"
        " --fields {params.halves.fields} --threads {params.threads}"
        " --scores {output.scores} --pictures {output.pictures} > {log} 2>&1"
