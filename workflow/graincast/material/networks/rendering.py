"""Pictures of a network at any resolution: which grain a pixel belongs to, and how much boundary it holds.

Row i is y, column j is x, and pixel (i, j) covers [j, j + 1) x [i, i + 1) pixel sides. A pixel's label is the grain at
its middle, found by walking along the row from boundary to boundary. The walk also proves the picture: every boundary
must be met from the grain that it names on that side. A network whose boundaries cross is found out here.
"""

import math

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel
from graincast.material.networks.network import Network

OFF_MIDDLE = 0.0137  # rows
SAME = 1e-9  # of the box: boundaries nearer than this along a row may be met in either order
Part = tuple[slice, slice]  # of the rows and of the columns of a picture
ALL: Part = (slice(None), slice(None))


def label_map(network: Network, shape: tuple[int, int], part: Part = ALL) -> NDArray[np.int32]:
    """Grain of every pixel [rows, columns], or of those in a part."""
    return _walk(network, shape, 0.0, part)[0]


def contradictions(network: Network, shape: tuple[int, int]) -> int:
    """How often a row meets a boundary from a grain that the boundary does not name: 0 in a sound network."""
    return proven_map(network, shape)[1]


def proven_map(network: Network, shape: tuple[int, int]) -> tuple[NDArray[np.int32], int]:
    """Grain of every pixel [rows, columns], and the contradictions met on the way.

    Rows stand a little off the middles of pixels, so that none runs through a junction of a traced label map.
    """
    return _walk(network, shape, OFF_MIDDLE, ALL)


def boundary_image(network: Network, shape: tuple[int, int], line_width: float) -> NDArray[np.uint8]:
    """Boundaries drawn as lines `line_width` pixels wide, anti-aliased by distance: 255 on a line, 0 away from it."""
    image = np.zeros(shape, np.float32)
    rows, columns = shape
    scale = np.array([columns / network.box[0], rows / network.box[1]])
    _draw(network.points * scale, network.first, 0.5 * line_width, image)
    return np.round(255 * image).astype(np.uint8)


def _walk(network: Network, shape: tuple[int, int], shift: float, part: Part) -> tuple[NDArray[np.int32], int]:
    """Labels of a part and the number of contradictions in its rows, all boundaries being shifted by so many rows."""
    rows, columns = shape
    (top, bottom, _), (left, right, _) = (one.indices(side) for one, side in zip(part, shape, strict=True))
    x, y = network.points.T
    points = np.stack([x * (columns / network.box[0]), y * (rows / network.box[1]) + shift], axis=1)
    begin = _crossings_before(points, network.first, rows)
    places, pairs = np.empty(begin[-1]), np.empty((begin[-1], 2), np.int32)
    _collect(points, network.first, network.grains, columns, begin[:-1].copy(), places, pairs)
    labels = np.empty((bottom - top, right - left), np.int32)
    wrong = _fill(begin, places, pairs, columns, top, left, labels)
    if not np.diff(begin).all():
        _fill_empty(begin, points, network.first, network.grains, top, labels)
    return labels, wrong


@kernel
def _rows_met(y: float, to_y: float) -> tuple[int, int]:
    """First and one past the last row whose middle lies between two heights."""
    return math.ceil(min(y, to_y) - 0.5), math.ceil(max(y, to_y) - 0.5)


@kernel
def _crossings_before(points: NDArray[np.float64], first: NDArray[np.int64], rows: int) -> NDArray[np.int64]:
    """Number of boundary crossings in all rows before each row, and in all."""
    begin = np.zeros(rows + 1, np.int64)
    for boundary in range(len(first) - 1):
        for row in range(first[boundary], first[boundary + 1] - 1):
            low, high = _rows_met(points[row, 1], points[row + 1, 1])
            for line in range(low, high):
                begin[line % rows + 1] += 1
    for line in range(rows):
        begin[line + 1] += begin[line]
    return begin


@kernel
def _collect(points, first, grains, columns, fill, places, pairs):  # type: ignore[no-untyped-def]
    """Place (column units, within the box) of each crossing and the grains (before, behind) it, row after row."""
    rows = len(fill)
    for boundary in range(len(first) - 1):
        for row in range(first[boundary], first[boundary + 1] - 1):
            x, y, to_x, to_y = points[row, 0], points[row, 1], points[row + 1, 0], points[row + 1, 1]
            low, high = _rows_met(y, to_y)
            before = 0 if to_y > y else 1
            for line in range(low, high):
                place = x + (to_x - x) * (line + 0.5 - y) / (to_y - y)
                slot = fill[line % rows]
                places[slot] = place - columns * math.floor(place / columns)
                pairs[slot, 0] = grains[boundary, before]
                pairs[slot, 1] = grains[boundary, 1 - before]
                fill[line % rows] += 1


@kernel
def _fill(
    begin: NDArray[np.int64],
    places: NDArray[np.float64],
    pairs: NDArray[np.int32],
    columns: int,
    top: int,
    left: int,
    labels: NDArray[np.int32],
) -> int:
    """Label rows from `top` and columns from `left` on by walking over crossings; how many name another grain."""
    rows, width = labels.shape
    wrong = 0
    for row in range(rows):
        line = top + row
        here = places[begin[line] : begin[line + 1]]
        if len(here) == 0:
            continue
        order = np.argsort(here)
        last = begin[line] + order[-1]
        label, place, place_before, column = pairs[last, 1], 0.0, places[last] - columns, 0
        for index in order:
            crossing = begin[line] + index
            place = places[crossing]
            while column < width and left + column + 0.5 < place:
                labels[row, column] = label
                column += 1
            if pairs[crossing, 0] != label and place - place_before > SAME * columns:
                wrong += 1
            label, place_before = pairs[crossing, 1], place
        labels[row, column:] = label
    return wrong


@kernel
def _fill_empty(
    begin: NDArray[np.int64],
    points: NDArray[np.float64],
    first: NDArray[np.int64],
    grains: NDArray[np.int32],
    top: int,
    labels: NDArray[np.int32],
) -> None:
    """Label rows, from `top` on, that meet no boundary: each lies in the grain below the boundary point next above it.

    Where no boundary begins between a row and the next, the next one is empty too and lies in the same grain.
    """
    rows = len(begin) - 1
    height, flatness, below = np.full(rows, math.inf), np.zeros(rows), np.full(rows, -1, np.int32)
    for boundary in range(len(first) - 1):
        for row in range(first[boundary], first[boundary + 1] - 1):
            low = min(points[row, 1], points[row + 1, 1])
            line = math.ceil(low - 0.5) - 1  # the last row under the segment
            above, line = low - line, line % rows
            if begin[line] == begin[line + 1] and above < height[line] + SAME * rows:
                dx, dy = points[row + 1, 0] - points[row, 0], points[row + 1, 1] - points[row, 1]
                flat = abs(dx) / (math.sqrt(dx * dx + dy * dy) + 1e-300)  # of those that meet there it is the lowest
                if above < height[line] - SAME * rows or flat > flatness[line]:
                    height[line], flatness[line] = above, flat
                    below[line] = grains[boundary, 1 if dx > 0 else 0]
    for line in range(2 * rows - 2, -1, -1):
        here, onward = line % rows, (line + 1) % rows
        if begin[here] == begin[here + 1]:
            if below[here] < 0:
                below[here] = below[onward]
            if top <= here < top + len(labels):
                labels[here - top] = below[here]


@kernel
def _draw(points: NDArray[np.float64], first: NDArray[np.int64], half_width: float, image: NDArray[np.float32]) -> None:
    """Set each pixel to the most that any segment gives it: 1 within half a line's width, falling to 0 over a pixel."""
    rows, columns = image.shape
    margin = half_width + 0.5
    for boundary in range(len(first) - 1):
        for row in range(first[boundary], first[boundary + 1] - 1):
            x, y = points[row, 0] - 0.5, points[row, 1] - 0.5  # in units where pixels stand on whole numbers
            dx, dy = points[row + 1, 0] - 0.5 - x, points[row + 1, 1] - 0.5 - y
            square = dx * dx + dy * dy + 1e-300
            for line in range(math.ceil(min(y, y + dy) - margin), math.floor(max(y, y + dy) + margin) + 1):
                for column in range(math.ceil(min(x, x + dx) - margin), math.floor(max(x, x + dx) + margin) + 1):
                    px, py = column - x, line - y
                    along = min(max((px * dx + py * dy) / square, 0.0), 1.0)
                    px, py = px - along * dx, py - along * dy
                    value = margin - math.sqrt(px * px + py * py)
                    if value > image[line % rows, column % columns]:
                        image[line % rows, column % columns] = min(value, 1.0)
