"""Volumes of two phases to score."""

import numpy as np
from scipy import ndimage


def noise(shape, fraction, seed):
    """Each voxel of the phase by chance."""
    return np.random.default_rng(seed).random(shape) < fraction


def relief(side, seed, spread):
    """A smoothed random field."""
    return ndimage.gaussian_filter(np.random.default_rng(seed).standard_normal((side, side, side)), spread)


def blobs(side, fraction, seed, spread=1.5):
    """Such a field above the value that gives the volume fraction."""
    field = relief(side, seed, spread)
    return field > np.quantile(field, 1 - fraction)


def waves(side, wavelength, direction, start=0.2):
    """Flat plates, half a wavelength thick and as far apart, that face a direction in z, y and x."""
    across = np.tensordot(np.array(direction) / np.linalg.norm(direction), np.indices((side, side, side)), 1)
    return (across / wavelength + start) % 1 < 0.5


def ball(side, radius):
    """In the middle, but for a bit."""
    centre = np.array([0.31, -0.17, 0.09]) + (side - 1) / 2
    return ((np.indices((side, side, side)) - centre[:, None, None, None]) ** 2).sum(axis=0) < radius**2
