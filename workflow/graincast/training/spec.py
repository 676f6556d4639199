"""One model's YAML: which file of models/, its settings, and its training budget."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graincast.base import specs


@dataclass(frozen=True)
class Stage:
    epochs: int
    horizon: int  # frames rolled out in the loss; 0: the shown frames are only to be rebuilt
    forcing: float  # share of the model's own frames that are replaced by true ones in a rollout

    def __post_init__(self) -> None:
        if self.epochs < 1 or self.horizon < 0 or not 0 <= self.forcing <= 1:
            raise ValueError("a stage needs epochs >= 1, horizon >= 0 and forcing in 0..1")


@dataclass(frozen=True)
class Training:
    inputs: int  # frames that the model is shown
    batch: int  # sequences a step, over all processes together
    learning_rate: float  # peak; falls to zero along a cosine over all stages
    gradient_clip: float  # largest norm of a step's gradient
    patience: int  # epochs of the last stage without a better validation loss after which training ends
    stages: tuple[Stage, ...]  # one after the other; none: nothing to learn

    def __post_init__(self) -> None:
        if min(self.inputs, self.batch, self.patience) < 1 or self.learning_rate <= 0 or self.gradient_clip <= 0:
            raise ValueError("training needs inputs, batch, patience >= 1, learning_rate and gradient_clip > 0")

    @property
    def epochs(self) -> int:
        return sum(stage.epochs for stage in self.stages)

    @property
    def horizon(self) -> int:
        """Frames that the validation loss rolls out: those of the last stage."""
        return self.stages[-1].horizon if self.stages else 0

    def stage(self, epoch: int) -> Stage:
        """The stage that epoch number `epoch`, from 0, is in."""
        for stage in self.stages:
            if epoch < stage.epochs:
                return stage
            epoch -= stage.epochs
        raise IndexError(f"there are only {self.epochs} epochs")


@dataclass(frozen=True)
class ModelSpec:
    model: str  # a file of models/
    settings: dict[str, Any]  # its Settings
    training: Training

    @property
    def learns(self) -> bool:
        """Whether a training changes anything."""
        return bool(self.training.stages)

    def part_file(self, where: str) -> Path:
        """The library file of its model, without importing it."""
        return specs.part_file("growth/models", self.model, f"{where}, 'model'")

    def build(self, where: str) -> Any:
        """The model (a Forecaster) with fresh weights."""
        module = specs.part("growth/models", self.model, f"{where}, 'model'")
        return module.Model(self.checked_settings(where))

    def checked_settings(self, where: str) -> Any:
        """The model's own Settings."""
        module = specs.part("growth/models", self.model, f"{where}, 'model'")
        return specs.build(self.settings, module.Settings, f"{where}, 'settings'")


def load(path: Path) -> ModelSpec:
    """The model that the YAML file at `path` describes."""
    return specs.load(path, ModelSpec)
