"""What models of this study have in common: autoencoders, whose latents are read, and generators, which draw fields."""

from abc import ABC, abstractmethod

import numpy as np
from torch import Tensor, nn

from graincast.generation.data.conditions import Conditions
from graincast.generation.data.patches import Patches
from graincast.training.data import Chances


class Model(nn.Module, ABC):
    @abstractmethod
    def loss(self, batch: Patches, chances: Chances) -> Tensor:
        """The loss of each patch, [b]."""

    @abstractmethod
    def redrawn(self, batch: Patches) -> Tensor:
        """What it makes of patches, as distances [b, 1, side, side] in pixels; to look at."""


class PatchAutoencoder(Model):
    side: int  # pixels of its patches
    latents: int

    @abstractmethod
    def encode(self, distance: Tensor) -> tuple[Tensor, Tensor]:
        """Distances [b, 1, side, side] to means and logarithms of variances [b, latents]."""

    @abstractmethod
    def decode(self, latents: Tensor) -> Tensor:
        """Latents [b, latents] to distances [b, 1, side, side]."""

    @abstractmethod
    def parts(self, batch: Patches, chances: Chances) -> tuple[Tensor, Tensor]:
        """Mean squared error and Kullback-Leibler divergence of each patch, [b] each."""


class Generator(Model):
    step: int  # pixels: sides of a field are multiples of it

    @abstractmethod
    def draw(self, shape: tuple[int, int], asked: Conditions, rng: np.random.Generator) -> Tensor:
        """A periodic field of distances [rows, columns] in pixels."""
