"""Dihedral angles and curvature: of hexagons, bricks, discs and a lens in equilibrium, and of grown structures."""

import numpy as np
import pytest

from graincast.scoring import boundary_shapes
from graincast.scoring.map_sets import MapSet
from label_maps_made import grown, hexagons, voronoi


def bricks(across=6, height=8):
    rows = [np.roll(np.repeat(np.arange(across), 2 * height), height * (row % 2)) + across * row for row in range(6)]
    return np.repeat(np.stack(rows), height, axis=0).astype(np.int32)


def disc(radius, size=64):
    y, x = np.mgrid[:size, :size] + 0.5
    return (np.hypot(x - size / 2 - 0.2, y - size / 2 + 0.3) < radius).astype(np.int32)


def lens(half=22.0, size=96):
    """Two arcs that leave a straight boundary at 60 degrees, so that three angles of 120 meet at either end."""
    y, x = np.mgrid[:size, :size] + 0.5 - size / 2
    radius = half / np.sin(np.pi / 3)
    within = np.maximum(*(np.hypot(x, y + way * radius / 2) for way in (1, -1))) < radius
    return np.where(within, 2, y > 0).astype(np.int32)


def test_three_hexagons_meet_at_angles_of_120_degrees():
    angles = boundary_shapes.dihedral_angles(hexagons(6, 20), periodic=True)
    assert len(angles) == 3 * 2 * 36
    assert angles.mean() == pytest.approx(120)
    assert boundary_shapes.laws(MapSet([hexagons(6, 20)], True))["dihedral_spread_degrees"] < 12


def test_bricks_meet_at_right_angles():
    angles = boundary_shapes.dihedral_angles(bricks(), periodic=True)
    assert np.sort(angles.reshape(-1, 3)).mean(axis=0) == pytest.approx([90, 90, 180], abs=12)
    laws = boundary_shapes.laws(MapSet([bricks()], True))
    assert laws["dihedral_spread_degrees"] == pytest.approx(np.sqrt(1800), abs=9)
    assert laws["relative_curvature"] == pytest.approx(0, abs=0.06)


@pytest.mark.parametrize("periodic", [True, False])
@pytest.mark.parametrize("radius", [8, 20])
def test_a_disc_is_curved_by_one_over_its_radius(radius, periodic):
    turn, length = boundary_shapes.turns(disc(radius), periodic)
    assert turn == pytest.approx([2 * np.pi])
    assert turn / length == pytest.approx(1 / radius, rel=0.04)


def test_curvature_is_given_times_the_mean_radius_in_pixels_of_any_size():
    around = np.sqrt((64**2 - np.pi * 20**2) / np.pi)
    for times in (1, 2):
        found = boundary_shapes.laws(MapSet([disc(20 * times, 64 * times)], periodic=True))
        assert found["relative_curvature"] == pytest.approx((20 + around) / 2 / 20, rel=0.03)


def test_the_arcs_of_a_lens_in_equilibrium_turn_by_120_degrees_and_what_is_straight_by_none():
    turn, length = boundary_shapes.turns(lens(), periodic=True)
    assert np.sort(np.degrees(turn)) == pytest.approx([0, 0, 120, 120], abs=6)
    radius = 22 / np.sin(np.pi / 3)
    curved = turn > 1
    assert turn[curved] / length[curved] == pytest.approx(1 / radius, rel=0.06)
    angles = boundary_shapes.dihedral_angles(lens(), periodic=True)
    assert angles.reshape(2, 3) == pytest.approx(120, abs=16)


def test_grown_structures_are_curved_and_near_equilibrium_and_diagrams_of_points_are_neither():
    truth, like = (MapSet([grown(seed) for seed in seeds], True) for seeds in ((0, 1, 2), (3, 4, 5)))
    unlike = MapSet([voronoi(128, 128, 113, seed) for seed in range(3)], True)
    one, other = boundary_shapes.laws(truth), boundary_shapes.laws(unlike)
    assert one["dihedral_spread_degrees"] < 15 < 20 < other["dihedral_spread_degrees"]
    assert one["relative_curvature"] > 1.5 * other["relative_curvature"] > 0
    assert boundary_shapes.angle_distance(truth, truth) == 0
    assert boundary_shapes.angle_distance(like, truth) < 2 < 8 < boundary_shapes.angle_distance(unlike, truth)


def test_a_field_counts_what_is_its_own_and_clear_of_its_edges():
    field = hexagons(6, 20)[5:-5, 5:-5]
    angles = boundary_shapes.dihedral_angles(field, periodic=False)
    assert 3 * 25 < len(angles) < 3 * 2 * 36
    assert np.sqrt(np.mean((angles - 120) ** 2)) < 12
    cut = (np.add.outer(np.arange(40), np.arange(40)) > 35).astype(np.int32)  # mirrors would make a kink of it
    assert len(boundary_shapes.turns(cut, periodic=False)[0]) == 0
    whole, seen = (boundary_shapes.laws(MapSet([grown(seed) for seed in range(3)], way)) for way in (True, False))
    assert seen == pytest.approx(whole, rel=0.1)


def test_one_grain_has_no_boundary_and_nothing_is_known_of_it():
    alone = MapSet([np.zeros((16, 16), np.int32)], periodic=True)
    assert np.isnan(list(boundary_shapes.laws(alone).values())).all()
    assert np.isnan(boundary_shapes.angle_distance(alone, alone))
