"""The generation study's section of the configuration: which data, models, seeds and cases; names of YAML files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graincast.base import section as study_section

STUDY = "generation"
DATASETS = Path("config/generation/datasets")
MODELS = Path("config/generation/models")


@dataclass(frozen=True)
class Drawing:
    """How many structures of each kind are made to be scored."""

    fields: int  # periodic ones of each step
    patches: int  # decoded ones of each step

    def __post_init__(self) -> None:
        if min(self.fields, self.patches) < 2:
            raise ValueError("expected 2 'fields' and 2 'patches' or more: one has no interval")


@dataclass(frozen=True)
class HalvedMaps:
    """Measured maps cut in two: one half is learned from, the other is met."""

    table: str  # of the measured maps (.csv)
    mirror: str  # folder in which their files are looked for first, if it is there
    guard: float  # width of the band between the halves, mean grain sides
    steps: int  # of the fine-tuning
    fields: int  # made to be compared with the other half


@dataclass(frozen=True)
class Experiment:
    dataset: str  # grown through several steps: what is characterised and generated
    more: tuple[str, ...]  # data sets that generators learn from beside it
    shifted: tuple[str, ...]  # data sets that nothing is trained on: what latents say of them
    autoencoders: tuple[str, ...]  # models; the first is trained with every seed, the others with the first seed alone
    generators: tuple[str, ...]  # the same
    sources: tuple[str, ...]  # ways to come by structures, scored against the truth
    seeds: tuple[int, ...]
    drawing: Drawing
    halves: HalvedMaps
    leaky: str = ""  # data set of few fields: what a split that shares pixels would hide is shown on it; empty: is not
    other_solver: str = ""  # `dataset` grown by another solver; empty: it is not
    threads: int = 1  # of one training

    def __post_init__(self) -> None:
        for key in ("autoencoders", "generators", "sources", "seeds"):
            values = getattr(self, key)
            if not values or len(set(values)) < len(values):
                raise ValueError(f"key '{key}' needs one entry or more, each once; found {list(values)}")
        if min(self.seeds) < 0 or self.threads < 1:
            raise ValueError("expected 'seeds' from 0 on, and 'threads' of 1 or more")
        names = (*self.datasets, *self.models)
        for name in names:
            if not name.isidentifier():
                raise ValueError(f"the name '{name}' cannot be part of a path here: use letters, digits and _")
        if len(set(names)) < len(names):
            raise ValueError(f"each data set and model has one name of its own; found {list(names)}")

    @property
    def models(self) -> tuple[str, ...]:
        return (*self.autoencoders, *self.generators)

    @property
    def datasets(self) -> tuple[str, ...]:
        beside = (name for name in (self.leaky, self.other_solver) if name)
        return (self.dataset, *self.more, *self.shifted, *beside)

    def named_by(self, key: str) -> str:
        """The data set that a key names; empty: none."""
        return str(getattr(self, key))


def build(section: Mapping[str, Any], files: Sequence[Path]) -> Experiment:
    """The experiment of the merged section; `files` are the files that it was merged from, the last winning."""
    experiment = study_section.build(STUDY, section, files, Experiment)
    for key, names, folder in (
        ("dataset", (experiment.dataset,), DATASETS),
        ("more", experiment.more, DATASETS),
        ("shifted", experiment.shifted, DATASETS),
        ("leaky", tuple(filter(None, [experiment.leaky])), DATASETS),
        ("other_solver", tuple(filter(None, [experiment.other_solver])), DATASETS),
        ("autoencoders", experiment.autoencoders, MODELS),
        ("generators", experiment.generators, MODELS),
    ):
        study_section.check_files(STUDY, files, key, names, folder)
    return experiment
