"""All scores of one forecast against the truth, as rows of the table.

Every model is read twice. Its own image, soft where it is unsure, is scored as it is. Its grain map (its own where it
knows of grains, else read off its image at `images.DEPTH`) is followed from the last shown frame on and scored
against the true one, and a crisp image is drawn from it as the truth is drawn: scores named `crisp_...`. A forecast
that diverged is scored as an image of noughts, and not dropped. Where only a part of the box is scored, the sweep over
depths is left out: it counts grains without their places.
Distributions are those of the last frame; the truth's own are among the bounds.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast.growth.judging import giant_grain, physics
from graincast.material.grains import following, watershed
from graincast.material.grains.geometry import connected_regions
from graincast.material.networks.network import Network
from graincast.material.networks.rendering import boundary_image
from graincast.scoring import images, maps, populations
from graincast.scoring.images import Scored
from graincast.scoring.populations import Population

BAND = 2.0  # pixels around true boundaries
REACHES = (1, 2)  # pixels within which boundaries match
SWEEP = (0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5)  # depths at which the mean radius is read off a soft image


@dataclass(frozen=True)
class Truth:
    """One structure from the last shown frame on."""

    images: NDArray[np.floating]  # [1 + frames, H, W] in 0..1
    maps: NDArray[np.integer]  # [1 + frames, H, W], a grain keeps its number
    reduced_times: NDArray[np.float64]  # [1 + frames], k t in square pixels
    line_width: float  # of its boundaries, pixels
    scored: Scored = None  # pixels that count in scores of images, maps and populations; physics sees the box

    @cached_property
    def populations(self) -> list[Population]:
        """Of its maps [1 + frames], measured once for all that is held against it."""
        return [populations.of_map(labels, self.scored) for labels in self.maps]


@dataclass(frozen=True)
class Predicted:
    """What a model says of the frames after the last shown one."""

    images: NDArray[np.floating]  # [frames, H, W]
    maps: NDArray[np.int32]  # [frames, H, W], followed from the last shown one
    own_maps: bool  # whether the model knows of grains


def predicted(soft: NDArray, regions: NDArray[np.integer] | None, shown: NDArray[np.integer]) -> Predicted:
    """Images [frames, H, W] and what is a grain in them, from the last shown grain map [H, W] on."""
    drawn = finite(soft)
    if regions is None:
        read = np.stack([images.grain_map(image) for image in drawn])
    else:
        read = np.stack([connected_regions(region) for region in regions])
    return Predicted(drawn, following.followed(read, shown), regions is not None)


def finite(soft: NDArray) -> NDArray:
    """Images with nought where a forecast diverged."""
    return np.asarray(np.nan_to_num(soft, nan=0.0, posinf=0.0, neginf=0.0))


def rows(identity: Mapping[str, Any], frame: int, forecast: Predicted, truth: Truth) -> Iterator[dict[str, Any]]:
    """Every score of one structure; `frame` is the number of the first predicted one."""
    history = physics.history_of_maps(np.concatenate([truth.maps[:1], forecast.maps]), truth.reduced_times)
    found = [populations.of_map(labels, truth.scored) for labels in forecast.maps]
    by_frame = _of_images(forecast, truth, history.networks[1:]) | _of_maps(forecast, truth)
    by_frame |= population_errors(found, truth)
    if not forecast.own_maps and truth.scored is None:
        by_frame |= _sweep(forecast, truth)
    for score, values in by_frame.items():
        for number, value in enumerate(values, start=frame):
            yield {**identity, "step": number, "score": score, "value": float(value)}
    distributed = populations.distributions(found[-1], truth.populations[-1])
    once = asdict(physics.checks(history)) | distributed | physics.rates_by_sides(history)
    for score, value in once.items():
        if np.isfinite(value):
            yield {**identity, "score": score, "value": float(value)}
    for score, values in giant_grain.through_time(history).items():
        for number, value in enumerate(values, start=frame - 1):
            yield {**identity, "step": number, "score": score, "value": float(value)}


def _of_images(forecast: Predicted, truth: Truth, networks: list[Network] | Any) -> dict[str, NDArray]:
    """Scores [frames] of the soft images and of crisp ones drawn from the grain maps' networks."""
    later, shape, scored = truth.images[1:], truth.images.shape[1:], truth.scored
    crisp = np.stack([boundary_image(network, shape, truth.line_width) for network in networks]) / 255
    found: dict[str, NDArray] = {}
    for name, drawn in (("", forecast.images), ("crisp_", crisp)):
        found[f"{name}mse"] = images.squared_errors(drawn, later, scored)
        found[f"{name}ssim"], found[f"{name}ssim_near"] = images.both_similarities(drawn, later, BAND, scored)
    return found


def _of_maps(forecast: Predicted, truth: Truth) -> dict[str, NDArray]:
    """Scores [frames] of the grain maps."""
    later, scored = truth.maps[1:], truth.scored
    parts = [maps.partition(*pair, scored) for pair in zip(forecast.maps, later, strict=True)]
    return {
        **{f"boundary_f1_{reach}": maps.boundary_f1(forecast.maps, later, reach, scored) for reach in REACHES},
        "rand_error": np.array([part.rand_error for part in parts]),
        "information_split": np.array([part.split for part in parts]),
        "information_merge": np.array([part.merge for part in parts]),
    }


def population_errors(found: Sequence[Population], truth: Truth) -> dict[str, NDArray]:
    """Errors [frames] of the populations of grains in the forecast maps."""
    counted = [populations.errors(*pair) for pair in zip(found, truth.populations[1:], strict=True)]
    return {name: np.array([errors[name] for errors in counted]) for name in counted[0]}


def _sweep(forecast: Predicted, truth: Truth) -> dict[str, NDArray]:
    """Relative error [frames] of the mean radius, by the depth at which grains are read off the soft image."""
    true = np.array([_mean_radius(len(np.unique(labels)), labels.size) for labels in truth.maps[1:]])
    counts = np.array([watershed.grain_counts(image, SWEEP) for image in forecast.images])
    found = _mean_radius(counts, forecast.images[0].size) / true[:, None] - 1
    return {f"area_radius_bias_at_{depth}": found[:, index] for index, depth in enumerate(SWEEP)}


def _mean_radius(grains: int | NDArray[np.integer], area: int) -> NDArray[np.float64]:
    """Radius of a circle of the mean area."""
    return np.asarray(np.sqrt(area / np.asarray(grains) / np.pi))
