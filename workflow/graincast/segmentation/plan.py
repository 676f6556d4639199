"""What the rules of the segmentation study ask: which files decide each of its jobs, as the experiment's names have it.

Functions that take `wildcards` are inputs and parameters of rules.
"""

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from graincast.base import sources, study
from graincast.base.errors import GraincastError
from graincast.base.study import Study
from graincast.material.measured import map_table
from graincast.segmentation import catalogue, experiment, training_section
from graincast.segmentation.catalogue import NO_MODEL, WAYS
from graincast.segmentation.concepts import recipe
from graincast.segmentation.experiment import DATASETS, MODELS, Turned
from graincast.training.spec import ModelSpec

ROOT = "results/segmentation"
PAIR = ("pictures", "masks")  # of a traced field
REAL = (experiment.MEASURED, experiment.TRACED)  # cases that nothing is trained on
WEIGHTS = f"{ROOT}/training/{{model}}/{{dataset}}/{{seed}}/weights.safetensors"


class Plan(Study):
    """The segmentation study of one experiment."""

    def __init__(self, section: Mapping[str, Any], files: Sequence[Path]) -> None:
        self.experiment = experiment.build(section, files)
        self.threads = self.experiment.threads
        self.model = cache(_model)
        for name in self.experiment.models:
            self.model(name)
        for name in self.experiment.ways:
            WAYS.file_of(name, f"{files[-1]}, 'segmentation': key 'ways'")
        for name in self.experiment.drawn:
            recipe.load(dataset_file(name))
        for dial in self.experiment.dials:
            for value in dial.values:
                recipe.turned(self.dataset_file, dial.key, value)
        for table in self.map_tables().values():
            map_table.check_any(table)
        named = {row.name for row in map_table.load_all(self.traced_table)}
        for file in [file for split in recipe.SPLITS for what in PAIR for file in self.traced(what, split)]:
            if Path(file).stem not in named:
                raise GraincastError(f"{files[-1]}, 'segmentation': {self.traced_table} has no row '{Path(file).stem}'")

    # measured maps

    @property
    def table(self) -> Path:
        return Path(self.experiment.measured.table)

    @property
    def traced_table(self) -> Path:
        return Path(self.experiment.traced.table)

    def map_tables(self) -> dict[str, Path]:
        return {table.stem: table for table in (self.table, self.traced_table)}

    def map_mirrors(self) -> dict[str, str]:
        mirrors = (self.experiment.measured.mirror, self.experiment.traced.mirror)
        return dict(zip(self.map_tables(), mirrors, strict=True))

    def traced(self, what: str, split: str) -> list[str]:
        """Records of the pictures, or of the masks, of the fields of a split."""
        folder = f"results/fetched/{self.traced_table.stem}"
        return [f"{folder}/{name}_{what}.csv" for name in self.experiment.traced.of_split(split)]

    def traced_by_split(self, what: str) -> Callable[[Any], list[str]]:
        """The same of the split that a rule asks for."""
        return lambda wildcards: self.traced(what, wildcards.split)

    def beside_traced(self, wildcards: Any) -> list[str]:
        """The drawn pictures that are learned from beside traced ones."""
        return [f"{ROOT}/data/{self.experiment.dataset}/train.npz"] if wildcards.split == "train" else []

    def maps(self) -> list[str]:
        """The cleaned maps of its table, in their order."""
        return [f"results/measured/{self.table.stem}/{row.name}.npz" for row in map_table.load_all(self.table)]

    # models and trainings

    def model_code(self, model: str) -> list[Path]:
        return [self.model(model).part_file(f"{MODELS}/{model}.yaml")]

    def trainings(self, pattern: str) -> list[str]:
        """`pattern` for every training."""
        experiment = self.experiment
        kinds = (experiment.guessers, experiment.repairers, experiment.partitioners)
        return [
            pattern.format(model=model, dataset=self.experiment.learned_from(model), seed=seed)
            for kind in kinds
            for model, seed in study.by_seeds(kind, self.experiment.seeds)
        ]

    def segmenters(self, pattern: str) -> list[str]:
        """`pattern` for every training of every partitioner."""
        return [
            pattern.format(model=model, seed=seed)
            for model, seed in study.by_seeds(self.experiment.partitioners, self.experiment.seeds)
        ]

    def weights_of_segmenter(self, wildcards: Any) -> str:
        """The training that a segmenter is."""
        return self._weights(wildcards.model, wildcards.seed)

    def guessing(self) -> str:
        """The training whose guesses repairers learn from."""
        return self._weights(self.experiment.guessers[0], self.experiment.seeds[0])

    def _weights(self, model: str, seed: int | str) -> str:
        return WEIGHTS.format(model=model, dataset=self.experiment.learned_from(model), seed=seed)

    # data

    @property
    def dataset_file(self) -> Path:
        return dataset_file(self.experiment.dataset)

    def dial(self, case: str) -> Turned:
        """The dial that a case is."""
        return next(dial for dial in self.experiment.dials if dial.case == case)

    def cases(self, wildcards: Any) -> list[str]:
        """Files of all that a way is scored on."""
        splits = (self.experiment.dataset, experiment.TRACED)  # whose test pictures are a case
        return [
            f"{ROOT}/data/{case}/test.npz" if case in splits else f"{ROOT}/cases/{case}.npz"
            for case in self.case_names(wildcards)
        ]

    def case_names(self, wildcards: Any) -> list[str]:
        """What these are called: what is drawn, dials, real pictures, and damaged guesses for what mends them."""
        damaged = [experiment.DAMAGED] if catalogue.mends(wildcards.way) else []
        return [self.experiment.dataset, *(dial.case for dial in self.experiment.dials), *REAL, *damaged]

    # ways

    def ways(self, pattern: str) -> list[str]:
        """`pattern` for every way, by every training of the model that it is called after.

        Of each kind the first model goes every way, the others the first that is called after their kind.
        """
        return [
            pattern.format(way=way, model=model, seed=seed)
            for way in self.experiment.ways
            for model, seed in self._walkers(way)
        ]

    def _walkers(self, way: str) -> list[tuple[str, int]]:
        needs = catalogue.needs(way)
        if not needs:
            return [(NO_MODEL, 0)]
        models = self.experiment.of_kind(needs[-1])
        return study.by_seeds(models if self._is_first(way, needs[-1]) else models[:1], self.experiment.seeds)

    def _is_first(self, way: str, kind: str) -> bool:
        return way == next(one for one in self.experiment.ways if catalogue.needs(one)[-1:] == (kind,))

    def weights_of(self, wildcards: Any) -> list[str]:
        """Of the models that a way needs, in the order of its kinds: those before the last are the first of theirs."""
        if wildcards.model == NO_MODEL:
            return list(filter(None, [catalogue.fixed(wildcards.way)]))
        before = [self.experiment.of_kind(kind)[0] for kind in catalogue.needs(wildcards.way)[:-1]]
        return [self._weights(model, wildcards.seed) for model in (*before, wildcards.model)]

    def kinds_of(self, wildcards: Any) -> tuple[str, ...]:
        """The kinds of models that a way needs."""
        return ("segmenter",) if catalogue.fixed(wildcards.way) else catalogue.needs(wildcards.way)

    def code_of_way(self, script: str) -> Callable[[Any], str]:
        """Of a script, a way and the models that it needs."""

        def code(wildcards: Any) -> str:
            before = [self.experiment.of_kind(kind)[0] for kind in catalogue.needs(wildcards.way)[:-1]]
            models = [] if wildcards.model == NO_MODEL else [*before, wildcards.model]
            files = [file for model in models for file in self.model_code(model)]
            return sources.script_digest(script, WAYS.file_of(wildcards.way, "a way"), *files)

        return code

    def code_of_model(self, script: str) -> Callable[[Any], str]:
        """Of a script and the model's own file."""
        return lambda wildcards: sources.script_digest(script, *self.model_code(wildcards.model))

    def code_of_guess(self, script: str) -> str:
        """Of a script and the model whose guesses repairers learn from."""
        return sources.script_digest(script, *self.model_code(self.experiment.guessers[0]))

    # the page

    def configuration(self, files: Sequence[Path]) -> str:
        """The experiment and all files that describe it, as JSON, for the page and its provenance."""
        drawn = [str(dataset_file(name)) for name in self.experiment.drawn]
        described = [*drawn, *(f"{MODELS}/{name}.yaml" for name in self.experiment.models)]
        contents = {
            "experiment": dataclasses.asdict(self.experiment),
            "merged_from": [str(file) for file in files],
            "files": [*map(str, files), *described, str(self.table), str(self.traced_table)],
        }
        return json.dumps(contents, sort_keys=True)

    def targets(self) -> list[str]:
        return []

    def check(self) -> None:
        for name in self.experiment.models:
            self.model(name).checked_settings(f"{MODELS}/{name}.yaml")


def dataset_file(name: str) -> Path:
    """The YAML of a data set that is drawn."""
    return DATASETS / f"{name}.yaml"


def _model(name: str) -> ModelSpec:
    return training_section.load(MODELS / f"{name}.yaml")
