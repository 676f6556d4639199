"""Grains as VTK ImageData, for ParaView and for the grid solver of DAMASK 3, with the materials of DAMASK beside it.

The cell data `material` are indices from 0 into the list `material` of the .yaml: grain i is material i - 1. Lengths
are metres, x varies fastest, and a map is one layer of cells as thick as a pixel is wide. DAMASK reads an array only
if it stands inline as base64, on a line of its own, and is packed by zlib or not at all (src/grid/VTI.f90). Packed
data are [blocks, bytes of a block, 0, packed bytes of each block] and the blocks, here one a layer
(https://docs.vtk.org/en/latest/vtk_file_formats/vtkxml_file_format.html).
"""

import zlib
from base64 import b64encode
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.base.storage import write_text
from graincast.material.exports import conventions, materials
from graincast.material.microstructure import Microstructure

METRES = 1e-6  # in a micrometre
PACKING = 'byte_order="LittleEndian" header_type="UInt64" compressor="vtkZLibDataCompressor"'


def write(path: Path, structure: Microstructure) -> list[Path]:
    """Write the grains to `path` and their materials beside it."""
    side = f"{conventions.step(structure, path) * METRES:.12g}"
    cells = conventions.cells(structure, path)
    extent = " ".join(f"0 {count}" for count in reversed(cells.shape))
    text = f"""<?xml version="1.0"?>
<VTKFile type="ImageData" version="1.0" {PACKING}>
<ImageData WholeExtent="{extent}" Origin="0 0 0" Spacing="{side} {side} {side}">
<FieldData>
<Array type="String" Name="comments" NumberOfTuples="{len(conventions.STATEMENT)}" format="ascii">
{_codes(conventions.STATEMENT)}
</Array>
</FieldData>
<Piece Extent="{extent}">
<CellData Scalars="material">
<DataArray type="Int32" Name="material" format="binary">
{_packed(cells)}
</DataArray>
</CellData>
</Piece>
</ImageData>
</VTKFile>
"""
    write_text(path, text)
    return [path, materials.write(path.with_name(f"{path.stem}_material.yaml"), structure)]


def _packed(cells: NDArray[np.int32]) -> str:
    """Cells [z, y, x], packed."""
    blocks = [zlib.compress(np.ascontiguousarray(layer, "<i4").tobytes(), 1) for layer in cells]
    head = np.array([len(blocks), cells[0].size * 4, 0, *map(len, blocks)], "<u8")
    return (b64encode(head.tobytes()) + b64encode(b"".join(blocks))).decode()


def _codes(texts: tuple[str, ...]) -> str:
    """Texts as VTK writes them, each character as its number and 0 after each text."""
    return " ".join(str(code) for text in texts for code in (*text.encode("ascii"), 0))
