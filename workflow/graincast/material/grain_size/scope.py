"""When a mean grain size does not describe a map: ASTM E112 is for grains of one phase, one shape and one spread.

Its scope, as its catalogue page has it: metals wholly or mostly of one phase; other methods are named for others.
Outliers are as in the catalogue page of ASTM E930: grains 3 or more numbers coarser than the rest, in 5 % or less of
the area. Three numbers are 8 times the area; more than 5 % are two sizes side by side (ASTM E1181). Assumptions: grains
are elongated from a direction ratio of 1.3 (of 10 grains or more), a second phase counts from 5 % of the area, and a
mean intercept below 10 pixels is not resolved, since boundaries are known to about a pixel.
"""

import numpy as np
from numpy.typing import NDArray

from graincast.material.microstructure import Microstructure

ELONGATED = 1.3
FEW = 10  # grains, of which chance makes more
SECOND_PHASE = 0.05
COARSER = 2**3  # times the mean area of the rest: 3 numbers
OUTLIERS = 0.05  # of the area at most
RESOLVED = 10  # pixels


def notes(structure: Microstructure, ratio: float, mean_intercept_px: float) -> tuple[str, ...]:
    """What of a map is outside of the scope, a sentence each."""
    areas = np.bincount(structure.labels.ravel(), minlength=structure.grains)
    shown = mean_intercept_px >= RESOLVED and np.count_nonzero(areas) >= FEW
    found = [
        _elongated(ratio) if shown else "",
        _two_phases(areas, structure.phases),
        _two_sizes(areas),
        _coarse(mean_intercept_px),
    ]
    return tuple(note for note in found if note)


def coarse_grains(areas: NDArray[np.integer]) -> tuple[int, float]:
    """How many grains are `COARSER` than the mean of all that are smaller, and their share of the area."""
    falling = np.sort(areas[areas > 0])[::-1]
    below = np.cumsum(falling[::-1])[::-1][1:] / np.arange(len(falling) - 1, 0, -1)  # mean of those that follow each
    count = int(np.flatnonzero(falling[:-1] >= COARSER * below).max(initial=-1)) + 1
    return count, float(falling[:count].sum() / falling.sum())


def _elongated(ratio: float) -> str:
    if ratio < ELONGATED:
        return ""
    return f"grains are elongated: the mean intercept is {ratio:.2f} times as long in one direction as in another"


def _two_phases(areas: NDArray[np.integer], phases: tuple[str, ...]) -> str:
    if not phases:
        return ""
    share = {name: areas[np.array(phases) == name].sum() / areas.sum() for name in sorted(set(phases))}
    large = [f"{name} {100 * part:.0f} %" for name, part in share.items() if part >= SECOND_PHASE]
    return f"more than one phase ({', '.join(large)}): one mean grain size mixes them" if len(large) > 1 else ""


def _two_sizes(areas: NDArray[np.integer]) -> str:
    count, share = coarse_grains(areas)
    if not count:
        return ""
    what, standard = ("two sizes side by side", "E1181") if share > OUTLIERS else ("outliers", "E930")
    held = f"{count} of the grains hold {100 * share:.1f} % of the area and are 3 or more numbers coarser than the rest"
    return f"{what}: {held} (ASTM {standard} is for these)"


def _coarse(mean_intercept_px: float) -> str:
    if mean_intercept_px >= RESOLVED:
        return ""
    return f"coarse pixels: {mean_intercept_px:.1f} to a mean intercept, expected {RESOLVED} or more"
