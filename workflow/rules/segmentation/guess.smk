rule segmentation_guess:
    input:
        weights=SEGMENTATION.guessing(),
        pictures=f"results/segmentation/data/{SEGMENTATION.experiment.dataset}/{{split}}.npz",
    output:
        "results/segmentation/data/guessed/{split}.npz",
    log:
        "results/segmentation/logs/guess/{split}.log",
    wildcard_constraints:
        split="train|validation",
    conda:
        "../../../envs/graincast.yaml"
    threads: SEGMENTATION.threads
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
        attempt=attempt_number,
    params:
        code=SEGMENTATION.code_of_guess("segmentation_guess.py"),
        threads=SEGMENTATION.threads,
    shell:
        f"{KEEP_LOG}"
        "python workflow/segmentation_guess.py --weights {input.weights} --pictures {input.pictures}"
        " --threads {params.threads} --output {output} > {log} 2>&1"
