"""Which trainings an experiment has, and from which of them a source draws.

It stands apart from `catalogue` and `experiment`, which jobs import: to change it reruns none of them.
"""

from graincast.base import study
from graincast.generation import catalogue
from graincast.generation.catalogue import NO_MODEL
from graincast.generation.experiment import Experiment

Seeded = tuple[str, int]  # a model and the seed of its training


def of_source(experiment: Experiment, source: str) -> list[Seeded]:
    """Trainings that a source draws from: the first alone if all would give the same; `NO_MODEL` if it needs none."""
    kinds = {"autoencoder": experiment.autoencoders, "generator": experiment.generators}
    needs = catalogue.needs(source)
    drawers = study.by_seeds(kinds[needs], experiment.seeds) if needs else [(NO_MODEL, 0)]
    return drawers[:1] if catalogue.once(source) else drawers
