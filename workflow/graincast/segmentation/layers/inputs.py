"""Which of the channels of a picture a model sees, by name: so single detectors can be held against the fusion."""

from collections.abc import Sequence

from torch import Tensor

from graincast.segmentation import edges
from graincast.segmentation.data.crops import COLOURS

CHANNELS = {"grey": tuple(range(COLOURS)), **{name: (COLOURS + at,) for at, name in enumerate(edges.DETECTORS)}}


def check(names: Sequence[str]) -> None:
    """A ValueError for a name that is none, or for no name."""
    unknown = [name for name in names if name not in CHANNELS]
    if unknown or not names or len(set(names)) < len(names):
        raise ValueError(f"expected 'inputs' of {', '.join(CHANNELS)}, each once; found {list(names)}")


def count(names: Sequence[str]) -> int:
    """How many channels they are."""
    return sum(len(CHANNELS[name]) for name in names)


def chosen(seen: Tensor, names: Sequence[str]) -> Tensor:
    """Those of the channels [b, 6, rows, columns], [b, count, rows, columns]."""
    return seen[:, [at for name in names for at in CHANNELS[name]]]
