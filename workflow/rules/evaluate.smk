rule evaluate:
    input:
        model_code_of("evaluate.py"),
        weights="results/training/{model}/{dataset}/{seed}/weights.safetensors",
        windows="results/windows/{case}/test.npz",
    output:
        scores="results/scores/{model}/{dataset}/{seed}/{case}.parquet",
        examples="results/scores/{model}/{dataset}/{seed}/{case}.npz",
    log:
        "results/logs/evaluate/{model}/{dataset}/{seed}/{case}.log",
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
        "python workflow/evaluate.py --weights {input.weights} --name {wildcards.model}"
        " --windows {input.windows} --case {wildcards.case} --threads {params.threads}"
        " --scores {output.scores} --examples {output.examples} > {log} 2>&1"
