"""What a straight line can read from latents: ridge regression of a descriptor, held against structures never shown.

The penalty is the one with which validation patches are read best. R^2 = 1 - (sum of squared errors) / (sum of squares
about the mean of the patches that are read), so it is below 0 where the mean would have told more. Its interval is by
drawing fields again: patches of one field are no samples of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PENALTIES = 10.0 ** np.arange(-2, 6)  # as patches of mean latents, for so many patches:
PATCHES = 1000
DRAWS = 1000
SHUFFLED = 50  # lines through shuffled values
LEVEL = 0.95
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LinearReading:
    """value = offset + latents . slopes"""

    slopes: Floats  # [latents]
    offset: float

    def read(self, latents: NDArray) -> Floats:
        """Values [patches]."""
        return np.asarray(latents @ self.slopes + self.offset)


@dataclass(frozen=True)
class Sample:
    """Patches with a value that is known."""

    latents: Floats  # [patches, latents]
    value: Floats  # [patches]
    field: NDArray[np.integer]  # [patches]


def known(latents: NDArray, value: NDArray, field: NDArray[np.integer]) -> Sample:
    """The patches whose value is a number."""
    there = np.isfinite(value)
    return Sample(latents[there].astype(float), value[there].astype(float), field[there])


@dataclass(frozen=True)
class Decomposed:
    """Latents [patches, latents] as what is needed for lines of any penalty through any values."""

    centre: Floats  # [latents]
    left: Floats  # [patches, rank]
    lengths: Floats  # [rank]
    right: Floats  # [rank, latents]

    def lines(self, value: Floats) -> list[LinearReading]:
        """One a penalty, through values [patches]."""
        mean = float(value.mean())
        along = self.left.T @ (value - mean)
        scale = float(np.mean(self.lengths**2)) / PATCHES or 1.0
        slopes = [self.right.T @ (along * self.lengths / (self.lengths**2 + one * scale)) for one in PENALTIES]
        return [LinearReading(one, mean - float(self.centre @ one)) for one in slopes]


def decomposed(latents: Floats) -> Decomposed:
    """Of patches [patches, latents]."""
    centre = latents.mean(axis=0)
    return Decomposed(centre, *np.linalg.svd(latents - centre, full_matrices=False))


def best(lines: Sequence[LinearReading], validation: Sample) -> LinearReading:
    """The line that reads the validation patches best."""
    return max(lines, key=lambda line: r_squared(line.read(validation.latents), validation.value))


def fitted(training: Sample, validation: Sample) -> LinearReading:
    """The best of the lines of all penalties through training patches."""
    return best(decomposed(training.latents).lines(training.value), validation)


def read_by_chance(training: Sample, validation: Sample, test: Sample, rng: np.random.Generator) -> float:
    """R^2 that 95 % of lines through shuffled values do not reach on test patches."""
    found = decomposed(training.latents)
    lines = [best(found.lines(rng.permutation(training.value)), validation) for _ in range(SHUFFLED)]
    return float(np.quantile([r_squared(line.read(test.latents), test.value) for line in lines], LEVEL))


def r_squared(read: NDArray, true: NDArray) -> float:
    """Share of the variance that is read; 0 where there is none to read."""
    spread = float(np.sum((true - true.mean()) ** 2))
    return 1 - float(np.sum((read - true) ** 2)) / spread if spread > 0 else 0.0


def r_squared_interval(
    read: NDArray, sample: Sample, rng: np.random.Generator, level: float = 0.95
) -> tuple[float, float]:
    """Percentile interval of R^2 over fields."""
    _, group = np.unique(sample.field, return_inverse=True)
    value = sample.value - sample.value.mean()
    moments = (np.ones(len(value)), value, value**2, (read - sample.value) ** 2)
    sums = np.stack([np.bincount(group, moment) for moment in moments])
    drawn = sums[:, rng.integers(sums.shape[1], size=(DRAWS, sums.shape[1]))].sum(axis=2)
    spread = np.maximum(drawn[2] - drawn[1] ** 2 / drawn[0], 1e-12)
    low, high = np.quantile(1 - drawn[3] / spread, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def without_steps(values: NDArray, step: NDArray[np.integer]) -> Floats:
    """Values [patches] less the mean of their step."""
    _, group = np.unique(step, return_inverse=True)
    return np.asarray(values - (np.bincount(group, values) / np.bincount(group))[group])
