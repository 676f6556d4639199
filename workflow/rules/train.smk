rule train:
    input:
        model_code_of("train.py", sources.LIBRARY / "growth" / "learner.py"),
        model="config/models/{model}.yaml",
        train="results/windows/{dataset}/train.npz",
        validation="results/windows/{dataset}/validation.npz",
    output:
        weights="results/training/{model}/{dataset}/{seed}/weights.safetensors",
        curve="results/training/{model}/{dataset}/{seed}/curve.parquet",
    log:
        "results/logs/train/{model}/{dataset}/{seed}.log",
    benchmark:
        "results/benchmarks/train/{model}/{dataset}/{seed}.tsv"
    # the longest jobs go first, or the last of them is waited for on an idle machine
    priority: 1
    conda:
        "../../envs/graincast.yaml"
    threads: EXPERIMENT.threads
    # processes (on each node) and nodes are the site's choice, made in its profile: results are the same to rounding
    resources:
        gpu=1,
        nodes=1,
        processes=1,
        mem_mb=growing(8000),
        runtime=growing(240),
        attempt=attempt_number,
    params:
        threads=EXPERIMENT.threads,
    shell:
        f"{KEEP_LOG}"
        "bash workflow/launch.sh {resources.processes} {resources.nodes} workflow/train.py"
        " --study growth --model {input.model} --train {input.train} --validation {input.validation}"
        " --dataset {wildcards.dataset} --seed {wildcards.seed} --threads {params.threads}"
        " --weights {output.weights} --curve {output.curve} --resume results/resume"
        " --tensorboard results/tensorboard/{wildcards.model}/{wildcards.dataset}/{wildcards.seed} > {log} 2>&1"
