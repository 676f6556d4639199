"""A convolutional autoencoder whose latent grid a ConvLSTM moves on, frame by frame: the published baseline.

Trained end to end on long rollouts from the start it collapses to the mean image. So stages of training come in this
order: the autoencoder alone (a horizon of 0), then short rollouts guided by true frames, then long ones without.
"""

from dataclasses import dataclass

from torch import Tensor

from graincast.growth.layers.latent_forecaster import LatentForecaster
from graincast.growth.layers.losses import LossWeights
from graincast.growth.layers.rollout import Widths


@dataclass(frozen=True)
class Settings:
    widths: Widths
    loss: LossWeights


class Model(LatentForecaster):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.widths, settings.loss)

    def mix(self, hidden: Tensor, _image: Tensor) -> Tensor:
        """Nothing but convolutions moves the memory."""
        return hidden
