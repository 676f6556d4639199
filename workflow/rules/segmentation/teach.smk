rule segmentation_teach:
    input:
        pictures=SEGMENTATION.taught("pictures"),
        masks=SEGMENTATION.taught("masks"),
        drawn=SEGMENTATION.beside_traced,
    output:
        "results/segmentation/data/traced/{split}.npz",
    log:
        "results/segmentation/logs/teach/{split}.log",
    wildcard_constraints:
        split="train|validation",
    localrule: True
    conda:
        "../../../envs/graincast.yaml"
    resources:
        attempt=attempt_number,
    params:
        code=code_of("segmentation_trace.py"),
    shell:
        f"{KEEP_LOG}"
        "python workflow/segmentation_trace.py --pictures {input.pictures} --masks {input.masks}"
        " --drawn {input.drawn}"
        " --output {output} > {log} 2>&1"
