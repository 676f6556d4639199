"""What real pictures do, and drawn ones do not: looks that are given to a crop by chance while a model learns.

Boundaries etched dark or light, narrow or wide, missing in places; uneven light; bending contours; scratches; pits;
blur; points that are coarser than pixels and err as a whole, as those of a scan; other tones and tints. Each look is
drawn alone, so most crops have some of them and few have all.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, map_coordinates

from graincast.segmentation.data.known_pictures import lines

Floats = NDArray[np.float64]
CHANCE = 0.35  # of each look
ETCHED = 0.5  # of etched boundaries, which most real pictures have


def changed(grey: Floats, labels: NDArray[np.int32], error: float, rng: np.random.Generator) -> Floats:
    """A grey crop [rows, columns] as another instrument might have seen it, as [rows, columns, 3].

    `error` is the variance of the error of a point, where points are coarser than pixels.
    """
    flat = rng.random() < CHANCE
    found = _flattened(grey, rng) if flat else grey
    found = _etched(found, labels, rng) if flat or rng.random() < ETCHED else found  # or nothing would be left to see
    for look in (_shaded, _contoured, _scratched, _pitted, _blurred, _toned):
        if rng.random() < CHANCE:
            found = look(found, rng)
    found = _coarse(found, error, rng) if error else found
    return np.clip(_tinted(found, rng), 0, 1)


def _smooth(shape: tuple[int, ...], reach: float, rng: np.random.Generator) -> Floats:
    """A smooth field [rows, columns] of mean 0 and deviation 1."""
    step = max(reach / 3, 1.0)  # pixels from node to node: no finer than the field is
    nodes = gaussian_filter(
        rng.standard_normal([math.ceil(side / step) + 1 for side in shape]), reach / step, mode="reflect"
    )
    at = np.meshgrid(*(np.arange(side) / step for side in shape), indexing="ij")
    field = map_coordinates(nodes, at, order=1, mode="nearest")
    return np.asarray((field - field.mean()) / max(float(field.std()), 1e-9))


def _between(least: float, most: float, rng: np.random.Generator) -> float:
    """Any size between two, by its logarithm."""
    return float(np.exp(rng.uniform(np.log(least), np.log(most))))


def _flattened(grey: Floats, rng: np.random.Generator) -> Floats:
    """Grains that hardly differ: all that is left to see is what lies between them."""
    middle = rng.uniform(0.3, 0.8)
    return np.asarray(middle + (grey - grey.mean()) * rng.uniform(0, 0.5))


def _etched(grey: Floats, labels: NDArray[np.int32], rng: np.random.Generator) -> Floats:
    """Boundaries as dark or light grooves, of a strength that varies and is nothing in places."""
    groove = gaussian_filter(lines(labels).astype(float), _between(0.5, 3.0, rng), mode="nearest")
    groove /= max(float(groove.max()), 1e-9)
    strength = np.clip(1 + rng.uniform(0, 1) * _smooth(grey.shape, 8, rng), 0, 1.5)
    shade = rng.uniform(0.15, 0.7) * (-1 if rng.random() < 0.75 else 1)
    return np.asarray(grey + shade * strength * groove)


def _shaded(grey: Floats, rng: np.random.Generator) -> Floats:
    return np.asarray(grey + rng.uniform(0.03, 0.15) * _smooth(grey.shape, _between(4, min(grey.shape) / 3, rng), rng))


def _contoured(grey: Floats, rng: np.random.Generator) -> Floats:
    """Bending contours: dark bands along the level lines of a smooth field."""
    phase = _smooth(grey.shape, rng.uniform(12, 30), rng) * rng.uniform(1.5, 4)
    band = np.exp(-((np.sin(phase) / rng.uniform(0.15, 0.4)) ** 2))
    return np.asarray(grey - rng.uniform(0.05, 0.25) * band)


def _scratched(grey: Floats, rng: np.random.Generator) -> Floats:
    """Straight fine lines from side to side."""
    rows, columns = np.indices(grey.shape)
    found = grey.copy()
    for _ in range(rng.integers(1, 7)):
        angle = rng.uniform(0, np.pi)
        across = (rows - rng.uniform(0, grey.shape[0])) * np.cos(angle) + (
            columns - rng.uniform(0, grey.shape[1])
        ) * np.sin(angle)
        found += rng.uniform(-0.35, 0.25) * np.exp(-((across / rng.uniform(0.5, 1.2)) ** 2))
    return found


def _pitted(grey: Floats, rng: np.random.Generator) -> Floats:
    """Etch pits and dust: small dark or light spots."""
    spots = np.zeros(grey.shape)
    count = rng.integers(3, max(4, grey.size // 500))
    at = tuple(rng.integers(0, side, count) for side in grey.shape)
    spots[at] = rng.uniform(-1, 0.5, count)
    reach = rng.uniform(0.6, 1.8)
    return np.asarray(grey + rng.uniform(0.2, 0.5) * 2 * np.pi * reach**2 * gaussian_filter(spots, reach))


def _blurred(grey: Floats, rng: np.random.Generator) -> Floats:
    return np.asarray(gaussian_filter(grey, rng.uniform(0.4, 1.4), mode="nearest"))


def _coarse(grey: Floats, error: float, rng: np.random.Generator) -> Floats:
    """Seen at points a pixel to three apart, each with an error of its own, then enlarged: in steps or in between."""
    pitch = rng.uniform(1.2, 3)
    at = np.meshgrid(*(np.arange(0, side + pitch, pitch) for side in grey.shape), indexing="ij")
    points = map_coordinates(grey, at, order=1, mode="nearest")
    points += np.sqrt(error) * rng.standard_normal(points.shape)
    back = np.meshgrid(*(np.arange(side) / pitch for side in grey.shape), indexing="ij")
    return np.asarray(map_coordinates(points, back, order=int(rng.integers(2)), mode="nearest"))


def _toned(grey: Floats, rng: np.random.Generator) -> Floats:
    """Another contrast, another gamma, perhaps a negative."""
    bent = np.clip(grey, 0, 1) ** np.exp(rng.uniform(-0.5, 0.5))
    scaled = 0.5 + (bent - 0.5) * rng.uniform(0.4, 1.2) + rng.uniform(-0.15, 0.15)
    return np.asarray(1 - scaled if rng.random() < 0.3 else scaled)


def _tinted(grey: Floats, rng: np.random.Generator) -> Floats:
    """Greys to colours, as an etchant does: each channel bends them in its own way."""
    if rng.random() < 0.6:
        return np.repeat(grey[..., None], 3, axis=-1)
    bend, shift = rng.uniform(-0.35, 0.35, 3), rng.uniform(-0.12, 0.12, 3)
    wave = np.sin(np.pi * np.clip(grey, 0, 1))[..., None]
    return np.asarray(grey[..., None] + bend * wave + shift)
