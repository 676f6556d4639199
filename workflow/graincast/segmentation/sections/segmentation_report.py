"""From tables and examples to the report: the sections of the page, in order, and its provenance."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from graincast.base.storage import write_text
from graincast.material.measured import map_table
from graincast.report import learning_curves, origin, overview, page
from graincast.report.overview import StudyEntry
from graincast.report.parts import Section, Table
from graincast.segmentation import catalogue
from graincast.segmentation.concepts.recipe import Recipe
from graincast.segmentation.data import found_examples
from graincast.segmentation.data.found_examples import Example, Place
from graincast.segmentation.experiment import MEASURED, STUDY, TRACED, Experiment
from graincast.segmentation.sections import (
    answer,
    how_fast,
    how_good,
    how_repaired,
    how_sure,
    on_dials,
    strong_and_weak,
    way_names,
    what_it_is_worth,
    what_was_drawn,
)

QUESTION = "Where are the grains in a noisy micrograph, and how sure is that?"
LABELS = {
    "scores": "All scores, a row a way, training, case, picture and score",
    "reliability": "What segmenters say of boundaries, and whether there are any, a row a bin",
    "learning": "Losses of all trainings, a row an epoch",
}
ByWay = Mapping[str, Mapping[Place, Example]]


@dataclass(frozen=True)
class PictureTables:
    """Merged tables of the one schema."""

    scores: pd.DataFrame
    reliability: pd.DataFrame
    learning: pd.DataFrame


def write(
    folder: Path,
    tables: PictureTables,
    example_files: Sequence[Path],
    experiment: Experiment,
    recipe: Recipe,
    about: dict[str, Any],
) -> None:
    """Write index.html, provenance.json, figures/ and tables/ into `folder`; examples are files WAY/MODEL/SEED.npz."""
    provenance = json.dumps(about, indent=2, sort_keys=True)
    write_text(folder / "provenance.json", provenance + "\n")
    shown = _first_examples(example_files, experiment)
    sections = [*_sections(tables, shown, experiment, recipe), origin.section(provenance)]
    title = f"{', '.join(experiment.models)} on {experiment.dataset}"
    beside = [Table(f"all_{name}", getattr(tables, name), label) for name, label in LABELS.items()]
    page.write(folder, page.Page(title, experiment.models, sections), beside)
    overview.write(folder, _entry(sections[0], about))


def _entry(opening: Section, about: Mapping[str, Any]) -> StudyEntry:
    """What the front page shows."""
    sentence = opening.first_sentence
    return StudyEntry(
        study=STUDY,
        question=QUESTION,
        sentence=sentence,
        picture=f"figures/{answer.NAME}.png",
        alt=f"Pictures, and their grains by several ways. {sentence}",
        page="index.html",
        commit=overview.clean_commit(about),
    )


def _sections(tables: PictureTables, shown: ByWay, experiment: Experiment, recipe: Recipe) -> list[Section]:
    """What the page says, in order."""
    ways, case = way_names.of(experiment), experiment.dataset
    scores = tables.scores[tables.scores["model"].isin(list(ways.labels))]
    sections = [
        answer.section(scores, case, ways, _by_kind(shown, case)),
        how_good.section(scores, case, ways),
        on_dials.section(scores, experiment, recipe, ways, shown),
        strong_and_weak.section(scores, case, ways),
        how_repaired.section(scores, experiment, ways, shown),
        what_it_is_worth.section(tables.scores, experiment, ways),
        how_sure.section(tables.reliability, scores, case),
        how_fast.section(scores, case, ways),
        learning_curves.section(tables.learning),
        what_was_drawn.section(recipe, _maps(experiment)),
    ]
    return [section for section in sections if section is not None]


def _first_examples(paths: Sequence[Path], experiment: Experiment) -> dict[str, dict[Place, Example]]:
    """Examples of every way, by the first training where it has one."""
    chosen = [path for path in paths if path.parent.name == catalogue.NO_MODEL or int(path.stem) == experiment.seeds[0]]
    return {catalogue.name(path.parent.parent.name, path.parent.name): found_examples.read(path) for path in chosen}


def _by_kind(shown: ByWay, case: str) -> dict[str, dict[str, Example]]:
    """The first picture of each kind, by way: what is drawn, then each measured map at its largest crop."""
    places = sorted(
        {place for by_place in shown.values() for place in by_place}, key=lambda place: (place[0], place[2])
    )
    drawn = [place for place in places if place[0] == case][:1]
    maps = {place[0]: place for place in places if place[0].startswith(f"{MEASURED} ")}
    traced = [place for place in places if place[0].startswith(f"{TRACED} ")][:1]
    return {
        _called(place, case): {way: by_place[place] for way, by_place in shown.items() if place in by_place}
        for place in (*drawn, *maps.values(), *traced)
    }


def _called(place: Place, case: str) -> str:
    return "drawn" if place[0] == case else place[0].split(" ", 1)[1]


def _maps(experiment: Experiment) -> pd.DataFrame:
    """Measured maps with their licences and credits."""
    tables = (experiment.measured.table, experiment.traced.table)
    rows = [row for table in tables for row in map_table.load_all(Path(table))]
    return pd.DataFrame([{"map": row.name, "licence": row.licence, "credit": row.credit} for row in rows])
