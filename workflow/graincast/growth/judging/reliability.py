"""Whether a model knows when it is wrong, case by case, as rows of the table.

An ensemble of training seeds disagrees with itself (`disagreement`), and the root mean squared error of its mean image
(`ensemble_error`) is what it ought to tell: over structures (means over frames), over the pixels of an image, and by
the structures that it would keep (`selective_risk_area`). Whether a structure is of a shifted case is told from its
disagreement and, for comparison, from the spread of its grains' radii in the last shown frame, which needs no model.
Bands around the mean radius are those of `bands`, calibrated on the validation simulations of the training data.
A score that cannot be had (one training seed, too few simulations) has no row. Rows named `..._low` and `..._high` are
95 % intervals over structures.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast.growth.judging import bands
from graincast.material.grains import following
from graincast.scoring import images, uncertainty
from graincast.scoring.significance import bootstrap_interval

LEVEL = bands.LEVEL
CALIBRATION = "validation"  # the case that the bands' own rows are of
FEWEST = 3  # structures that have an order worth a correlation
Floats = NDArray[np.float64]
Value = tuple[str, int | None, float]  # score, frame, value


@dataclass(frozen=True)
class Case:
    """The structures of one case as an ensemble forecasts them."""

    structures: NDArray[np.integer]  # [n], numbers of the simulations
    by_frame: Mapping[str, Floats]  # scores [n, frames] of `of_structure`
    start_spread: Floats  # [n]
    example: Mapping[str, NDArray]  # maps [H, W] of the first structure at the last frame


def of_structure(predicted: NDArray, truth: NDArray) -> dict[str, Floats]:
    """Scores [F] of the images [seeds, F, H, W] of one structure; of a single seed only the error."""
    error = np.sqrt(images.squared_errors(predicted.mean(axis=0), truth))
    if len(predicted) == 1:
        return {"ensemble_error": error}
    maps = error_and_disagreement(predicted, truth)
    pairs = zip(maps["error"], maps["disagreement"], strict=True)
    return {
        "ensemble_error": error,
        "disagreement": uncertainty.disagreement(predicted[:, None])[0],
        "pixel_correlation": np.array([uncertainty.rank_correlation(*pair) for pair in pairs]),
    }


def error_and_disagreement(predicted: NDArray, truth: NDArray) -> dict[str, NDArray]:
    """Maps [F, H, W] of the mean image's error and of the standard deviation over seeds, where there are several."""
    error = np.abs(predicted.mean(axis=0) - truth)
    return {"error": error} if len(predicted) == 1 else {"error": error, "disagreement": predicted.std(axis=0, ddof=1)}


def radius_spread(grains: NDArray[np.integer]) -> float:
    """Standard deviation over mean of the radii of the grains of a map [H, W]."""
    area = following.areas(grains[None])
    radii = np.sqrt(area[area > 0])
    return float(radii.std() / radii.mean())


def rows(identity: Mapping[str, Any], first: int, cases: Mapping[str, Case]) -> Iterator[dict[str, Any]]:
    """All rows of the ensemble; `first` is the number of the first forecast frame."""
    own = cases.get(identity["dataset"])
    for name, case in cases.items():
        yield from ({**identity, "case": name, **row} for row in _by_structure(case, first))
        told = [*_of_errors(case), *(_of_shift(own, case) if own and case is not own else ())]
        yield from _of_case(identity, name, told)


def band_rows(
    identity: Mapping[str, Any], first: int, calibration: Floats, cases: Mapping[str, Floats]
) -> Iterator[dict[str, Any]]:
    """Rows of the bands from relative errors [n, frames] of the mean radius, in calibration and by case."""
    half_widths = bands.half_widths(calibration)
    told: dict[str, list[Value]] = {CALIBRATION: [("calibration_structures", None, float(len(calibration)))]}
    if np.isfinite(half_widths).all():
        told[CALIBRATION] += [("band_half_width", frame, float(one)) for frame, one in enumerate(half_widths, first)]
        told |= {name: list(_of_band(errors, half_widths, first)) for name, errors in cases.items()}
    for name, values in told.items():
        yield from _of_case(identity, name, values)


def _of_case(identity: Mapping[str, Any], case: str, told: list[Value]) -> Iterator[dict[str, Any]]:
    for score, frame, value in told:
        yield {**identity, "case": case, "score": score, "step": frame, "value": value}


def _by_structure(case: Case, first: int) -> Iterator[dict[str, Any]]:
    """What was measured of each structure: the scores by frame, and the start's spread at the last shown frame."""
    measured = [(score, first, values) for score, values in case.by_frame.items()]
    for score, start, values in [*measured, ("start_radius_spread", first - 1, case.start_spread[:, None])]:
        for structure, line in zip(case.structures, values, strict=True):
            for frame, value in enumerate(line, start):
                yield {"sample": int(structure), "step": frame, "score": score, "value": float(value)}


def _of_errors(case: Case) -> Iterator[Value]:
    """What disagreement tells of the error."""
    if "disagreement" not in case.by_frame:
        return
    unsure, wrong, by_pixel = (
        case.by_frame[score].mean(axis=1) for score in ("disagreement", "ensemble_error", "pixel_correlation")
    )
    if len(unsure) >= FEWEST:
        interval = uncertainty.rank_correlation_interval(unsure, wrong, np.random.default_rng(0))
        yield from _with_interval("error_correlation", uncertainty.rank_correlation(unsure, wrong), interval)
    interval = bootstrap_interval(by_pixel, np.random.default_rng(0))
    yield from _with_interval("error_correlation_in_images", float(by_pixel.mean()), interval)
    yield "selective_risk_area", None, uncertainty.selective_risk(unsure, wrong).area
    yield "selective_risk_area_random", None, float(wrong.mean())
    yield "selective_risk_area_perfect", None, uncertainty.selective_risk(wrong, wrong).area


def _of_shift(own: Case, case: Case) -> Iterator[Value]:
    """How well a structure of a shifted case is told from one of the data set that was trained on."""
    told = {"auroc_start_radius_spread": (own.start_spread, case.start_spread)}
    if "disagreement" in case.by_frame:
        both = tuple(one.by_frame["disagreement"].mean(axis=1) for one in (own, case))
        told["auroc_disagreement"] = (both[0], both[1])
    for score, (inside, outside) in told.items():
        interval = uncertainty.auroc_interval(inside, outside, np.random.default_rng(0))
        yield from _with_interval(score, uncertainty.auroc(inside, outside), interval)


def _of_band(errors: Floats, half_widths: Floats, first: int) -> Iterator[Value]:
    """Coverage in the frames that the case and the calibration share."""
    shared = min(errors.shape[1], len(half_widths))
    errors, half_widths = errors[:, :shared], half_widths[:shared]
    covered = uncertainty.coverage(errors, half_widths)
    for at in range(shared):
        interval = float(covered.low[at]), float(covered.high[at])
        yield from _with_interval("coverage", float(covered.share[at]), interval, first + at)
    share, low, high = uncertainty.coverage_of_all(errors, half_widths)
    yield from _with_interval("coverage_of_all_frames", share, (low, high))


def _with_interval(
    score: str, value: float, interval: tuple[float, float], frame: int | None = None
) -> Iterator[Value]:
    yield score, frame, value
    yield f"{score}_low", frame, interval[0]
    yield f"{score}_high", frame, interval[1]
