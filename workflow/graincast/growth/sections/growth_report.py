"""From tables and example images to the report: the sections of the page, in order, and its provenance."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

from graincast.base.storage import write_text
from graincast.growth.experiment import STUDY, Experiment
from graincast.growth.judging import bounds
from graincast.growth.sections import (
    abnormal_growth,
    conclusions,
    cost,
    data_sheets,
    dials,
    error_awareness,
    examples,
    films,
    landmarks,
    left_out,
    measured_maps,
    mullins,
    score_tables,
    size_distributions,
    symmetry_errors,
    true_growth,
    what_is_attended,
)
from graincast.growth.sections.ranking import Standing
from graincast.report import learning_curves, origin, overview, page
from graincast.report.overview import StudyEntry
from graincast.report.parts import Film, Section, Table
from graincast.scoring.summary import comparisons, summary


@dataclass(frozen=True)
class Described:
    """What the report says of data sets without their files."""

    descriptions: dict[str, str]  # of each case
    dials: Sequence[Sequence[str]]  # of each dial: data sets, value by value
    measured: measured_maps.MapsAtHand
    laws: Mapping[str, str]  # size law of each case
    unused: Mapping[str, Sequence[str]]  # of each kind of part: those of the library that the experiment does not name
    landmarks: Sequence[landmarks.Landmark]


@dataclass(frozen=True)
class Found:
    """What stages found that is no table."""

    examples: Sequence[Path]  # predicted images
    error_maps: Sequence[Path]
    growths: true_growth.Growths
    speeds: Mapping[str, cost.Speed]
    maps: measured_maps.Maps


QUESTION = "How will these grains grow, and when is a learned answer not to be trusted?"
LABELS = {  # of tables beside the page
    "scores": "All scores, a row a model, training seed, case, structure and frame",
    "learning": "Losses of all trainings, a row an epoch",
    "truth": "Data sheets, a row a structure, frame and measure",
    "solvers": "How far the two solvers agree, a row a structure, resolution and time",
    "reliability": "What models know of their own errors, a row a model, case, structure and frame",
    "summary": "Mean of every score by model and case, with its 95% interval over structures",
    "through_time": "Mean of the scores that charts show against time, by model, case and frame, with 95% intervals",
    "dials": "Scores against the dials, with 95% intervals",
}


@dataclass(frozen=True)
class Tables:
    """Merged tables of the one schema, called as their files."""

    scores: pd.DataFrame
    learning: pd.DataFrame
    truth: pd.DataFrame  # data sheets
    solvers: pd.DataFrame
    reliability: pd.DataFrame


@dataclass(frozen=True)
class Results:
    """What follows from the scores, called as their files."""

    summary: pd.DataFrame
    through_time: pd.DataFrame
    dials: pd.DataFrame


def write(
    folder: Path, tables: Tables, found: Found, experiment: Experiment, told: Described, about: dict[str, Any]
) -> None:
    """Write index.html, provenance.json, figures/ and tables/ into `folder`."""
    experiment = told.measured.at_hand(experiment)
    turned = dials.points(tables.scores, experiment, told.dials)
    tables = _in_order(tables, experiment)
    results = Results(
        summary(tables.scores),
        score_tables.through_time(tables.scores, experiment),
        turned,
    )
    provenance = json.dumps(about, indent=2, sort_keys=True)
    write_text(folder / "provenance.json", provenance + "\n")
    sections = [*_sections(tables, results, found, experiment, told), origin.section(provenance)]
    title = f"{', '.join(experiment.models)} on {', '.join(experiment.cases)}"
    beside = [
        Table(field.name, getattr(part, field.name), LABELS[field.name])
        for part in (tables, results)
        for field in fields(part)
    ]
    page.write(folder, page.Page(title, experiment.models, sections), beside)
    overview.write(folder, _entry(sections, about))


def _entry(sections: Sequence[Section], about: Mapping[str, Any]) -> StudyEntry:
    """What the front page shows: the first sentence of the conclusions, and the film of a shifted case, if any."""
    sentence = sections[0].first_sentence
    shown = [part for part in sections[0].parts if isinstance(part, Film)]
    film = shown[min(1, len(shown) - 1)]
    return StudyEntry(
        study=STUDY,
        question=QUESTION,
        sentence=sentence,
        picture=f"figures/{film.name}.png",
        alt=film.alts[-1],
        page="index.html",
        commit=overview.clean_commit(about),
    )


def _sections(tables: Tables, results: Results, found: Found, experiment: Experiment, told: Described) -> list[Section]:
    """What the page says, in order."""
    simulated = told.measured.simulated(experiment)
    first = examples.first_structures(found.examples, experiment)
    maps = examples.error_maps(found.error_maps, experiment)
    growths = {name: found.growths[name] for name in experiment.main_datasets}
    shown = films.films(first, experiment, growths, told.descriptions)
    pairs = comparisons(tables.scores, experiment.models, score_tables.COMPARED)
    judged = score_tables.against_floor(tables.scores)
    standing = Standing(tables.scores, results.summary, pairs, experiment.datasets[0], experiment.models)
    evaluated = left_out.Evaluated(
        experiment,
        tables.scores,
        tables.truth,
        tables.reliability,
        found.speeds,
        told.measured,
        told.unused,
        told.dials,
    )
    sections = [
        conclusions.section(standing, tables.reliability, found.speeds, experiment, shown),
        score_tables.section(results.through_time, results.summary, judged, pairs, experiment),
        *measured_maps.sections(tables.scores, tables.truth, found.maps, experiment, told.measured),
        dials.section(results.dials, experiment, score_tables.BOUNDS),
        size_distributions.section(tables.scores, results.summary, experiment),
        abnormal_growth.section(
            tables.scores, experiment, [case for case, law in told.laws.items() if law == abnormal_growth.LAW]
        ),
        mullins.section(tables.scores, experiment),
        what_is_attended.section(tables.scores, results.summary, first, experiment),
        symmetry_errors.section(tables.scores),
        error_awareness.section(tables.reliability, maps, simulated),
        cost.section(found.speeds, experiment.models),
        learning_curves.section(tables.learning),
        true_growth.section(growths, tables.solvers),
        data_sheets.section(tables.truth),
        landmarks.section(told.landmarks, results.summary, found.speeds, told.laws, experiment),
        left_out.section(evaluated),
    ]
    return [section for section in sections if section is not None]


def _in_order(tables: Tables, experiment: Experiment) -> Tables:
    """The tables with cases, models and data sets in the order in which the experiment names them."""
    columns = {
        "case": experiment.cases,
        "model": (*experiment.models, *bounds.NAMES),
        "dataset": experiment.main_datasets,
    }

    def ordered(frame: pd.DataFrame, by: list[str]) -> pd.DataFrame:
        return frame.sort_values(by, key=lambda column: column.map(columns[str(column.name)].index), kind="stable")

    return Tables(
        ordered(tables.scores[tables.scores["case"].isin(experiment.cases)], ["case", "model"]),
        ordered(tables.learning, ["model"]),
        ordered(tables.truth, ["dataset"]),
        tables.solvers,
        tables.reliability,
    )
