"""What the ground truth itself shows, frame by frame: how many grains, how large, how widely spread, how well read."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast.grains.geometry import equivalent_radii, sides
from graincast.scores import images


def rows(dataset: str, simulation: int, labels: NDArray, boundaries: NDArray) -> Iterator[dict[str, Any]]:
    """Rows of one simulation: labels [frames, P, P] and boundary images [frames, H, W] in 0..1."""
    identity = {"model": "truth", "dataset": dataset, "case": dataset, "structure": simulation}
    for frame, (grain_map, image) in enumerate(zip(labels, boundaries, strict=True)):
        for score, value in _scores(grain_map, image).items():
            yield {**identity, "frame": frame, "score": score, "value": value}


def _scores(labels: NDArray, image: NDArray) -> dict[str, float]:
    radii = equivalent_radii(labels)
    neighbours = sides(labels)
    return {
        "grain_count": float(len(radii)),
        "mean_radius": float(radii.mean()),
        "radius_spread": float(radii.std() / radii.mean()),
        "largest_radius_ratio": float(radii.max() / radii.mean()),
        "mean_sides": float(neighbours[neighbours > 0].mean()) if len(radii) > 1 else 0.0,
        "boundary_share": float(np.mean(image)),
        "grain_count_error": abs(images.grain_count(image) - len(radii)) / len(radii),
    }
