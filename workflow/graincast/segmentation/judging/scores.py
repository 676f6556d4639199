"""Scores of a map of grains against the truth, which cannot hide lost grains.

Pixel accuracy can, and stands beside that of an empty picture. Maps end at their edges: they are framed by copies of
their outermost pixels, which are not scored.
"""

import math

import numpy as np
from numpy.typing import NDArray

from graincast.material.grain_size import every_line, number
from graincast.material.grains.geometry import boundary_pixels, within
from graincast.scoring import instances, maps, populations
from graincast.segmentation.data import known_pictures
from graincast.segmentation.judging import truth_of
from graincast.segmentation.judging.truth_of import KnownGrains

FRAME = 4  # pixels: more than boundaries are matched over
REACHES = (1.0, 2.0)  # pixels within which boundaries match


def scores(found: NDArray[np.int32], truth: KnownGrains, line: NDArray[np.bool_] | None = None) -> dict[str, float]:
    """All scores by their names; `line` is the way's own picture of boundaries, where it has one."""
    inside = truth.scored
    found = truth_of.filled(found, inside)  # as the truth is: what is found where nobody knows is not scored
    part = maps.partition(found, truth.labels, inside)
    one, other, counted = _framed(found), _framed(truth.labels), np.pad(inside, FRAME)
    here = {f"boundary_f1_{reach:g}px": float(maps.boundary_f1(one, other, reach, counted)) for reach in REACHES}
    return {
        "rand_error": part.rand_error,
        "variation_of_information": part.variation_of_information,
        "split": part.split,
        "merge": part.merge,
        **here,
        "average_precision": instances.average_precision(found[inside], truth.labels[inside]),
        **_boundaries(found, truth, one, other, counted),
        **_sizes(found, truth),
        **_accuracy(known_pictures.lines(found) if line is None else line, truth),
    }


def _framed(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.pad(labels, FRAME, mode="edge")


def _boundaries(
    found: NDArray[np.int32],
    truth: KnownGrains,
    one: NDArray[np.int32],
    other: NDArray[np.int32],
    counted: NDArray[np.bool_],
) -> dict[str, float]:
    """Which true boundaries are closed, and recall of strong and of weak ones within 2 px; precision of all."""
    closed = instances.closed(found, truth.labels, truth.pairs)
    marked = boundary_pixels(one)
    near = within(marked, REACHES[-1])
    by_pixel = _weak_pixels(truth, other)
    real = boundary_pixels(other) & counted
    scored = {"closure": _mean(closed)}
    for name, chosen, pixels in (
        ("strong", ~truth.weak, real & ~by_pixel),
        ("weak", truth.weak, real & by_pixel),
    ):
        scored[f"closure_{name}"] = _mean(closed[chosen])
        scored[f"recall_{name}"] = _mean(near[pixels])
    scored["precision"] = _mean(within(boundary_pixels(other), REACHES[-1])[marked & counted])
    return {name: value for name, value in scored.items() if not math.isnan(value)}


def _weak_pixels(truth: KnownGrains, labels: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Pixels of a framed map that lie on weak boundaries alone."""
    count = int(labels.max()) + 1
    weak = set((truth.pairs[truth.weak] @ np.array([count, 1])).tolist())
    strong = np.zeros(labels.shape, bool)
    for axis in (0, 1):
        for step in (1, -1):
            beside = np.roll(labels, step, axis)
            code = np.minimum(labels, beside).astype(np.int64) * count + np.maximum(labels, beside)
            strong |= (labels != beside) & ~np.isin(code, list(weak))
    return ~strong


def _sizes(found: NDArray[np.int32], truth: KnownGrains) -> dict[str, float]:
    """Errors of the number of grains, of their sizes, of the mean intercept and of ASTM G; a bias has a sign."""
    areas = [np.bincount(labels[truth.scored]).astype(float) for labels in (found, truth.labels)]
    radii = [np.sqrt(area[area > 0] / np.pi) for area in areas]
    scale = float(radii[1].mean())
    equal = [np.full(len(each), 1 / len(each)) for each in radii]
    intercepts = [_mean_intercept(labels) for labels in (found, truth.labels)]
    bias = len(radii[0]) / len(radii[1]) - 1
    return {
        "count_bias": bias,
        "count_error": abs(bias),
        "sizes_w1": populations.distance(radii[0] / scale, equal[0], radii[1] / scale, equal[1]),
        "sizes_ks": _kolmogorov(radii[0], radii[1]),
        "intercept_error": abs(intercepts[0] / intercepts[1] - 1),
        "astm_error": abs(number.of_intercept(intercepts[0] / 1000) - number.of_intercept(intercepts[1] / 1000)),
    }


def _mean_intercept(labels: NDArray[np.int32]) -> float:
    """Over all directions, in pixels."""
    along = every_line.mean_intercepts(labels)
    return len(along) / math.fsum(1 / intercept for intercept in along.values())


def _kolmogorov(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """The largest difference of two cumulative shares."""
    places = np.concatenate([one, other])
    below = [np.searchsorted(np.sort(values), places, side="right") / len(values) for values in (one, other)]
    return float(np.abs(below[0] - below[1]).max())


def _accuracy(line: NDArray[np.bool_], truth: KnownGrains) -> dict[str, float]:
    """Share of pixels that are rightly on a boundary or not, and that of an empty picture."""
    real = known_pictures.lines(truth.labels)[truth.scored]
    return {"pixel_accuracy": float(np.mean(line[truth.scored] == real)), "pixel_accuracy_empty": float(np.mean(~real))}


def _mean(values: NDArray) -> float:
    return float(np.mean(values)) if values.size else math.nan
