rule growth_turn:
    input:
        GROWTH.cases.turned_from,
    output:
        "results/growth/datasets/{dataset}.yaml",
    log:
        "results/growth/logs/turn/{dataset}.log",
    localrule: True
    conda:
        "../../../envs/graincast.yaml"
    resources:
        attempt=attempt_number,
    params:
        code=code_of("growth_turn.py"),
        turned=GROWTH.cases.turned_to,
    shell:
        f"{KEEP_LOG}" "python workflow/growth_turn.py --dataset {input} {params.turned} --output {output} > {log} 2>&1"
