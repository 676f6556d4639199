"""The ASTM grain size number G: from grains per area, and from the mean intercept.

    G = 3.321928 log10(N_A) - 2.954,        N_A in grains per mm^2
    G = -6.643856 log10(l) - 3.288,         l, the mean intercept, in mm

Constants of ASTM E112 as they are quoted everywhere; the factors are 1 / log10(2) and twice that: a number more is
twice the grains. The two agree where N_A l^2 = pi / 4, as for equal discs. Where grains are less alike there is more
boundary to an area, and intercepts give finer numbers: by 0.35 for Poisson-Voronoi cells, whose N_A l^2 is pi^2 / 16.
"""

import math

UM_PER_MM = 1000


def of_density(grains_per_mm2: float) -> float:
    """G of so many grains per mm^2."""
    return 3.321928 * math.log10(grains_per_mm2) - 2.954


def of_intercept(mean_intercept_mm: float) -> float:
    """G of a mean intercept in mm."""
    return -6.643856 * math.log10(mean_intercept_mm) - 3.288
