"""Whether a model knows when it is wrong: ensembles, conformal bands, detection of shift, selective risk.

Disagreement: root of the variance over training seeds, averaged over pixels, so it is in the units of a root mean
squared error. Split-conformal bands (Vovk et al. 2005): the ceil((n + 1) level)-th smallest of n calibration errors; a
new error of the same kind stays within it with at least this chance, and under a shift it need not. How often it does
is a binomial share, given with its Clopper-Pearson interval. AUROC: the chance that a value of one set is larger than
one of the other, ties half. Selective risk (Geifman and El-Yaniv 2017): mean error of the share that a model is surest
of; values of equal uncertainty are taken together.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

DRAWS = 1000
Floats = NDArray[np.float64]


def disagreement(predicted: NDArray) -> Floats:
    """[structures, F] of an ensemble of predictions [seeds, structures, F, H, W]."""
    return np.asarray(np.sqrt(np.var(predicted, axis=0, ddof=1, dtype=float).mean(axis=(-2, -1))))


def rank_correlation(one: NDArray, other: NDArray) -> float:
    """Spearman's coefficient of two arrays of the same size; 0 where one of them is constant."""
    return float(rank_correlations(np.ravel(one)[None], np.ravel(other))[0])


def rank_correlation_interval(
    one: NDArray, other: NDArray, rng: np.random.Generator, level: float = 0.95
) -> tuple[float, float]:
    """Percentile interval of `rank_correlation`, drawing the pairs [n] again."""
    draws = rng.integers(len(one), size=(DRAWS, len(one)))
    low, high = np.quantile(rank_correlations(one[draws], other[draws]), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def rank_correlations(several: NDArray, others: NDArray) -> Floats:
    """Spearman's coefficients [N] of the rows of an array [N, n] with another [n], or with the rows of one [N, n]."""
    return correlations(ranked(several), ranked(others))


def ranked(values: NDArray) -> Floats:
    """Ranks of each row of an array [..., n], ties sharing theirs, about their mean."""
    return np.asarray(ranks(values) - 0.5 * (values.shape[-1] + 1))


def ranks(values: NDArray) -> Floats:
    """Ranks, from 1 on, of each row of an array [..., n], ties sharing their mean rank."""
    order = np.argsort(values, axis=-1)
    ascending, place = np.take_along_axis(values, order, -1), np.arange(values.shape[-1])
    begins = np.ones(values.shape, bool)
    begins[..., 1:] = ascending[..., 1:] != ascending[..., :-1]
    ends = np.roll(begins, -1, axis=-1)
    first = np.maximum.accumulate(np.where(begins, place, 0), axis=-1)
    last = np.minimum.accumulate(np.where(ends, place, len(place))[..., ::-1], axis=-1)[..., ::-1]
    found = np.empty(values.shape)
    np.put_along_axis(found, order, 0.5 * (first + last) + 1, -1)
    return found


def correlations(several: Floats, others: Floats) -> Floats:
    """Coefficients [N] of rows of mean 0 [N, n] with another [n] or with rows [N, n]; 0 where one is constant."""
    scale = np.sqrt(np.sum(several**2, axis=-1) * np.sum(others**2, axis=-1))
    return np.asarray(np.sum(several * others, axis=-1) / np.where(scale > 0, scale, 1.0))


@dataclass(frozen=True)
class Coverage:
    """Share of errors within their band, by frame [F], with an interval."""

    share: Floats
    low: Floats
    high: Floats


def half_widths(errors: Floats, level: float) -> Floats:
    """Half-widths [F] of bands from calibration errors [n, F]; infinite where there are too few for the level."""
    rank = _rank(len(errors), level)
    if rank > len(errors):
        return np.full(errors.shape[1], np.inf)
    return np.asarray(np.sort(np.abs(errors), axis=0)[rank - 1])


def calibration_needed(level: float) -> int:
    """The smallest number of calibration errors that gives a finite band."""
    return next(count for count in itertools.count(1) if _rank(count, level) <= count)


def _rank(count: int, level: float) -> int:
    """Which of `count` calibration errors, by size and from 1, is the half-width."""
    return math.ceil(round((count + 1) * level, 9))


def coverage(errors: Floats, half_width: Floats, level: float = 0.95) -> Coverage:
    """How often errors [m, F] stay within their half-widths [F]."""
    inside = np.sum(np.abs(errors) <= half_width, axis=0)
    low, high = binomial_interval(inside, len(errors), level)
    return Coverage(inside / len(errors), low, high)


def coverage_of_all(errors: Floats, half_width: Floats, level: float = 0.95) -> tuple[float, float, float]:
    """Share of all errors [m, F] within their half-widths [F] and its interval.

    Frames of one structure are not independent: each structure is one trial that succeeds by its share of frames. So
    the interval is as wide as if a structure's frames were all within their bands or all outside.
    """
    by_structure = np.mean(np.abs(errors) <= half_width, axis=1)
    low, high = binomial_interval(by_structure.sum()[None], len(errors), level)
    return float(by_structure.mean()), float(low[0]), float(high[0])


def binomial_interval(hits: NDArray, trials: int, level: float) -> tuple[Floats, Floats]:
    """Clopper-Pearson interval of a share, for arrays of hits, which may be fractions."""
    tail, misses = (1 - level) / 2, trials - hits
    low = betaincinv(np.where(hits > 0, hits, 1), misses + 1, tail)
    high = betaincinv(hits + 1, np.where(misses > 0, misses, 1), 1 - tail)
    return np.where(hits > 0, low, 0.0), np.where(misses > 0, high, 1.0)


def auroc(inside: Floats, outside: Floats) -> float:
    """Chance that a value of `outside` is larger than one of `inside`."""
    return float(_aurocs(inside[None], outside[None])[0])


def auroc_interval(
    inside: Floats, outside: Floats, rng: np.random.Generator, level: float = 0.95
) -> tuple[float, float]:
    """Percentile interval of `auroc`, drawing both sets again."""
    drawn = [values[rng.integers(len(values), size=(DRAWS, len(values)))] for values in (inside, outside)]
    low, high = np.quantile(_aurocs(*drawn), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _aurocs(inside: Floats, outside: Floats) -> Floats:
    """AUROC of each row of [N, n] and [N, m], from the ranks of the second among both."""
    count, others = outside.shape[1], inside.shape[1]
    among = ranks(np.concatenate([outside, inside], axis=1))[:, :count]
    return np.asarray((among.sum(axis=1) - 0.5 * count * (count + 1)) / (count * others))


@dataclass(frozen=True)
class SelectiveRisk:
    """Mean error [n] of the share [n] that is kept, from the surest one on to all."""

    share: Floats
    risk: Floats

    @property
    def area(self) -> float:
        """Mean risk over all shares: below the mean error where uncertainty tells something."""
        return float(self.risk.mean())


def selective_risk(uncertainty: Floats, errors: Floats) -> SelectiveRisk:
    """The curve of errors [n] in the order of their uncertainty [n]."""
    value, tied, times = np.unique(uncertainty, return_inverse=True, return_counts=True)
    level_error = np.bincount(tied, errors, minlength=len(value)) / times
    kept = np.arange(1, len(errors) + 1)
    return SelectiveRisk(kept / len(errors), np.cumsum(np.repeat(level_error, times)) / kept)
