"""Why the grains found in a picture may be none: a sentence with the cure, or none.

Each threshold lies between what was measured on pictures of lines, evenly lit or not, with and without noise, and on
photographs of grains: clear lines over 0.76 to 1 of the boundaries' length in the first, over 0 to 0.48 in the second.
"""

import numpy as np
from numpy.typing import NDArray

from graincast.base import console
from graincast.material.specimens import drawn_boundaries, drawn_labels, line_contrast
from graincast.material.specimens.drawn_boundaries import Lines

CLEAR = 0.7  # of the boundaries' length: lines stand out
AS_GOOD = 0.15  # less of it: another reading is about as good
WHOLE = 0.9  # of a picture of lines: a grain as large is no grain
STEPS, STEPPED, FEWEST_SHADES = 2, 0.95, 48  # of so many shades, and on so much of the boundaries, next ones touch
PHOTOGRAPH = (
    "is a photograph of grains (or was saved as JPEG) and not a drawing of lines or labels: this version reads labels, "
    "and dark or light lines that stand out from grains; segment it first (labels go in with --kind labels)"
) + "".join(f"; {hint}" for hint in console.said("PHOTOGRAPHS"))


def of_lines(lines: Lines, labels: NDArray[np.int32]) -> str:
    """Why lines, and the grains between them, may be none; empty if nothing says so."""
    share = _clear_share(lines, labels)
    if share is not None and share < CLEAR:
        return (
            f"lines stand out from grains on {100 * share:.0f} % of the boundaries, expected {100 * CLEAR:.0f} % or "
            f"more: {PHOTOGRAPH}"
        )
    largest = np.bincount(labels.ravel()).max() / labels.size
    if 1 > largest > WHOLE:
        return f"one grain covers {100 * largest:.0f} %: the lines have gaps, close them; or it {PHOTOGRAPH}"
    for rival in drawn_boundaries.rivals(lines):
        other = _clear_share(rival, drawn_boundaries.grains_between(rival, periodic=False)[0])
        if share is not None and other is not None and other >= max(CLEAR, share - AS_GOOD):
            return (
                f"{rival.shade} lines explain it about as well as {lines.shade} ones: say which, --kind dark or light"
            )
    return ""


def _clear_share(lines: Lines, labels: NDArray[np.int32]) -> float | None:
    return line_contrast.clear_share(drawn_boundaries.reduced(lines.image)[0], lines.threshold, labels)


def of_labels(picture: NDArray) -> str:
    """Why plateaus of many values may be no labels: all are next to one of the next shade, as in a smooth gradient."""
    wide = picture.dtype.itemsize > 1
    shades = np.unique(picture).astype(np.float64)
    step = float(np.diff(shades).min()) if len(shades) > 1 else 1.0
    if len(shades) < FEWEST_SHADES or (wide and step == 1):  # numbers of grains may well be in order
        return ""
    values = picture.astype(np.float64).reshape(*picture.shape[:2], -1)
    changes = np.concatenate([abs(np.diff(values, axis=axis)).max(axis=2).ravel() for axis in (0, 1)])
    if np.mean(changes[changes > 0] <= (STEPS + 0.5) * step) < STEPPED:
        return ""
    return f"its shades change by the smallest steps alone: a smooth gradient? It {PHOTOGRAPH}"


def of_two_shades(picture: NDArray) -> str:
    """Why the pieces of two shades may be no grains, where neither shade is of thin lines."""
    if len(np.unique(drawn_labels.colour_codes(picture))) > 2:
        return ""
    return "has two shades, and neither is of thin lines between thick grains: say which, --kind dark, light or labels"
