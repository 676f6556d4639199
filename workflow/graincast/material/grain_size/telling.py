"""Grain size in lines to print: what was counted, what it makes, and what is lacking."""

from collections.abc import Iterator

from graincast.material.grain_size.intercepts import Intercepts
from graincast.material.grain_size.number import UM_PER_MM
from graincast.material.grain_size.one_picture import GrainSize
from graincast.material.grain_size.several_fields import FEWEST_FIELDS, OverFields, Statistic


def sentences(over: OverFields) -> list[str]:
    """Lines for a person; of a single picture they say that it is one."""
    return [*_single(over.fields[0]), *_notes(over)] if len(over.fields) == 1 else [*_several(over), *_notes(over)]


def in_short(size: GrainSize) -> str:
    """The numbers of one picture, and what one or the other lacks."""
    found = {"by grains": size.grains.number, "on lines": size.lines.number, "on circles": size.circles.number}
    lacking = [one for one in (size.grains.inadequate, size.lines.inadequate, size.circles.inadequate) if one]
    return f"{', '.join(f'{_number(number)} {how}' for how, number in found.items())}{_but('; '.join(lacking))}"


def _single(size: GrainSize) -> Iterator[str]:
    grains = size.grains
    yield "Grain size (ASTM E112) within this picture, which is one field:"
    counted = f"{grains.inside} inside and {grains.cut} cut by its edge, {_short(grains.grains_per_mm2)} per mm^2"
    yield f"  grains (Jeffries): {_number(grains.number)}: {counted}{_but(grains.inadequate)}"
    yield f"  lines (Heyn):      {_on(size.lines, f'{len(size.lines.lines)} lines in four directions')}"
    yield f"  circles (Abrams):  {_on(size.circles, f'{len(size.circles.lines)} circles')}"
    along = ", ".join(f"{_um(intercept)} at {degrees} degrees" for degrees, intercept in size.by_direction_mm.items())
    yield f"  mean intercept along every line of pixels: {along}; longest over shortest {size.direction_ratio:.2f}"
    yield f"For the material inadequate: only 1 of the {FEWEST_FIELDS} fields that are expected (tiles of one are none)"


def _several(over: OverFields) -> Iterator[str]:
    yield f"Grain size (ASTM E112) over {len(over.fields)} fields:"
    yield f"  grains (Jeffries): {_together(over.grains, 1, 'grains per mm^2')}"
    yield f"  lines (Heyn):      {_together(over.lines, UM_PER_MM, 'um mean intercept')}"
    yield f"  circles (Abrams):  {_together(over.circles, UM_PER_MM, 'um mean intercept')}"


def _notes(over: OverFields) -> Iterator[str]:
    for index, field in enumerate(over.fields, start=1):
        where = "" if len(over.fields) == 1 else f"field {index}: "
        yield from (f"Note: {where}{note}." for note in field.notes)


def _on(counted: Intercepts, laid: str) -> str:
    found = f"{counted.counted:g} intersections on {_short(counted.length_mm)} mm ({laid})"
    mean = f"mean intercept {_um(counted.intercept_mm)}, " if counted.counted else ""
    return f"{_number(counted.number)}: {mean}{found}{_but(counted.inadequate)}"


def _together(statistic: Statistic, factor: float, unit: str) -> str:
    if statistic.mean is None:
        return f"{_number(None)}{_but(statistic.inadequate)}"
    value = _short(factor * statistic.mean)
    if statistic.interval is not None:
        half = _short(factor * statistic.interval)
        value += f" +- {half} (95 %, relative accuracy {statistic.accuracy_percent:.1f} %)"
    return f"{_number(statistic.number)}: {value} {unit}{_but(statistic.inadequate) or '; adequate'}"


def _number(number: float | None) -> str:
    return "no number" if number is None else f"G {number:.1f}"


def _um(intercept_mm: float | None) -> str:
    return "none" if intercept_mm is None else f"{_short(UM_PER_MM * intercept_mm)} um"


def _short(value: float) -> str:
    """Three digits and no power of ten."""
    return f"{float(f'{value:.3g}'):,.10g}"


def _but(inadequate: str) -> str:
    return f"; {inadequate}" if inadequate else ""
