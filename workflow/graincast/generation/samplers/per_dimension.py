"""As published: each latent from a normal law of its own, as if none knew of another."""

import numpy as np
from numpy.typing import NDArray


def drawn(latents: NDArray[np.float64], count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """New latents [count, latents] like those of a step [patches, latents]."""
    return np.asarray(rng.normal(latents.mean(axis=0), latents.std(axis=0), (count, latents.shape[1])))
