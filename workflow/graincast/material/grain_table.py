"""A table of the grains of a structure, in the plane or in space: how large, of what shape, where, beside how many.

Lengths are in micrometres where the step is known and in pixels where not, and the columns' names say which. x runs to
the right from the left edge, y down from the upper edge, z up from the lowest layer.

The perimeter is Crofton's: crossings of the outline with every row, column and diagonal, P = pi / 8 (N_0 + N_90 +
(N_45 + N_135) / sqrt 2). It is right to 1 % for discs of 10 pixels and more, and to 6 % for straight sides of any
direction. Where the edge of the map cuts a grain, the edge is part of its outline.

The aspect ratio is that of the ellipse with the same second moments, in space longest over shortest, with a pixel's own
extent counted in. Its major axis is given in degrees from the x axis, 0 to 180, counter-clockwise as a map is looked
at; in space by that azimuth within a layer, 0 to 360, and by the elevation above it, 0 to 90. Orientations are Bunge's
angles.
"""

import csv
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.base.storage import written
from graincast.material.grains import geometry
from graincast.material.grains.small_grains import touching_inside
from graincast.material.microstructure import Microstructure

AXES = ("x", "y", "z")
Columns = dict[str, NDArray]


@dataclass(frozen=True)
class _Runs:
    """Stretches of pixels of one grain along a row: its grain, first column, length and the other coordinates."""

    grain: NDArray[np.int64]
    first: NDArray[np.float64]
    length: NDArray[np.float64]
    others: tuple[NDArray[np.float64], ...]  # y, or y and z


def columns(structure: Microstructure) -> Columns:
    """Columns [grains] by their names, of the grains that are there; grains count from 1."""
    labels, count = structure.labels, structure.grains
    step, unit = (1.0, "px") if structure.step is None else (structure.step, "um")
    runs = _runs(labels)
    size, centre, covariance = _moments(runs, count)
    found: Columns = {"grain": np.arange(1, count + 1)}
    if labels.ndim == 2:
        found[f"area_{unit}2"] = size * step**2
        found[f"equivalent_diameter_{unit}"] = 2 * step * np.sqrt(size / np.pi)
        found[f"perimeter_{unit}"] = step * perimeters(labels)
    else:
        found[f"volume_{unit}3"] = size * step**3
        found[f"equivalent_diameter_{unit}"] = 2 * step * np.cbrt(3 * size / (4 * np.pi))
    found |= _ellipses(covariance)
    found |= {f"{axis}_{unit}": step * (at + 0.5) for axis, at in zip(AXES, centre, strict=False)}
    found["neighbours"] = neighbours(labels)
    found["touches_edge"] = np.isin(np.arange(count), geometry.on_edge(labels))
    if structure.phases:
        found["phase"] = np.array(structure.phases)
    if structure.orientations is not None:
        found |= _bunge(structure.orientations)
    return {name: column[size > 0] for name, column in found.items()}


def write_csv(path: Path, structure: Microstructure) -> None:
    """Write the table of a structure with a head of names."""
    write_columns(path, columns(structure))


def write_columns(path: Path, table: Columns) -> None:
    """Write columns with a head of their names; whole numbers as such, others to six digits."""
    texts = [
        [f"{value:.6g}" for value in column.tolist()] if column.dtype.kind == "f" else column.astype(str).tolist()
        for column in table.values()
    ]
    with written(path) as partial, open(partial, "w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(table)
        writer.writerows(zip(*texts, strict=True))


def perimeters(labels: NDArray[np.integer]) -> NDArray[np.float64]:
    """Crofton's perimeters of all grains 0..max of a map [rows, columns], in pixels."""
    count = int(labels.max()) + 1
    framed = np.pad(labels, 1, constant_values=count)
    straight = _crossings(framed[:, :-1], framed[:, 1:], count) + _crossings(framed[:-1], framed[1:], count)
    falling = _crossings(framed[:-1, :-1], framed[1:, 1:], count)
    rising = _crossings(framed[1:, :-1], framed[:-1, 1:], count)
    return np.asarray(np.pi / 8 * (straight + (falling + rising) / math.sqrt(2)))


def neighbours(labels: NDArray[np.integer]) -> NDArray[np.int64]:
    """Number of grains that share a pixel's side with each of the grains 0..max of a map in the plane or in space."""
    return geometry.partners(touching_inside(labels), int(labels.max()) + 1)


def _crossings(one: NDArray[np.integer], other: NDArray[np.integer], count: int) -> NDArray[np.int64]:
    """How often each grain is on either side where two arrays of neighbours differ."""
    unlike = one != other
    sides = np.concatenate([one[unlike], other[unlike]])
    return np.bincount(sides, minlength=count + 1)[:count]


def _runs(labels: NDArray[np.integer]) -> _Runs:
    """The stretches of a structure, row by row."""
    width = labels.shape[-1]
    flat = labels.reshape(-1, width)
    begins = np.ones(flat.shape, bool)
    np.not_equal(flat[:, 1:], flat[:, :-1], out=begins[:, 1:])
    start = np.flatnonzero(begins)
    length = np.diff(start, append=flat.size)
    row, first = np.divmod(start, width)
    others = np.unravel_index(row, labels.shape[:-1])[::-1]
    return _Runs(
        flat.ravel()[start].astype(np.int64),
        first.astype(np.float64),
        length.astype(np.float64),
        tuple(axis.astype(np.float64) for axis in others),
    )


def _moments(runs: _Runs, count: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Pixels [grains], centres [axes, grains] and covariances [grains, axes, axes] of x, y and z, in pixels."""

    def summed(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(runs.grain, values, count), np.float64)

    size = summed(runs.length)
    here = np.maximum(size, 1)
    middle = (runs.first + (runs.length - 1) / 2, *runs.others)
    centre = np.stack([summed(runs.length * axis) / here for axis in middle])
    from_centre = [axis - centre[index][runs.grain] for index, axis in enumerate(middle)]
    covariance = np.empty((count, len(middle), len(middle)))
    for one, first in enumerate(from_centre):
        for other, second in enumerate(from_centre):
            covariance[:, one, other] = summed(runs.length * first * second) / here
    along_row = summed(runs.length * (runs.length**2 - 1) / 12) / here  # of pixels about the middle of their run
    covariance[:, 0, 0] += along_row
    return size, centre, covariance + np.eye(len(middle)) / 12


def _ellipses(covariance: NDArray[np.float64]) -> Columns:
    """Aspect ratios and directions of the major axes [grains]."""
    squared, axes = np.linalg.eigh(covariance)
    x, y, *upward = np.moveaxis(axes[:, :, -1], 1, 0)
    aspect = {"aspect_ratio": np.sqrt(squared[:, -1] / squared[:, 0])}
    if not upward:
        return {**aspect, "major_axis_degrees": np.rad2deg(np.arctan2(-y, x)) % 180}
    way = np.where(upward[0] < 0, -1, 1)
    return {
        **aspect,
        "major_axis_azimuth_degrees": np.rad2deg(np.arctan2(-y * way, x * way)) % 360,
        "major_axis_elevation_degrees": np.rad2deg(np.arcsin(np.minimum(np.abs(upward[0]), 1))),
    }


def _bunge(orientations: NDArray[np.float64]) -> Columns:
    """Bunge's angles in degrees of quaternions [grains, 4]; phi2 is 0 where only a sum or a difference is known."""
    scalar, x, y, z = orientations.T * np.array([[1], [-1], [-1], [-1]])  # from the crystal to the specimen
    tilt = 2 * np.arctan2(np.hypot(x, y), np.hypot(scalar, z))
    half_sum, half_difference = np.arctan2(z, scalar), np.arctan2(y, x)
    half_difference = np.where(np.hypot(x, y) < 1e-9, half_sum, half_difference)
    half_sum = np.where(np.hypot(scalar, z) < 1e-9, half_difference, half_sum)
    angles = {"phi1": half_sum + half_difference, "Phi": tilt, "phi2": half_sum - half_difference}
    return {f"{name}_degrees": np.rad2deg(angle) % 360 for name, angle in angles.items()}
