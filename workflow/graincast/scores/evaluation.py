"""All scores of one trained model on one case, as rows of the table."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast.scores import images


def rows(
    identity: dict[str, Any], predicted: NDArray, truth: NDArray, grain_counts: NDArray, simulations: NDArray
) -> Iterator[dict[str, Any]]:
    """Scores of predictions [B, frames, H, W] against images of the same frames and their grain counts [B, frames]."""
    for index, simulation in enumerate(simulations):
        for frame in range(truth.shape[1]):
            for score, value in _scores(
                predicted[index, frame], truth[index, frame], int(grain_counts[index, frame])
            ).items():
                yield {
                    **identity, "structure": int(simulation), "frame": frame + 1, "score": score, "value": value
                }  # fmt: skip


def _scores(predicted: NDArray, truth: NDArray, grains: int) -> dict[str, float]:
    """Every score of one predicted frame. A rollout that diverged is scored as an image of noughts."""
    predicted = np.nan_to_num(predicted, nan=0.0, posinf=0.0, neginf=0.0)
    return {
        "mse": images.squared_error(predicted, truth),
        "ssim": images.similarity(predicted, truth),
        "grain_count_error": abs(images.grain_count(predicted) - grains) / grains,
    }
