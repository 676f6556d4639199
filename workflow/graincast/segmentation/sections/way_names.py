"""What a reader calls the ways of the table, and which of them are what: learned, floors, ceilings."""

from collections.abc import Sequence
from dataclasses import dataclass

from graincast.segmentation import catalogue
from graincast.segmentation.catalogue import WAYS
from graincast.segmentation.experiment import Experiment

CEILINGS = ("oracle", "closed")


@dataclass(frozen=True)
class WayNames:
    labels: dict[str, str]  # by their names in the table, in the order of the configuration: of first models alone
    others: dict[str, str]  # of ways by the other models
    learned: tuple[str, ...]  # names of those that a model of ours is behind
    floors: tuple[str, ...]
    ceilings: tuple[str, ...]

    def label(self, name: str) -> str:
        return self.labels[name]


def of(experiment: Experiment) -> WayNames:
    """Of an experiment."""
    labels, others = dict[str, str](), dict[str, str]()
    kinds: dict[str, list[str]] = {"learned": [], "floors": [], "ceilings": []}
    for way in experiment.ways:
        needs = catalogue.needs(way)
        models: Sequence[str] = experiment.of_kind(needs[-1]) if needs else (catalogue.NO_MODEL,)
        name = catalogue.name(way, models[0])
        labels[name] = WAYS.said(way, "LABEL")
        others |= {catalogue.name(way, model): model for model in models[1:]}
        kinds["learned" if needs or catalogue.fixed(way) else "ceilings" if way in CEILINGS else "floors"].append(name)
    return WayNames(labels, others, **{kind: tuple(names) for kind, names in kinds.items()})
