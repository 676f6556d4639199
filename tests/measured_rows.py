"""Tables of measured maps as tests write them."""

import hashlib

from conftest import PROJECT
from graincast.material.measured import map_table

CONTENT = b"a map of grains"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
SHIPPED = PROJECT / "config" / "maps.csv"


def written(path, *rows, columns=map_table.COLUMNS + map_table.OPTIONAL):
    """A table of rows given as dictionaries; a plain row is one file with an address."""
    lines = [",".join(columns)]
    for row in rows:
        lines.append(",".join(f'"{row.get(name, "")}"' for name in columns))
    path.write_text("\n".join(lines) + "\n")
    return path


def row(**changed):
    plain = {"name": "mine", "file": "maps/mine.ang", "address": "https://example.org/mine.ang", "sha256": SHA256}
    return {**plain, "licence": "MIT", "credit": "me", **changed}


def load(tmp_path, *rows, **options):
    return map_table.load(written(tmp_path / "measured.csv", *rows, **options))
