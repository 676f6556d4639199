rule generation_report:
    input:
        looks=PAGE_FILES,
        scores=GENERATION.sources("results/generation/scores/{source}/{model}/{seed}.parquet"),
        drawn=GENERATION.sources("results/generation/drawn/{source}/{model}/{seed}.npz"),
        rebuilt=GENERATION.encoders("results/generation/rebuilt/{model}/{dataset}/{seed}.parquet"),
        rebuilt_pictures=GENERATION.encoders("results/generation/rebuilt/{model}/{dataset}/{seed}.npz"),
        meaning=GENERATION.encoders("results/generation/meaning/{model}/{dataset}/{seed}.parquet"),
        meaning_pictures=GENERATION.encoders("results/generation/meaning/{model}/{dataset}/{seed}.npz"),
        halves=GENERATION.halves("parquet"),
        half_pictures=GENERATION.halves("npz"),
        asked=GENERATION.generators("results/generation/asked/{model}/{seed}.parquet"),
        curves=GENERATION.trainings("results/generation/training/{model}/{dataset}/{seed}/curve.parquet"),
        # licences and credits
        table=GENERATION.table,
    output:
        page=report(
            "results/generation/report/index.html",
            caption="../../captions/generation/page.rst",
            category="Generation",
            subcategory="The page",
            labels={"what": "the whole report"},
        ),
        front="results/generation/report/front.json",
        provenance=report(
            "results/generation/report/provenance.json",
            caption="../../captions/provenance.rst",
            category="Generation",
            subcategory="Provenance",
            labels={"what": "commit, versions, inputs"},
        ),
        figures=report(
            directory("results/generation/report/figures"),
            patterns=["{figure}.png"],
            caption="../../captions/figures.rst",
            category="Generation",
            subcategory="Figures",
            labels={"figure": "{figure}"},
        ),
        tables=report(
            directory("results/generation/report/tables"),
            patterns=["{table}.csv"],
            caption="../../captions/tables.rst",
            category="Generation",
            subcategory="Tables",
            labels={"table": "{table}"},
        ),
    log:
        "results/generation/logs/report.log",
    localrule: True
    conda:
        "../../../envs/graincast.yaml"
    resources:
        attempt=attempt_number,
    params:
        code=code_of("generation_report.py"),
        configuration=in_one_line(GENERATION.configuration, configuration_files()),
        folder=subpath(output.page, parent=True),
    shell:
        f"{KEEP_LOG}"
        "python workflow/generation_report.py --configuration {params.configuration:q}"
        " --scores {input.scores} --drawn {input.drawn}"
        " --rebuilt {input.rebuilt} --rebuilt-pictures {input.rebuilt_pictures}"
        " --meaning {input.meaning} --meaning-pictures {input.meaning_pictures}"
        " --halves {input.halves} --half-pictures {input.half_pictures}"
        " --asked {input.asked} --curves {input.curves} --output {params.folder} > {log} 2>&1"
