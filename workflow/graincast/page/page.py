"""The report's page: one HTML file that needs nothing beside it."""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from matplotlib.figure import Figure

from graincast.figures import style


@dataclass(frozen=True)
class Picture:
    """A figure file with the words that stand for it."""

    name: str
    path: Path
    caption: str
    alt: str

    @property
    def source(self) -> str:
        """The picture itself, as a data URL."""
        kind = self.path.suffix.removeprefix(".")
        return f"data:image/{kind};base64," + base64.b64encode(self.path.read_bytes()).decode()


def pictured(folder: Path, name: str, figure: Figure, caption: str, alt: str, title: str = "") -> Picture:
    """A figure written to figures/`name`.png of the report's folder, called by `title` if it has another one."""
    path = folder / "figures" / f"{name}.png"
    style.save(figure, path)
    return Picture(title or name, path, caption, alt)


def render(contents: dict[str, Any]) -> str:
    """The page; every text in `contents` is escaped."""
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template("index.html.j2").render(contents)
