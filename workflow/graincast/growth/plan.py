"""What the rules of the growth study ask: which files decide each of its jobs, as the experiment's names have it.

Functions that take `wildcards` are inputs and parameters of rules. `cases` knows the data sets.
"""

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from graincast.base import sources, specs
from graincast.base.study import Study
from graincast.growth import experiment, fit_together, stages
from graincast.growth.cases import ROOT, Cases
from graincast.growth.experiment import DATASETS, MODELS
from graincast.material import datasets
from graincast.material.datasets import DataSet
from graincast.training.spec import ModelSpec

CASE_WINDOWS = f"{ROOT}/data/{{case}}/test.npz"
FORECASTS = f"{ROOT}/forecasts/{{model}}/{{dataset}}/{{seed}}/{{case}}.npz"
BOUNDS = f"{ROOT}/bounds/{{dataset}}/{{case}}.parquet"
CHOSEN_BY_NAME = {"model": "growth/models", "solver": "material/solvers"}


class Plan(Study):
    """The growth study of one experiment."""

    def __init__(self, section: Mapping[str, Any], files: Sequence[Path]) -> None:
        self.experiment = experiment.build(section, files)
        self.threads = self.experiment.threads
        self.cases = Cases(self.experiment)
        self.model = cache(self._model)
        names = [*self.experiment.main_datasets, *(dial.case for dial in self.experiment.dials)]
        described = {name: self.cases.dataset(name) for name in names}
        fit_together.check(self.experiment, described, {name: self.model(name) for name in self.experiment.models})
        self.cases.check()

    # measured maps

    def map_tables(self) -> dict[str, Path]:
        return self.cases.map_tables()

    def map_mirrors(self) -> dict[str, str]:
        return self.cases.map_mirrors()

    # models and trainings

    @staticmethod
    def _model(name: str) -> ModelSpec:
        return stages.load(MODELS / f"{name}.yaml")

    def model_code(self, model: str) -> list[Path]:
        return [self.model(model).part_file(f"{MODELS}/{model}.yaml")]

    @cached_property
    def trainings(self) -> list[tuple[str, str, int]]:
        """(model, data set, seed) of every training."""
        return self.experiment.trainings([name for name in self.experiment.models if self.model(name).learns])

    def trained(self, pattern: str, cases: Iterable[str] = ("",)) -> list[str]:
        """`pattern` for every training, and each of the cases if it names one."""
        return [
            pattern.format(model=model, dataset=dataset, seed=seed, case=case)
            for model, dataset, seed in self.trainings
            for case in cases
        ]

    def forecasts_of_all_seeds(self, wildcards: Any) -> list[str]:
        """Forecasts of every simulated case by every training of a model on a data set, the first training first."""
        return [
            FORECASTS.format(model=model, dataset=dataset, seed=seed, case=case)
            for model, dataset, seed in self.trainings
            if (model, dataset) == (wildcards.model, wildcards.dataset)
            for case in self.cases.simulated_cases
        ]

    def forecast_to_calibrate(self, wildcards: Any) -> str:
        """The first training's forecast of the validation windows."""
        return f"{ROOT}/validation_forecasts/{wildcards.model}/{wildcards.dataset}/{self.experiment.seeds[0]}.npz"

    def forecasters(self) -> list[str]:
        """A calibrated checkpoint of the first training of every model that learns something."""
        return [
            f"{ROOT}/forecasters/{model}/{dataset}/{seed}.safetensors"
            for model, dataset, seed in self.trainings
            if self.model(model).learns and seed == self.experiment.seeds[0]
        ]

    def dialled(self, pattern: str) -> list[str]:
        """`pattern` for what the dials add: other cases, from the first training data set and seed of every model."""
        first = {"dataset": self.experiment.datasets[0], "seed": self.experiment.seeds[0]}
        named = (
            pattern.format(model=model, case=case, **first)
            for model in self.experiment.models
            for case in self.cases.dial_cases
        )
        return sorted(set(named))

    def bounded(self) -> list[str]:
        """Floors and ceilings of every case for every training data set, and of the dials."""
        cases = [(dataset, case) for dataset in self.experiment.datasets for case in self.experiment.cases]
        return [BOUNDS.format(dataset=dataset, case=case) for dataset, case in cases] + self.dialled(BOUNDS)

    def evaluated(self, pattern: str) -> list[str]:
        """`pattern` for every training and case."""
        return self.trained(pattern, self.experiment.cases)

    # timing

    def home_case(self, dataset: str) -> str:
        """The case that models trained on a data set are timed on: the data set itself if it is one."""
        return dataset if dataset in self.cases.simulated_cases else self.cases.simulated_cases[0]

    def timed(self, pattern: str) -> Callable[[Any], list[str]]:
        """`pattern` for the first training of each model on a data set, on its home case."""

        def files(wildcards: Any) -> list[str]:
            wanted = {"dataset": wildcards.dataset, "seed": self.experiment.seeds[0]}
            case = self.home_case(wildcards.dataset)
            return [pattern.format(model=model, case=case, **wanted) for model in self.experiment.models]

        return files

    def timed_case(self, wildcards: Any) -> str:
        return self.cases.dataset_file(self.home_case(wildcards.dataset))

    def timed_windows(self, wildcards: Any) -> str:
        return CASE_WINDOWS.format(case=self.home_case(wildcards.dataset))

    def timed_models(self, wildcards: Any, input: Any) -> list[str]:
        """Arguments of the script: a model's name, weights, scores and the benchmark of its training."""
        # a benchmark is named and not declared: a declared one that was deleted would train the model again
        benchmarks = self.timed(f"{ROOT}/benchmarks/train/{{model}}/{{dataset}}/{{seed}}.tsv")(wildcards)
        models = zip(self.experiment.models, input.weights, input.scores, benchmarks, strict=True)
        return [argument for files in models for argument in ("--model", *files)]

    def data_costs(self, wildcards: Any) -> list[str]:
        """Benchmarks of the jobs that made a data set, not declared for the same reason."""
        name = wildcards.dataset
        shards = range(self.cases.dataset(name).simulations.shards)
        simulated = [f"{ROOT}/benchmarks/simulate/{name}/{shard}.tsv" for shard in shards]
        return [*simulated, f"{ROOT}/benchmarks/prepare/{name}.tsv"]

    # code that decides a job's result

    def code_of_dataset(self, script: str) -> Callable[[Any], str]:
        """Of a script and of the size law, solver and units of the data set that it works on."""
        return lambda wildcards: sources.script_digest(script, *self._parts(wildcards.dataset))

    def code_of_case(self, script: str) -> Callable[[Any], str]:
        return lambda wildcards: sources.script_digest(script, *self._parts(wildcards.case))

    def code_of_model(self, script: str) -> Callable[[Any], str]:
        """Of a script and of the model's own file: editing one model reruns that model alone."""
        return lambda wildcards: sources.script_digest(script, *self.model_code(wildcards.model))

    def code_of_timed(self, script: str) -> Callable[[Any], str]:
        """Of a script, every model, and the solver of the case."""
        models = [file for name in self.experiment.models for file in self.model_code(name)]
        return lambda wildcards: sources.script_digest(script, *models, *self._parts(self.home_case(wildcards.dataset)))

    def _parts(self, name: str) -> list[Path]:
        return self.cases.dataset(name).part_files(self.cases.dataset_file(name))

    # the page

    def unused_parts(self) -> dict[str, list[str]]:
        """Of each kind of part that is a file of the library: those that the experiment does not name."""
        used = {
            "model": {self.model(name).model for name in self.experiment.models},
            "solver": {self.cases.dataset(name).solver["name"] for name in self.cases.all_datasets},
        }
        return {kind: sorted(set(specs.choices(CHOSEN_BY_NAME[kind])) - names) for kind, names in used.items()}

    def configuration(self, files: Sequence[Path]) -> str:
        """The experiment and all files that describe it, as JSON, for the page and its provenance."""
        described = [f"{DATASETS}/{name}.yaml" for name in self.cases.all_datasets if name not in self.cases.turned]
        described += [f"{MODELS}/{name}.yaml" for name in self.experiment.models]
        starts = [file for name in self.cases.all_datasets for file in self.cases.dataset(name).start_files()]
        tables = {name: str(self.cases.table_of(name)) for name in self.cases.measured_cases}
        laws = {name: self.cases.dataset(name).structure["law"] for name in self.experiment.cases}
        contents = {
            "experiment": dataclasses.asdict(self.experiment),
            "merged_from": [str(file) for file in files],
            "tables": tables,
            "emulated": [name for name, law in laws.items() if law == "emulated"],
            "files": [*map(str, files), *described, *starts, *tables.values()],
            "laws": laws,
            "unused": self.unused_parts(),
            "descriptions": {name: datasets.description(_in_words(self.cases.dataset(name))) for name in laws},
            "dials": [self.cases.on_dial(dial) for dial in self.experiment.dials],
        }
        return json.dumps(contents, sort_keys=True)

    def targets(self) -> list[str]:
        return self.forecasters()

    def check(self) -> None:
        for name in self.cases.all_datasets:
            datasets.parts(self.cases.dataset(name), self.cases.told(name))
        for name in self.experiment.models:
            self.model(name).checked_settings(f"{MODELS}/{name}.yaml")


def _in_words(described: DataSet) -> DataSet:
    """A data set whose settings a reader understands: without files and folders, which the provenance names."""
    settings = {key: value for key, value in described.structure.items() if key == "law" or not isinstance(value, str)}
    return dataclasses.replace(described, structure={key.replace("_", " "): value for key, value in settings.items()})
