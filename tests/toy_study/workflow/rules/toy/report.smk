rule toy_report:
    input:
        looks=PAGE_FILES,
        curves=TOY.trained("curve.parquet"),
    output:
        page="results/toy/report/index.html",
        front="results/toy/report/front.json",
    log:
        "results/toy/logs/report.log",
    localrule: True
    conda:
        "../../../envs/graincast.yaml"
    resources:
        attempt=attempt_number,
    params:
        code=code_of("toy_report.py"),
        folder=subpath(output.page, parent=True),
    shell:
        f"{KEEP_LOG}"
        "python workflow/toy_report.py --curves {input.curves} --output {params.folder} > {log} 2>&1"
