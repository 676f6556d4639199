"""The events of a front, one by one: flips, collapses and what a front knows of its boundaries afterwards."""

import numpy as np
import pytest

from fronts_made import arc, front_of, grown, junction_rows
from graincast.material.fronts import checked_march, topology
from graincast.material.fronts import front as fronts
from graincast.material.networks import measures
from graincast.material.networks.network import from_boundaries, ordered_arms
from graincast.material.structures import abnormal


def test_a_grain_with_three_corners_collapses_into_a_junction_at_its_middle():
    network = grown("lognormal")[10]
    grain = int(np.flatnonzero(measures.sides(network) == 3)[0])
    half_edge = int(np.flatnonzero(network.grains.ravel() == grain)[0])
    (outline,) = (line for number, line in corners_of(network) if number == grain)
    front = front_of(network)
    topology.collapse_triangle(front, half_edge)
    after = fronts.to_network(front)
    apart = after.points[junction_rows(after, slice(None))][:, 0] - outline.mean(axis=0)
    apart -= np.array(network.box) * np.round(apart / np.array(network.box))
    assert grain not in after.present
    assert np.hypot(*apart.T).min() == pytest.approx(0, abs=1e-12)
    assert len(after.arms) == len(network.arms) - 2
    ends = after.points[junction_rows(after, slice(None))]
    steps = (ends - ends[:, :1]) / np.array(after.box)
    assert steps == pytest.approx(np.round(steps), abs=1e-9), "arms that do not meet"


def corners_of(network):
    """(grain, its corners in one copy of the box) of grains with three."""
    for grain in np.flatnonzero(measures.sides(network) == 3):
        around = np.flatnonzero(network.grains.ravel() == grain)
        rows = np.where(around & 1, network.first[(around >> 1) + 1] - 1, network.first[around >> 1])
        corners = network.points[rows]
        box = np.array(network.box)
        yield int(grain), corners - box * np.round((corners - corners[0]) / box)


@pytest.mark.parametrize("half_edge", range(6))
def test_what_takes_the_place_of_one_of_two_bubbles_has_the_mobility_and_energy_of_its_pair(half_edge):
    """Whichever of the three boundaries goes, in whichever direction; a grain that is no bubble may go as well."""
    lines = [arc((1.9, 2.0), (2.1, 2.0)), arc((1.9, 2.0), (2.1, 2.0)) * [1, -1] + [0, 4], [[1.9, 2.0], [2.1, 2.0]]]
    grains = np.array([[1, 0], [0, 2], [2, 1]], np.int32)
    start = from_boundaries((4.0, 4.0), 3, [np.array(line) for line in lines], grains, np.array([[0, 1]] * 3, np.int32))
    energies = np.array([[1.0, 2.0, 3.0], [2.0, 1.0, 4.0], [3.0, 4.0, 1.0]])
    front = fronts.from_network(start, np.arange(3), 1 / energies**2, energies)
    gone = start.grains.ravel()[half_edge]
    topology.remove_lens(front, half_edge)
    (left,) = np.flatnonzero(front.counts)
    pair = tuple(front.grains[left])
    assert sorted([*pair, gone]) == [0, 1, 2]
    assert front.energy[left] == energies[pair]
    assert front.drive[left] == pytest.approx(1 / energies[pair])


def crossroads(first_of_a, first_of_b):
    """Junctions a and b, close by, both joined to c above and d below, arms to c starting with the points given."""
    a, b, c, d = np.array([[1.9, 2.0], [2.1, 2.0], [2.0, 3.0], [2.0, 1.0]])
    lines = [
        np.array([a, b]),
        np.array([a, a + first_of_a, [1.97, 2.1], c]),
        np.array([b, b + first_of_b, c]),
        np.array([a, [1.8, 1.5], d]),
        np.array([b, [2.2, 1.5], d]),
        np.array([c, [1.0, 3.0], [1.0, 1.0], d]),
    ]
    grains = np.array([[0, 1], [2, 0], [0, 3], [1, 2], [3, 1], [3, 2]], np.int32)
    ends = np.array([[0, 1], [0, 2], [1, 2], [0, 3], [1, 3], [2, 3]], np.int32)
    return from_boundaries((4.0, 4.0), 4, lines, grains, ends)


def test_a_boundary_flips_only_if_its_arms_stay_in_order():
    free = front_of(crossroads(np.array([0.02, 0.3]), np.array([-0.02, 0.3])))
    assert topology.flip(free, 0, 0.05)
    flipped = fronts.to_network(free)
    assert set(flipped.grains[0].tolist()) == {2, 3}
    in_order = ordered_arms(flipped.points, flipped.first, flipped.ends)
    assert np.array_equal(
        [np.roll(arms, -arms.argmin()) for arms in flipped.arms], [np.roll(arms, -arms.argmin()) for arms in in_order]
    )
    crossing = front_of(crossroads(np.array([0.18, 0.008]), np.array([-0.05, 0.05])))
    before = crossing.points.copy()
    assert not topology.flip(crossing, 0, 0.05)
    assert np.array_equal(crossing.points, before)


def test_what_a_front_knows_of_its_boundaries_stays_true_through_all_events():
    """Corners of each grain, mobility and energy of each pair, and whose arms end at a junction, counted anew."""
    start = abnormal.network(abnormal.Settings(200, 4.0, 0.2), np.random.default_rng(0))
    kind = (np.arange(start.grain_count) > 0).astype(np.int64)
    mobilities, energies = np.array([[1.0, 2.0], [2.0, 1.0]]), np.array([[1.0, 0.8], [0.8, 1.0]])
    front, now = fronts.from_network(start, kind, mobilities, energies), 0.0
    while now < 0.5:
        now, _ = checked_march.march(front, now, 0.5, 0.15, 1.0, 64)
        there = front.counts > 0
        pairs = tuple(kind[front.grains[there]].T)
        assert np.array_equal(front.energy[there], energies[pairs])
        assert np.array_equal(front.drive[there], (mobilities * energies)[pairs])
        assert np.array_equal(front.sides, np.bincount(front.grains[there].ravel(), minlength=start.grain_count))
        for junction in np.flatnonzero(front.arms[:, 0] >= 0):
            assert all(front.ends[arm >> 1, arm & 1] == junction for arm in front.arms[junction])
        if now < 0.5:
            front = fronts.tidied(front)
    flips, collapses, *_ = front.events
    assert flips > 20
    assert collapses > 20
