"""A convolutional autoencoder whose latent grid a ConvLSTM moves on, frame by frame: the published baseline.

Trained end to end on long rollouts from the start it collapses to the mean image. So stages of training come in this
order: the autoencoder alone (a horizon of 0), then short rollouts guided by true frames, then long ones without.
"""

from dataclasses import dataclass

from torch import Tensor

from graincast.growth.forecaster import Forecast, Forecaster, Lesson, Sequences
from graincast.growth.layers.losses import LossWeights
from graincast.growth.layers.rollout import Rollout, Widths, forecast_images, lesson_loss


@dataclass(frozen=True)
class Settings:
    widths: Widths
    loss: LossWeights


class Model(Forecaster):
    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.rollout = Rollout(settings.widths)

    def forecast(self, known: Sequences, frames: int) -> Forecast:
        """The next `frames` frames after those that are known."""
        return Forecast(forecast_images(self.rollout, _unchanged, known.images, frames), None)

    def loss(self, sequences: Sequences, lesson: Lesson) -> Tensor:
        """Composite loss of each sequence, as [B]."""
        return lesson_loss(self.rollout, _unchanged, sequences, lesson, self.settings.loss)


def _unchanged(hidden: Tensor, _image: Tensor) -> Tensor:
    """Nothing but convolutions moves the memory."""
    return hidden
