"""One model's YAML: which file of models/, its settings, and its training budget."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graincast import specs


@dataclass(frozen=True)
class Training:
    epochs: int
    batch: int  # sequences a step, over all processes together
    horizon: int  # frames rolled out in the loss
    learning_rate: float  # peak; falls to zero along a cosine
    gradient_clip: float  # largest norm of a step's gradient

    def __post_init__(self) -> None:
        if self.epochs < 0 or self.batch < 1 or self.horizon < 1 or self.learning_rate <= 0 or self.gradient_clip <= 0:
            raise ValueError("training needs epochs >= 0, batch and horizon >= 1, learning_rate and gradient_clip > 0")


@dataclass(frozen=True)
class ModelSpec:
    model: str  # a file of models/
    settings: dict[str, Any]  # its Settings
    training: Training

    def part_file(self, where: str) -> Path:
        """The library file of its model, without importing it."""
        return specs.part_file("models", self.model, f"{where}, 'model'")

    def build(self, where: str) -> Any:
        """The model (a Forecaster) with fresh weights."""
        module = specs.part("models", self.model, f"{where}, 'model'")
        return module.Model(self.checked_settings(where))

    def checked_settings(self, where: str) -> Any:
        """The model's own Settings."""
        module = specs.part("models", self.model, f"{where}, 'model'")
        return specs.build(self.settings, module.Settings, f"{where}, 'settings'")


def load(path: Path) -> ModelSpec:
    """The model that the YAML file at `path` describes."""
    return specs.load(path, ModelSpec)
