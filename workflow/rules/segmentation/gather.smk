rule segmentation_gather:
    input:
        SEGMENTATION.maps(),
    output:
        "results/segmentation/cases/measured.npz",
    log:
        "results/segmentation/logs/gather.log",
    localrule: True
    conda:
        "../../../envs/graincast.yaml"
    resources:
        attempt=attempt_number,
    params:
        code=code_of("segmentation_gather.py"),
        measured=SEGMENTATION.experiment.measured,
    shell:
        f"{KEEP_LOG}"
        "python workflow/segmentation_gather.py --maps {input} --enlarged {params.measured.enlarged}"
        " --sizes {params.measured.sizes} --output {output} > {log} 2>&1"
