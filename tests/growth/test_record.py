"""The tables on record under docs/results, held against what the code gives now for some of their rows.

All test structures of a case are simulated and rendered anew. Persistence depends on nothing else and must be that of
the record; the shipped weights are one of the trainings that the record's mean is of.
"""

import csv

import numpy as np
import pytest
import torch

from conftest import PROJECT
from graincast.growth.data import preparation
from graincast.growth.forecaster import Sequences
from graincast.growth.prediction import calibration
from graincast.material import datasets, trajectories
from graincast.material.grains import geometry
from graincast.scoring import images

SHIPPED = PROJECT / "workflow/graincast/growth/pretrained/wide_local_rule.safetensors"
CASES = ("normal", "bimodal")


def recorded(run, case, model, score):
    """A row of the main table of a run on record."""
    with open(PROJECT / "docs/results/growth" / run / "main_scores.csv", newline="") as stream:
        rows = [
            row for row in csv.DictReader(stream) if (row["case"], row["model"], row["score"]) == (case, model, score)
        ]
    (row,) = rows
    return float(row["mean"]), float(row["spread between seeds"] or 0)


@pytest.fixture(scope="module", params=CASES)
def case(request, tmp_path_factory):
    """Name, images and grain maps [structures, frames, H, W] of a case's test structures."""
    path = PROJECT / f"config/growth/datasets/{request.param}.yaml"
    dataset = datasets.load(path)
    parts = datasets.parts(dataset, str(path))
    shard = tmp_path_factory.mktemp("record") / "shard.npz"
    test = dataset.of_split("test")
    trajectories.write(shard, dataset, ((number, datasets.simulate(dataset, parts, number)) for number in test))
    windows = [preparation.window(one, dataset) for one in trajectories.read(shard, dataset)]
    assert len(windows) == 20
    return request.param, *(np.stack([getattr(one, kind) for one in windows]) for kind in ("images", "labels"))


def ssim(predicted, true):
    """Mean over structures and frames."""
    return float(images.similarities(predicted, true).mean())


def test_persistence_is_that_of_the_record_to_the_last_digits(case):
    name, drawn, maps = case
    true = drawn / np.float32(255)
    first = np.broadcast_to(true[:, :1], true[:, 1:].shape)
    assert ssim(first, true[:, 1:]) == pytest.approx(recorded("default", name, "persistence", "ssim")[0], rel=1e-9)
    radii = np.array([[geometry.equivalent_radii(labels).mean() for labels in one] for one in maps])
    error = np.abs(radii[:, :1] / radii[:, 1:] - 1).mean()
    assert error == pytest.approx(recorded("default", name, "persistence", "mean_radius_error")[0], rel=1e-9)


@pytest.mark.parametrize("case", CASES[:1], indirect=True)
def test_the_shipped_weights_are_as_good_as_the_record_says(case):
    name, drawn, maps = case
    model, _ = calibration.load(SHIPPED, torch.device("cpu"))
    known = Sequences(torch.from_numpy(drawn[:, :1]).float() / 255, torch.from_numpy(maps[:, :1].astype(np.int64)))
    forecast = model.forecast(known, drawn.shape[1] - 1, torch.device("cpu")).images.numpy()
    mean, spread = recorded("hour", name, "wide_local_rule", "ssim")
    assert spread < 0.02
    found = ssim(forecast, drawn[:, 1:] / np.float32(255))
    assert abs(found - mean) <= spread, "one training of three cannot be farther off"
