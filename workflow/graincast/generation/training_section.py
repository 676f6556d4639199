"""How a model of this study is trained: the section 'training' of its YAML."""

from dataclasses import dataclass
from pathlib import Path

from graincast.training import spec
from graincast.training.spec import Budget, ModelSpec

MODELS = "generation/models"


@dataclass(frozen=True)
class Training:
    patch: int  # pixels to the side of what is cut out of fields
    zoom: float  # largest enlargement of a patch, and reduction
    batch: int  # patches a step, over all processes together
    an_epoch: int  # patches
    epochs: int
    patience: int  # epochs without a better validation loss after which training ends
    learning_rate: float  # peak; falls to zero along a cosine
    gradient_clip: float  # largest norm of a step's gradient
    grain_px: float | None = None  # side that the mean grain of each field is brought to; left out: as it is drawn
    average: float | None = None  # decay of the moving average of the weights that is kept

    def __post_init__(self) -> None:
        if min(self.batch, self.an_epoch, self.patience) < 1 or self.patch < 16 or self.zoom < 1:
            raise ValueError("training needs batch, an_epoch and patience >= 1, patch >= 16 and zoom >= 1")
        if self.learning_rate <= 0 or self.gradient_clip <= 0 or not 0 < (self.average or 0.5) < 1:
            raise ValueError("training needs learning_rate and gradient_clip > 0, and average in 0..1")

    @property
    def budget(self) -> Budget:
        """All epochs count."""
        return Budget(self.epochs, self.patience, 0)


def load(path: Path) -> ModelSpec:
    """The model of this study that the YAML file at `path` describes."""
    return spec.load(path, MODELS, Training)
