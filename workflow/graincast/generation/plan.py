"""What the rules of the generation study ask: which files decide each of its jobs, as the experiment's names have it.

Functions that take `wildcards` are inputs and parameters of rules.
"""

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from graincast.base import sources, study
from graincast.base.errors import GraincastError
from graincast.base.study import Study
from graincast.generation import catalogue, drawers, experiment, training_section
from graincast.generation.catalogue import NO_MODEL
from graincast.generation.experiment import DATASETS, MODELS
from graincast.material import datasets
from graincast.material.datasets import DataSet
from graincast.material.measured import map_table
from graincast.training.spec import ModelSpec

ROOT = "results/generation"
NEEDED = ("true_fields", "other_fields", "true_pieces", "other_pieces")  # truth and ceiling of both ways to read
JOINED = "joined"  # what generators learn from
WEIGHTS = f"{ROOT}/training/{{model}}/{{dataset}}/{{seed}}/weights.safetensors"
DRAWN = f"{ROOT}/drawn/{{source}}/{{model}}/{{seed}}.npz"


class Plan(Study):
    """The generation study of one experiment."""

    def __init__(self, section: Mapping[str, Any], files: Sequence[Path]) -> None:
        self.experiment = experiment.build(section, files)
        self.threads = self.experiment.threads
        self.dataset = cache(_dataset)
        self.model = cache(_model)
        for name in self.experiment.datasets:
            self.dataset(name)
        for name in self.experiment.models:
            self.model(name)
        for name in (*self.experiment.sources, *NEEDED):
            catalogue.file_of(name, f"{files[-1]}, 'generation': key 'sources'")
        sides = {name: self.model(name).settings.get("side") for name in self.experiment.autoencoders}
        if len(set(sides.values())) > 1:
            raise GraincastError(f"{files[-1]}, 'generation': autoencoders see patches of unlike sides: {sides}")
        where = f"{files[-1]}, 'generation': key 'sources'"
        unfed = [name for name in self.experiment.sources if self._lacks_data(name)]
        if unfed:
            raise GraincastError(f"{where}: '{unfed[0]}' shows a data set; name it as '{catalogue.data(unfed[0])}'")
        missing = [name for name in NEEDED if name not in self.experiment.sources]
        if missing:
            raise GraincastError(f"{where} lacks '{missing[0]}', which all are held against")
        map_table.check_any(self.table)

    def _lacks_data(self, source: str) -> bool:
        key = catalogue.data(source)
        return bool(key) and not self.experiment.named_by(key)

    # measured maps

    @property
    def table(self) -> Path:
        return Path(self.experiment.halves.table)

    def map_tables(self) -> dict[str, Path]:
        return {self.table.stem: self.table}

    def map_mirrors(self) -> dict[str, str]:
        return {self.table.stem: self.experiment.halves.mirror}

    def maps(self) -> list[str]:
        """The maps of its table, in their order."""
        return [row.name for row in map_table.load_all(self.table)]

    # models and trainings

    def model_code(self, model: str) -> list[Path]:
        return [self.model(model).part_file(f"{MODELS}/{model}.yaml")]

    def learned_from(self, model: str) -> str:
        """The data set that a model is trained on: autoencoders know only what is grown."""
        return self.experiment.dataset if model in self.experiment.autoencoders else JOINED

    def trainings(self, pattern: str) -> list[str]:
        """`pattern` for every training."""
        return [*self.encoders(pattern), *self.generators(pattern)]

    def encoders(self, pattern: str) -> list[str]:
        """`pattern` for every training of every autoencoder, the one on few fields among them."""
        first, leaky, seed = self.experiment.autoencoders[0], self.experiment.leaky, self.experiment.seeds[0]
        on_few = [pattern.format(model=first, dataset=leaky, seed=seed)] if leaky else []
        return [*self._of_all(self.experiment.autoencoders, pattern), *on_few]

    def generators(self, pattern: str) -> list[str]:
        """`pattern` for every training of every generator."""
        return self._of_all(self.experiment.generators, pattern)

    def _of_all(self, models: Sequence[str], pattern: str) -> list[str]:
        pairs = study.by_seeds(models, self.experiment.seeds)
        return [pattern.format(model=model, dataset=self.learned_from(model), seed=seed) for model, seed in pairs]

    def weights_of(self, wildcards: Any) -> list[str]:
        """Of the training that a source draws from; none if it needs none."""
        if wildcards.model == NO_MODEL:
            return []
        return [WEIGHTS.format(model=wildcards.model, dataset=self.learned_from(wildcards.model), seed=wildcards.seed)]

    # data

    def dataset_file(self, wildcards: Any) -> str:
        return f"{DATASETS}/{wildcards.dataset}.yaml"

    def code_of_dataset(self, script: str) -> Callable[[Any], str]:
        """Of a script and of the size law, solver and units of a data set."""

        def code(wildcards: Any) -> str:
            where = self.dataset_file(wildcards)
            return sources.script_digest(script, *self.dataset(wildcards.dataset).part_files(where))

        return code

    def joined(self, wildcards: Any) -> list[str]:
        """The splits that are joined for generators."""
        names = (self.experiment.dataset, *self.experiment.more)
        return [f"{ROOT}/data/{name}/{wildcards.split}.npz" for name in names]

    @property
    def cases(self) -> tuple[str, ...]:
        """Of latents: the splits of what is grown, then what nothing is trained on."""
        return (*datasets.SPLITS, *self.experiment.shifted)

    def case_files(self, wildcards: Any) -> list[str]:
        """The fields of each case, in this order, for a model trained on a data set."""
        grown = [f"{ROOT}/data/{wildcards.dataset}/{split}.npz" for split in datasets.SPLITS]
        return grown + [f"{ROOT}/data/{name}/test.npz" for name in self.experiment.shifted]

    def halves(self, ending: str) -> list[str]:
        """Files of all measured maps, by every training of the first generator."""
        first = self.experiment.generators[0]
        pairs = product(self.experiment.seeds, self.maps())
        return [f"{ROOT}/halves/{first}/{seed}/{name}.{ending}" for seed, name in pairs]

    # sources

    def sources(self, pattern: str) -> list[str]:
        """`pattern` for every source, each by every training that it can draw from."""
        return [
            pattern.format(source=source, model=model, seed=seed)
            for source in self.experiment.sources
            for model, seed in drawers.of_source(self.experiment, source)
        ]

    def shown_by(self, wildcards: Any) -> list[str]:
        """Fields of a data set of its own that a source shows, if it does."""
        key = catalogue.data(wildcards.source)
        return [f"{ROOT}/data/{self.experiment.named_by(key)}/test.npz"] if key else []

    def truth_of(self, wildcards: Any) -> str:
        """The truth that is read as a source is: pieces as large, or fields."""
        if catalogue.needs(wildcards.source) == "autoencoder":
            first = self.experiment.autoencoders[0]
            return DRAWN.format(source="true_pieces", model=first, seed=self.experiment.seeds[0])
        return DRAWN.format(source="true_fields", model=NO_MODEL, seed=0)

    def learned_from_fields(self, wildcards: Any) -> list[str]:
        """All fields that a generator learned from, to look for copies of them in what it draws."""
        if catalogue.needs(wildcards.source) == "generator":
            return [f"{ROOT}/data/{self.learned_from(wildcards.model)}/train.npz"]
        return []

    def code_of_source(self, script: str) -> Callable[[Any], str]:
        """Of a script, a source and the model that it draws from."""

        def code(wildcards: Any) -> str:
            models = [] if wildcards.model == NO_MODEL else self.model_code(wildcards.model)
            return sources.script_digest(script, catalogue.file_of(wildcards.source, "a source"), *models)

        return code

    def code_of_model(self, script: str) -> Callable[[Any], str]:
        """Of a script and the model's own file."""
        return lambda wildcards: sources.script_digest(script, *self.model_code(wildcards.model))

    # the page

    def configuration(self, files: Sequence[Path]) -> str:
        """The experiment and all files that describe it, as JSON, for the page and its provenance."""
        described = [f"{DATASETS}/{name}.yaml" for name in self.experiment.datasets]
        described += [f"{MODELS}/{name}.yaml" for name in self.experiment.models]
        names = self.experiment.datasets
        contents = {
            "experiment": dataclasses.asdict(self.experiment),
            "merged_from": [str(file) for file in files],
            "files": [*map(str, files), *described, str(self.table)],
            "descriptions": {name: datasets.description(self.dataset(name)) for name in names},
        }
        return json.dumps(contents, sort_keys=True)

    def targets(self) -> list[str]:
        return []

    def check(self) -> None:
        for name in self.experiment.datasets:
            datasets.parts(self.dataset(name), f"{DATASETS}/{name}.yaml")
        for name in self.experiment.models:
            self.model(name).checked_settings(f"{MODELS}/{name}.yaml")


def _dataset(name: str) -> DataSet:
    return datasets.load(DATASETS / f"{name}.yaml")


def _model(name: str) -> ModelSpec:
    return training_section.load(MODELS / f"{name}.yaml")
