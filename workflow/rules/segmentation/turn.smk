rule segmentation_turn:
    input:
        dataset=SEGMENTATION.dataset_file,
    output:
        "results/segmentation/cases/{dial}.npz",
    log:
        "results/segmentation/logs/turn/{dial}.log",
    wildcard_constraints:
        dial="|".join([dial.case for dial in SEGMENTATION.experiment.dials] or ["(?!)"]),
    conda:
        "../../../envs/graincast.yaml"
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
        attempt=attempt_number,
    params:
        code=code_of("segmentation_turn.py"),
        dial=lambda wildcards: SEGMENTATION.dial(wildcards.dial),
        pictures=SEGMENTATION.experiment.dialled,
    shell:
        f"{KEEP_LOG}"
        "python workflow/segmentation_turn.py --dataset {input.dataset} --key {params.dial.key}"
        " --values {params.dial.values} --pictures {params.pictures} --output {output} > {log} 2>&1"
