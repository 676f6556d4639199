"""The exact laws as formulas, grains of label maps counted by hand, and what a simulation depends on."""

import os
import subprocess
import sys
from itertools import chain

import numpy as np
import pytest

from conftest import PROJECT
from graincast.base.errors import GraincastError
from graincast.material import datasets
from graincast.material.grains import geometry, laws


def test_a_grain_with_six_sides_keeps_its_area_and_one_with_none_is_a_disc():
    assert laws.mullins_rate(6, 2.0) == 0
    assert laws.mullins_rate(0, 2.0) == pytest.approx(laws.disc_rate(2.0))
    assert laws.disc_rate(2.0) == pytest.approx(-4 * np.pi)
    assert np.diff(laws.mullins_rate([3, 4, 5], 0.5)) == pytest.approx(np.full(2, np.pi / 6))


@pytest.fixture(scope="module")
def tiny():
    return datasets.load(PROJECT / "config/growth/datasets/tiny_normal.yaml")


def same(one, other):
    return all(
        np.array_equal(getattr(a, name), getattr(b, name))
        for a, b in zip(one.networks, other.networks, strict=True)
        for name in ("points", "first", "grains", "ends", "arms")
    )


def test_a_simulation_depends_on_its_number_and_not_on_its_shard(tiny):
    parts = datasets.parts(tiny, "tiny")
    (first, *_), (*_, last) = ([datasets.simulate(tiny, parts, i) for i in order] for order in ((3, 4), (5, 4, 3)))
    other = datasets.simulate(tiny, parts, 4)
    assert same(first, last)
    assert not same(first, other)
    assert len(first.networks) == tiny.frames.count


def test_the_first_simulation_of_a_machine_is_that_of_all_later_ones_to_the_byte(tmp_path):
    """The first compiles the kernels, the second finds them."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [
        sys.executable,
        "workflow/growth_simulate.py",
        "--dataset",
        "config/growth/datasets/tiny_normal.yaml",
        "--shard",
        "0",
    ]
    for name in ("first.npz", "later.npz"):
        subprocess.run([*command, "--output", tmp_path / name], cwd=PROJECT, env=environment, check=True)
    assert list((tmp_path / "cache").rglob("*.nbc")), "the second was to find kernels"
    assert (tmp_path / "first.npz").read_bytes() == (tmp_path / "later.npz").read_bytes()


def test_splits_are_disjoint_and_complete(tiny):
    parts = [list(tiny.of_split(split)) for split in datasets.SPLITS]
    assert [*chain(*parts)] == list(range(tiny.simulations.total))
    shards = [list(tiny.of_shard(shard)) for shard in range(tiny.simulations.shards)]
    assert [*chain(*shards)] == list(range(tiny.simulations.total))
    assert len(shards) > 1


def test_shards_that_a_data_set_does_not_have_are_refused(tiny):
    for shard in (-1, tiny.simulations.shards):
        with pytest.raises(GraincastError, match=f"no shard {shard}"):
            tiny.of_shard(shard)
    measured = datasets.load(PROJECT / "config/growth/datasets/measured.yaml")
    with pytest.raises(GraincastError, match="made by growth_evolve"):
        measured.of_shard(0)


def test_areas_and_radii_are_those_of_pixels():
    labels = np.array([[0, 0, 3], [0, 3, 3]])
    assert geometry.areas(labels).tolist() == [3, 0, 0, 3]
    assert geometry.equivalent_radii(labels) == pytest.approx(np.sqrt([3 / np.pi, 3 / np.pi]))


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
