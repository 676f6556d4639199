"""The solver started from pixels: one function, whatever a pixel's side is given in."""

import numpy as np
import pytest

from conftest import PROJECT
from graincast.growth.experiment import DATASETS
from graincast.growth.judging import bounds
from graincast.growth.judging.solver_forecast import Solver
from graincast.material import datasets
from graincast.material.networks.rendering import label_map
from graincast.material.solvers import front_tracking
from graincast.material.structures import lognormal
from graincast.material.trajectories import Trajectory

TIMES = np.array([0.05, 0.1])
SHAPE = (48, 48)


@pytest.fixture(scope="module")
def start():
    return lognormal.network(lognormal.Settings(20, 0.3), np.random.default_rng(5))


@pytest.fixture(scope="module")
def solver():
    return Solver(front_tracking.evolve, front_tracking.Settings(0.25), 1.0)


def test_it_grows_alike_in_pixels_and_in_sides_of_the_mean_grain(start, solver):
    labels, pixel = label_map(start, SHAPE), start.box[0] / SHAPE[1]
    sides, pixels = solver.from_pixels(labels, TIMES, pixel), solver.from_pixels(labels, TIMES / pixel**2)
    assert np.mean(sides.maps() != pixels.maps()) < 1e-3
    assert np.abs(sides.images.astype(float) - pixels.images).mean() < 0.1
    assert np.mean(sides.maps()[0] != labels) > 0.01, "something has moved"


def test_grains_keep_the_numbers_of_the_map_that_it_starts_from(start, solver):
    labels = label_map(start, SHAPE)
    grown = solver.from_pixels(labels, TIMES, start.box[0] / SHAPE[1]).predicted()
    assert np.mean(grown.maps[0] == labels) > 0.8
    assert grown.own_maps
    assert (grown.images.shape, grown.images.max()) == ((2, *SHAPE), 1)


def test_the_bound_of_pixels_is_nearly_the_truth_that_the_same_solver_made(start):
    """At a wrong scale it would hardly move."""
    dataset = datasets.load(PROJECT / DATASETS / "tiny_normal.yaml")
    parts = datasets.parts(dataset, "tiny")
    networks = parts.solver.evolve(start, parts.solver_settings, dataset.times).networks
    area = np.ones((len(networks), 20))
    made = Trajectory(8, 1.0, area, area.astype(np.int32), networks, 0, [])
    rows = [row for row in bounds.rows(dataset, parts, made, 1.0) if row["model"] == "pixels"]
    errors = [row["value"] for row in rows if row["score"] == "rand_error"]
    assert len(errors) == dataset.frames.count - 1
    assert max(errors) < 0.1
