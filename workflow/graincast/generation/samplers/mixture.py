"""Around each encoded patch a normal law: a mixture with as many parts (Parzen's window).

Its width follows Silverman's rule in so many dimensions, of the covariance that the latents have.
"""

import numpy as np
from numpy.typing import NDArray


def drawn(latents: NDArray[np.float64], count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """New latents [count, latents] like those of a step [patches, latents]."""
    patches, dimensions = latents.shape
    width = (4 / (patches * (dimensions + 2))) ** (1 / (dimensions + 4))
    deviations = latents - latents.mean(axis=0)
    weights = rng.standard_normal((count, patches)) / np.sqrt(patches)
    middles = latents[rng.integers(patches, size=count)]
    shrunk = latents.mean(axis=0) + (middles - latents.mean(axis=0)) / np.sqrt(1 + width**2)
    return np.asarray(shrunk + width / np.sqrt(1 + width**2) * (weights @ deviations))
