"""The files beside the page: each figure as PDF and PNG, each table as CSV and Parquet."""

import gzip
from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import vl_convert
from matplotlib.figure import Figure

from graincast.base import table
from graincast.base.storage import written
from graincast.report import addresses, style
from graincast.report.parts import Chart, Film, Part, Picture

ON_PAPER = {"background": "white"}
SCALE = 2  # of a chart's PNG


def write_table(folder: Path, name: str, frame: pd.DataFrame) -> None:
    """Write a table as CSV and Parquet, with the same numbers in full.

    Merged tables of the one schema have every structure and frame: their CSV is compressed (22 MB in a default run),
    not to the utmost: that would take three times as long for a twentieth of it.
    """
    text = frame.to_csv(index=False).encode()
    if list(frame) == table.SCHEMA.names:
        _write(folder / f"{name}.csv.gz", gzip.compress(text, compresslevel=6, mtime=0))
        table.write_frame(folder / f"{name}.parquet", frame)
        return
    _write(folder / f"{name}.csv", text)
    content = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()
    with written(folder / f"{name}.parquet") as partial:
        pq.write_table(content, partial, compression="zstd", write_page_checksum=True)


def write_figures(folder: Path, parts: Sequence[Part]) -> dict[str, str]:
    """Write the figures, each as PDF and PNG; gives an address of each by its name, for a page that has no files.

    That of a chart is for readers without scripts.
    """
    found = {}
    for part in parts:
        if isinstance(part, Picture):
            found[part.name] = addresses.of_png(_write_figure(folder, part.name, part.figure))
        elif isinstance(part, Film):
            found[part.name] = addresses.of_png(_write_figure(folder, part.name, part.strip))
        elif isinstance(part, Chart):
            found[part.name] = addresses.of_drawing(_write_chart(folder, part))
    return found


def _write_figure(folder: Path, name: str, figure: Figure) -> bytes:
    png = style.drawn(figure, "png")
    figure.set_layout_engine("none")  # what stands where has been found
    _write(folder / f"{name}.png", png)
    _write(folder / f"{name}.pdf", style.drawn(figure, "pdf"))
    plt.close(figure)
    return png


def _write_chart(folder: Path, part: Chart) -> str:
    svg = vl_convert.vegalite_to_svg(part.specification | ON_PAPER)  # laid out once for all kinds
    _write(folder / f"{part.name}.png", vl_convert.svg_to_png(svg, scale=SCALE))
    _write(folder / f"{part.name}.pdf", vl_convert.svg_to_pdf(svg))
    return svg


def _write(path: Path, content: bytes) -> None:
    with written(path) as partial:
        partial.write_bytes(content)
