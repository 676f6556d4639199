PAGE_FILES = (".j2", ".css", ".js")  # templates, style sheet, script


rule report:
    input:
        code_of("report.py"),
        looks=sorted(str(path) for path in Path("workflow/graincast/report").iterdir() if path.suffix in PAGE_FILES),
        scores=trained("results/scores/{model}/{dataset}/{seed}/{case}.parquet", SIMULATED_CASES),
        map_scores=at_hand("results/scores/{model}/{dataset}/{seed}/{case}.parquet"),
        dial_scores=dialled("results/scores/{model}/{dataset}/{seed}/{case}.parquet"),
        examples=trained("results/scores/{model}/{dataset}/{seed}/{case}.npz", SIMULATED_CASES),
        map_examples=at_hand("results/scores/{model}/{dataset}/{seed}/{case}.npz"),
        bounds=expand("results/bounds/{dataset}/{case}.parquet", dataset=EXPERIMENT.datasets, case=SIMULATED_CASES),
        map_bounds=at_hand("results/bounds/{dataset}/{case}.parquet"),
        dial_bounds=dialled("results/bounds/{dataset}/{case}.parquet"),
        curves=trained("results/training/{model}/{dataset}/{seed}/curve.parquet"),
        speeds=expand("results/speed/{dataset}.parquet", dataset=EXPERIMENT.datasets),
        machines=expand("results/speed/{dataset}.json", dataset=EXPERIMENT.datasets),
        sheets=expand("results/windows/{dataset}/truth.parquet", dataset=SIMULATED),
        map_sheets=at_hand("results/windows/{case}/truth.parquet"),
        growths=expand("results/windows/{dataset}/growth.npz", dataset=SIMULATED),
        map_growths=at_hand("results/windows/{case}/growth.npz"),
        admitted=admitted(EXPERIMENT.cases),
        maps=cleaned_maps,
        validation="results/validation/solvers.parquet",
        landmarks="config/landmarks.csv",
        doubts=expand("results/doubt/{model}/{dataset}.parquet", model=EXPERIMENT.models, dataset=EXPERIMENT.datasets),
        doubt_maps=expand("results/doubt/{model}/{dataset}.npz", model=EXPERIMENT.models, dataset=EXPERIMENT.datasets),
    output:
        page=report(
            "results/report/index.html",
            caption="../captions/page.rst",
            category="The page",
            labels={"what": "the whole report"},
        ),
        provenance=report(
            "results/report/provenance.json",
            caption="../captions/provenance.rst",
            category="Provenance",
            labels={"what": "commit, versions, inputs"},
        ),
        figures=report(
            directory("results/report/figures"),
            patterns=["{figure}.png"],
            caption="../captions/figures.rst",
            category="Figures",
            labels={"figure": "{figure}"},
        ),
        tables=report(
            directory("results/report/tables"),
            patterns=["{table}.csv"],
            caption="../captions/tables.rst",
            category="Tables",
            labels={"table": "{table}"},
        ),
    log:
        "results/logs/report.log",
    localrule: True
    conda:
        "../../envs/graincast.yaml"
    resources:
        attempt=attempt_number,
    params:
        configuration=configuration_as_json,
        folder=subpath(output.page, parent=True),
    shell:
        f"{KEEP_LOG}"
        "python workflow/report.py --configuration {params.configuration:q}"
        " --scores {input.scores} {input.map_scores} {input.dial_scores}"
        " --bounds {input.bounds} {input.map_bounds} {input.dial_bounds}"
        " --examples {input.examples} {input.map_examples} --curves {input.curves}"
        " --sheets {input.sheets} {input.map_sheets}"
        " --growths {input.growths} {input.map_growths} --speeds {input.speeds} --machines {input.machines}"
        " --doubts {input.doubts} --doubt-maps {input.doubt_maps} --maps {input.maps}"
        " --validation {input.validation} --landmarks {input.landmarks} --output {params.folder} > {log} 2>&1"
