"""The band around a forecast's mean grain radius: that which is tested, shown and shipped.

Split-conformal half-widths of the relative error, a frame at a time (`scoring.uncertainty`), which never shrink from a
frame to the next: who goes on forecasting does not know more. Their running maximum holds at least as often as each.
"""

import numpy as np
from numpy.typing import NDArray

from graincast.scoring import uncertainty

LEVEL = 0.9  # asked of the band


def half_widths(errors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Half-widths [F] from calibration errors [structures, F]; infinite where there are too few for the level."""
    return np.maximum.accumulate(uncertainty.half_widths(errors, LEVEL))
