"""The segmentation study's section of the configuration: pictures, models, seeds, ways and dials; names of files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from graincast.base import section as study_section

STUDY = "segmentation"
MEASURED = "measured"  # the case that maps of pattern quality are
TRACED = "traced"  # the case that traced micrographs are, and the data set that others of them are
GUESSED = "guessed"  # the data set of pictures with a guess: what repairers learn from
DAMAGED = "damaged"  # the case of pictures that bring a damaged first guess along
DATASETS = Path("config/segmentation/datasets")
MODELS = Path("config/segmentation/models")


@dataclass(frozen=True)
class MeasuredPictures:
    """Maps of pattern quality whose grains are known: pictures that nothing is trained on."""

    table: str  # of the measured maps (.csv)
    mirror: str  # folder in which their files are looked for first, if it is there
    enlarged: float  # each point of a map to so many pixels: points are too coarse for lines between small grains
    sizes: tuple[int, ...]  # pixels to the side of the pictures that are cut out of a map

    def __post_init__(self) -> None:
        if self.enlarged < 1 or not self.sizes or min(self.sizes) < 64:
            raise ValueError("expected 'enlarged' from 1 on, and 'sizes' of 64 pixels or more")


@dataclass(frozen=True)
class TracedPictures:
    """Micrographs whose boundaries a person has traced, by whole fields; the main models learn from none of them."""

    table: str  # of their files (.csv): of each field a row NAME_pictures and a row NAME_masks, and their parts
    mirror: str  # folder in which their files are looked for first, if it is there
    fields: tuple[str, ...]  # names of those that are scored
    train: tuple[str, ...] = ()  # and of those that models of a second protocol learn from
    validation: tuple[str, ...] = ()  # and are judged by meanwhile

    def __post_init__(self) -> None:
        every = (*self.fields, *self.train, *self.validation)
        if len(set(every)) < len(every):
            raise ValueError(f"a field is scored, learned from or judged by, one of these; found {list(every)}")

    def of_split(self, split: str) -> tuple[str, ...]:
        """Names of the fields of a split."""
        return {"train": self.train, "validation": self.validation, "test": self.fields}[split]


@dataclass(frozen=True)
class Turned:
    """A setting of the pictures that takes each of these values, all else alike."""

    key: str  # of the YAML of the data set, such as noise.variance
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.values) < 2 or not _grow(self.values):
            raise ValueError(f"the dial '{self.key}' needs two values or more that grow; found {list(self.values)}")
        if not self.case.isidentifier():
            raise ValueError(f"a dial needs a key such as noise.variance; found '{self.key}'")

    @property
    def case(self) -> str:
        """What the pictures that it makes are called."""
        return self.key.replace(".", "_")


@dataclass(frozen=True)
class Experiment:
    dataset: str  # pictures drawn from concepts
    guessers: tuple[str, ...]  # models that say of each pixel whether it is on a boundary; the first: by every seed
    repairers: tuple[str, ...]  # models that mend such a picture of boundaries; the same
    partitioners: tuple[str, ...]  # models that say of pairs of pixels whether they are of one grain; the same
    ways: tuple[str, ...]  # to come from a picture to grains (files of workflow/graincast/segmentation/ways/)
    seeds: tuple[int, ...]
    dials: tuple[Turned, ...]
    dialled: int  # pictures of each value of a dial
    damages: tuple[float, ...]  # strengths of the damage to first guesses, which grow
    measured: MeasuredPictures
    traced: TracedPictures
    taught_on: dict[str, str] = field(default_factory=dict)  # models that learn from another data set, and from which
    threads: int = 1  # of one training

    def __post_init__(self) -> None:
        for key in ("guessers", "repairers", "partitioners", "ways", "seeds"):
            values = getattr(self, key)
            if not values or len(set(values)) < len(values):
                raise ValueError(f"key '{key}' needs one entry or more, each once; found {list(values)}")
        if min(self.seeds) < 0 or min(self.threads, self.dialled) < 1:
            raise ValueError("expected 'seeds' from 0 on, and 'threads' and 'dialled' of 1 or more")
        for name in (self.dataset, *self.models, *self.taught_on.values()):
            if not str(name).isidentifier():
                raise ValueError(f"the name '{name}' cannot be part of a path here: use letters, digits and _")
        if self.dataset == TRACED or GUESSED in self.drawn:
            raise ValueError(f"a data set that is drawn cannot be called '{TRACED}' or '{GUESSED}'")
        if len(set(self.models)) < len(self.models):
            raise ValueError(f"each model has one name of its own; found {list(self.models)}")
        if not self.damages or self.damages[0] < 0 or not _grow(self.damages):
            raise ValueError(
                f"key 'damages' needs one strength or more, from 0 on, that grow; found {list(self.damages)}"
            )
        others = [name for name in self.taught_on if name not in (*self.guessers[1:], *self.partitioners[1:])]
        if others:
            raise ValueError(f"key 'taught_on' is for guessers and partitioners after the first; found {others}")
        if TRACED in self.taught_on.values() and not (self.traced.train and self.traced.validation):
            raise ValueError(f"{list(self.taught_on)}: '{TRACED}' needs fields in 'train' and 'validation'")

    @property
    def models(self) -> tuple[str, ...]:
        return (*self.guessers, *self.repairers, *self.partitioners)

    @property
    def drawn(self) -> tuple[str, ...]:
        """Data sets that are drawn: the study's own first."""
        return tuple(dict.fromkeys([self.dataset, *(name for name in self.taught_on.values() if name != TRACED)]))

    def learned_from(self, model: str) -> str:
        """The data set that a model is trained on."""
        return GUESSED if model in self.repairers else self.taught_on.get(model, self.dataset)

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """The models of a kind: guesser, repairer or partitioner."""
        return {"guesser": self.guessers, "repairer": self.repairers, "partitioner": self.partitioners}[kind]


def _grow(values: Sequence[float]) -> bool:
    """Whether each is larger than the one before."""
    return all(before < after for before, after in pairwise(values))


def build(section: Mapping[str, Any], files: Sequence[Path]) -> Experiment:
    """The experiment of the merged section; `files` are the files that it was merged from, the last winning."""
    experiment = study_section.build(STUDY, section, files, Experiment)
    for key, names, folder in (
        ("dataset", (experiment.dataset,), DATASETS),
        ("taught_on", experiment.drawn[1:], DATASETS),
        ("guessers", experiment.guessers, MODELS),
        ("repairers", experiment.repairers, MODELS),
        ("partitioners", experiment.partitioners, MODELS),
    ):
        study_section.check_files(STUDY, files, key, names, folder)
    return experiment
