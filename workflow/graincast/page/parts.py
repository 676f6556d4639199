"""What the report's page is made of: sections of parts. A part holds its contents and its words, and no files.

`page.write` puts a page's sections into one file, each figure as PDF and PNG beside it, each table as CSV and Parquet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd
from altair import TopLevelMixin
from matplotlib.figure import Figure
from numpy.typing import NDArray


@dataclass(frozen=True)
class Words:
    """A paragraph, or a list if there are several sentences.

    `lead` is for what a hurried reader reads, `note` for the rest.
    """

    sentences: Sequence[str]
    look: Literal["lead", "text", "note"] = "text"


@dataclass(frozen=True)
class Picture:
    """A figure of pixels."""

    name: str  # of its files
    figure: Figure
    caption: str
    alt: str  # what it shows, made from the numbers
    title: str = ""


@dataclass(frozen=True)
class Chart:
    """An interactive chart."""

    name: str
    chart: TopLevelMixin
    caption: str
    alt: str
    title: str = ""


@dataclass(frozen=True)
class Film:
    """Images of several things at the same times, with a slider through time."""

    name: str
    panels: Mapping[str, NDArray]  # by what they show: colours [T, H, W, 3] or greys [T, H, W], uint8
    times: Sequence[str]  # what to call each of the T times
    strip: Figure  # the same for paper: some of the times beside each other
    caption: str
    alts: Sequence[str]  # of each time, made from the numbers
    title: str = ""


@dataclass(frozen=True)
class Table:
    """A table that can be sorted; numbers stay numbers until they are shown."""

    name: str
    frame: pd.DataFrame  # with columns called as the reader should see them
    label: str  # what it is a table of
    formats: Mapping[str, str] = field(default_factory=dict)  # of columns of numbers, such as "{:.3f}"


Part = Words | Picture | Chart | Film | Table


@dataclass(frozen=True)
class Section:
    name: str  # of its anchor
    title: str
    parts: Sequence[Part]
