"""What each figure and table shows, in the page's own words, as files that Snakemake's own report takes in."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from graincast.base.storage import write_text
from graincast.report.parts import Chart, Film, Part, Picture, Table

MARKS = re.compile(r"[\\*`|<>\[\]]|_(?=\W|$)")  # that mean something in reStructuredText


def write(folder: Path, parts: Sequence[Part], beside: Sequence[Table]) -> None:
    """Write figures/NAME.rst and tables/NAME.rst; tables `beside` the page have words too."""
    for kind, words in (("figures", of_figures(parts)), ("tables", of_tables(parts, beside))):
        for name, told in words.items():
            write_text(folder / kind / f"{name}.rst", plain(told))


def of_figures(parts: Sequence[Part]) -> Mapping[str, str]:
    return {part.name: part.caption for part in parts if isinstance(part, Picture | Chart | Film)}


def of_tables(parts: Sequence[Part], beside: Sequence[Table]) -> Mapping[str, str]:
    charts = [part for part in parts if isinstance(part, Chart) and not part.numbers]
    tables = [*(part for part in parts if isinstance(part, Table)), *beside]
    return {part.table: f"Numbers of the chart {part.name}. {part.caption}" for part in charts} | {
        table.name: f"{table.label}." for table in tables
    }


def plain(words: str) -> str:
    """One paragraph, in which no sign means more than itself."""
    return MARKS.sub(lambda found: f"\\{found.group()}", " ".join(words.split())) + "\n"
