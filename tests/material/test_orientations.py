"""Misorientations are those of the textbook, of a search through all symmetry operators, and of orix."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

import orix_oracle
from graincast.base.errors import GraincastError
from graincast.material.measured import laue, orientations

CUBE = "m-3m"


def quaternion(rotation):
    """Orientations [n, 4] as the library has them: the specimen's axes to the crystal's."""
    return np.atleast_2d(rotation.inv().as_quat(scalar_first=True)).astype(np.float32)


def turned(axis, degrees, start=None):
    """A crystal turned by `degrees` about its own `axis` from `start`."""
    start = start or Rotation.random(rng=3)
    turn = Rotation.from_rotvec(np.asarray(axis) / np.linalg.norm(axis) * np.deg2rad(degrees))
    return quaternion(start), quaternion(start * turn)


def angle(axis, degrees, group=CUBE):
    return orientations.misorientations(*turned(axis, degrees), orientations.crystal(group))[0]


def is_twin(axis, degrees, group=CUBE):
    return bool(orientations.sigma3(*turned(axis, degrees), orientations.crystal(group))[0])


def test_bunge_angles_turn_about_z_then_x_then_z():
    """A crystal with phi1 = 90 degrees has its x axis along the specimen's y."""
    euler = np.array([[[np.pi / 2, 0, 0], [0, np.pi / 2, 0]]], np.float32)
    to_specimen = Rotation.from_quat(orientations.quaternions(euler)[0], scalar_first=True).inv()
    assert to_specimen[0].apply([1, 0, 0]) == pytest.approx([0, 1, 0], abs=1e-6)
    assert to_specimen[1].apply([0, 1, 0]) == pytest.approx([0, 0, 1], abs=1e-6)


def test_orientations_are_those_of_orix_itself():
    euler = np.random.default_rng(0).random((50, 3)).astype(np.float32) * [6.2, 3.1, 6.2]
    theirs = orix_oracle.orix().quaternion.Orientation.from_euler(euler).data
    ours = orientations.quaternions(euler)
    assert np.abs(np.sum(ours * theirs, axis=1)) == pytest.approx(np.ones(50), abs=1e-6)


@pytest.mark.parametrize(
    ("axis", "degrees", "expected"),
    [
        ((1, 1, 1), 60, 60),
        ((1, 1, 1), 120, 0),
        ((1, 0, 0), 45, 45),
        ((1, 0, 0), 50, 40),
        ((0, 1, 1), 180, 0),
        ((1, 1, 2), 180, 60),
        ((3, 2, 1), 4, 4),
    ],
)
def test_a_cubic_crystal_turned_about_a_known_axis(axis, degrees, expected):
    assert angle(axis, degrees) == pytest.approx(expected, abs=0.05)


def test_other_crystals_have_fewer_equivalents():
    assert angle((0, 0, 1), 90, "6/mmm") == pytest.approx(30, abs=0.05)
    assert angle((0, 0, 1), 90, "-3m") == pytest.approx(30, abs=0.05)
    assert angle((0, 0, 1), 60, "-3m") == pytest.approx(60, abs=0.05)
    assert angle((1, 0, 0), 90, "4/mmm") == pytest.approx(90, abs=0.05)
    assert angle((1, 2, 3), 170, "-1") == pytest.approx(170, abs=0.05)
    assert angle((0, 0, 1), 90, "-43m") == angle((0, 0, 1), 90, CUBE)  # as seen by diffraction, inversion is there


def cube_turns():
    """The 24 proper rotations of a cube, as signed permutations of the axes."""
    matrices = [
        np.eye(3)[list(order)] * signs
        for order in np.ndindex(3, 3, 3)
        if len(set(order)) == 3
        for signs in (np.array(s) * 2 - 1 for s in np.ndindex(2, 2, 2))
    ]
    return Rotation.from_matrix([matrix for matrix in matrices if np.linalg.det(matrix) > 0])


def test_random_pairs_agree_with_a_search_through_all_operators():
    one, other = Rotation.random(300, rng=1), Rotation.random(300, rng=2)
    cube = cube_turns()
    assert len(cube) == 24
    between = one.inv() * other
    searched = np.min([(between * symmetry).magnitude() for symmetry in cube], axis=0)
    found = orientations.misorientations(quaternion(one), quaternion(other), orientations.crystal(CUBE))
    assert found == pytest.approx(np.rad2deg(searched), abs=0.02)
    assert 40 < found.mean() < 42  # Mackenzie, Biometrika 45, 229, 1958: 40.7 degrees
    assert found.max() < 62.81


def test_random_pairs_are_twins_as_a_search_through_all_operators_on_both_sides_says():
    one, other = Rotation.random(1500, rng=1), Rotation.random(1500, rng=2)
    cube, between = cube_turns(), one.inv() * other
    exact = Rotation.from_rotvec(np.deg2rad(60) * np.ones(3) / np.sqrt(3))
    away = [(first * between * second * exact.inv()).magnitude() for first in cube for second in cube]
    searched = np.rad2deg(np.min(away, axis=0)) <= 15 / np.sqrt(3)
    found = orientations.sigma3(quaternion(one), quaternion(other), orientations.crystal(CUBE))
    assert 10 < searched.sum() < 100
    assert np.array_equal(found, searched)


def theirs(rotation, group):
    """orix's orientations, and its symmetry of the group's proper rotations."""
    orix = orix_oracle.orix()
    symmetry = orix.crystal_map.Phase(point_group=group).point_group.laue.proper_subgroup
    return orix.quaternion.Orientation(quaternion(rotation), symmetry=symmetry), symmetry


@pytest.mark.parametrize("group", laue.GENERATORS)
def test_random_pairs_are_as_far_apart_as_orix_says(group):
    one, other = Rotation.random(1000, rng=8), Rotation.random(1000, rng=9)
    found = orientations.misorientations(quaternion(one), quaternion(other), orientations.crystal(group))
    expected = theirs(one, group)[0].angle_with(theirs(other, group)[0], degrees=True)
    assert found == pytest.approx(expected, abs=1e-6)
    assert found.min() < 25
    assert found.max() > 55


@pytest.mark.parametrize("group", orientations.CUBIC)
def test_random_pairs_are_twins_where_orix_finds_a_twin_near(group):
    rng = np.random.default_rng(10)
    one = Rotation.random(1000, rng=rng)
    away = Rotation.from_rotvec(rng.normal(scale=6, size=(1000, 3)), degrees=True)
    axes = rng.choice([-1, 1], size=(1000, 3)) / np.sqrt(3)
    other = one * Rotation.from_rotvec(60 * axes, degrees=True) * away
    (first, symmetry), (second, _) = theirs(one, group), theirs(other, group)
    rotation = orix_oracle.orix().quaternion.Rotation
    exact = symmetry.outer(rotation.from_axes_angles([1, 1, 1], 60, degrees=True)).outer(symmetry).flatten()
    near = rotation((second * ~first).data).dot_outer(exact).max(axis=1)
    expected = near >= np.cos(np.deg2rad(orientations.BRANDON) / 2)
    found = orientations.sigma3(quaternion(one), quaternion(other), orientations.crystal(group))
    assert 200 < expected.sum() < 800
    assert np.array_equal(found, expected)


def test_brandons_criterion_ends_at_8_66_degrees():
    assert is_twin((1, 1, 1), 60)
    assert is_twin((1, 1, 1), 60 - 8.6)
    assert not is_twin((1, 1, 1), 60 - 8.7)
    assert is_twin((-1, 1, 1), 60)
    assert not is_twin((1, 0, 0), 45)
    assert not is_twin((1, 1, 0), 60)


def test_only_cubic_crystals_have_sigma3_twins():
    for degrees in (60, -60):
        assert is_twin((1, 1, 1), degrees, "m-3")
        assert not is_twin((1, 1, 1), degrees, "6/mmm")
        assert not is_twin((1, 1, 1), degrees, "mmm")


def test_pairs_are_judged_alike_in_any_block(monkeypatch):
    one, other = quaternion(Rotation.random(300, rng=5)), quaternion(Rotation.random(300, rng=6))
    cube = orientations.crystal(CUBE)
    whole = orientations.misorientations(one, other, cube), orientations.sigma3(one, other, cube)
    monkeypatch.setattr(orientations, "BLOCK", 7)
    assert np.array_equal(whole[0], orientations.misorientations(one, other, cube))
    assert np.array_equal(whole[1], orientations.sigma3(one, other, cube))


def test_equal_orientations_are_no_degrees_apart():
    same = quaternion(Rotation.random(2000, rng=7))
    assert orientations.misorientations(same, same, orientations.crystal(CUBE)).max() < 0.05


def test_an_unknown_point_group_is_named():
    with pytest.raises(GraincastError, match="'m-4m' is no point group"):
        orientations.crystal("m-4m")
