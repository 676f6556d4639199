"""How a growth model is trained: the section 'training' of its YAML.

Stages follow each other, with longer rollouts; the validation loss is that of the last stage's rollouts throughout, and
the best weights of the last stage are kept.
"""

from dataclasses import dataclass
from pathlib import Path

from graincast.training import spec
from graincast.training.spec import Budget, ModelSpec

MODELS = "growth/models"


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
    def budget(self) -> Budget:
        """The weights of the last stage count."""
        epochs = sum(stage.epochs for stage in self.stages)
        return Budget(epochs, self.patience, epochs - self.stages[-1].epochs if self.stages else 0)

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
        raise IndexError(f"there are only {self.budget.epochs} epochs")


def load(path: Path) -> ModelSpec:
    """The growth model that the YAML file at `path` describes."""
    return spec.load(path, MODELS, Training)
