"""The table of ways from a picture to grains: files of `ways/` with a LABEL, and NEEDS, kinds of models, where any."""

from graincast.base.labelled import LabelledFiles
from graincast.base.sources import LIBRARY

NO_MODEL = "none"  # the model of ways that need none
WAYS = LabelledFiles(LIBRARY / "segmentation" / "ways", "way")


def needs(name: str) -> tuple[str, ...]:
    """The kinds of models that it needs; the last is the one that it is called after."""
    return tuple(filter(None, WAYS.said(name, "NEEDS").split(", ")))


def name(way: str, model: str) -> str:
    """What the table calls a way by a model."""
    return way if model == NO_MODEL else f"{way}/{model}"
