"""What the report's page is made of: sections of parts. A part holds its contents and its words, and no files.

`page.write` puts a page's sections into one file, each figure as PDF and PNG beside it, each table as CSV and Parquet.
The title of a part stands above it as a heading of its own; many have none.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import pandas as pd
from altair import TopLevelMixin
from matplotlib.figure import Figure
from numpy.typing import NDArray

Format = str | Callable[[float], str]  # such as "{:.3f}"
LOW, HIGH = " low", " high"  # ends of the names of the columns that hold the 95% interval of another


@dataclass(frozen=True)
class Words:
    """A paragraph, or a list if there are several sentences.

    `lead` is for what a hurried reader reads, `list` a list even of one sentence, `note` for the small print.
    """

    sentences: Sequence[str]
    look: Literal["lead", "text", "list", "note"] = "text"
    title: str = ""


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
    """An interactive chart, made with the helpers of `figures.charts`."""

    name: str
    chart: TopLevelMixin
    caption: str
    alt: str
    title: str = ""
    numbers: str = ""  # name of the table that holds what it shows; one of its own is written where there is none

    @property
    def table(self) -> str:
        """Name of the table that holds its numbers, for readers who cannot point at them."""
        return self.numbers or f"chart_{self.name}"

    @cached_property
    def specification(self) -> dict[str, Any]:
        """The chart as JSON for Vega-Lite; made once, since that takes as long as drawing it."""
        made: dict[str, Any] = self.chart.to_dict()
        return made

    @property
    def rows(self) -> pd.DataFrame:
        """All rows that it holds."""
        return pd.concat([pd.DataFrame(rows) for rows in self.specification["datasets"].values()], ignore_index=True)


@dataclass(frozen=True)
class Film:
    """Images of several things at the same times, with a slider through time."""

    name: str
    panels: Mapping[str, NDArray]  # by what they show: colours [T, H, W, 3] or greys [T, H, W], uint8
    times: Sequence[str]  # what to call each of the T times
    strip: Figure  # the same for paper: some of the times beside each other
    caption: str
    alts: Sequence[str]  # of each time, made from the numbers
    about: str  # what its slider and buttons are of, unlike that of any other film
    title: str = ""


@dataclass(frozen=True)
class Table:
    """A table that can be sorted; numbers stay numbers until they are shown.

    A column with two others beside it, called the same and `LOW` and `HIGH`, is shown with these as its interval.
    """

    name: str
    frame: pd.DataFrame  # with columns called as the reader should see them
    label: str  # what it is a table of
    formats: Mapping[str, Format] = field(default_factory=dict)  # of columns of numbers
    title: str = ""


@dataclass(frozen=True)
class Listing:
    """A text as it is, folded away."""

    summary: str
    text: str
    title: str = ""


Part = Words | Picture | Chart | Film | Table | Listing


@dataclass(frozen=True)
class Section:
    """What stands under one heading of the page."""

    name: str  # of its anchor
    title: str
    parts: Sequence[Part]

    @property
    def first_sentence(self) -> str:
        """What it says first."""
        return next(part for part in self.parts if isinstance(part, Words)).sentences[0]
