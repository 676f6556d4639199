"""Grains as a raster tessellation of Neper, in the ASCII format 2.1 (https://neper.info/doc/fileformat.html).

Cells are grains and count from 1; 0 would be a void, of which there is none. Voxels stand in the order of x, then y,
then z. Neper calls a turn of the specimen's axes onto the crystal's active, and assumes it where a file does not say.
The format has no comments: what else is to be said of the file stands in a .txt beside it.
"""

from pathlib import Path

from graincast.base.storage import write_text, written
from graincast.material.exports import conventions
from graincast.material.exports.number_lines import lines
from graincast.material.microstructure import Microstructure


def write(path: Path, structure: Microstructure) -> list[Path]:
    """Write the grains to `path`, and what its numbers mean beside it."""
    side = f"{conventions.step(structure, path):.12g}"
    cells = conventions.cells(structure, path)
    dimension = structure.labels.ndim
    sides = " ".join(str(count) for count in reversed(cells.shape[-dimension:]))
    with written(path) as partial, open(partial, "wb") as stream:
        stream.write(f"***tesr\n **format\n   2.1\n **general\n   {dimension}\n   {sides}\n".encode())
        stream.write(f"   {' '.join([side] * dimension)}\n **cell\n   {structure.grains}\n  *id\n".encode())
        stream.writelines(f"{grain}\n".encode() for grain in range(1, structure.grains + 1))
        if structure.orientations is not None:
            stream.write(b"  *ori\n   quaternion:active\n")
            for turned in conventions.quaternions(structure.orientations):
                stream.write(f"{' '.join(f'{part:.12f}' for part in turned)}\n".encode())
        stream.write(b" **data\n   ascii\n")
        for layer in cells:
            stream.write(lines(layer + 1, " "))
        stream.write(b"***end\n")
    note = path.with_name(f"{path.name}.txt")
    write_text(note, "".join(f"{sentence}\n" for sentence in conventions.STATEMENT))
    return [path, note]
