"""Heyn's lines and Abrams' circles: boundary intersections on test lines, and the mean intercept, length over count.

As many lines are laid as give `FEWEST_HITS` intersections in each direction, or on the circles of the field, as far
as the field allows. Assumption: it allows parallel lines no nearer than a mean intercept, and no circle narrower than
one, since closer ones count the same grains again. Fewer than 50 in a field are too few (ASTM E112, as quoted).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.material.grain_size import number
from graincast.material.grain_size.every_line import DIRECTIONS
from graincast.material.grain_size.hits import Hits, hits
from graincast.material.grain_size.probes import Probe, circles, straight

FEWEST_HITS = 50


@dataclass(frozen=True)
class Intercepts:
    """Test lines of one field and what was hit along each."""

    lines: tuple[Probe, ...]
    hits: tuple[Hits, ...]
    step_um: float

    @property
    def counted(self) -> float:
        return float(sum(found.counts.sum() for found in self.hits))

    @property
    def length_mm(self) -> float:
        return sum(line.length for line in self.lines) * self.step_um / number.UM_PER_MM

    @property
    def intercept_mm(self) -> float | None:
        """The mean intercept; None where nothing was hit."""
        return self.length_mm / self.counted if self.counted else None

    @property
    def number(self) -> float | None:
        return None if self.intercept_mm is None else number.of_intercept(self.intercept_mm)

    @property
    def inadequate(self) -> str:
        """Why this field alone is too small, or nothing."""
        if self.counted >= FEWEST_HITS:
            return ""
        return f"inadequate: {self.counted:g} intersections, expected {FEWEST_HITS} or more in a field"

    def along(self, direction: int | None) -> "Intercepts":
        """Those of one direction."""
        kept = [index for index, line in enumerate(self.lines) if line.direction == direction]
        lines, found = zip(*[(self.lines[index], self.hits[index]) for index in kept], strict=True)
        return Intercepts(lines, found, self.step_um)


def on_lines(labels: NDArray[np.integer], step_um: float, mean_intercept_px: float) -> Intercepts:
    """Heyn's count on a map of so many micrometres a pixel."""

    def laid(count: int) -> list[Probe]:
        return [line for direction in DIRECTIONS for line in straight(_shape(labels), direction, count)]

    return _counted(labels, step_um, laid, int(min(labels.shape) / mean_intercept_px))


def on_circles(labels: NDArray[np.integer], step_um: float, mean_intercept_px: float) -> Intercepts:
    """Abrams' count on a map of so many micrometres a pixel."""
    return _counted(
        labels,
        step_um,
        lambda squares: circles(_shape(labels), squares),
        int(min(labels.shape) / 3 / mean_intercept_px),
    )


def _shape(labels: NDArray[np.integer]) -> tuple[int, int]:
    return labels.shape[0], labels.shape[1]


def _counted(labels: NDArray[np.integer], step_um: float, laid: Callable[[int], list[Probe]], most: int) -> Intercepts:
    """The count on the fewest lines that give enough of it, `laid` at 1, 2, ... `most` times their number."""
    for times in range(1, max(most, 1) + 1):
        lines = laid(times)
        counted = Intercepts(tuple(lines), tuple(hits(labels, line) for line in lines), step_um)
        if all(counted.along(each).counted >= FEWEST_HITS for each in {line.direction for line in lines}):
            break
    return counted
