rule validate:
    input:
        code_of("validate.py"),
    output:
        "results/validation/solvers.parquet",
    log:
        "results/logs/validate.log",
    conda:
        "../../envs/graincast.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
        attempt=attempt_number,
    params:
        asked=EXPERIMENT.validation,
    shell:
        f"{KEEP_LOG}"
        "python workflow/validate.py --grains {params.asked.grains} --structures {params.asked.structures}"
        " --reference {params.asked.reference} --cells {params.asked.cells} --table {output} > {log} 2>&1"
