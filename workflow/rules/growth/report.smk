MAIN = GROWTH.experiment.main_datasets


rule growth_report:
    input:
        looks=PAGE_FILES,
        scores=GROWTH.evaluated("results/growth/scores/{model}/{dataset}/{seed}/{case}.parquet"),
        dial_scores=GROWTH.dialled("results/growth/scores/{model}/{dataset}/{seed}/{case}.parquet"),
        examples=GROWTH.evaluated("results/growth/scores/{model}/{dataset}/{seed}/{case}.npz"),
        bounds=GROWTH.bounded(),
        curves=GROWTH.trained("results/growth/training/{model}/{dataset}/{seed}/curve.parquet"),
        speeds=expand("results/growth/speed/{dataset}.parquet", dataset=GROWTH.experiment.datasets),
        machines=expand("results/growth/speed/{dataset}.json", dataset=GROWTH.experiment.datasets),
        sheets=expand("results/growth/data/{dataset}/truth.parquet", dataset=MAIN),
        growths=expand("results/growth/data/{dataset}/growth.npz", dataset=MAIN),
        verdicts=GROWTH.cases.verdicts(),
        maps=GROWTH.cases.cleaned_maps(),
        # licences, credits and mobilities
        tables=list(GROWTH.map_tables().values()),
        solvers="results/growth/solvers.parquet",
        landmarks="config/growth/landmarks.csv",
        reliability=expand(
            "results/growth/reliability/{model}/{dataset}.parquet",
            model=GROWTH.experiment.models,
            dataset=GROWTH.experiment.datasets,
        ),
        error_maps=expand(
            "results/growth/reliability/{model}/{dataset}.npz",
            model=GROWTH.experiment.models,
            dataset=GROWTH.experiment.datasets,
        ),
    output:
        page=report(
            "results/growth/report/index.html",
            caption="../../captions/growth/page.rst",
            category="Growth",
            subcategory="The page",
            labels={"what": "the whole report"},
        ),
        front="results/growth/report/front.json",
        provenance=report(
            "results/growth/report/provenance.json",
            caption="../../captions/provenance.rst",
            category="Growth",
            subcategory="Provenance",
            labels={"what": "commit, versions, inputs"},
        ),
        figures=report(
            directory("results/growth/report/figures"),
            patterns=["{figure}.png"],
            caption="../../captions/figures.rst",
            category="Growth",
            subcategory="Figures",
            labels={"figure": "{figure}"},
        ),
        tables=report(
            directory("results/growth/report/tables"),
            patterns=["{table}.csv"],
            caption="../../captions/tables.rst",
            category="Growth",
            subcategory="Tables",
            labels={"table": "{table}"},
        ),
    log:
        "results/growth/logs/report.log",
    localrule: True
    conda:
        "../../../envs/graincast.yaml"
    resources:
        attempt=attempt_number,
    params:
        code=code_of("growth_report.py"),
        configuration=in_one_line(GROWTH.configuration, configuration_files()),
        folder=subpath(output.page, parent=True),
    shell:
        f"{KEEP_LOG}"
        "python workflow/growth_report.py --configuration {params.configuration:q}"
        " --scores {input.scores} {input.dial_scores} --bounds {input.bounds}"
        " --examples {input.examples} --curves {input.curves} --sheets {input.sheets}"
        " --growths {input.growths} --speeds {input.speeds} --machines {input.machines}"
        " --reliability {input.reliability} --error-maps {input.error_maps} --verdicts {input.verdicts}"
        " --maps {input.maps} --solvers {input.solvers} --landmarks {input.landmarks}"
        " --output {params.folder} > {log} 2>&1"
