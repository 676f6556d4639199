"""Whether the files that an experiment names fit together: simulations to learn from, frames to roll out."""

from collections.abc import Mapping
from itertools import pairwise

from graincast.base.errors import GraincastError
from graincast.growth.experiment import DATASETS, MODELS, Dial, Experiment
from graincast.material.datasets import DataSet
from graincast.training.spec import ModelSpec


def check(experiment: Experiment, datasets: Mapping[str, DataSet], models: Mapping[str, ModelSpec]) -> None:
    """An error that names the file to change, before hours of work come to the same end."""
    for name in experiment.cases + experiment.dial_cases:
        if datasets[name].simulations.test == 0:
            raise GraincastError(
                f"{DATASETS}/{name}.yaml: key 'simulations': test is 0, but '{name}' is one of the cases to evaluate on"
            )
    if all(datasets[name].measured for name in experiment.cases):
        raise GraincastError(f"{MODELS.parent}/: key 'cases' names measured maps alone: add a simulated case")
    for name in experiment.datasets:
        for split in ("train", "validation"):
            if getattr(datasets[name].simulations, split) == 0:
                where = f"{DATASETS}/{name}.yaml: key 'simulations'"
                raise GraincastError(f"{where}: {split} is 0, but '{name}' is one of the data sets to train on")
        for model in experiment.models:
            _check_horizon(name, datasets[name], model, models[model])
    for dial in experiment.dials:
        dial_values(dial, datasets)


def dial_values(dial: Dial, datasets: Mapping[str, DataSet]) -> list[float]:
    """The setting of each data set of a dial; an error if they do not grow, or if anything else differs."""
    first, values = dial.cases[0], []
    for name in dial.cases:
        structure, where = datasets[name].structure, f"{DATASETS}/{name}.yaml, 'structure'"
        value = structure.get(dial.key)
        if not isinstance(value, int | float):
            found = "missing" if value is None else f"{value!r}, no number"
            raise GraincastError(f"{where}: key '{dial.key}' is {found}, but the dial '{dial.name}' turns it")
        for key in {**datasets[first].structure, **structure}:
            here, there = structure.get(key), datasets[first].structure.get(key)
            if key != dial.key and here != there:
                raise GraincastError(
                    f"{where}: key '{key}' is {here!r}, but {there!r} in {DATASETS}/{first}.yaml: the dial "
                    f"'{dial.name}' turns '{dial.key}' alone"
                )
        values.append(float(value))
    if any(after <= before for before, after in pairwise(values)):
        names = ", ".join(f"{name} {value:g}" for name, value in zip(dial.cases, values, strict=True))
        raise GraincastError(f"the dial '{dial.name}': '{dial.key}' must grow from data set to data set: {names}")
    return values


def _check_horizon(name: str, dataset: DataSet, model: str, spec: ModelSpec) -> None:
    longest = max((stage.horizon for stage in spec.training.stages), default=0)
    if spec.training.inputs + longest > dataset.frames.count:
        raise GraincastError(
            f"{MODELS}/{model}.yaml: key 'horizon' is {longest} after {spec.training.inputs} shown frame(s), but "
            f"'{name}' has {dataset.frames.count}: lower it, or raise 'count' in {DATASETS}/{name}.yaml"
        )
