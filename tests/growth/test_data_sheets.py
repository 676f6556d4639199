"""What the data sheets say of a data set: the spread of sizes that was asked for, and what came out."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from conftest import PROJECT
from graincast.growth.data import preparation
from graincast.growth.sections import data_sheets
from graincast.material import datasets, trajectories
from graincast.material.networks import measures
from graincast.report.shown import rows

NAME = "tiny_normal"


@pytest.fixture(scope="module")
def dataset():
    described = datasets.load(PROJECT / f"config/growth/datasets/{NAME}.yaml")
    counts = dataclasses.replace(described.simulations, train=0, validation=0, test=2)
    return dataclasses.replace(described, simulations=counts, equilibration=0.3)


def made(dataset, file):
    """A shard of two simulations, drawn and measured as the study does."""
    chosen = datasets.parts(dataset, NAME)
    trajectories.write(file, dataset, ((index, datasets.simulate(dataset, chosen, index)) for index in (0, 1)))
    return file


def test_the_sheet_shows_the_spread_that_was_asked_for_that_was_drawn_and_of_the_first_frame(dataset, tmp_path):
    file = made(dataset, tmp_path / "0.npz")
    sheet = pd.DataFrame(preparation.drawn(NAME, dataset, file, 0).rows)
    first = sheet[sheet["step"] == 0].groupby("score")["value"].mean()
    chosen = datasets.parts(dataset, NAME)
    starts = [chosen.law.network(chosen.law_settings, np.random.default_rng([dataset.seed, index])) for index in (0, 1)]
    spreads = [np.log(np.sqrt(measures.areas(start) / np.pi)).std() for start in starts]
    assert first["spread_asked"] == 0.35
    assert first["log_spread_as_drawn"] == pytest.approx(np.mean(spreads))
    areas = [trajectory.area[0] for trajectory in trajectories.read(file, dataset)]
    assert first["log_spread"] == pytest.approx(np.mean([np.log(area[area > 0] ** 0.5).std() for area in areas]))
    assert abs(first["log_spread"] - first["log_spread_as_drawn"]) > 0.02, "equilibration changes it"
    told, note = data_sheets.section(sheet).parts
    assert tuple(told.frame.loc[0, list(data_sheets.SPREADS)]) == pytest.approx(tuple(first[list(data_sheets.SPREADS)]))
    assert all(name in note.sentences[0] for name in ("spread_asked", "log_spread"))


def test_a_structure_that_nobody_asked_a_spread_of_has_a_blank_there(dataset, tmp_path):
    file = made(dataset, tmp_path / "0.npz")
    sheet = pd.DataFrame(preparation.drawn(NAME, dataset, file, 0).rows)
    told, _ = data_sheets.section(sheet[sheet["score"] != "spread_asked"]).parts
    assert told.frame["spread_asked"].isna().all()
    assert "\u2013" in [cell.text for cell in next(iter(rows(told)))]


def test_a_data_set_of_one_frame_is_a_set_of_starts(dataset, tmp_path):
    one = dataclasses.replace(dataset, frames=dataclasses.replace(dataset.frames, count=1))
    file = made(one, tmp_path / "0.npz")
    for trajectory, longer in zip(
        trajectories.read(file, one), trajectories.read(made(dataset, tmp_path / "1.npz"), dataset), strict=True
    ):
        assert len(trajectory.networks) == 1
        assert np.array_equal(trajectory.area[0], longer.area[0])
        assert (trajectory.area[0] > 0).sum() > 5
