"""How much a microstructure looks like those that a model was trained on, from the grain map that the model sees.

Every feature is compared with its distribution over training structures: its distance from the median, over the
half-width on that side of the middle 90 %. The strangeness of a structure is the largest of these distances, so it
names its feature. The training structures' own strangeness sets the threshold: of `level` of them it is smaller, by
the rank that split-conformal prediction takes, so that a new structure of their kind is called strange that rarely.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast.material.grains import geometry
from graincast.scoring import uncertainty

LEVEL = 0.99
FAR = 4.0  # thresholds: traced masks of steel are at 2.2 to 3.6, bimodal and abnormal starts at 1.5 to 2.7
MIDDLE = (0.05, 0.5, 0.95)
NEAR = 2  # pixels
ALONE = 0.4  # of the pixels around one

# what each feature is called in a sentence
FEATURES = {
    "mean_radius_px": "mean grain radius in pixels of the model",
    "radius_spread": "spread of the grain radii over their mean",
    "largest_radius": "largest grain radius over the mean",
    "boundary_length": "boundary length per area times the mean radius",
    "jaggedness": "share of boundary pixels that stand alone",
    "elongation": "boundary met along one direction over that across it",
}


@dataclass(frozen=True)
class Feature:
    """One feature over the training structures."""

    median: float
    below: float  # half-width of the middle 90 % below the median
    above: float
    least: float
    most: float


@dataclass(frozen=True)
class Reference:
    features: dict[str, Feature]
    threshold: float | None  # of the strangeness; None: too few structures to tell


@dataclass(frozen=True)
class Strangeness:
    value: float
    feature: str  # that is strangest
    found: float
    usual: Feature
    threshold: float | None

    @property
    def is_strange(self) -> bool:
        return self.threshold is not None and self.value > self.threshold

    @property
    def is_far(self) -> bool:
        """Whether it is strange by far, and not a little."""
        return self.threshold is not None and self.value > FAR * self.threshold

    def sentence(self) -> str:
        """What is strange, with the numbers."""
        return (
            f"{FEATURES[self.feature]} is {self.found:.3g}; training: {self.usual.least:.3g} to {self.usual.most:.3g}"
        )


def features(labels: NDArray[np.integer]) -> dict[str, float]:
    """The features of a periodic grain map [H, W]."""
    radii = geometry.equivalent_radii(labels)
    mean = float(radii.mean())
    across, down = (labels != np.roll(labels, -1, axis) for axis in (1, 0))
    slant, other_slant = (labels != np.roll(labels, (-1, way), (0, 1)) for way in (-1, 1))
    length = (np.pi / 8) * (across.mean() + down.mean() + (slant.mean() + other_slant.mean()) / np.sqrt(2))
    return {
        "mean_radius_px": mean,
        "radius_spread": float(radii.std() / mean),
        "largest_radius": float(radii.max() / mean),
        "boundary_length": float(length * mean),
        "jaggedness": _jaggedness(labels),
        "elongation": max(_unlike(across, down), _unlike(slant, other_slant)),
    }


def _unlike(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """The larger count over the smaller."""
    few, many = sorted((int(one.sum()), int(other.sum())))
    return many / max(few, 1)


def _jaggedness(labels: NDArray[np.integer]) -> float:
    """Share of boundary pixels with less than `ALONE` of the pixels around of their own grain."""
    shifts = [
        (row, column) for row in range(-NEAR, NEAR + 1) for column in range(-NEAR, NEAR + 1) if (row, column) != (0, 0)
    ]
    alike = np.zeros(labels.shape, np.int16)
    for shift in shifts:
        alike += labels == np.roll(labels, shift, (0, 1))
    boundary = geometry.boundary_pixels(labels)
    return float(np.mean(alike[boundary] < ALONE * len(shifts))) if boundary.any() else 0.0


def reference(structures: list[dict[str, float]]) -> Reference:
    """The distribution of the features over training structures."""
    distributions = {name: _distribution(np.array([one[name] for one in structures])) for name in FEATURES}
    own = np.array([[max(_distances(one, distributions).values())] for one in structures])
    threshold = float(uncertainty.half_widths(own, LEVEL)[0])
    return Reference(distributions, threshold if np.isfinite(threshold) else None)


def of(stored: Mapping[str, Any]) -> Reference:
    """The reference that a checkpoint's description holds."""
    return Reference({name: Feature(**stored["features"][name]) for name in FEATURES}, stored["threshold"])


def strangeness(found: dict[str, float], reference: Reference) -> Strangeness:
    """How strange the features of a structure are."""
    distances = _distances(found, reference.features)
    worst = max(distances, key=lambda name: distances[name])
    return Strangeness(distances[worst], worst, found[worst], reference.features[worst], reference.threshold)


def _distribution(values: NDArray[np.float64]) -> Feature:
    low, median, high = (float(value) for value in np.quantile(values, MIDDLE))
    least_width = 1e-6 * max(abs(median), 1.0)  # of a feature that never varies
    below, above = max(median - low, least_width), max(high - median, least_width)
    return Feature(median, below, above, float(values.min()), float(values.max()))


def _distances(found: dict[str, float], features: dict[str, Feature]) -> dict[str, float]:
    return {
        name: (found[name] - one.median) / one.above
        if found[name] > one.median
        else (one.median - found[name]) / one.below
        for name, one in features.items()
    }
