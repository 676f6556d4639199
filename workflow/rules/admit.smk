# which measured maps can be evaluated is known only once this has run: the rules below ask `maps_of`
checkpoint admit:
    input:
        # whatever makes `fetch` run again must let this run too: jobs that wait for a checkpoint are looked at again once
        # that has run, and not if only the checkpoint before it did
        code_of("admit.py"),
        code_of("fetch.py"),
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
        "python workflow/admit.py --table {input.table:q} --fetched {input.fetched}"
        " --verdicts {input.verdicts} --record {output} > {log} 2>&1"
