"""Periodic power (Laguerre) diagrams on a pixel grid: pixel x belongs to the seed with least |x - p|^2 - R^2.

Two seeds of radii R1 and R2 that stand R1 + R2 apart share the boundary where their discs touch, so discs placed
without overlap give cells of about the radii asked for. Seeds are placed largest first; one that finds no free spot
in a bounded number of draws takes the spot with the most room. The areas are not fitted.
"""

import numpy as np
from numpy.typing import NDArray

DRAWS = 256


def label_map(radii: NDArray[np.float64], width: int, rng: np.random.Generator) -> NDArray[np.int32]:
    """A periodic label map [width, width] of grains whose equivalent radii follow `radii`, scaled to fill the box."""
    fitted = np.sort(radii)[::-1] * width / np.sqrt(np.pi * np.sum(radii**2))
    centres = _place(fitted, width, rng)
    axis = np.arange(width) + 0.5
    least = np.full((width, width), np.inf)
    labels = np.zeros((width, width), np.int32)
    for label, ((x, y), radius) in enumerate(zip(centres, fitted, strict=True)):
        dx, dy = _wrap(axis - x, width), _wrap(axis - y, width)
        power = dy[:, None] ** 2 + dx[None, :] ** 2 - radius**2
        nearer = power < least
        least[nearer] = power[nearer]
        labels[nearer] = label
    return labels


def _place(radii: NDArray[np.float64], width: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Centres [grains, 2] of discs that overlap as little as bounded random placing allows."""
    centres = np.empty((len(radii), 2))
    for index, radius in enumerate(radii):
        draws = rng.random((DRAWS, 2)) * width
        gaps = _wrap(draws[:, None] - centres[None, :index], width)
        room = np.hypot(gaps[..., 0], gaps[..., 1]) - radii[:index] - radius
        closest = room.min(axis=1, initial=np.inf)
        free = np.flatnonzero(closest >= 0)
        centres[index] = draws[free[0] if len(free) else closest.argmax()]
    return centres


def _wrap(distance: NDArray, width: int) -> NDArray:
    """Periodic distances, nearest image."""
    return distance - width * np.round(distance / width)
