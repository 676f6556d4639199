"""Curvature flow by diffusing every grain's indicator and sharpening it again, periodic, isotropic, k = 1 px^2.

Threshold dynamics (Merriman, Bence, Osher 1992; for networks Esedoglu and Otto 2015) alternates two steps: each
grain's indicator diffuses for a time `step`, then every pixel goes to the grain with the largest value. Boundaries
then move at their curvature and meet at 120 degrees. With a hard threshold a boundary that moves less than a pixel
a step stands still for ever, so the threshold here is a ramp: a grain keeps 1/2 + `sharpness` (u - u_rival), cut to
0..1, where the rival is the strongest other grain. The level 1/2 of a symmetric profile moves at its curvature under
diffusion whatever the profile, so the law is kept and the boundary's position between pixels survives.

Measured (tests/test_physics.py holds it to these): a disc's area rate within 3 % for radii of 15 to 30 px at step 4
and sharpness 2.5. The slope of von Neumann-Mullins is 10 % too steep where the mean grain is 20 px wide and 2 % where
it is 40 px wide: around a junction a width of sqrt(2 step) is smeared, and grains of that radius vanish too early.
A ramp of sharpness 1 smears junctions more (30 % at 20 px); a small step with a steep ramp stands still.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft


@dataclass(frozen=True)
class Settings:
    step: float  # diffusion time between two sharpenings, px^2
    sharpness: float  # slope of the ramp; infinite for the classical hard threshold

    def __post_init__(self) -> None:
        if self.step <= 0 or self.sharpness <= 0:
            raise ValueError("threshold dynamics needs a step and a sharpness above 0")


def evolve(labels: NDArray[np.int32], settings: Settings, times: NDArray) -> Iterator[NDArray[np.int32]]:
    """The label map at each of the ascending `times` (px^2 / k), from `labels` [width, width] at time 0."""
    present, inverse = np.unique(labels, return_inverse=True)
    phases = (inverse.reshape(labels.shape) == np.arange(len(present))[:, None, None]).astype(np.float32)
    now = 0.0
    for time in times:
        steps = int(np.ceil((time - now) / settings.step - 1e-9))
        heat = _heat_kernel(labels.shape, (time - now) / steps) if steps else np.empty(0)
        for _ in range(steps):
            phases = _sharpen(fft.irfft2(fft.rfft2(phases) * heat, s=labels.shape), settings.sharpness)
            alive = phases.max(axis=(1, 2)) > 0.5
            phases, present = phases[alive], present[alive]
        now = time
        yield present[phases.argmax(axis=0)].astype(np.int32)


def _heat_kernel(shape: tuple[int, ...], duration: float) -> NDArray[np.float32]:
    """Fourier multiplier of diffusion for `duration` on a periodic grid."""
    ky = 2 * np.pi * fft.fftfreq(shape[0])[:, None]
    kx = 2 * np.pi * fft.rfftfreq(shape[1])[None, :]
    decay: NDArray[np.float64] = np.exp(-duration * (kx**2 + ky**2))
    return decay.astype(np.float32)


def _sharpen(diffused: NDArray[np.float32], sharpness: float) -> NDArray[np.float32]:
    """Each grain against its strongest rival, as shares [grains, H, W] that sum to 1."""
    if len(diffused) == 1:
        return np.ones_like(diffused)
    second, first = np.partition(diffused, len(diffused) - 2, axis=0)[-2:]
    rival = np.where(diffused == first, second, first)
    shares: NDArray[np.float32] = np.clip(0.5 + sharpness * (diffused - rival), 0, 1)
    shares /= shares.sum(axis=0)
    return shares
