"""The formats that a structure can be exported in, by the names by which commands ask for them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from graincast.base.errors import GraincastError
from graincast.material.exports import conventions, inp, tesr, tiff, vti
from graincast.material.microstructure import Microstructure


@dataclass(frozen=True)
class Export:
    """One format."""

    suffix: str
    write: Callable[[Path, Microstructure], list[Path]]  # gives the files that it wrote
    needs_step: bool  # whether there is no such file without the side of a pixel
    summary: str


EXPORTS = {
    "tiff": Export(".tif", tiff.write, False, "grain numbers as an image or stack, for ImageJ"),
    "vti": Export(".vti", vti.write, True, "voxels for ParaView and DAMASK, with DAMASK's materials"),
    "tesr": Export(".tesr", tesr.write, True, "raster tessellation for Neper"),
    "inp": Export(".inp", inp.write, True, "mesh of voxels for Abaqus"),
}


def parse(text: str) -> tuple[str, ...]:
    """The formats that a text such as 'tiff,vti' names, each once."""
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    for name in names:
        if name not in EXPORTS:
            raise GraincastError(f"'{name}' is no format to export, expected some of {', '.join(EXPORTS)}")
    return names


def write(names: Iterable[str], folder: Path, stem: str, structure: Microstructure) -> list[Path]:
    """Write the structure in each named format to `folder`, and give all files; none if one cannot be written."""
    chosen = [(folder / f"{stem}{EXPORTS[name].suffix}", EXPORTS[name]) for name in names]
    for path, export in chosen:
        if export.needs_step:
            conventions.step(structure, path)
    return [file for path, export in chosen for file in export.write(path, structure)]
