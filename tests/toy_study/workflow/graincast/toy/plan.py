"""What the rules ask of the toy study: its section names models and seeds, and all learn from one cloud of points."""

from dataclasses import dataclass
from pathlib import Path

from graincast.base import specs
from graincast.base.study import Study


@dataclass(frozen=True)
class Experiment:
    models: tuple[str, ...]
    seeds: tuple[int, ...]
    points: int


class Plan(Study):
    threads = 1

    def __init__(self, section, files):
        self.experiment = specs.build(dict(section), Experiment, f"{files[-1]}, 'toy'")

    def model_code(self, model):
        name = specs.read_yaml(Path(f"config/toy/models/{model}.yaml"))["model"]
        return [specs.part_file("toy/models", name, f"config/toy/models/{model}.yaml")]

    def trained(self, file):
        """A file of every training."""
        return [
            f"results/toy/training/{model}/cloud/{seed}/{file}"
            for model in self.experiment.models
            for seed in self.experiment.seeds
        ]

    def map_tables(self):
        return {}

    def map_mirrors(self):
        return {}

    def targets(self):
        return []

    def check(self):
        if self.experiment.points < 8:
            raise ValueError("a cloud needs 8 points or more")
