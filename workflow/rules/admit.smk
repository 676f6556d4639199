# which measured maps can be evaluated is known only once this has run: the rules below ask `maps_of`
checkpoint admit:
    input:
        code_of("admit.py"),
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
        f"{KEEP_LOG}" "python workflow/admit.py --verdicts {input.verdicts} --record {output} > {log} 2>&1"
