"""Broken networks: how they are found out, and what is done where growth breaks one."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from conftest import PROJECT
from fronts_made import discs, drawn, evolved, grown, junction_rows
from graincast.base.errors import GraincastError
from graincast.material import datasets
from graincast.material.fronts import checked_march
from graincast.material.networks import integrity, measures
from graincast.material.networks.evolution import Unsound
from graincast.material.networks.rendering import label_map
from graincast.material.solvers import front_tracking


def with_points(network, moves):
    """The network with some points moved: {row: displacement}."""
    points = network.points.copy()
    for row, move in moves.items():
        points[row] += move
    return replace(network, points=points)


def sound():
    """A network in growth, with curved boundaries."""
    return grown("bimodal")[5]


def with_a_boundary_swapped(network):
    grains = network.grains.copy()
    grains[40] = grains[40, ::-1]
    return replace(network, grains=grains)


def with_a_junction_moved_across_a_boundary(network):
    """Along its first arm and a little beyond that arm's far end."""
    boundary, back = network.arms[30, 0] >> 1, network.arms[30, 0] & 1
    way = network.points[network.first[boundary + 1] - 1] - network.points[network.first[boundary]]
    move = 1.6 * (-way if back else way)
    return with_points(network, dict.fromkeys(junction_rows(network, 30).tolist(), move))


def with_arms_out_of_order(network):
    arms = network.arms.copy()
    arms[30] = arms[30, ::-1]
    return replace(network, arms=arms)


def with_an_open_end(network):
    """One arm leaves its junction."""
    return with_points(network, {int(network.first[12]): np.array([0.2, 0.5])})


def with_an_inner_point_thrown_far(network):
    row = int(network.first[np.flatnonzero(np.diff(network.first) > 4)[0]]) + 2
    return with_points(network, {row: np.array([3.0, 1.0])})


def with_a_point_whose_x_is_no_number(network):
    return with_points(network, {7: np.array([np.nan, 0.0])})


def with_a_point_whose_y_is_no_number(network):
    return with_points(network, {7: np.array([0.0, np.nan])})


def with_a_point_at_infinity(network):
    return with_points(network, {7: np.array([np.inf, 0.0])})


def inside_out(_):
    disc = discs((1.0, 1.0, 0.5), (3.0, 3.0, 0.5))
    return replace(disc, grains=np.array([[2, 0], [1, 2]], np.int32))


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (with_a_boundary_swapped, "boundaries cross|has the area -"),
        (with_a_junction_moved_across_a_boundary, "wrong order|boundaries cross"),
        (with_arms_out_of_order, "1 junctions have their boundaries in the wrong order"),
        (with_an_open_end, "boundaries cross|wrong order|has the area -"),
        (with_an_inner_point_thrown_far, "boundaries cross|has the area -"),
        (with_a_point_whose_x_is_no_number, "nowhere"),
        (with_a_point_whose_y_is_no_number, "nowhere"),
        (with_a_point_at_infinity, "nowhere"),
        (inside_out, "grain 0 has the area -0.78"),
    ],
)
def test_a_broken_network_is_found_out(broken, sentence):
    network = sound()
    assert integrity.flaw(network) is None
    with np.errstate(invalid="ignore"):
        found = integrity.flaw(broken(network))
    assert found is not None
    assert any(part in found for part in sentence.split("|")), found


def test_an_end_a_little_off_its_junction_is_found_out():
    network = sound()
    assert integrity.flaw(with_points(network, {int(network.first[12]): np.array([0.02, 0.05])})) is not None


def test_boundaries_that_cross_are_found_even_where_areas_are_right():
    """Two discs that overlap: each area is positive and all of them fill the box."""
    overlapping = discs((1.5, 2.0, 0.8), (2.5, 2.0, 0.8))
    assert measures.areas(overlapping).sum() == pytest.approx(16, rel=1e-12)
    assert "boundaries cross" in integrity.flaw(overlapping)
    assert integrity.flaw(discs((1.1, 2.0, 0.8), (2.9, 2.0, 0.8))) is None


@pytest.mark.parametrize("broken", [with_a_boundary_swapped, with_an_open_end])
def test_a_network_that_cannot_be_repaired_is_given_up_with_the_reason(broken):
    with pytest.raises(Unsound, match=r"between t = 0 and .*: (boundaries cross|grain|the areas fill|\d+ junctions)"):
        evolved(broken(sound()), [0.01])


def test_what_breaks_on_the_way_is_marched_again_with_more_care_and_counted(monkeypatch):
    march, care = checked_march.march, []

    def spoiling(front, now, until, segment, caution, steps):
        reached = march(front, now, until, segment, caution, steps)
        care.append((segment, caution))
        if len(care) == 1:
            front.points[front.starts[50]] += 0.7  # one end of a boundary leaves its junction
        return reached

    start = drawn(300, 5)
    (expected,) = evolved(start, [0.1])
    monkeypatch.setattr(checked_march, "march", spoiling)
    repaired = front_tracking.evolve(start, front_tracking.Settings(0.15), np.array([0.1]))
    assert repaired.repairs == 1
    assert (0.15, 0.5) in care
    assert integrity.flaw(repaired.networks[0]) is None
    assert np.mean(label_map(repaired.networks[0], (100, 100)) != label_map(expected, (100, 100))) < 0.01


def test_more_and_more_care_is_taken_until_a_network_is_sound(monkeypatch):
    flaw, seen = integrity.flaw, []

    def finding(network):
        seen.append(network)
        return "a made-up flaw" if len(seen) < 4 else flaw(network)

    monkeypatch.setattr(integrity, "flaw", finding)
    repaired = front_tracking.evolve(drawn(100, 6), front_tracking.Settings(0.15), np.array([0.05]))
    assert repaired.repairs == 3
    assert len(seen[3].points) > len(seen[0].points)  # shorter segments


def test_nothing_is_given_out_after_all_attempts_fail(monkeypatch):
    monkeypatch.setattr(integrity, "flaw", lambda _: "a made-up flaw")
    with pytest.raises(Unsound, match="a made-up flaw"):
        evolved(drawn(50, 6), [0.05])


def tiny():
    dataset = datasets.load(PROJECT / "config/growth/datasets/tiny_normal.yaml")
    return dataset, datasets.parts(dataset, "tiny")


def test_a_structure_whose_evolution_breaks_is_drawn_anew_and_the_reason_is_kept():
    dataset, parts = tiny()
    starts = []

    def evolve(network, settings, times):
        starts.append(network)
        if len(starts) == 1:
            raise Unsound("it broke")
        return parts.solver.evolve(network, settings, times)

    simulation = datasets.simulate(dataset, replace(parts, solver=SimpleNamespace(evolve=evolve)), 3)
    assert simulation.redrawn == ["it broke"]
    assert len(simulation.networks) == dataset.frames.count
    assert not np.array_equal(starts[0].points, starts[1].points)
    assert datasets.simulate(dataset, parts, 3).redrawn == []


def test_a_simulation_that_breaks_at_every_draw_is_an_error_with_its_number():
    def evolve(*_):
        raise Unsound("it broke")

    dataset, parts = tiny()
    with pytest.raises(GraincastError, match=r"simulation 3: .* drawn .* it broke"):
        datasets.simulate(dataset, replace(parts, solver=SimpleNamespace(evolve=evolve)), 3)
