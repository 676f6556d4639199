rule segmentation_mislead:
    input:
        f"results/segmentation/data/{SEGMENTATION.experiment.dataset}/test.npz",
    output:
        "results/segmentation/cases/damaged.npz",
    log:
        "results/segmentation/logs/mislead.log",
    localrule: True
    conda:
        "../../../envs/graincast.yaml"
    resources:
        attempt=attempt_number,
    params:
        code=code_of("segmentation_mislead.py"),
        strengths=SEGMENTATION.experiment.damages,
        pictures=SEGMENTATION.experiment.dialled,
    shell:
        f"{KEEP_LOG}"
        "python workflow/segmentation_mislead.py --pictures {input} --strengths {params.strengths}"
        " --count {params.pictures} --output {output} > {log} 2>&1"
