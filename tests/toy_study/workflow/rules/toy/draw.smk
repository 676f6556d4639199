rule toy_draw:
    output:
        train="results/toy/data/cloud/train.npz",
        validation="results/toy/data/cloud/validation.npz",
    log:
        "results/toy/logs/draw.log",
    conda:
        "../../../envs/graincast.yaml"
    resources:
        attempt=attempt_number,
    params:
        code=code_of("toy_draw.py"),
        points=TOY.experiment.points,
    shell:
        f"{KEEP_LOG}"
        "python workflow/toy_draw.py --points {params.points} --train {output.train}"
        " --validation {output.validation} > {log} 2>&1"
