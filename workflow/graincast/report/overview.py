"""The front page: of every study that ran one sentence, one picture and one link, and where all of it comes from.

Each study's report leaves a `StudyEntry` (front.json) beside its page; the front page knows studies by these alone.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from graincast.base import specs
from graincast.base.errors import GraincastError
from graincast.base.storage import write_text
from graincast.report import addresses

TEMPLATES = Path(__file__).parent


@dataclass(frozen=True)
class StudyEntry:
    """What the front page shows of a study; paths are seen from the folder of the study's page."""

    study: str
    question: str
    sentence: str
    picture: str  # a PNG
    alt: str
    page: str
    commit: str  # of the code that made it; empty where none is known


def clean_commit(about: Mapping[str, Any]) -> str:
    """The commit of a page's provenance; empty if none holds the code that made it."""
    return about["commit"] if about["commit"] and not about["uncommitted_changes"] else ""


def write(folder: Path, entry: StudyEntry) -> None:
    """Leave a study's entry beside its page."""
    write_text(folder / "front.json", json.dumps(asdict(entry), indent=2, ensure_ascii=False) + "\n")


def read(path: Path) -> StudyEntry:
    """A study's entry."""
    try:
        stored: dict[str, Any] = dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise GraincastError(f"{path}: is no readable entry of the front page: delete it and run again") from error
    return specs.build(stored, StudyEntry, str(path))


def write_page(path: Path, fronts: Sequence[Path]) -> None:
    """Write the front page from the entries of the studies, in their order."""
    shown = [_shown(file, path.parent) for file in fronts]
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(inlined=lambda name: Markup((TEMPLATES / name).read_text()))
    write_text(path, environment.get_template("front.html.j2").render(studies=shown))


def _shown(file: Path, folder: Path) -> dict[str, str]:
    """An entry with its picture as an address and its link as seen from the front page."""
    entry, beside = read(file), file.parent
    picture = beside / entry.picture
    try:
        address = addresses.of_png(picture.read_bytes())
    except OSError as error:
        raise GraincastError(f"{picture}: cannot be read, but {file} names it: {error.strerror or error}") from error
    page = beside / entry.page
    if not page.is_file() or not page.resolve().is_relative_to(folder.resolve()):
        raise GraincastError(f"{file}: key 'page' is '{entry.page}', expected a page below {folder}/")
    return asdict(entry) | {"picture": address, "page": page.relative_to(folder).as_posix()}
