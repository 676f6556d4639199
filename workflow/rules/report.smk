rule report:
    input:
        code_of("report.py"),
        templates=sorted(map(str, Path("workflow/graincast/page").glob("*.j2"))),
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
        doubts=expand("results/doubt/{model}/{dataset}.parquet", model=EXPERIMENT.models, dataset=EXPERIMENT.datasets),
        doubt_maps=expand("results/doubt/{model}/{dataset}.npz", model=EXPERIMENT.models, dataset=EXPERIMENT.datasets),
    output:
        page="results/report/index.html",
        provenance="results/report/provenance.json",
        figures=directory("results/report/figures"),
        tables=directory("results/report/tables"),
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
        " --validation {input.validation} --output {params.folder} > {log} 2>&1"
