"""What the lengths of a user's own specimen are given in: micrometres by the side of a pixel, or pixels."""

from dataclasses import dataclass
from pathlib import Path

from graincast.base.errors import GraincastError
from graincast.material.specimens import pixel_size

SMALLEST_PIXEL_UM = 1e-6  # a picometre
LARGEST_PIXEL_UM = 1e6  # a metre


@dataclass(frozen=True)
class Scale:
    unit: str  # of lengths: px or um
    per_pixel: float  # of the user's picture
    source: str  # of the size of a pixel, for its user to read


def of(path: Path, pixel_um: float | None) -> Scale:
    """By the size of a pixel that the user gives, or the file, if either does."""
    found = None if pixel_um is not None else pixel_size.of_file(path)
    if found is None:
        return given(pixel_um)
    return Scale("um", found.um, f"a pixel is {found.um:.4g} um, by {found.source} (--pixel-size gives another)")


def given(pixel_um: float | None) -> Scale:
    """By the size of a pixel that the user gives, if he does."""
    if pixel_um is not None:
        return Scale("um", checked(pixel_um), f"a pixel is {pixel_um:g} um, as given")
    return Scale("px", 1.0, "no size of a pixel is known (--pixel-size gives one): lengths are in pixels")


def checked(pixel_um: float) -> float:
    if not SMALLEST_PIXEL_UM <= pixel_um <= LARGEST_PIXEL_UM:
        raise GraincastError(
            f"--pixel-size is {pixel_um:g}, expected micrometres from {SMALLEST_PIXEL_UM:g} to {LARGEST_PIXEL_UM:g}"
        )
    return pixel_um
