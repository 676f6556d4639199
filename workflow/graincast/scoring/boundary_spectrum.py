"""The power spectrum of the boundary image, averaged over directions, by wavelength over the mean grain side.

Power is |F|^2 over the number of pixels, without the mean. A field that is not periodic is tapered by Hann's window,
or its edges would be in the spectrum, and its power is over the sum of the window's squares. The log-spectral distance
is the root mean square difference of two spectra in decibels over the bins that both have (Gray and Markel, IEEE Trans.
ASSP 24, 380, 1976). A boundary is two pixels wide whatever its grains are: it compares maps of like pixels a grain.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from graincast.scoring.map_sets import MapSet, boundary_image

WAVELENGTHS = 2.0 ** np.arange(-2, 2.25, 0.5)  # edges of the bins, in mean grain sides: 1/4 to 4
FAINTEST = 1e-12  # power; less counts as that, since a blank picture has none
Floats = NDArray[np.float64]


def spectrum(maps: MapSet, grain_side: float) -> Floats:
    """Mean power [bins] in each bin of wavelength; NaN where no wave of these maps falls into it."""
    bins = len(WAVELENGTHS) - 1
    power, waves = np.zeros(bins), np.zeros(bins)
    for labels in maps.maps:
        frequency = np.hypot(*np.meshgrid(*(fft.fftfreq(side) for side in labels.shape), indexing="ij"))
        wavelength = maps.pixel / np.maximum(frequency, 0.1 / labels.size) / grain_side
        at = np.digitize(wavelength, WAVELENGTHS) - 1
        within = (at >= 0) & (at < bins)
        power += np.bincount(at[within], _power(boundary_image(labels, maps.periodic), maps.periodic)[within], bins)
        waves += np.bincount(at[within], minlength=bins)
    return np.where(waves > 0, power / np.maximum(waves, 1), np.nan)


def log_spectral_distance(made: MapSet, truth: MapSet) -> float:
    """In decibels; NaN where the sets have no bin in common."""
    one, other = (spectrum(maps, truth.grain_side) for maps in (made, truth))
    both = ~np.isnan(one) & ~np.isnan(other)
    if not both.any():
        return float("nan")
    level = [10 * np.log10(np.maximum(each[both], FAINTEST)) for each in (one, other)]
    return float(np.sqrt(np.mean((level[0] - level[1]) ** 2)))


def _power(image: NDArray[np.bool_], periodic: bool) -> Floats:
    """Power [rows, columns] of the waves of an image."""
    if periodic:
        window = np.ones(image.shape)
    else:
        window = np.outer(*(np.sin(np.pi * (np.arange(side) + 0.5) / side) ** 2 for side in image.shape))
    away = window * (image - np.average(image, weights=window))
    return np.asarray(np.abs(fft.fft2(away)) ** 2 / np.sum(window**2))
