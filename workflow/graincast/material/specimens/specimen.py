"""A user's picture to a map of grains: which kind of picture it is, and every grain of it as a number.

A label map has one value or colour a grain. In a boundary image grains are told apart by dark or light lines. The
difference is seen: a label map is made of plateaus of many values, whatever their order.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.material.specimens import data_bar, doubt, drawn_boundaries, drawn_labels
from graincast.material.specimens.drawn_labels import FEWEST_PIXELS, is_label_map

KINDS = ("auto", "labels", "boundaries", "dark", "light")  # that a user may say; of lines, dark or light ones
LONGEST_LABELS = 3000  # pixels of a label map; of a larger one every second row and column is looked at, or fewer
FEWEST_GRAINS = 8
SPECK = 4  # pixels: smaller pieces of a picture are tips of grains that pixels cut off
SEE_KIND = "take a smaller field of view or finer pixels (a photograph? smoothed edges? see --kind)"


@dataclass(frozen=True)
class Specimen:
    labels: NDArray[np.int32]  # [rows, columns] grains from 0 on, each one region
    kind: str  # "labels" or "boundaries", with what was found
    pixel: float  # of the user's picture, to one of the labels
    rows: slice = field(default_factory=lambda: slice(None))  # of the user's picture: those without a data bar
    warnings: tuple[str, ...] = ()  # for its user, a sentence each

    @property
    def grains(self) -> int:
        return int(self.labels.max()) + 1


def read(picture: NDArray, kind: str, periodic: bool, where: str) -> Specimen:
    """The grains of a picture without its data bar; `kind` is one of KINDS. What its user says overrules a doubt."""
    bar = data_bar.cut(picture)
    if periodic and bar.said:
        raise GraincastError(f"{where}: has a data bar, and so no period: crop it, or leave out --periodic")
    doubts: list[str] = []

    def take(reason: str) -> None:
        if reason and kind == "auto":
            cure = "" if "--kind" in reason else " (if these are grains, --kind says what it shows)"
            raise GraincastError(f"{where}: {reason}{cure}")
        doubts.extend([reason] if reason else [])

    take(bar.doubt)
    labels, found, pixel = _read(picture[bar.rows], kind, periodic, where, take)
    told = ", ".join(filter(None, (found, bar.said)))
    warnings = tuple(f"WARNING: segmentation doubtful: {reason}" for reason in doubts)
    return Specimen(labels, told, pixel, bar.rows, warnings)


def _read(
    picture: NDArray, kind: str, periodic: bool, where: str, take: Callable[[str], None]
) -> tuple[NDArray[np.int32], str, float]:
    """Grains, what they were read as, and pixels of the picture to one of theirs; `take` is told of each doubt."""
    step = -(-max(picture.shape[:2]) // LONGEST_LABELS)
    seen = picture[::step, ::step]
    plateaus = kind in ("auto", "labels") and is_label_map(seen)
    lines = None
    if kind != "labels" and not plateaus:
        lines = drawn_boundaries.lines(picture, step, kind if kind in ("dark", "light") else None)
    if lines is not None:
        found = f"boundaries, {lines.shade} lines"
        labels, pixel = drawn_boundaries.grains_between(lines, periodic)
        take(doubt.of_lines(lines, labels))
    elif kind in ("auto", "labels"):
        pieces = drawn_labels.pieces(seen, periodic)
        found = ", ".join(filter(None, ("labels", pieces.sentence())))
        labels, pixel = pieces.labels, float(step)
    else:
        raise GraincastError(f"{where}: shows no thin dark or light lines between thick grains")
    unclear = kind == "auto" and lines is None and not plateaus
    _check(labels, pixel, f"{where}, read as {found}", doubt.PHOTOGRAPH if unclear else SEE_KIND)
    if lines is None:
        take(doubt.of_two_shades(seen) if unclear else doubt.of_labels(seen))
    return labels, found, pixel


def _check(labels: NDArray[np.int32], pixel: float, where: str, cure: str) -> None:
    grains = int(labels.max()) + 1
    if grains < FEWEST_GRAINS:
        what = "one single grain" if grains == 1 else f"{grains} grains"
        raise GraincastError(
            f"{where}: shows {what}, expected {FEWEST_GRAINS} or more: "
            "take a larger field of view (if there are more, see --kind)"
        )
    mean = labels.size / grains
    if mean < FEWEST_PIXELS:
        raise GraincastError(
            f"{where}: a mean grain has {mean * pixel**2:.0f} pixels, expected {FEWEST_PIXELS * pixel**2:.0f} or more: "
            f"{cure}"
        )
    specks = int(np.sum(np.bincount(labels.ravel()) < SPECK))
    if 2 * specks > grains:
        raise GraincastError(
            f"{where}: {specks} specks of fewer than {SPECK} pixels beside {grains - specks} grains: was it resized "
            "with smoothing, or saved as JPEG? (see --kind)"
        )
