"""How a page shows a film: each panel's times one below the other in one image, behind a window that a slider moves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.report import addresses
from graincast.report.parts import Film


@dataclass(frozen=True)
class Roll:
    """All times of one panel in one image, one below the other."""

    name: str
    source: str  # data URL
    width: int  # of one time, in pixels
    height: int


@dataclass(frozen=True)
class Column:
    """What is shown or hidden together: a panel, and its error where it has one."""

    name: str
    rolls: Sequence[Roll]


@dataclass(frozen=True)
class Moment:
    """One time in words."""

    time: str
    alt: str


@dataclass(frozen=True)
class View:
    """A film as the template needs it."""

    name: str
    title: str
    about: str  # what it is a film of, for those who do not see where it stands
    caption: str
    columns: Sequence[Column]
    moments: Sequence[Moment]


def error_of(name: str) -> str:
    """What the error of a panel is called: a panel of this name stands below it."""
    return f"{name}: error"


def view(shown: Film) -> View:
    """The film as a page shows it."""
    return View(
        shown.name,
        shown.title,
        shown.about,
        shown.caption,
        list(_columns(shown)),
        list(map(Moment, shown.times, shown.alts)),
    )


def _columns(shown: Film) -> Iterator[Column]:
    errors = {error_of(name) for name in shown.panels}
    for name in shown.panels:
        if name not in errors:
            together = [one for one in (name, error_of(name)) if one in shown.panels]
            yield Column(name, [_roll(one, shown.panels[one]) for one in together])


def _roll(name: str, images: NDArray[np.uint8]) -> Roll:
    """Images [T, H, W] or [T, H, W, 3], one below the other."""
    source = addresses.of_pixels(images.reshape(-1, *images.shape[2:]))
    return Roll(name, source, width=images.shape[2], height=images.shape[1])
