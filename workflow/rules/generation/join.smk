rule generation_join:
    input:
        GENERATION.joined,
    output:
        "results/generation/data/joined/{split}.npz",
    log:
        "results/generation/logs/join/{split}.log",
    wildcard_constraints:
        split="train|validation",
    localrule: True
    conda:
        "../../../envs/graincast.yaml"
    resources:
        attempt=attempt_number,
    params:
        code=code_of("generation_join.py"),
    shell:
        f"{KEEP_LOG}" "python workflow/generation_join.py --fields {input} --output {output} > {log} 2>&1"
