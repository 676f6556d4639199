"""Grain size over fields: mean, 95 % interval and relative accuracy of what was counted, and G of the mean.

    interval = t s / sqrt(n),    %RA = 100 interval / mean

with s the standard deviation of n - 1 and t Student's 97.5 % point for n - 1 degrees of freedom (ASTM E112, as
quoted). Adequate are five fields or more with a relative accuracy of 10 % or better, each with enough counted. G is
that of the mean of grains per area or of intercepts, never the mean of numbers. A picture is one field: fields are
placed without looking, and tiles of one picture lie side by side.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from scipy.special import stdtrit

from graincast.material.grain_size import number
from graincast.material.grain_size.one_picture import GrainSize, record

FEWEST_FIELDS = 5
WORST_ACCURACY = 10.0  # %


@dataclass(frozen=True)
class Statistic:
    """One method's values over fields."""

    values: tuple[float, ...]  # of the fields in which something was counted
    of_mean: Callable[[float], float]  # the number
    lacking: tuple[str, ...]  # what fields lack

    @property
    def mean(self) -> float | None:
        return math.fsum(self.values) / len(self.values) if self.values else None

    @property
    def deviation(self) -> float | None:
        """s of n - 1; None of fewer than two fields."""
        if self.mean is None or len(self.values) < 2:
            return None
        return math.sqrt(math.fsum((value - self.mean) ** 2 for value in self.values) / (len(self.values) - 1))

    @property
    def interval(self) -> float | None:
        """Half of the 95 % interval of the mean; None of fewer than two fields."""
        if self.deviation is None:
            return None
        count = len(self.values)
        return float(stdtrit(count - 1, 0.975)) * self.deviation / math.sqrt(count)

    @property
    def accuracy_percent(self) -> float | None:
        return None if self.interval is None or self.mean is None else 100 * self.interval / self.mean

    @property
    def number(self) -> float | None:
        return None if self.mean is None else self.of_mean(self.mean)

    @property
    def inadequate(self) -> str:
        """Why the fields do not do, or nothing."""
        found = list(self.lacking)
        if len(self.values) < FEWEST_FIELDS:
            found.append(f"only {len(self.values)} of the {FEWEST_FIELDS} fields that are expected")
        if self.accuracy_percent is not None and self.accuracy_percent > WORST_ACCURACY:
            found.append(f"relative accuracy {self.accuracy_percent:.0f} %, expected {WORST_ACCURACY:.0f} % or better")
        return f"inadequate: {'; '.join(found)}" if found else ""


@dataclass(frozen=True)
class OverFields:
    """Grain size of a material, from pictures that are a field each."""

    fields: tuple[GrainSize, ...]
    grains: Statistic  # per mm^2
    lines: Statistic  # mean intercepts, mm
    circles: Statistic  # the same


def over_fields(fields: Sequence[GrainSize]) -> OverFields:
    """What the fields say together."""
    return OverFields(
        tuple(fields),
        Statistic(
            tuple(field.grains.grains_per_mm2 for field in fields),
            number.of_density,
            _lacking([field.grains.inadequate for field in fields]),
        ),
        *(
            Statistic(
                tuple(on.intercept_mm for on in counted if on.intercept_mm is not None),
                number.of_intercept,
                _lacking([on.inadequate for on in counted]),
            )
            for counted in ([field.lines for field in fields], [field.circles for field in fields])
        ),
    )


def record_of_fields(over: OverFields) -> dict[str, Any]:
    """The same as plain values, for JSON."""
    together = {
        name: {
            "fields": len(over.fields),
            "mean": statistic.mean,
            "deviation": statistic.deviation,
            "interval_95": statistic.interval,
            "relative_accuracy_percent": statistic.accuracy_percent,
            "astm_number": None if statistic.number is None else round(statistic.number, 1),
            "inadequate": statistic.inadequate,
        }
        for name, statistic in (
            ("grains_per_mm2", over.grains),
            ("line_intercept_mm", over.lines),
            ("circle_intercept_mm", over.circles),
        )
    }
    return {"over_fields": together, "fields": [record(field) for field in over.fields]}


def _lacking(reasons: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        f"field {index} has {reason.removeprefix('inadequate: ')}"
        for index, reason in enumerate(reasons, start=1)
        if reason
    )
