"""What the rules share: the experiment, and which files decide a job's result."""

import dataclasses
import json
import os
import sys
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(workflow.basedir) / "workflow"))

from graincast.base import cluster, machine, sources
from graincast.growth import consistency, experiment, stages
from graincast.material import datasets
from graincast.base.errors import GraincastError

# Snakemake deletes the log of a failed attempt when it tries again: a second name keeps it
KEEP_LOG = ": > {log}; ln -f {log} {log}.{resources.attempt} || true; "


wildcard_constraints:
    dataset=r"\w+",
    shard=r"\w+",
    map=r"\w+",
    model=r"\w+",
    seed=r"\d+",
    case=r"\w+",


def growing(amount):
    """A resource that grows with each attempt at a job."""
    return lambda wildcards, attempt: amount * attempt


def attempt_number(wildcards, attempt):
    return attempt


def in_one_line(read, *arguments):
    """What `read` gives; its error ends the run as one line instead of Snakemake's trace."""
    try:
        return read(*arguments)
    except GraincastError as error:
        raise SystemExit(f"error: {error}") from None


@cache
def dataset(name):
    return in_one_line(datasets.load, experiment.DATASETS / f"{name}.yaml")


@cache
def model(name):
    return in_one_line(stages.load, experiment.MODELS / f"{name}.yaml")


def configuration_files():
    """The files that `config` was merged from, the last one winning."""
    given = [Path(path).resolve() for path in workflow.overwrite_configfiles]
    own = [Path(path).resolve() for path in workflow.configfiles if Path(path).resolve() not in given]
    return [Path(os.path.relpath(path)) for path in own + given]


def code_of(script, *parts):
    """The script, the library files `parts` and all that they import: inputs, so that an edit reruns what it changes."""
    files = sources.source_files(Path(workflow.basedir) / "workflow" / script, *parts)
    return [os.path.relpath(file, workflow.basedir) for file in files]


def parts_of(name):
    """The files of the size law, solver and units that a data set names."""
    return in_one_line(dataset(name).part_files, f"{experiment.DATASETS}/{name}.yaml")


def simulation_inputs(wildcards):
    """What a data set's simulations come from, the file that they start from included, if any."""
    return code_of("simulate.py", *parts_of(wildcards.dataset)) + dataset(wildcards.dataset).start_files()


def bound_inputs(wildcards):
    return code_of("bound.py", *parts_of(wildcards.case))


def shards(name):
    """The trajectory files of a data set: of its shards, or of its maps."""
    if dataset(name).measured:
        return expand("results/evolved/{dataset}/{map}.npz", dataset=name, map=maps_of(name))
    numbers = range(dataset(name).simulations.shards)
    return expand("results/trajectories/{dataset}/{shard}.npz", dataset=name, shard=numbers)


def shards_of(wildcards):
    return shards(wildcards.dataset)


def shards_of_case(wildcards):
    return shards(wildcards.case)


def model_code_of(script, *parts):
    """The script, `parts` and the model's own file: editing one model reruns that model alone."""

    def files(wildcards):
        where = str(experiment.MODELS / f"{wildcards.model}.yaml")
        return code_of(script, in_one_line(model(wildcards.model).part_file, where), *parts)

    return files


@cache
def trainings():
    """(model, data set, seed) of every training."""
    return EXPERIMENT.trainings([name for name in EXPERIMENT.models if model(name).learns])


def weights_of_all_seeds(wildcards):
    """Weights of every training of a model on a data set."""
    return [
        f"results/training/{name}/{dataset}/{seed}/weights.safetensors"
        for name, dataset, seed in trainings()
        if (name, dataset) == (wildcards.model, wildcards.dataset)
    ]


def trained(pattern, cases=("",)):
    """`pattern` for every training of the experiment, and each of the cases if it names one."""
    return [
        filled
        for model, dataset, seed in trainings()
        for filled in expand(pattern, model=model, dataset=dataset, seed=seed, case=cases)
    ]


def forecasters():
    """A calibrated checkpoint of the first training of every model that learns something."""
    return [
        f"results/forecasters/{name}/{dataset}/{seed}.safetensors"
        for name, dataset, seed in trainings()
        if model(name).learns and seed == EXPERIMENT.seeds[0]
    ]


def home_case(dataset):
    """The case that models trained on a data set are timed on: the data set itself if it is one."""
    return dataset if dataset in SIMULATED_CASES else SIMULATED_CASES[0]


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


def dialled(pattern):
    """`pattern` for what the dials add: other cases, from the first training data set and seed of every model."""
    first = dict(dataset=EXPERIMENT.datasets[0], seed=EXPERIMENT.seeds[0])
    return sorted(set(expand(pattern, model=EXPERIMENT.models, case=EXPERIMENT.dial_cases, **first)))


def unused_parts():
    """Of each kind of part that is a file of the library: those that the experiment does not name."""
    used = {
        "model": {model(name).model for name in EXPERIMENT.models},
        "solver": {dataset(name).solver["name"] for name in EXPERIMENT.all_datasets},
    }
    files = {kind: Path(workflow.basedir, "workflow/graincast", f"{kind}s").glob("*.py") for kind in used}
    return {kind: sorted({path.stem for path in files[kind]} - used[kind]) for kind in used}


def configuration_as_json(wildcards):
    """The experiment and all files that describe it, for the report's provenance."""
    yamls = [f"{experiment.DATASETS}/{name}.yaml" for name in EXPERIMENT.all_datasets]
    yamls += [f"{experiment.MODELS}/{name}.yaml" for name in EXPERIMENT.models]
    starts = [file for name in EXPERIMENT.all_datasets for file in dataset(name).start_files()]
    measured = {name: told_of_maps(name) for name in EXPERIMENT.cases if dataset(name).measured}
    starts += [dataset(name).structure["table"] for name in measured]
    files = [str(path) for path in configuration_files()] + yamls + starts
    contents = {
        "experiment": dataclasses.asdict(EXPERIMENT),
        "measured": measured,
        "emulated": [name for name in EXPERIMENT.cases if dataset(name).structure["law"] == "emulated"],
        "files": files,
        "laws": {name: dataset(name).structure["law"] for name in EXPERIMENT.cases},
        "unused": unused_parts(),
        "descriptions": {name: datasets.description(in_words(dataset(name))) for name in EXPERIMENT.cases},
        "dials": {dial.name: consistency.dial_values(dial, DESCRIBED) for dial in EXPERIMENT.dials},
    }
    return json.dumps(contents, sort_keys=True)


def in_words(described):
    """A data set whose settings a reader understands: without files and folders, which the provenance names."""
    settings = {key: value for key, value in described.structure.items() if key == "law" or not isinstance(value, str)}
    return dataclasses.replace(described, structure={key.replace("_", " "): value for key, value in settings.items()})


def check_threads():
    """A job's threads decide its last bits: refuse a machine that cannot give them rather than change results."""
    cores = workflow.global_resources["_cores"].value
    if workflow.local_exec and not workflow.dryrun and cores < EXPERIMENT.threads:
        raise SystemExit(
            f"error: {configuration_files()[-1]}: key 'threads' is {EXPERIMENT.threads}, but this run has {cores} core(s) "
            "and results depend on the number of threads: lower it, or give more with --cores"
        )


def check_before_any_job():
    """What needs torch, compiled code, the cores or the cluster's queue, and so is looked at only before a run."""
    for name in EXPERIMENT.all_datasets:
        in_one_line(datasets.parts, dataset(name), f"{experiment.DATASETS}/{name}.yaml")
    for name in EXPERIMENT.models:
        in_one_line(model(name).checked_settings, str(experiment.MODELS / f"{name}.yaml"))
    check_threads()
    if workflow.executor_plugin and workflow.executor_plugin.name == "slurm":
        in_one_line(cluster.refuse_surviving_jobs, Path.cwd())


EXPERIMENT = in_one_line(experiment.build, config, configuration_files())
DESCRIBED = {name: dataset(name) for name in EXPERIMENT.all_datasets}
in_one_line(
    consistency.check,
    EXPERIMENT,
    DESCRIBED,
    {name: model(name) for name in EXPERIMENT.models},
)
SIMULATED = [name for name in EXPERIMENT.main_datasets if not dataset(name).measured]
SIMULATED_CASES = [name for name in EXPERIMENT.cases if not dataset(name).measured]
if workflow.local_exec and machine.gpu_count() and "gpu" not in workflow.global_resources:
    workflow.register_resource("gpu", machine.gpu_count())
machine.put_own_python_first()
if workflow.dryrun:
    check_before_any_job()
