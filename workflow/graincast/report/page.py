"""The report's page: one HTML file that needs nothing beside it; its figures and tables as files for papers."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import vl_convert
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from graincast.base.errors import GraincastError
from graincast.base.storage import write_text
from graincast.report import captions, files, film
from graincast.report.parts import Chart, Film, Part, Picture, Section, Table
from graincast.report.shown import headings, kind, rows

TEMPLATES = Path(__file__).parent
FOLDED_FROM = 20  # rows of a table, beyond which it is folded away
FILE_NAME = re.compile(r"\w[\w.-]*")


@dataclass(frozen=True)
class Page:
    title: str
    models: Sequence[str]  # that charts can hide
    sections: Sequence[Section]


def write(folder: Path, page: Page, beside: Sequence[Table]) -> None:
    """Write index.html, figures/ and tables/ into `folder`; tables `beside` the page are not in it."""
    parts = [part for section in page.sections for part in section.parts]
    _check_names(parts, beside)
    for part in (*beside, *parts):
        if isinstance(part, Table):
            files.write_table(folder / "tables", part.name, part.frame)
        elif isinstance(part, Chart) and not part.numbers:
            files.write_table(folder / "tables", part.table, part.rows)
    captions.write(folder, parts, beside)
    write_text(folder / "index.html", render(page, files.write_figures(folder / "figures", parts)))


def render(page: Page, images: Mapping[str, str]) -> str:
    """The page; every text in it is escaped. `images` are addresses of the figures by their names."""
    loader = FileSystemLoader(TEMPLATES)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.policies["json.dumps_kwargs"] = {"sort_keys": False}  # columns stay in their order
    environment.globals.update(headings=headings, rows=rows, viewed=film.view, folded_from=FOLDED_FROM)
    environment.globals.update(images=images, inlined=_inlined)
    environment.tests["of_kind"] = lambda part, name: kind(part) == name
    has_charts = any(isinstance(part, Chart) for section in page.sections for part in section.parts)
    return environment.get_template("index.html.j2").render(page=page, charting=_charting() if has_charts else None)


def _inlined(name: str) -> Markup:
    """A style sheet or script of ours."""
    return Markup((TEMPLATES / name).read_text())


def _charting() -> Markup:
    """Vega, Vega-Lite and Vega-Embed as one script, whose short names stay its own."""
    bundle = vl_convert.javascript_bundle()  # type: ignore[call-arg] # its stub asks for a snippet, it does not
    return Markup("(() => {" + bundle.replace("</script", r"<\/script") + "})();")


def _check_names(parts: Sequence[Part], beside: Sequence[Table]) -> None:
    """Two figures or two tables of one name would overwrite each other; a name with a slash would leave the folder."""
    figures = [part.name for part in parts if isinstance(part, Picture | Chart | Film)]
    tables = [part.name for part in (*beside, *parts) if isinstance(part, Table)]
    tables += [part.table for part in parts if isinstance(part, Chart) and not part.numbers]
    for names in (figures, tables):
        wrong = [name for name, count in Counter(names).items() if count > 1 or not FILE_NAME.fullmatch(name)]
        if wrong:
            raise GraincastError(f"the report: '{wrong[0]}' is twice the name of a file, or cannot be one")
