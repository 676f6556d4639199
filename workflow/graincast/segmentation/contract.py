"""What models of this study have in common: all see the same channels of a picture, of any size.

Guessers say of each pixel whether it is on a boundary, repairers mend such a picture, and partitioners say of pairs of
pixels whether they are of one grain.
"""

from abc import ABC, abstractmethod

from torch import Tensor, nn

from graincast.segmentation.data.crops import Crops
from graincast.training.data import Chances


class Model(nn.Module, ABC):
    step: int  # pixels: sides of what it sees are multiples of it
    reach: int  # pixels beyond which nothing that it sees decides a pixel, or next to nothing

    @abstractmethod
    def loss(self, batch: Crops, chances: Chances) -> Tensor:
        """The loss of each crop, [b]."""

    @abstractmethod
    def boundaries(self, batch: Crops) -> Tensor:
        """How sure it is of a boundary [b, rows, columns], 0..1; to look at."""


class Guesser(Model):
    @abstractmethod
    def guess(self, seen: Tensor) -> Tensor:
        """How sure it is of a boundary [b, 1, rows, columns], 0..1, of channels [b, 6, rows, columns]."""


class Repairer(Model):
    @abstractmethod
    def mend(self, seen: Tensor, guess: Tensor) -> Tensor:
        """A guess [b, 1, rows, columns], 0..1, made better by one pass, of channels [b, 6, rows, columns]."""


class Partitioner(Model):
    offsets: tuple[tuple[int, int], ...]  # from a pixel to the other one of a pair: rows and columns

    @abstractmethod
    def together(self, seen: Tensor) -> Tensor:
        """The chance that pairs are of one grain [b, offsets, rows, columns], at the first pixel of each pair."""
