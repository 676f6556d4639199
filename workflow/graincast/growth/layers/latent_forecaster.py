"""A forecaster whose frames come one from another in the latent space; a model says how it mixes the memory."""

from abc import abstractmethod

from torch import Tensor

from graincast.growth.forecaster import Forecast, Forecaster, Lesson, Sequences
from graincast.growth.layers.losses import LossWeights
from graincast.growth.layers.rollout import Rollout, Widths, forecast_images, lesson_loss


class LatentForecaster(Forecaster):
    def __init__(self, widths: Widths, weights: LossWeights) -> None:
        super().__init__()
        self.weights = weights  # of the parts of the loss
        self.rollout = Rollout(widths)

    @abstractmethod
    def mix(self, hidden: Tensor, image: Tensor) -> Tensor:
        """The hidden state [B, C, h, w] of the memory after what the model does to it, given the image [B, H, W]."""

    def forecast(self, known: Sequences, frames: int) -> Forecast:
        """The next `frames` frames after those that are known."""
        return Forecast(forecast_images(self.rollout, self.mix, known.images, frames), None)

    def loss(self, sequences: Sequences, lesson: Lesson) -> Tensor:
        """Composite loss of each sequence, as [B]."""
        return lesson_loss(self.rollout, self.mix, sequences, lesson, self.weights)

    def last_hidden(self, known: Sequences) -> Tensor:
        """The hidden state [B, C, h, w] that `mix` is given at the last known frame."""
        return self.rollout.unmixed(self.rollout.seen(known.images), self.mix)
