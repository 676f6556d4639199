rule generation_grow:
    input:
        dataset=GENERATION.dataset_file,
    output:
        train="results/generation/data/{dataset}/train.npz",
        validation="results/generation/data/{dataset}/validation.npz",
        test="results/generation/data/{dataset}/test.npz",
    log:
        "results/generation/logs/grow/{dataset}.log",
    benchmark:
        "results/generation/benchmarks/grow/{dataset}.tsv"
    wildcard_constraints:
        dataset="(?!joined$)\\w+",
    conda:
        "../../../envs/graincast.yaml"
    threads: 2
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
        attempt=attempt_number,
    params:
        code=GENERATION.code_of_dataset("generation_grow.py"),
        folder=subpath(output.test, parent=True),
    shell:
        f"{KEEP_LOG}"
        "python workflow/generation_grow.py --dataset {input.dataset} --output {params.folder}"
        " --processes {threads} > {log} 2>&1"
