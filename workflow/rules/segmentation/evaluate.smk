rule segmentation_evaluate:
    input:
        train=f"results/segmentation/data/{SEGMENTATION.experiment.dataset}/train.npz",
        weights=SEGMENTATION.weights_of,
        pictures=SEGMENTATION.cases,
    output:
        scores="results/segmentation/scores/{way}/{model}/{seed}.parquet",
        examples="results/segmentation/examples/{way}/{model}/{seed}.npz",
    log:
        "results/segmentation/logs/evaluate/{way}/{model}/{seed}.log",
    benchmark:
        "results/segmentation/benchmarks/evaluate/{way}/{model}/{seed}.tsv"
    wildcard_constraints:
        way=r"\w+",
    conda:
        "../../../envs/graincast.yaml"
    threads: SEGMENTATION.threads
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
        attempt=attempt_number,
    params:
        code=SEGMENTATION.code_of_way("segmentation_evaluate.py"),
        kinds=SEGMENTATION.kinds_of,
        cases=SEGMENTATION.case_names,
        dataset=SEGMENTATION.experiment.dataset,
        threads=SEGMENTATION.threads,
    shell:
        f"{KEEP_LOG}"
        "python workflow/segmentation_evaluate.py --way {wildcards.way} --train {input.train} --kinds {params.kinds}"
        " --weights {input.weights} --cases {params.cases} --pictures {input.pictures} --model {wildcards.model}"
        " --dataset {params.dataset} --seed {wildcards.seed} --threads {params.threads}"
        " --scores {output.scores} --examples {output.examples} > {log} 2>&1"
