rule segmentation_draw:
    input:
        dataset=SEGMENTATION.dataset_file,
    output:
        train=f"results/segmentation/data/{SEGMENTATION.experiment.dataset}/train.npz",
        validation=f"results/segmentation/data/{SEGMENTATION.experiment.dataset}/validation.npz",
        test=f"results/segmentation/data/{SEGMENTATION.experiment.dataset}/test.npz",
    log:
        "results/segmentation/logs/draw.log",
    benchmark:
        "results/segmentation/benchmarks/draw.tsv"
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
