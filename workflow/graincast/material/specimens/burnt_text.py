"""Text that was burnt into a picture: runs of glyphs, which are strokes of one shade that stand side by side.

Grains are compact and the lines between them hang together. A glyph is neither: it stands alone, it is thin for its
height, and others of about its height stand next to it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

LOWEST, FEWEST_PIXELS = 5, 8  # rows and pixels of a glyph
STROKE = 0.25  # of its height: no pixel of a glyph is farther from its outside
WIDEST = 2.5  # of its height: a glyph, or some that touch
RING, FADED = 0.6, 0.2  # so much of what surrounds a glyph is fainter than its ink by that
APART = 1.5  # heights: the next glyph is nearer
UNLIKE = 2.2  # times as high: the next glyph is lower, as x is beside h
OFF_LINE, ON_LINE = 0.1, 0.4  # of its height: a glyph is off the line of its word by less; so many of them are
LEADING, FREE = 0.25, 0.95  # of its height: above and below a word, so much is free of ink
WORD = 4  # glyphs; or one fewer beside a scale bar
SCALE_BAR = 4  # times as wide as high, and more than two glyphs are high


@dataclass(frozen=True)
class Boxes:
    """Rectangles around connected ink, [boxes] each; the last row and column are the first outside."""

    top: NDArray[np.int64]
    bottom: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]

    @property
    def height(self) -> NDArray[np.int64]:
        return self.bottom - self.top

    @property
    def width(self) -> NDArray[np.int64]:
        return self.right - self.left

    @property
    def ends(self) -> tuple[int, int, int, int]:
        """Top, bottom, left and right of all of them."""
        return int(self.top.min()), int(self.bottom.max()), int(self.left.min()), int(self.right.max())

    def slices(self) -> list[tuple[slice, slice]]:
        return [
            (slice(top, bottom), slice(left, right))
            for top, bottom, left, right in zip(self.top, self.bottom, self.left, self.right, strict=True)
        ]

    def of(self, chosen: NDArray) -> "Boxes":
        return Boxes(self.top[chosen], self.bottom[chosen], self.left[chosen], self.right[chosen])


def words(strength: NDArray[np.floating], ink: float, highest: int) -> list[Boxes]:
    """The glyphs of each word whose strength is more than `ink` and of which none is higher than `highest`."""
    numbers, found = ndimage.label(strength > ink, np.ones((3, 3), int))
    pixels = np.bincount(numbers.ravel(), minlength=found + 1)
    kept = (pixels >= FEWEST_PIXELS) & (pixels < (WIDEST * highest * SCALE_BAR) ** 2)
    kept[0] = False
    numbers = np.where(kept, np.cumsum(kept), 0)[numbers]
    boxes, filled = _boxes(numbers), pixels[kept]
    high, wide = boxes.height, boxes.width
    rows, columns = numbers.shape
    free = (boxes.top > 0) & (boxes.left > 0) & (boxes.bottom < rows) & (boxes.right < columns)
    could_be = np.flatnonzero(free & (high >= LOWEST) & (high <= highest) & (wide <= WIDEST * high))
    faint = strength <= ink - FADED
    glyphs = [number for number in could_be.tolist() if _is_glyph(numbers, faint, boxes, number)]
    bars = boxes.of(free & (wide >= SCALE_BAR * high) & (high > 1) & (filled >= 0.97 * high * wide))
    return _words(boxes.of(np.array(glyphs)), bars) if glyphs else []


def is_alone(word: Boxes, strength: NDArray[np.floating], ink: float) -> bool:
    """Whether what is above, below and between the glyphs of a word has no ink."""
    top, bottom, left, right = word.ends
    band = max(2, int(LEADING * (bottom - top)))
    above, below = strength[max(0, top - band) : top, left:right], strength[bottom : bottom + band, left:right]
    if min(np.mean(beside <= ink - FADED) for beside in (above, below)) < FREE:
        return False
    own = sum(int(np.sum(strength[box] > ink)) for box in word.slices())
    return bool(np.sum(strength[top:bottom, left:right] > ink) <= own / FREE)


def _boxes(numbers: NDArray[np.integer]) -> Boxes:
    found = ndimage.find_objects(numbers)
    sides = [(rows.start, rows.stop, columns.start, columns.stop) for rows, columns in found]
    return Boxes(*np.array(sides, np.int64).reshape(-1, 4).T)


def _is_glyph(numbers: NDArray[np.integer], faint: NDArray[np.bool_], boxes: Boxes, number: int) -> bool:
    """Whether connected ink of this number is a stroke, and stands out from what is around it."""
    sides = ((boxes.top[number], boxes.bottom[number]), (boxes.left[number], boxes.right[number]))
    around = tuple(slice(max(0, first - 3), last + 3) for first, last in sides)
    alone = np.pad(numbers[around] == number + 1, 1)
    if ndimage.distance_transform_edt(alone).max() - 0.5 > STROKE * boxes.height[number]:
        return False
    near, nearer = (ndimage.binary_dilation(alone, iterations=pixels)[1:-1, 1:-1] for pixels in (3, 1))
    return bool(faint[around][near & ~nearer].mean() >= RING)


def _words(glyphs: Boxes, bars: Boxes) -> list[Boxes]:
    """Those glyphs that stand side by side on a line, in words."""
    glyphs = glyphs.of(np.argsort(glyphs.left, kind="stable"))
    number = np.arange(len(glyphs.left))
    for one in range(len(number)):
        for other in np.flatnonzero(_follows(glyphs, one)):
            number[number == number[other]] = number[one]
    found = [glyphs.of(number == one) for one in np.flatnonzero(np.bincount(number) >= WORD - 1)]
    return [word for word in found if _near(bars, word) or (len(word.left) >= WORD and _is_set(word))]


def _is_set(word: Boxes) -> bool:
    """Whether many glyphs of a word stand on one line; others hang below it, or are of the next one."""
    off = abs(word.bottom[:, None] - word.bottom)
    on_line = np.sum(off <= np.maximum(1, OFF_LINE * word.height), axis=1).max()
    return bool(on_line >= max(WORD - 1, ON_LINE * len(off)))


def _follows(glyphs: Boxes, one: int) -> NDArray[np.bool_]:
    """Which glyphs [glyphs] stand close to the right of one, about as high and beside it."""
    high, tall = glyphs.height[one], glyphs.height
    gap = glyphs.left - glyphs.right[one]
    overlap = np.minimum(glyphs.bottom, glyphs.bottom[one]) - np.maximum(glyphs.top, glyphs.top[one])
    alike = (tall <= UNLIKE * high) & (high <= UNLIKE * tall) & (2 * overlap > np.minimum(tall, high))
    return np.asarray(alike & (gap >= -1) & (gap <= APART * np.maximum(tall, high)))


def _near(bars: Boxes, word: Boxes) -> bool:
    """Whether a scale bar is close above, below or beside a word."""
    top, bottom, left, right = word.ends
    high = bottom - top
    across = np.maximum(bars.left - right, left - bars.right)
    down = np.maximum(bars.top - bottom, top - bars.bottom)
    return bool(((across <= 2 * high) & (down <= 2 * high) & (bars.width > 2 * high)).any())
