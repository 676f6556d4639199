"""The table of ways from a picture to grains: files of `ways/` with a LABEL; NEEDS are kinds of models, where any.

FIXED is a file of weights that a way always takes, a segmenter's. MENDS says what a way starts from, where a picture
may bring it along.
"""

from graincast.base.labelled import LabelledFiles
from graincast.base.sources import LIBRARY

NO_MODEL = "none"  # the model of ways that need none
WAYS = LabelledFiles(LIBRARY / "segmentation" / "ways", "way")


def needs(name: str) -> tuple[str, ...]:
    """The kinds of models that it needs; the last is the one that it is called after."""
    return tuple(filter(None, WAYS.said(name, "NEEDS").split(", ")))


def fixed(name: str) -> str:
    """The file of weights that it always takes; empty of most."""
    return WAYS.said(name, "FIXED")


def mends(name: str) -> bool:
    """Whether it starts from a guess, which a picture may bring along."""
    return bool(WAYS.said(name, "MENDS"))


def name(way: str, model: str) -> str:
    """What the table calls a way by a model."""
    return way if model == NO_MODEL else f"{way}/{model}"
