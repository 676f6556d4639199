"""Whether the files that an experiment names fit together: simulations to learn from, frames to roll out."""

from collections.abc import Mapping

from graincast.datasets import DataSet
from graincast.errors import GraincastError
from graincast.experiment import DATASETS, MODELS, Experiment
from graincast.learning.spec import ModelSpec


def check(experiment: Experiment, datasets: Mapping[str, DataSet], models: Mapping[str, ModelSpec]) -> None:
    """An error that names the file to change, before hours of work come to the same end."""
    for name in experiment.cases:
        if datasets[name].simulations.test == 0:
            raise GraincastError(
                f"{DATASETS}/{name}.yaml: key 'simulations': test is 0, but '{name}' is one of the cases to evaluate on"
            )
    for name in experiment.datasets:
        for split in ("train", "validation"):
            if getattr(datasets[name].simulations, split) == 0:
                where = f"{DATASETS}/{name}.yaml: key 'simulations'"
                raise GraincastError(f"{where}: {split} is 0, but '{name}' is one of the data sets to train on")
        for model in experiment.models:
            _check_horizon(name, datasets[name], model, models[model])


def _check_horizon(name: str, dataset: DataSet, model: str, spec: ModelSpec) -> None:
    longest = max((stage.horizon for stage in spec.training.stages), default=0)
    if spec.training.inputs + longest > dataset.frames.count:
        raise GraincastError(
            f"{MODELS}/{model}.yaml: key 'horizon' is {longest} after {spec.training.inputs} shown frame(s), but "
            f"'{name}' has {dataset.frames.count}: lower it, or raise 'count' in {DATASETS}/{name}.yaml"
        )
