# which measured maps can be evaluated is known only once this has run: the rules below ask `maps_of`
checkpoint admit:
    input:
        code_of("admit.py"),
        # with the table, a row that changes in whatever way lets the report see it: Snakemake asks those who wait for a
        # checkpoint once that has run, and not again if only the checkpoint before it did
        table=lambda wildcards: dataset(wildcards.dataset).structure["table"],
        fetched="results/fetched/{dataset}.csv",
        verdicts=verdicts_of,
    output:
        "results/admitted/{dataset}.csv",
    log:
        "results/logs/admit/{dataset}.log",
    localrule: True
    conda:
        "../../envs/graincast.yaml"
    resources:
        attempt=attempt_number,
    shell:
        f"{KEEP_LOG}"
        "python workflow/admit.py --table {input.table} --fetched {input.fetched}"
        " --verdicts {input.verdicts} --record {output} > {log} 2>&1"
