"""A picture to check a count by: grains in soft colours, the test lines, and a mark at each place that was counted.

Small maps are enlarged by a whole factor. Marks differ in shape and colour by what they count.
"""

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from graincast.base.storage import written
from graincast.material.grain_size.hits import CROSSING, END
from graincast.material.grain_size.intercepts import Intercepts
from graincast.material.grain_size.one_picture import GrainSize

SMALLEST = 1400  # pixels of the picture's longer side
MARKS_ACROSS = 150  # marks that would fill the longer side
BOUNDARY = (95, 95, 95)
PAPER, INK = (255, 255, 255), (30, 30, 30)
STRAIGHT, ROUND = (40, 60, 160), (150, 30, 110)
LINES = {"straight lines (Heyn)": STRAIGHT, "circles (Abrams)": ROUND}
MARKS = {  # what is counted, in words: shape and colour
    "crossing or tangent: 1": ("disc", (20, 20, 20)),
    "three grains meet: 1.5 on a line, 2 on a circle": ("diamond", (220, 30, 30)),
    "a line's end on a boundary: 0.5": ("square", (0, 140, 70)),
}


def write(path: Path, labels: NDArray[np.integer], size: GrainSize) -> None:
    """Draw the count on a map [rows, columns] as a PNG."""
    with written(path) as partial:
        drawn(labels, size).save(partial, format="PNG")


def drawn(labels: NDArray[np.integer], size: GrainSize) -> Image.Image:
    """The map with what was counted on it, and a legend below."""
    factor = max(1, math.ceil(SMALLEST / max(labels.shape)))
    field = _map(labels, factor)
    reach = max(4, max(field.size) // MARKS_ACROSS)
    legend = _legend(field.width, reach)
    picture = Image.new("RGB", (field.width, field.height + legend.height), PAPER)
    picture.paste(field, (0, 0))
    picture.paste(legend, (0, field.height))
    pen = ImageDraw.Draw(picture)
    for counted, colour in ((size.lines, STRAIGHT), (size.circles, ROUND)):
        _draw_lines(pen, counted, colour, factor, max(2, reach // 3))
    for counted in (size.lines, size.circles):
        _draw_marks(pen, counted, factor, reach)
    return picture


def _map(labels: NDArray[np.integer], factor: int) -> Image.Image:
    """Grains in light colours that a step of the golden ratio through the hues keeps apart, and their boundaries."""
    hue = np.arange(int(labels.max()) + 1) * 0.618034 % 1
    turns = 2 * np.pi * (hue[:, None] + np.array([0, 1 / 3, 2 / 3]))
    colours = np.round(222 + 22 * np.cos(turns)).astype(np.uint8)
    large = np.repeat(np.repeat(labels, factor, axis=0), factor, axis=1)
    picture = colours[large]
    for one, other in ((np.s_[1:], np.s_[:-1]), (np.s_[:, 1:], np.s_[:, :-1])):
        unlike = large[one] != large[other]
        picture[one][unlike] = picture[other][unlike] = BOUNDARY
    return Image.fromarray(picture)


def _draw_lines(pen: ImageDraw.ImageDraw, counted: Intercepts, colour: tuple[int, ...], factor: int, wide: int) -> None:
    for line in counted.lines:
        places = line.places if line.direction is not None else np.concatenate([line.places, line.places[:1]])
        pen.line([_at(place, factor) for place in places], fill=colour, width=wide)


def _draw_marks(pen: ImageDraw.ImageDraw, counted: Intercepts, factor: int, reach: int) -> None:
    for hits in counted.hits:
        for place, count in zip(hits.places, hits.counts.tolist(), strict=True):
            _mark(pen, _at(place, factor), _meaning(count), reach)


def _meaning(count: float) -> str:
    crossing, three, end = MARKS
    return {CROSSING: crossing, END: end}.get(count, three)


def _mark(pen: ImageDraw.ImageDraw, at: tuple[float, float], meaning: str, reach: int) -> None:
    shape, colour = MARKS[meaning]
    x, y = at
    around = (x - reach, y - reach, x + reach, y + reach)
    if shape == "disc":
        half = reach * 0.6
        pen.ellipse((x - half, y - half, x + half, y + half), fill=colour, outline=PAPER, width=1)
    elif shape == "square":
        pen.rectangle(around, fill=PAPER, outline=colour, width=max(2, reach // 2))
    else:
        corners = [(x, y - 1.3 * reach), (x + 1.3 * reach, y), (x, y + 1.3 * reach), (x - 1.3 * reach, y)]
        pen.polygon(corners, fill=colour, outline=PAPER)


def _legend(width: int, reach: int) -> Image.Image:
    """What lines and marks mean, one below the other."""
    line = 4 * reach
    legend = Image.new("RGB", (width, line * (len(LINES) + len(MARKS)) + line // 2), PAPER)
    pen = ImageDraw.Draw(legend)
    for row, meaning in enumerate((*LINES, *MARKS)):
        middle = line * (row + 0.75)
        if meaning in LINES:
            pen.line([(line / 2, middle), (1.5 * line, middle)], fill=LINES[meaning], width=max(2, reach // 3))
        else:
            _mark(pen, (line, middle), meaning, reach)
        pen.text((2 * line, middle), meaning, fill=INK, font=ImageFont.load_default(2.4 * reach), anchor="lm")
    return legend


def _at(place: NDArray[np.float64], factor: int) -> tuple[float, float]:
    """Where the middle of a pixel, or a place between, is in the picture: x and y."""
    row, column = (place + 0.5) * factor
    return float(column), float(row)
