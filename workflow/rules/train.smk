# One rule trains for all studies, so that a site's profile names its GPUs once.
rule train:
    input:
        model="config/{study}/models/{model}.yaml",
        train="results/{study}/data/{dataset}/train.npz",
        validation="results/{study}/data/{dataset}/validation.npz",
    output:
        weights="results/{study}/training/{model}/{dataset}/{seed}/weights.safetensors",
        curve="results/{study}/training/{model}/{dataset}/{seed}/curve.parquet",
    log:
        "results/{study}/logs/train/{model}/{dataset}/{seed}.log",
    benchmark:
        "results/{study}/benchmarks/train/{model}/{dataset}/{seed}.tsv"
    # the longest jobs go first, or the last of them is waited for on an idle machine
    priority: 1
    conda:
        "../../envs/graincast.yaml"
    threads: lambda wildcards: STUDIES[wildcards.study].threads
    # processes (on each node) and nodes are the site's choice, made in its profile: results are the same to rounding;
    # so is how many more processes make batches ahead for each, which changes no bit
    resources:
        gpu=1,
        nodes=1,
        processes=1,
        loaders=0,
        mem_mb=growing(8000),
        runtime=growing(240),
        attempt=attempt_number,
    params:
        code=code_of_training,
        threads=lambda wildcards: STUDIES[wildcards.study].threads,
    shell:
        f"{KEEP_LOG}"
        "bash workflow/launch.sh {resources.processes} {resources.nodes} workflow/train.py"
        " --study {wildcards.study} --model {input.model} --train {input.train} --validation {input.validation}"
        " --dataset {wildcards.dataset} --seed {wildcards.seed} --threads {params.threads}"
        " --loaders {resources.loaders}"
        " --weights {output.weights} --curve {output.curve} --resume results/resume"
        " --tensorboard results/tensorboard/{wildcards.study}/{wildcards.model}/{wildcards.dataset}/{wildcards.seed}"
        " > {log} 2>&1"
