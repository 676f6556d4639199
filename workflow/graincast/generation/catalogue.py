"""The table of sources of structures: files of `sources/` with a LABEL.

Beside it stand NEEDS, the kind of model, in one that needs a model, ONCE, why all trainings give the same, in one that
is drawn by the first alone, and DATA, the key of the experiment that names a data set, in one that shows the fields of
a data set of its own.

Each file is one way to come by structures. To add one is to add a file, and its name in the configuration.
"""

from pathlib import Path

from graincast.base.labelled import LABEL, LabelledFiles
from graincast.base.sources import LIBRARY

NO_MODEL = "none"  # the model of sources that need none
ALL_STEPS = -1  # the step of scores over all steps
SOURCES = LabelledFiles(LIBRARY / "generation" / "sources", "source")


def file_of(name: str, where: str) -> Path:
    """The library file of a source, without importing it."""
    return SOURCES.file_of(name, where)


def name(source: str, model: str) -> str:
    """What the table calls a source that draws from a model."""
    return source if model == NO_MODEL else f"{source}/{model}"


def label(name: str) -> str:
    """What a reader calls it."""
    return SOURCES.said(name, LABEL)


def needs(name: str) -> str:
    """The kind of model that it needs; empty: none."""
    return SOURCES.said(name, "NEEDS")


def once(name: str) -> bool:
    """Whether every training would draw the same."""
    return bool(SOURCES.said(name, "ONCE"))


def data(name: str) -> str:
    """The key of the experiment that names the data set it shows; empty: none of its own."""
    return SOURCES.said(name, "DATA")
