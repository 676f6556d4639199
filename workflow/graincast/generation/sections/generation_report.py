"""From tables and structures to the report: the sections of the page, in order, and its provenance."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd
from numpy.typing import NDArray

from graincast.base.storage import array_names, read_arrays, write_text
from graincast.generation import catalogue
from graincast.generation.data import drawn, half_pictures
from graincast.generation.data.drawn import DrawnMap
from graincast.generation.experiment import STUDY, Experiment
from graincast.generation.sections import (
    answer,
    asked_and_drawn,
    how_well_rebuilt,
    like_truth,
    measured_halves,
    size_and_neighbours,
    source_kinds,
    what_a_leak_hides,
    what_latents_look_like,
    what_latents_mean,
    what_was_grown,
)
from graincast.report import learning_curves, origin, overview, page
from graincast.report.overview import StudyEntry
from graincast.report.parts import Section, Table, Words

QUESTION = "What do the grains of a material look like, and can more like them be made?"
GrainMaps = dict[str, NDArray]
LABELS = {  # of tables beside the page
    "scores": "All scores of made structures, a row a source, training, step and score",
    "rebuilt": "Reconstructions, a row a model, training, case, field and score",
    "meaning": "What latents mean, a row a model, training, case and score",
    "halves": "Measured maps, a row a way, map, half and score",
    "asked": "What was asked of generators and what they drew, a row a field and score",
    "learning": "Losses of all trainings, a row an epoch",
}


@dataclass(frozen=True)
class StageTables:
    """Merged tables of the one schema, called as their files."""

    scores: pd.DataFrame
    rebuilt: pd.DataFrame
    meaning: pd.DataFrame
    halves: pd.DataFrame
    asked: pd.DataFrame
    learning: pd.DataFrame


@dataclass(frozen=True)
class StageFiles:
    """Files of what stages found that is no table."""

    drawn: Sequence[Path]  # SOURCE/MODEL/SEED.npz
    rebuilt: Sequence[Path]  # MODEL/DATASET/SEED.npz
    meaning: Sequence[Path]  # the same
    halves: Sequence[Path]  # SEED/MAP.npz


def write(
    folder: Path,
    tables: StageTables,
    found: StageFiles,
    experiment: Experiment,
    descriptions: Mapping[str, str],
    about: dict[str, Any],
) -> None:
    """Write index.html, provenance.json, figures/ and tables/ into `folder`."""
    provenance = json.dumps(about, indent=2, sort_keys=True)
    write_text(folder / "provenance.json", provenance + "\n")
    sections = [*_sections(tables, found, experiment, descriptions), origin.section(provenance)]
    title = f"{', '.join(experiment.models)} on {experiment.dataset}"
    beside = [Table(f"all_{part.name}", getattr(tables, part.name), LABELS[part.name]) for part in fields(tables)]
    page.write(folder, page.Page(title, experiment.models, sections), beside)
    overview.write(folder, _entry(sections[0], about))


def _entry(opening: Section, about: Mapping[str, Any]) -> StudyEntry:
    """What the front page shows: the sentence on what is generated, and the picture of it."""
    sentence = opening.first_sentence
    return StudyEntry(
        study=STUDY,
        question=QUESTION,
        sentence=sentence,
        picture=f"figures/{answer.NAME}.png",
        alt=f"Grain structures wanted and made. {sentence}",
        page="index.html",
        commit=overview.clean_commit(about),
    )


def _sections(
    tables: StageTables, found: StageFiles, experiment: Experiment, descriptions: Mapping[str, str]
) -> list[Section]:
    """What the page says, in order."""
    kinds = source_kinds.of(experiment)
    first = _first_structures(found.drawn, experiment)
    pictures, left_out = _half_pictures(found.halves, experiment)
    every = pd.concat([tables.rebuilt, tables.meaning], ignore_index=True)
    characterised = every[every["dataset"] == experiment.dataset]
    arrays = _arrays([*found.rebuilt, *found.meaning], experiment)
    of_latents = [
        section(characterised, arrays)
        for section in (how_well_rebuilt.section, what_latents_look_like.section, what_latents_mean.section)
    ]
    said = [words.sentences[0] for section in (of_latents[0], of_latents[2]) if section for words in _lead(section)]
    sections = [
        answer.section(tables.scores, tables.halves, said, kinds, source_kinds.shown(first, experiment)),
        like_truth.section(tables.scores, kinds),
        size_and_neighbours.section(first, kinds),
        asked_and_drawn.section(tables.asked, experiment.generators),
        measured_halves.section(tables.halves, pictures, left_out),
        of_latents[0],
        what_a_leak_hides.section(every, experiment.leaky, experiment.autoencoders[0]),
        *of_latents[1:],
        learning_curves.section(tables.learning),
        what_was_grown.section(first, descriptions),
    ]
    return [section for section in sections if section is not None]


def _lead(section: Section) -> list[Words]:
    """What a hurried reader reads of a section."""
    return [part for part in section.parts if isinstance(part, Words) and part.look == "lead"]


def _first_structures(paths: Sequence[Path], experiment: Experiment) -> dict[str, list[DrawnMap]]:
    """Structures of every source, by the first training where it draws from one."""
    chosen = [path for path in paths if path.parent.name == catalogue.NO_MODEL or int(path.stem) == experiment.seeds[0]]
    return {catalogue.name(path.parent.parent.name, path.parent.name): drawn.read(path) for path in chosen}


def _half_pictures(paths: Sequence[Path], experiment: Experiment) -> tuple[dict[str, GrainMaps], dict[str, str]]:
    """Grain maps by measured map and maker, of the first training; why maps are left out."""
    read = {path.stem: half_pictures.read(path) for path in paths if int(path.parent.name) == experiment.seeds[0]}
    shown = {name: maps for name, (maps, _) in read.items() if maps}
    return shown, {name: reason for name, (_, reason) in read.items() if reason}


def _arrays(paths: Sequence[Path], experiment: Experiment) -> dict[str, dict[str, NDArray]]:
    """All arrays of the files MODEL/DATASET/SEED.npz of each model's first training, by model in their order."""
    found: dict[str, dict[str, NDArray]] = {name: {} for name in experiment.autoencoders}
    for path in paths:
        if int(path.stem) == experiment.seeds[0] and path.parent.name == experiment.dataset:
            found[path.parent.parent.name] |= read_arrays(path, tuple(array_names(path)))
    return found
