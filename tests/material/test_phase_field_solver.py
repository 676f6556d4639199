"""The phase-field solver on networks: the exact rate of a disc, front tracking's answer, the box and the grains."""

from dataclasses import replace

import numpy as np
import pytest

from graincast.material.grains import laws
from graincast.material.networks import measures
from graincast.material.networks.evolution import Unsound
from graincast.material.networks.rendering import contradictions, label_map
from graincast.material.networks.tracing import trace
from graincast.material.phases.field import Field
from graincast.material.solvers import front_tracking, phase_field
from graincast.material.solvers.phase_field import Settings, evolve
from graincast.material.structures import lognormal

TIMES = np.array([0.15, 0.4, 0.8])
PIXELS = (256, 256)


def disc(radius, width):
    """A network of one grain in another, in a box of area 2."""
    rows, columns = np.mgrid[:width, :width] + 0.5
    labels = np.hypot(columns - 0.48 * width, rows - 0.53 * width) < radius * width
    return trace(labels.astype(np.int32), np.sqrt(2) / width)


@pytest.fixture(scope="module")
def start():
    """60 grains, let run until their boundaries meet at 120 degrees."""
    fresh = lognormal.network(lognormal.Settings(60, 0.35), np.random.default_rng(1))
    return front_tracking.evolve(fresh, front_tracking.Settings(0.15), np.array([0.3])).networks[0]


@pytest.fixture(scope="module")
def reference(start):
    return front_tracking.evolve(start, front_tracking.Settings(0.1), TIMES).networks


@pytest.fixture(scope="module")
def solved(start):
    """By cells to a side."""
    return {cells: evolve(start, Settings(cells, 5), TIMES).networks for cells in (8, 24)}


def other_pixels(networks, reference):
    """Share of pixels [times] that belong to another grain."""
    pairs = zip(networks, reference, strict=True)
    return np.array([np.mean(label_map(one, PIXELS) != label_map(other, PIXELS)) for one, other in pairs])


def in_order(network):
    """Whether every arm's left grain is the right grain of the next arm."""
    along = network.arms & 1
    left, right = network.grains[network.arms >> 1, along], network.grains[network.arms >> 1, 1 - along]
    return np.array_equal(left, np.roll(right, -1, axis=1))


@pytest.mark.parametrize("cells", [24, 40])
def test_a_disc_loses_area_at_the_exact_rate(cells):
    times = np.linspace(0.01, 0.06, 9)
    networks = evolve(disc(0.35, 200), Settings(cells, 5), times).networks
    areas = np.array([measures.areas(network)[1] for network in networks])
    assert areas[0] > 1.5 * areas[-1]
    assert np.polyfit(times, areas, 1)[0] == pytest.approx(laws.disc_rate(1.0), rel=0.03)


def test_time_counts_from_the_start_and_units_are_those_of_the_box():
    radius, time = 0.35 * np.sqrt(2), 0.03
    network = evolve(disc(0.35, 200), Settings(40, 5), np.array([time])).networks[0]
    lost = np.pi * radius**2 - measures.areas(network)[1]
    assert lost == pytest.approx(2 * np.pi * time, rel=0.03)


def test_a_finer_grid_comes_nearer_to_front_tracking_at_every_time(solved, reference):
    coarse, fine = other_pixels(solved[8], reference), other_pixels(solved[24], reference)
    assert np.all(fine > 0)
    assert np.all(fine < 0.7 * coarse)
    assert fine[0] < 0.015


def test_boundaries_are_placed_to_a_fraction_of_a_cell(start, reference, monkeypatch):
    """With the polylines of the bare label map instead, more pixels differ."""
    soon = TIMES[:1]
    placed = evolve(start, Settings(12, 5), soon).networks
    monkeypatch.setattr(phase_field, "_equal_shares", lambda points, *_: points)
    monkeypatch.setattr(phase_field, "_equal_thirds", lambda points, *_: points)
    bare = evolve(start, Settings(12, 5), soon).networks
    assert other_pixels(placed, reference[:1]) < 0.95 * other_pixels(bare, reference[:1])


def test_networks_are_sound_and_keep_their_grains_and_their_box(solved, start):
    for networks in solved.values():
        counts = [len(network.present) for network in networks]
        assert len(start.present) > counts[0] > counts[1] > counts[2] > 10
        for network in networks:
            assert network.box == start.box
            assert network.grain_count == start.grain_count
            assert set(network.present) <= set(start.present)
            assert measures.areas(network).sum() == pytest.approx(np.prod(start.box), rel=1e-9)
            assert measures.areas(network)[network.present].min() > 0
            assert contradictions(network, (500, 500)) == 0
            assert in_order(network)


def test_boundaries_leave_junctions_in_the_directions_that_the_law_asks_for(solved):
    angles = np.concatenate([measures.junction_angles(network) for network in solved[24]])
    assert np.mean(np.abs(angles.sum(axis=1) - 360) < 1) > 0.99
    assert np.mean(np.abs(angles - 120) < 20) > 0.7


@pytest.mark.parametrize("seed", range(20))
def test_grains_of_a_cell_or_two_make_a_planar_network(start, seed):
    """Noise, sharp and after a moment: all the ways in which boundaries and junctions crowd."""
    noise = np.random.default_rng(seed).integers(0, 5, (24, 24)).astype(np.int32)
    field = Field.from_labels(noise, 5)
    for _ in range(3):
        network = phase_field._network(field, start, 0.0)
        assert measures.areas(network)[network.present].min() > 0
        assert measures.areas(network).sum() == pytest.approx(np.prod(start.box), rel=1e-9)
        assert contradictions(network, (501, 503)) == 0
        assert in_order(network)
        field.advance(0.5)


def test_the_network_at_time_0_is_the_one_given(start):
    assert evolve(start, Settings(8, 5), np.array([0.0, 0.1])).networks[0] is start


@pytest.mark.parametrize("copies", [(2, 1), (1, 2)])
def test_a_box_that_is_not_square_does_what_its_square_halves_would(start, copies):
    """The structure twice, beside or above itself, each grain in two pieces."""
    labels, pixel = label_map(start, (400, 400)), start.box[0] / 400
    once = evolve(trace(labels, pixel), Settings(8, 5), TIMES[:2]).networks[1]
    twice = evolve(trace(np.tile(labels, copies), pixel), Settings(8 * np.sqrt(2), 5), TIMES[:2]).networks[1]
    assert twice.box == pytest.approx((copies[1] * start.box[0], copies[0] * start.box[1]))
    assert measures.areas(twice) == pytest.approx(2 * measures.areas(once), abs=1e-3)
    assert contradictions(twice, (400 * copies[0], 400 * copies[1])) == 0
    expected = np.tile(label_map(once, PIXELS), copies)
    assert np.mean(label_map(twice, expected.shape) != expected) < 1e-3


@pytest.mark.parametrize("box", [(8.0, 8.0), (9.0, 6.5), (4.0, 17.0)])
def test_the_grid_is_as_fine_as_asked_for_and_its_cells_are_nearly_square(start, box):
    rows, columns = phase_field.grid(replace(start, box=box), 12)
    across, along = columns / box[0], rows / box[1]
    asked = 12 / np.sqrt(np.prod(box) / len(start.present))
    assert rows % 8 == columns % 8 == 0
    assert asked <= min(across, along) * (1 + 1e-9)
    assert max(across, along) <= 1.25 * asked + 8 / min(box)
    assert across == pytest.approx(along, rel=0.03)


def test_the_last_grain_is_no_network():
    with pytest.raises(Unsound, match="one grain"):
        evolve(disc(0.2, 100), Settings(24, 5), np.array([0.01, 0.2]))


@pytest.mark.parametrize(
    ("cells", "width", "cure"),
    [
        (7.9, 5, "'cells_per_side' is 7.9, expected 8 cells or more"),
        (np.nan, 5, "'cells_per_side'"),
        (16, 4.9, "'width' is 4.9, expected 5 cells or more"),
        (16, np.nan, "'width'"),
        (8, 9, "no more than 'cells_per_side'"),
    ],
)
def test_settings_that_cannot_be_solved_are_refused_with_a_cure(cells, width, cure):
    with pytest.raises(ValueError, match=cure):
        Settings(cells, width)
