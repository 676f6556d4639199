"""The size of a pixel, where a picture's file says it: tags of microscopes, of ImageJ, or a resolution with its unit.

Microscopes' own tags go first: FEI and Thermo Fisher (metres), Zeiss (a number with its unit), Olympus (metres), TVIPS
(nanometres); then OME-TIFF's physical size, ImageJ's unit, and the resolution of TIFF or PNG. A resolution in a whole
number of dots an inch, as printers, scanners and screens have, is what a program puts where it knows nothing, and is
not taken.
"""

import html
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tifffile
from PIL import Image

from graincast.base.errors import GraincastError

UM = {  # micrometres in a unit, by the names that files have for it
    **dict.fromkeys(("m", "metre", "meter"), 1e6),
    "cm": 1e4,
    "mm": 1e3,
    **dict.fromkeys(("um", "\u00b5m", "\u03bcm", "micron", "microns", "micrometer", "micrometre", "\\u00b5m"), 1.0),
    "nm": 1e-3,
    "pm": 1e-6,
    **dict.fromkeys(("inch", "in"), 25_400.0),
}
TIFF_UNITS = {2: "inch", 3: "cm"}
MOST_PRINTED = 2400  # dots an inch
UNEQUAL = 1e-3  # of the sides, as files round them


@dataclass(frozen=True)
class PixelSize:
    um: float
    source: str  # what in the file says so


Sides = tuple[float, float]  # micrometres, across and down


def of_file(path: Path) -> PixelSize | None:
    """The size of a pixel that a picture's file gives; None if it gives none, or is none that can be read."""
    try:
        found = next(_of_tiff(path) if path.suffix.lower() in (".tif", ".tiff") else _of_others(path), None)
    except Exception:  # the libraries raise anything at a damaged file; reading its pixels says what is wrong
        return None
    if found is None:
        return None
    (across, down), source = found
    if abs(across - down) > UNEQUAL * max(across, down):
        raise GraincastError(
            f"{path}: its pixels are {across:g} um wide and {down:g} um high by {source}, expected square ones: "
            "resample it, or give --pixel-size if that is wrong"
        )
    return PixelSize(across, source)


def _of_tiff(path: Path) -> Iterator[tuple[Sides, str]]:
    with tifffile.TiffFile(path) as tiff:
        readers: dict[str, Callable[[Any], Sides | None]] = {
            "its FEI tags": _fei,
            "its Zeiss tags": _zeiss,
            "its Olympus tags": _olympus,
            "its TVIPS tags": _tvips,
            "its OME metadata": _ome,
            "its ImageJ scale": _imagej,
            "its TIFF resolution": _resolution,
        }
        for source, reader in readers.items():
            sides = reader(tiff)
            if sides is not None and all(math.isfinite(side) and side > 0 for side in sides):
                yield sides, source


def _fei(tiff: tifffile.TiffFile) -> Sides | None:
    for section in ("Scan", "EScan", "Image"):
        tags: Mapping[str, Any] = (tiff.fei_metadata or {}).get(section, {})
        if "PixelWidth" in tags:
            return 1e6 * float(tags["PixelWidth"]), 1e6 * float(tags["PixelHeight"])
    return None


def _zeiss(tiff: tifffile.TiffFile) -> Sides | None:
    tags: Mapping[str, Any] = tiff.sem_metadata or {}
    for name in ("ap_image_pixel_size", "ap_pixel_size"):
        if len(tags.get(name, ())) == 3:
            _, value, unit = tags[name]
            return (float(value) * UM[unit],) * 2
    return None


def _olympus(tiff: tifffile.TiffFile) -> Sides | None:
    tags: Mapping[str, Any] = tiff.sis_metadata or {}
    if "pixelsizex" not in tags:
        return None
    return 1e6 * float(tags["pixelsizex"]), 1e6 * float(tags["pixelsizey"])


def _tvips(tiff: tifffile.TiffFile) -> Sides | None:
    tags: Mapping[str, Any] = tiff.tvips_metadata or {}
    if "PixelSizeX" not in tags:
        return None
    return 1e-3 * float(tags["PixelSizeX"]), 1e-3 * float(tags["PixelSizeY"])


def _ome(tiff: tifffile.TiffFile) -> Sides | None:
    """Physical sizes of OME-TIFF, in micrometres where it names no unit."""
    first = re.search(r"<(?:\w+:)?Pixels\b[^>]*>", str(tiff.ome_metadata or ""))
    said = dict(re.findall(r'\bPhysicalSize([XY](?:Unit)?)="([^"]*)"', first.group() if first else ""))
    units = [UM.get(html.unescape(said.get(f"{axis}Unit", "um"))) for axis in "XY"]
    if None in units or not {"X", "Y"} <= said.keys():
        return None
    across, down = (float(said[axis]) * unit for axis, unit in zip("XY", units, strict=True) if unit is not None)
    return across, down


def _imagej(tiff: tifffile.TiffFile) -> Sides | None:
    unit = str((tiff.imagej_metadata or {}).get("unit", "")).strip().lower()
    per_unit = _per_unit(tiff)
    if unit not in UM or per_unit is None:
        return None
    return UM[unit] / per_unit[0], UM[unit] / per_unit[1]


def _resolution(tiff: tifffile.TiffFile) -> Sides | None:
    unit = TIFF_UNITS.get(int(tiff.pages.first.tags.valueof("ResolutionUnit", 0)))
    per_unit = _per_unit(tiff)
    if tiff.is_imagej or unit is None or per_unit is None:
        return None
    return _unless_printed(UM[unit] / per_unit[0], UM[unit] / per_unit[1])


def _per_unit(tiff: tifffile.TiffFile) -> Sides | None:
    """Pixels a unit of length, across and down."""
    found = [tiff.pages.first.tags.valueof(name) for name in ("XResolution", "YResolution")]
    if None in found or not all(count and pixels for pixels, count in found):
        return None
    across, down = (pixels / count for pixels, count in found)
    return across, down


def _of_others(path: Path) -> Iterator[tuple[Sides, str]]:
    """A PNG with pixels a metre; other formats know dots an inch alone, for printers."""
    if path.suffix.lower() != ".png":
        return
    with Image.open(path, formats=("PNG",)) as image:
        dots = image.info.get("dpi")  # Pillow gives it only if the file's unit is the metre
    if dots and all(dots):
        sides = _unless_printed(UM["inch"] / dots[0], UM["inch"] / dots[1])
        if sides is not None:
            yield sides, "its PNG resolution"


def _unless_printed(across: float, down: float) -> Sides | None:
    dots = UM["inch"] / across
    return None if dots < MOST_PRINTED + 1 and abs(dots - round(dots)) < 0.02 else (across, down)
