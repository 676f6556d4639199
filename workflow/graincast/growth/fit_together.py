"""Whether the files that an experiment names fit together: simulations to learn from, frames to roll out."""

from collections.abc import Mapping
from dataclasses import replace

from graincast.base.errors import GraincastError
from graincast.growth.data import least_frames
from graincast.growth.experiment import DATASETS, MODELS, Dial, Experiment
from graincast.material import datasets
from graincast.material.datasets import DataSet
from graincast.training.spec import ModelSpec


def check(experiment: Experiment, described: Mapping[str, DataSet], models: Mapping[str, ModelSpec]) -> None:
    """An error that names the file to change, before hours of work come to the same end."""
    for name, dataset in described.items():
        least_frames.check(dataset, f"{DATASETS}/{name}.yaml")
    for name in (*experiment.cases, *(dial.case for dial in experiment.dials)):
        if described[name].simulations.test == 0:
            raise GraincastError(
                f"{DATASETS}/{name}.yaml: key 'simulations': test is 0, but '{name}' is one of the cases to evaluate on"
            )
    if all(described[name].measured for name in experiment.cases):
        raise GraincastError(f"{MODELS.parent}/: key 'cases' names measured maps alone: add a simulated case")
    for name in experiment.datasets:
        for split in ("train", "validation"):
            if getattr(described[name].simulations, split) == 0:
                where = f"{DATASETS}/{name}.yaml: key 'simulations'"
                raise GraincastError(f"{where}: {split} is 0, but '{name}' is one of the data sets to train on")
        for model in experiment.models:
            _check_horizon(name, described[name], model, models[model])
    for dial in experiment.dials:
        _check_turned(dial, described[dial.case])


def turned(dataset: DataSet, dial: Dial, value: float) -> DataSet:
    """The data set with this value of the setting that a dial turns, all else alike."""
    return replace(dataset, structure=datasets.turned(dataset.structure, dial.key, value))


def _check_turned(dial: Dial, dataset: DataSet) -> None:
    value, where = dataset.structure.get(dial.key), f"{DATASETS}/{dial.case}.yaml, 'structure'"
    if dataset.measured:
        raise GraincastError(f"{where}: measured maps are as they are, but a dial of 'dials' turns '{dial.key}'")
    if not isinstance(value, int | float) or isinstance(value, bool):
        found = "missing" if value is None else f"{value!r}, no number"
        raise GraincastError(f"{where}: key '{dial.key}' is {found}, but a dial of 'dials' turns it")


def _check_horizon(name: str, dataset: DataSet, model: str, spec: ModelSpec) -> None:
    longest = max((stage.horizon for stage in spec.training.stages), default=0)
    if spec.training.inputs + longest > dataset.frames.count:
        raise GraincastError(
            f"{MODELS}/{model}.yaml: key 'horizon' is {longest} after {spec.training.inputs} shown frame(s), but "
            f"'{name}' has {dataset.frames.count}: lower it, or raise 'count' in {DATASETS}/{name}.yaml"
        )
