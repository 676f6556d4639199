"""Stage 3, packing: circles are laid by chance, the largest first, each where it overlaps least of some places."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel


@dataclass(frozen=True)
class Packing:
    overlap: float  # of its radius, that a circle may lie within others; it is laid at the first such place
    tries: int  # places tried for each circle; 1: wherever chance has it, which is no packing

    def __post_init__(self) -> None:
        if not 0 <= self.overlap < 1 or self.tries < 1:
            raise ValueError("expected 'overlap' in 0..1 and 'tries' of 1 or more")


def centres(
    packing: Packing, radii: NDArray[np.float64], shape: tuple[float, float], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Centres [grains, 2], row and column, of circles with these radii, largest first, in a box."""
    places = rng.random((len(radii), packing.tries, 2)) * np.array(shape)
    return np.asarray(_laid(radii, places, packing.overlap))


@kernel
def _laid(radii: NDArray[np.float64], places: NDArray[np.float64], overlap: float) -> NDArray[np.float64]:
    """Centres [grains, 2], each of the places [grains, tries, 2] that were tried."""
    count, tries = places.shape[0], places.shape[1]
    laid = np.empty((count, 2))
    for grain in range(count):
        widest = -np.inf
        for place in range(tries):
            y, x = places[grain, place]
            gap = np.inf  # to the nearest circle that is laid
            for other in range(grain):
                apart = np.hypot(y - laid[other, 0], x - laid[other, 1])
                gap = min(gap, apart - radii[grain] - radii[other])
            if gap > widest:
                widest = gap
                laid[grain, 0], laid[grain, 1] = y, x
            if gap >= -overlap * radii[grain]:
                break
    return laid
