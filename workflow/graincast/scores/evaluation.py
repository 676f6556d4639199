"""All scores of one trained model on one case, as rows of the table."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast.grains.geometry import areas
from graincast.scores import images


def rows(
    identity: dict[str, Any], predicted: NDArray, truth: NDArray, labels: NDArray, simulations: NDArray
) -> Iterator[dict[str, Any]]:
    """Scores of predictions [B, frames, H, W] against images and label maps of the same frames."""
    for index, simulation in enumerate(simulations):
        for frame in range(truth.shape[1]):
            for score, value in _scores(predicted[index, frame], truth[index, frame], labels[index, frame]).items():
                yield {
                    **identity, "structure": int(simulation), "frame": frame + 1, "score": score, "value": value
                }  # fmt: skip


def _scores(predicted: NDArray, truth: NDArray, labels: NDArray) -> dict[str, float]:
    """Every score of one predicted frame. A rollout that diverged is scored as an image of noughts."""
    predicted = np.nan_to_num(predicted, nan=0.0, posinf=0.0, neginf=0.0)
    grains = int(np.sum(areas(labels) > 0))
    return {
        "mse": images.squared_error(predicted, truth),
        "ssim": images.similarity(predicted, truth),
        "grain_count_error": abs(images.grain_count(predicted) - grains) / grains,
    }
