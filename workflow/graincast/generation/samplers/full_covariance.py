"""All latents from one normal law with the covariance that they have."""

import numpy as np
from numpy.typing import NDArray


def drawn(latents: NDArray[np.float64], count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """New latents [count, latents] like those of a step [patches, latents].

    Weighted sums of the patches' deviations have their covariance, however few patches there are.
    """
    deviations = latents - latents.mean(axis=0)
    weights = rng.standard_normal((count, len(latents))) / np.sqrt(len(latents))
    return np.asarray(latents.mean(axis=0) + weights @ deviations)
