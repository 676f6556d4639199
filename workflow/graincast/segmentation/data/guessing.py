"""Pictures with what a trained guesser says of their boundaries."""

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch

from graincast.segmentation import tiling, trained
from graincast.segmentation.contract import Guesser
from graincast.segmentation.data.known_pictures import GrainPicture


def guessed(weights: Path, split: Sequence[GrainPicture], device: torch.device) -> Iterator[GrainPicture]:
    """Each picture of a split, as it is seen with all of its noise."""
    model = trained.loaded(weights, device, Guesser)  # type: ignore[type-abstract]
    for picture in split:
        yield dataclasses.replace(picture, guess=tiling.asked(model, picture.seen())[0])
