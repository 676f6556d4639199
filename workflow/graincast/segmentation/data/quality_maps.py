"""Maps of pattern quality as micrographs whose grains are known: dark where patterns are blurred, as on boundaries.

Points of a map are coarse, so it is enlarged: quality smoothly, grains point by point. Each map is cut into pictures of
every size that is asked for, side by side; a map smaller than one is one picture.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from graincast.material.grains.resampling import resampled
from graincast.material.measured import cleaned
from graincast.segmentation.data.known_pictures import GrainPicture

DARKEST, BRIGHTEST = 1.0, 99.0  # percentiles of the quality that are black and white


def pictures(paths: Sequence[Path], enlarged: float, sizes: Sequence[int]) -> Iterator[GrainPicture]:
    """Of all cleaned maps that are there and have a quality; the step of a picture is the place of its size."""
    for path in paths:
        if cleaned.why_absent(path):
            continue
        found = cleaned.load(path)
        if found.quality is None:
            continue
        grey, labels = _seen(found.quality, enlarged), _grains(found.labels, enlarged)
        for step, size in enumerate(sizes):
            for window in _windows(labels.shape, size):
                yield GrainPicture(grey[window], labels[window], 0.0, 0, step, path.stem)


def _seen(quality: NDArray[np.float32], enlarged: float) -> NDArray[np.float32]:
    """Quality as greys in 0..1."""
    low, high = np.percentile(quality, [DARKEST, BRIGHTEST])
    grey = np.clip((quality - low) / max(float(high - low), 1e-9), 0, 1)
    shape = _shape(quality.shape, enlarged)
    rows, columns = ((np.arange(new) + 0.5) * old / new - 0.5 for new, old in zip(shape, quality.shape, strict=True))
    at = np.meshgrid(rows, columns, indexing="ij")
    return np.asarray(ndimage.map_coordinates(grey, at, order=1, mode="nearest"), np.float32)


def _grains(labels: NDArray[np.int32], enlarged: float) -> NDArray[np.int32]:
    return np.asarray(resampled(labels, _shape(labels.shape, enlarged)), np.int32)


def _shape(shape: Sequence[int], enlarged: float) -> tuple[int, int]:
    return round(shape[0] * enlarged), round(shape[1] * enlarged)


def _windows(shape: Sequence[int], size: int) -> Iterator[tuple[slice, slice]]:
    """Squares side by side, or what there is of one."""
    firsts = [range(0, max(side - size, 0) + 1, size) for side in shape]
    for row in firsts[0]:
        for column in firsts[1]:
            yield slice(row, row + size), slice(column, column + size)
