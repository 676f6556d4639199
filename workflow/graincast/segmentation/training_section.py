"""How a model of this study is trained: the section 'training' of its YAML."""

from dataclasses import dataclass
from pathlib import Path

from graincast.training import spec
from graincast.training.spec import Budget, ModelSpec

MODELS = "segmentation/models"


@dataclass(frozen=True)
class Training:
    rows: int  # pixels of a crop
    columns: int
    looks: float  # chance that a crop is given the looks of real pictures
    batch: int  # crops a step, over all processes together
    an_epoch: int  # crops
    epochs: int
    patience: int  # epochs without a better validation loss after which training ends
    learning_rate: float  # peak; falls to zero along a cosine
    gradient_clip: float  # largest norm of a step's gradient
    zoom: float = 1.0  # by which a crop is enlarged or reduced at most; left out: not at all
    average: float | None = None  # decay of the moving average of the weights that is kept

    def __post_init__(self) -> None:
        if min(self.batch, self.an_epoch, self.patience) < 1 or min(self.rows, self.columns) < 32:
            raise ValueError("training needs batch, an_epoch and patience >= 1, rows and columns >= 32")
        if self.learning_rate <= 0 or self.gradient_clip <= 0 or not 0 < (self.average or 0.5) < 1:
            raise ValueError("training needs learning_rate and gradient_clip > 0, and average in 0..1")
        if not 0 <= self.looks <= 1 or self.zoom < 1:
            raise ValueError("expected 'looks' in 0..1, and 'zoom' of 1 or more")

    @property
    def budget(self) -> Budget:
        """All epochs count."""
        return Budget(self.epochs, self.patience, 0)


def load(path: Path) -> ModelSpec:
    """The model of this study that the YAML file at `path` describes."""
    return spec.load(path, MODELS, Training)
