rule segmentation_report:
    input:
        looks=PAGE_FILES,
        dataset=SEGMENTATION.dataset_file,
        scores=SEGMENTATION.ways("results/segmentation/scores/{way}/{model}/{seed}.parquet"),
        examples=SEGMENTATION.ways("results/segmentation/examples/{way}/{model}/{seed}.npz"),
        reliability=SEGMENTATION.segmenters("results/segmentation/reliability/{model}/{seed}.parquet"),
        curves=SEGMENTATION.trainings("results/segmentation/training/{model}/{dataset}/{seed}/curve.parquet"),
        # licences and credits
        tables=[SEGMENTATION.table, SEGMENTATION.traced_table],
    output:
        page=report(
            "results/segmentation/report/index.html",
            caption="../../captions/segmentation/page.rst",
            category="Segmentation",
            subcategory="The page",
            labels={"what": "the whole report"},
        ),
        front="results/segmentation/report/front.json",
        provenance=report(
            "results/segmentation/report/provenance.json",
            caption="../../captions/provenance.rst",
            category="Segmentation",
            subcategory="Provenance",
            labels={"what": "commit, versions, inputs"},
        ),
        figures=report(
            directory("results/segmentation/report/figures"),
            patterns=["{figure}.png"],
            caption="../../captions/figures.rst",
            category="Segmentation",
            subcategory="Figures",
            labels={"figure": "{figure}"},
        ),
        tables=report(
            directory("results/segmentation/report/tables"),
            patterns=["{table}.csv"],
            caption="../../captions/tables.rst",
            category="Segmentation",
            subcategory="Tables",
            labels={"table": "{table}"},
        ),
    log:
        "results/segmentation/logs/report.log",
    localrule: True
    conda:
        "../../../envs/graincast.yaml"
    resources:
        attempt=attempt_number,
    params:
        code=code_of("segmentation_report.py"),
        configuration=in_one_line(SEGMENTATION.configuration, configuration_files()),
        folder=subpath(output.page, parent=True),
    shell:
        f"{KEEP_LOG}"
        "python workflow/segmentation_report.py --configuration {params.configuration:q} --dataset {input.dataset}"
        " --scores {input.scores} --examples {input.examples} --reliability {input.reliability} --curves {input.curves}"
        " --output {params.folder} > {log} 2>&1"
