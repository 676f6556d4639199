rule front_page:
    input:
        looks=PAGE_FILES,
        fronts=expand("results/{study}/report/front.json", study=STUDIES),
    output:
        "results/index.html",
    log:
        "results/logs/front_page.log",
    localrule: True
    conda:
        "../../envs/graincast.yaml"
    resources:
        attempt=attempt_number,
    params:
        code=code_of("front_page.py"),
    shell:
        f"{KEEP_LOG}" "python workflow/front_page.py --fronts {input.fronts} --page {output} > {log} 2>&1"
