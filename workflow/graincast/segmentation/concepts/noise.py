"""Stage 7, noise: the optics blur a little, and every pixel errs by a normal law of its own."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter


@dataclass(frozen=True)
class Noise:
    blur_px: float  # standard deviation of the point spread
    variance: float  # of the error of a pixel, of greys in 0..1

    def __post_init__(self) -> None:
        if self.blur_px < 0 or not 0 <= self.variance <= 0.25:
            raise ValueError("expected 'blur_px' from 0 on, and a 'variance' of 0 to 0.25")


def blurred(noise: Noise, grey: NDArray[np.float64]) -> NDArray[np.float64]:
    """Through the optics."""
    return np.asarray(gaussian_filter(grey, noise.blur_px, mode="nearest")) if noise.blur_px else grey


def noisy(grey: NDArray[np.floating], variance: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """With its errors, within 0..1."""
    error = np.sqrt(variance) * rng.standard_normal(grey.shape)
    return np.asarray(np.clip(grey + error, 0, 1), np.float32)
