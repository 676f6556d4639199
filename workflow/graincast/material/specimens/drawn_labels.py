"""Grains of a picture with one value or colour a grain: its pieces, without the lines that are drawn between them.

Lines of one value of their own, thin and met by half of the other values or more, are no grain: their pixels go to the
nearest one. Cellpose, ImageJ and others draw them as 0.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from graincast.material.grains import geometry
from graincast.material.grains.geometry import connected_regions
from graincast.material.grains.numbering import consecutive

THIN = 0.4  # thickness of lines over that of grains
CANDIDATES = 3  # values that may be those of lines
FEWEST_MET = 8  # other values: among fewer, a grain that lies between the others would be a line
FEWEST_PIXELS = 16  # of a plateau
LEAST_PLATEAUS = 0.25  # of a label map: share of its grains without those of the two commonest values


@dataclass(frozen=True)
class Pieces:
    labels: NDArray[np.int32]  # [rows, columns] connected pieces of one value, numbered from 0
    lines: float  # share of the pixels that were lines between them

    def sentence(self) -> str:
        """What was done to lines; empty if there were none."""
        return f"lines between labels filled, {100 * self.lines:.1f} % of the pixels" if self.lines else ""


def pieces(picture: NDArray, periodic: bool) -> Pieces:
    """The grains of a picture with one value or colour a grain."""
    codes = colour_codes(picture)
    values = consecutive(codes)
    lines = drawn_lines(values)
    return Pieces(numbered(values, periodic), 0.0) if lines is None else pieces_between(values, lines, periodic)


def pieces_between(values: NDArray, lines: NDArray[np.bool_], periodic: bool) -> Pieces:
    """The grains of values between lines that were found, which are filled."""
    regions = numbered(values, periodic)
    nearest = ndimage.distance_transform_edt(lines, return_distances=False, return_indices=True)
    return Pieces(numbered(regions[tuple(nearest)], periodic), float(lines.mean()))


def is_label_map(picture: NDArray) -> bool:
    """Whether a picture is made of plateaus of many values; one of lines has two values, or noise, or soft edges."""
    codes = colour_codes(picture)
    if is_speckled(codes):
        return False
    values = consecutive(codes)
    regions = numbered(values, periodic=False)
    sizes = np.bincount(regions.ravel())
    plateaus = sizes[regions] >= FEWEST_PIXELS
    others = np.sort(np.bincount(values[plateaus]))[:-2].sum()
    return bool(sizes.mean() >= FEWEST_PIXELS and others >= LEAST_PLATEAUS * codes.size)


def is_speckled(codes: NDArray) -> bool:
    """Whether most pixels differ from the next one."""
    return bool(2 * np.mean(codes[:, 1:] == codes[:, :-1]) < 1)


def colour_codes(picture: NDArray) -> NDArray:
    """One number a pixel, another one for another colour."""
    if picture.ndim == 2:
        return picture
    red, green, blue = (picture[..., channel].astype(np.int32) for channel in range(3))
    return (red << 16) | (green << 8) | blue


def drawn_lines(values: NDArray) -> NDArray[np.bool_] | None:
    """The pixels of lines of one value of their own, if there are such, in values numbered from 0."""
    met = geometry.sides(values)
    if len(met) - 1 < FEWEST_MET:
        return None
    likely = np.argsort(-met, kind="stable")[:CANDIDATES]
    for value in likely[2 * met[likely] >= len(met) - 1]:
        lines = np.asarray(values == value)
        if thickness(lines) < THIN * thickness(~lines):
            return lines
    return None


def thickness(inside: NDArray[np.bool_]) -> float:
    """How far the pixels of a mask are from its outside: most of them are nearer."""
    if inside.all() or not inside.any():
        return 0.0
    return float(np.percentile(ndimage.distance_transform_edt(inside)[inside], 90)) - 0.5


def numbered(labels: NDArray, periodic: bool) -> NDArray[np.int32]:
    """Regions of equal label from 0 on, joined across the edges where the picture is periodic."""
    if periodic:
        return connected_regions(labels)
    framed = np.pad(labels.astype(np.int64) + 1, ((0, 1), (0, 1)))
    regions = connected_regions(framed)[:-1, :-1]
    return consecutive(regions)
