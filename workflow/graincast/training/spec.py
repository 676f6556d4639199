"""One model's YAML, whatever its study: which file of the study's models, its settings, and how it is trained."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from graincast.base import specs


@dataclass(frozen=True)
class Budget:
    """How long a training goes on."""

    epochs: int
    patience: int  # epochs without a better validation loss after which it ends, among those that count
    best_from: int  # epoch, from 0, from which on the best weights count


class TrainingSection(Protocol):
    """The section 'training' of a model's YAML: a dataclass of the study's own."""

    @property
    def budget(self) -> Budget:
        """What the loop asks of it; no epochs: nothing to learn."""


@dataclass(frozen=True)
class ModelSpec:
    model: str  # a file of `folder`
    settings: dict[str, Any]  # its Settings
    training: Any  # a TrainingSection
    folder: str  # of the study's models, such as growth/models

    @property
    def budget(self) -> Budget:
        budget: Budget = self.training.budget
        return budget

    @property
    def learns(self) -> bool:
        """Whether a training changes anything."""
        return self.budget.epochs > 0

    def part_file(self, where: str) -> Path:
        """The library file of its model, without importing it."""
        return specs.part_file(self.folder, self.model, f"{where}, 'model'")

    def build(self, where: str) -> Any:
        """The model with fresh weights."""
        module = specs.part(self.folder, self.model, f"{where}, 'model'")
        return module.Model(self.checked_settings(where))

    def checked_settings(self, where: str) -> Any:
        """The model's own Settings."""
        module = specs.part(self.folder, self.model, f"{where}, 'model'")
        return specs.build(self.settings, module.Settings, f"{where}, 'settings'")


@dataclass(frozen=True)
class _Sections:
    """What stands in the file."""

    model: str
    settings: dict[str, Any]
    training: dict[str, Any]


def load(path: Path, folder: str, section: type[TrainingSection]) -> ModelSpec:
    """The model that the YAML file at `path` describes, one of `folder`, trained as `section` says."""
    found = specs.load(path, _Sections)
    training = specs.build(found.training, section, f"{path}, 'training'")
    return ModelSpec(found.model, found.settings, training, folder)
