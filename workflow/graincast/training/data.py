"""What a training learns from, as the loop sees it: samples by the batch, in an order of their own for every epoch.

A batch is named before it is made, so that the loop knows how many chances it takes: one numpy generator a sample,
keyed by (seed, epoch, batch, number). What a batch holds is between the data of a study and its learner.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence, Sized
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

import numpy as np
import torch

Chances = tuple[np.random.Generator, ...]  # one a sample


class Batch(Protocol):
    """Some samples."""

    def __len__(self) -> int:
        """How many they are."""

    def some(self, chosen: slice, /) -> Self:
        """Some of them, perhaps none: a process's share."""

    def to(self, device: torch.device, /) -> Self:
        """The same on a device."""


Chosen = TypeVar("Chosen", bound=Sized)  # the name of a batch: which samples, and how they are to be shown
Shown = TypeVar("Shown", bound=Batch)


class Data(ABC, Generic[Chosen, Shown]):
    """One split. What is too small to learn from or to judge by is a GraincastError that names its file."""

    on_processor: ClassVar[bool] = (
        False  # whether its batches are made there whatever the device, so that other processes can
    )

    @abstractmethod
    def epoch(self, number: int, rng: np.random.Generator) -> Sequence[Chosen]:
        """The batches of epoch `number`, from 0, each sample once, in the order that `rng` draws."""

    @abstractmethod
    def batch(self, chosen: Chosen, chances: Chances) -> Shown:
        """A batch to learn from, each sample augmented by its own chance."""

    @abstractmethod
    def in_order(self) -> Sequence[Chosen]:
        """All samples by the batch, in an order that never changes: to judge by."""

    @abstractmethod
    def unchanged(self, chosen: Chosen) -> Shown:
        """A batch to judge by."""

    @abstractmethod
    def to(self, device: torch.device) -> Self:
        """The same where its batches are best made for a device: there, or where it is if that has no room for it."""


AnyData = Data[Any, Any]
