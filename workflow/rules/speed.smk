def home_case(dataset):
    """The case that models trained on a data set are timed on: the data set itself if it is one."""
    return dataset if dataset in EXPERIMENT.cases else EXPERIMENT.cases[0]


def first_trainings(pattern, dataset):
    """`pattern` for the first training of each model on a data set."""
    wanted = {"dataset": dataset, "seed": EXPERIMENT.seeds[0], "case": home_case(dataset)}
    return expand(pattern, model=EXPERIMENT.models, **wanted)


def timed_code(wildcards):
    """The script, every model's file, and the solver of the case."""
    models = [in_one_line(model(name).part_file, f"{experiment.MODELS}/{name}.yaml") for name in EXPERIMENT.models]
    return code_of("speed.py", *models, *parts_of(home_case(wildcards.dataset)))


def timed_models(wildcards, input):
    """Arguments of the script: a model's name, weights, scores and the benchmark of its training."""
    # a benchmark is named and not declared: a declared one that was deleted would train the model again
    benchmarks = first_trainings("results/benchmarks/train/{model}/{dataset}/{seed}.tsv", wildcards.dataset)
    models = zip(EXPERIMENT.models, input.weights, input.scores, benchmarks)
    return [argument for files in models for argument in ("--model", *files)]


def data_costs(wildcards):
    """Benchmarks of the jobs that made a data set, not declared for the same reason."""
    numbers = range(dataset(wildcards.dataset).simulations.shards)
    simulated = expand("results/benchmarks/simulate/{dataset}/{shard}.tsv", dataset=wildcards.dataset, shard=numbers)
    return [*simulated, f"results/benchmarks/prepare/{wildcards.dataset}.tsv"]


rule speed:
    input:
        timed_code,
        trained_on="config/datasets/{dataset}.yaml",
        case=lambda wildcards: f"config/datasets/{home_case(wildcards.dataset)}.yaml",
        windows=lambda wildcards: f"results/windows/{home_case(wildcards.dataset)}/test.npz",
        weights=lambda wildcards: first_trainings(
            "results/training/{model}/{dataset}/{seed}/weights.safetensors", wildcards.dataset
        ),
        scores=lambda wildcards: first_trainings(
            "results/scores/{model}/{dataset}/{seed}/{case}.parquet", wildcards.dataset
        ),
    output:
        table="results/speed/{dataset}.parquet",
        machine="results/speed/{dataset}.json",
    log:
        "results/logs/speed/{dataset}.log",
    benchmark:
        "results/benchmarks/speed/{dataset}.tsv"
    conda:
        "../../envs/graincast.yaml"
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
        attempt=attempt_number,
    params:
        models=timed_models,
        data_costs=data_costs,
    shell:
        f"{KEEP_LOG}"
        "python workflow/speed.py --trained-on {input.trained_on} --data-costs {params.data_costs}"
        " --case {input.case} --windows {input.windows} {params.models}"
        " --table {output.table} --machine {output.machine} > {log} 2>&1"
