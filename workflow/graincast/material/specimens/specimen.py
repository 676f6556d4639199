"""A user's picture to a map of grains: which kind of picture it is, and every grain of it as a number.

A label map has one value or colour a grain. In a boundary image grains are told apart by dark or light lines. The
difference is seen: a label map is made of plateaus of many values, whatever their order.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.material.specimens import data_bar, drawn_boundaries, drawn_labels
from graincast.material.specimens.drawn_labels import FEWEST_PIXELS, is_label_map

KINDS = ("auto", "labels", "boundaries", "dark", "light")  # that a user may say; of lines, dark or light ones
LONGEST_LABELS = 3000  # pixels of a label map; of a larger one every second row and column is looked at, or fewer
FEWEST_GRAINS = 8


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
    field_of_view = data_bar.field_of_view(picture)
    if periodic and field_of_view.said:
        raise GraincastError(f"{where}: has a data bar, and so no period: crop it, or leave out --periodic")
    if field_of_view.doubt and kind == "auto":
        raise GraincastError(f"{where}: {field_of_view.doubt} (if it is none, say what there is with --kind)")
    doubts = [field_of_view.doubt] if field_of_view.doubt else []
    found = _read(picture[field_of_view.rows], kind, periodic, where)
    told = ", ".join(filter(None, (found.kind, field_of_view.said)))
    warnings = tuple(f"WARNING: segmentation doubtful: {doubt}" for doubt in doubts)
    return Specimen(found.labels, told, found.pixel, field_of_view.rows, warnings)


def _read(picture: NDArray, kind: str, periodic: bool, where: str) -> Specimen:
    step = -(-max(picture.shape[:2]) // LONGEST_LABELS)
    labelled = kind == "labels" or (kind == "auto" and is_label_map(picture[::step, ::step]))
    said = kind if kind in ("dark", "light") else None
    lines = None if labelled else drawn_boundaries.lines(picture, step, said)
    if lines is None and kind not in ("auto", "labels"):
        raise GraincastError(f"{where}: shows no thin dark or light lines between thick grains")
    if lines is None:
        pieces = drawn_labels.pieces(picture[::step, ::step], periodic)
        found = ", ".join(filter(None, ("labels", pieces.sentence())))
        labels, pixel = pieces.labels, float(step)
    else:
        found = f"boundaries, {lines.shade} lines"
        labels, pixel = drawn_boundaries.grains_between(lines, periodic)
    _check(labels, pixel, f"{where}, read as {found}")
    return Specimen(labels, found, pixel)


def _check(labels: NDArray[np.int32], pixel: float, where: str) -> None:
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
            "take a smaller field of view or finer pixels (a photograph? smoothed edges? see --kind)"
        )
