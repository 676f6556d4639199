rule segmentation_trace:
    input:
        pictures=SEGMENTATION.traced("pictures"),
        masks=SEGMENTATION.traced("masks"),
    output:
        "results/segmentation/cases/traced.npz",
    log:
        "results/segmentation/logs/trace.log",
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
        " --output {output} > {log} 2>&1"
