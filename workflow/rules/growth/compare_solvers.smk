rule growth_compare_solvers:
    output:
        "results/growth/solvers.parquet",
    log:
        "results/growth/logs/compare_solvers.log",
    conda:
        "../../../envs/graincast.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
        attempt=attempt_number,
    params:
        code=code_of("growth_compare_solvers.py"),
        # numbers in a dictionary, for Snakemake does not compare parameters of a type that it does not know
        asked=vars(GROWTH.experiment.solvers),
    shell:
        f"{KEEP_LOG}"
        "python workflow/growth_compare_solvers.py --grains {params.asked[grains]}"
        " --structures {params.asked[structures]} --reference {params.asked[reference]}"
        " --cells {params.asked[cells]} --table {output} > {log} 2>&1"
