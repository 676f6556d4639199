"""The field of view of a picture: without the data bar at its edge, and with no caption in it.

Microscopes put a strip below or above the field, as wide as the picture and of one shade, with magnification, voltage
and a scale bar. One that ends at a straight row is cut off. Text anywhere else is only told: it lies between grains.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.material.specimens import burnt_text

HIGHEST_BAR = 0.25  # of the picture
LOWEST_BAR = 10  # rows
HIGHEST_GLYPH = 1 / 12  # of the picture
ALIKE = 0.03  # of the range of shades: as far as compression moves a shade
LONGEST_SIDE = 3000  # pixels of a picture that is searched for text
INK = 0.3  # of the range of shades: text stands out from a bar by more
SHADES = (0.9, 0.6)  # of the range of shades: text in the field is lighter or, the other way round, darker
LEAST_EVEN, LEAST_PLAIN, LEAST_EXACT = 0.35, 0.5, 0.35  # of a row, of a bar: has the bar's shade, to the last bit
BLANK, MARGIN = 0.9, 8  # of a row between text and edge, so many rows from the edge or fewer, has the bar's shade
EDGE = 0.5  # of the columns change their shade where a bar ends
FRAME, LINE = 4, 0.95  # rows of a line between bar and field, at most; so much of each is of one shade


@dataclass(frozen=True)
class Cut:
    rows: slice  # of the picture
    said: str  # what was cut off; empty if nothing was
    doubt: str  # what is no grain, with the cure; empty if there is no such


def cut(picture: NDArray) -> Cut:
    """The rows of a picture [H, W] or [H, W, 3] that are no data bar."""
    grey = _grey(picture)
    below, above = _bar(grey[::-1]), _bar(grey)
    rows = slice(above, len(grey) - below)
    return Cut(rows, _sentence(below, above), _text(grey[rows], above))


def _sentence(below: int, above: int) -> str:
    cut = [f"a data bar of {rows} rows at its {end}" for rows, end in ((above, "top"), (below, "bottom")) if rows]
    return f"{' and '.join(cut)} cut off" if cut else ""


def _grey(picture: NDArray) -> NDArray[np.float32]:
    """A picture as shades from 0 to 1."""
    sums = picture.astype(np.float32) if picture.ndim == 2 else picture.sum(axis=2, dtype=np.float32)
    lowest, highest = float(sums.min()), float(sums.max())
    return np.asarray((sums - lowest) / max(highest - lowest, 1e-30), np.float32)


def _bar(grey: NDArray[np.float32]) -> int:
    """How many of the first rows are a data bar."""
    near = grey[: 1 + int(HIGHEST_BAR * len(grey))]
    shades, counts = np.unique(near[: max(LOWEST_BAR, len(grey) // 60)], return_counts=True)
    shade = float(shades[np.argmax(counts)])
    plain = abs(near - shade) <= ALIKE
    even = plain.mean(axis=1)
    may_belong = (even >= LEAST_EVEN) | _is_line(near, shade)
    tallest = len(near) if may_belong.all() else int(np.argmin(may_belong))
    changes = np.mean(abs(np.diff(near, axis=0)) > 3 * ALIKE, axis=1)  # from each row to the next
    for rows in range(min(tallest, len(near) - 1), LOWEST_BAR - 1, -1):
        if changes[rows - 1] >= EDGE and _is_bar(near[:rows], shade, plain[:rows]):
            return rows + _lines_first(near[rows:], shade)
    return 0


def _is_line(rows: NDArray[np.float32], shade: float) -> NDArray[np.bool_]:
    """Which rows are a line of one shade, another than this."""
    own = np.median(rows, axis=1)
    alike = np.mean(abs(rows - own[:, None]) <= 3 * ALIKE, axis=1)
    return np.asarray((alike >= LINE) & (abs(own - shade) > 3 * ALIKE))


def _lines_first(rows: NDArray[np.float32], shade: float) -> int:
    """How many of the first few rows are lines of another shade than this, as around a bar."""
    return int(np.argmin([*_is_line(rows[:FRAME], shade).tolist(), False]))


def _is_bar(strip: NDArray[np.float32], shade: float, plain: NDArray[np.bool_]) -> bool:
    """Whether rows up to an edge are of one shade, with a blank row before the edge and text."""
    even = plain.mean(axis=1)
    inside = slice(0, len(strip) - _lines_first(strip[::-1], shade))
    if plain.mean() < LEAST_PLAIN or np.mean(strip == np.float32(shade)) < LEAST_EXACT:
        return False
    if len(even[inside]) < LOWEST_BAR or even[inside][-MARGIN:].max() < BLANK:
        return False
    return bool(burnt_text.words(abs(strip[inside] - shade), INK, len(strip)))


def _text(grey: NDArray[np.float32], cut: int) -> str:
    """Where text in the lightest or darkest shades is, with the cure; empty if there is none."""
    step = -(-max(grey.shape) // LONGEST_SIDE)
    seen = grey[::step, ::step]
    highest = max(burnt_text.LOWEST, int(HIGHEST_GLYPH * len(seen)))
    for shade, strength in (("light", seen), ("dark", 1 - seen)):
        for ink in SHADES:
            found = burnt_text.words(strength, ink, highest)
            for word in (word for word in found if burnt_text.is_alone(word, strength, ink)):
                top, bottom, left, right = (step * end for end in word.ends)
                return (
                    f"shows {shade} text in rows {cut + top} to {cut + bottom}, columns {left} to {right}, which would "
                    "be taken for grains: crop it, or paint over it"
                )
    return ""
