rule segmentation_draw:
    input:
        dataset="config/segmentation/datasets/{dataset}.yaml",
    output:
        train="results/segmentation/data/{dataset}/train.npz",
        validation="results/segmentation/data/{dataset}/validation.npz",
        test="results/segmentation/data/{dataset}/test.npz",
    log:
        "results/segmentation/logs/draw/{dataset}.log",
    benchmark:
        "results/segmentation/benchmarks/draw/{dataset}.tsv"
    wildcard_constraints:
        dataset="|".join(SEGMENTATION.experiment.drawn),
    conda:
        "../../../envs/graincast.yaml"
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
        attempt=attempt_number,
    params:
        code=code_of("segmentation_draw.py"),
        folder=subpath(output.test, parent=True),
    shell:
        f"{KEEP_LOG}"
        "python workflow/segmentation_draw.py --dataset {input.dataset} --output {params.folder} > {log} 2>&1"
