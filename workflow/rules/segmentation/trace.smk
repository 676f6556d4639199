rule segmentation_trace:
    input:
        pictures=SEGMENTATION.traced_by_split("pictures"),
        masks=SEGMENTATION.traced_by_split("masks"),
        drawn=SEGMENTATION.beside_traced,
    output:
        "results/segmentation/data/traced/{split}.npz",
    log:
        "results/segmentation/logs/trace/{split}.log",
    wildcard_constraints:
        split="train|validation|test",
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
        " --drawn {input.drawn} --output {output} > {log} 2>&1"
