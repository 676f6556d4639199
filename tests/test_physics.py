"""The thin solver against exact laws, and the grains that are measured on label maps."""

from itertools import chain, pairwise

import numpy as np
import pytest

from conftest import PROJECT
from graincast import datasets
from graincast.grains import geometry, laws
from graincast.solvers import threshold_dynamics
from graincast.structures import boundaries

SOLVER = threshold_dynamics.Settings(step=4.0, sharpness=2.5)


def disc(width, radius):
    y, x = np.mgrid[:width, :width] + 0.5
    return ((x - width / 2) ** 2 + (y - width / 2) ** 2 < radius**2).astype(np.int32)


def normal_growth(pixels):
    """Forty grains that lose half their number; frames are as far apart for every resolution."""
    finer = (pixels / 64) ** 2
    return datasets.DataSet(
        structure={"law": "lognormal", "grains": 40, "spread": 0.35},
        solver={"name": "threshold_dynamics", "step": 4.0, "sharpness": 2.5},
        equilibration=64.0 * finer,
        frames=datasets.Frames(count=17, interval=12.0 * finer, pixels=pixels, oversampling=2),
        simulations=datasets.Simulations(train=6, validation=0, test=0, per_shard=6),
        seed=5,
    )


@pytest.fixture(scope="module")
def grown():
    """Label maps of six simulations of normal growth, 17 frames 12 px^2 apart."""
    return [datasets.simulate(normal_growth(pixels=64), index) for index in range(6)]


@pytest.mark.parametrize("radius", [15, 20, 30])
def test_a_disc_loses_area_at_the_exact_rate(radius):
    start = disc(128, radius)
    half_life = 0.5 * np.pi * radius**2 / (2 * np.pi)
    times = np.linspace(0, half_life, 9)
    areas = [np.sum(labels == 1) for labels in threshold_dynamics.evolve(start, SOLVER, times)]
    rate = np.polyfit(times, areas, 1)[0]
    assert areas[0] > areas[-1]
    assert rate == pytest.approx(laws.disc_rate(1.0), rel=0.03)


def mullins_line(simulations, interval, smallest):
    """Slope over the exact one, and offset, of dA/dt against n - 6 for grains that keep their sides."""
    sides, rates = [], []
    for labels in simulations:
        for now, later in pairwise(labels):
            before, after = geometry.sides(now), geometry.sides(later)
            known = len(after)  # labels beyond it have vanished
            area = geometry.areas(now)[:known]
            calm = (before[:known] == after) & (before[:known] > 2) & (area > smallest)
            sides.append(before[:known][calm] - 6)
            rates.append((geometry.areas(later) - area)[calm] / interval)
    sides, rates = np.concatenate(sides), np.concatenate(rates)
    assert len(sides) > 100
    slope, offset = np.polyfit(sides, rates, 1)
    return slope / laws.mullins_rate(7, 1.0), offset


def test_grains_grow_at_the_von_neumann_mullins_rate_and_closer_to_it_on_a_finer_grid(grown):
    """A pixel solver is coarse (the front tracker will not be): what is asked is a known error that falls."""
    coarse, coarse_offset = mullins_line(grown, 12.0, smallest=150)
    fine, fine_offset = mullins_line([datasets.simulate(normal_growth(pixels=128), 0)], 48.0, smallest=600)
    assert coarse == pytest.approx(1, abs=0.15)
    assert fine == pytest.approx(1, abs=0.06)
    assert [coarse_offset, fine_offset] == pytest.approx([0, 0], abs=0.15)


def test_areas_fill_the_box_and_grains_only_vanish(grown):
    for labels in grown:
        counts = [len(np.unique(frame)) for frame in labels]
        assert counts[-1] < counts[0], "nothing moved"
        assert np.all(np.diff(counts) <= 0)
        assert all(geometry.areas(frame).sum() == frame.size for frame in labels)
        assert set(np.unique(labels[-1])) <= set(np.unique(labels[0])), "a grain came back"


def test_boundary_length_falls(grown):
    length = np.mean([[boundaries.boundary_image(frame, 2).mean() for frame in labels] for labels in grown], axis=0)
    assert np.all(np.diff(length) < 0)


def test_a_triple_junction_opens_to_120_degrees():
    """Three grains in a Y whose arms start at other angles relax until each turns 120 degrees around the junction."""
    width = 128
    y, x = np.mgrid[:width, :width] - width / 2 + 0.5
    angle = np.degrees(np.arctan2(y, x)) % 360
    labels = np.digitize(angle, [90, 270]).astype(np.int32) % 3
    labels[angle >= 270] = 2
    *_, relaxed = threshold_dynamics.evolve(labels, SOLVER, np.array([40.0]))
    # near the centre each grain's share of a small disc is its angle; the junction has moved: find it
    corner = next(
        (i, j) for i in range(32, 96) for j in range(32, 96) if len(np.unique(relaxed[i : i + 2, j : j + 2])) == 3
    )
    near = np.hypot(*(np.mgrid[:width, :width] + 0.5 - np.array(corner)[:, None, None] - 1)) < 7
    shares = np.bincount(relaxed[near], minlength=3) / near.sum()
    assert shares * 360 == pytest.approx([120, 120, 120], abs=15)


def test_mean_number_of_sides_is_six_in_a_periodic_network(grown):
    for labels in grown:
        sides = geometry.sides(labels[0])
        assert sides[sides > 0].mean() == pytest.approx(6, abs=0.2)


def test_a_simulation_depends_on_its_number_and_not_on_its_shard():
    dataset = datasets.load(PROJECT / "config/datasets/tiny_normal.yaml")
    one, again, other = (datasets.simulate(dataset, index) for index in (3, 3, 4))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_splits_are_disjoint_and_complete():
    dataset = datasets.load(PROJECT / "config/datasets/tiny_normal.yaml")
    parts = [list(dataset.of_split(split)) for split in datasets.SPLITS]
    assert [*chain(*parts)] == list(range(dataset.simulations.total))
    shards = [list(dataset.of_shard(shard)) for shard in range(dataset.simulations.shards)]
    assert [*chain(*shards)] == list(range(dataset.simulations.total))


@pytest.mark.parametrize(
    ("law", "settings", "ratio"),
    [
        ("lognormal", {"grains": 60, "spread": 0.35}, (1.5, 3.0)),
        ("bimodal", {"grains": 60, "coarse_share": 0.12, "size_ratio": 3.0, "spread": 0.15}, (2.0, 3.5)),
        ("abnormal", {"grains": 60, "size_ratio": 5.0, "spread": 0.2}, (4.0, 6.0)),
    ],
)
def test_a_size_law_gives_the_largest_grain_that_it_promises(law, settings, ratio):
    module = __import__(f"graincast.structures.{law}", fromlist=["label_map"])
    largest = []
    for seed in range(5):
        labels = module.label_map(module.Settings(**settings), 128, np.random.default_rng(seed))
        radii = geometry.equivalent_radii(labels)
        assert len(radii) >= 0.9 * settings["grains"]
        largest.append(radii.max() / radii.mean())
    assert ratio[0] < np.mean(largest) < ratio[1]


def test_regions_are_joined_across_the_edges_of_the_box():
    labels = np.zeros((8, 8), np.int32)
    labels[2:5, :2] = labels[2:5, -2:] = 1  # one grain that crosses the edge
    labels[6, 4] = 1  # and another of the same label
    regions = geometry.connected_regions(labels)
    assert regions[3, 0] == regions[3, -1]
    assert regions[6, 4] != regions[3, 0]
    assert len(np.unique(regions)) == 3


def test_sides_agree_with_a_count_by_hand():
    rng = np.random.default_rng(1)
    labels = rng.integers(5, size=(9, 9))
    pairs = set()
    for i in range(9):
        for j in range(9):
            for other in (labels[(i + 1) % 9, j], labels[i, (j + 1) % 9]):
                pairs.add(frozenset((int(labels[i, j]), int(other))))
    by_hand = [sum(1 for pair in pairs if len(pair) == 2 and label in pair) for label in range(5)]
    assert geometry.sides(labels).tolist() == by_hand


def test_a_boundary_image_is_anti_aliased_and_periodic():
    labels = np.zeros((8, 8), np.int32)
    labels[:, 4:] = 1
    image = boundaries.boundary_image(labels, 2)
    assert image.shape == (4, 4)
    assert image[0].tolist() == [0, 255, 0, 255]
    tilted = np.tri(16, dtype=np.int32)
    assert set(np.unique(boundaries.boundary_image(tilted, 4))) - {0, 255}, "no shade of grey"
