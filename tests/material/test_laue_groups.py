"""Rotations of the Laue groups are groups, of the textbook's size, and those of orix."""

import numpy as np
import pytest

import orix_oracle
from graincast.material.measured import laue, orientations
from graincast.material.measured.readers import symmetry

ROTATIONS = {"-1": 1, "2/m": 2, "mmm": 4, "4/m": 4, "4/mmm": 8, "-3": 3, "-3m": 6, "6/m": 6, "6/mmm": 12}
ROTATIONS |= {"m-3": 12, "m-3m": 24}
GROUP = pytest.mark.parametrize("group", ROTATIONS)


def shared(one, other):
    """Which of the quaternions `one` [n, 4] and `other` [m, 4] are the same turn, [n, m]."""
    return np.abs(one @ other.T) > 1 - 1e-12


def test_all_laue_groups_that_a_file_can_name_are_there():
    assert set(laue.GENERATORS) == set(symmetry.LAUE_GROUPS) == set(ROTATIONS)


@GROUP
def test_a_group_has_the_textbooks_number_of_different_rotations(group):
    turns = orientations.crystal(group).rotations
    assert len(turns) == ROTATIONS[group]
    assert np.array_equal(shared(turns, turns), np.eye(ROTATIONS[group]))


@GROUP
def test_two_rotations_of_a_group_make_a_third(group):
    turns = laue.rotations(group)
    pairs = laue.products(turns, turns).as_quat()
    assert len(pairs) == ROTATIONS[group] ** 2
    assert np.array_equal(shared(pairs, turns.as_quat()).sum(axis=1), np.ones(len(pairs)))


@GROUP
def test_rotations_are_those_of_orix(group):
    theirs = orix_oracle.orix().crystal_map.Phase(point_group=group).point_group.laue.proper_subgroup.data
    assert len(theirs) == ROTATIONS[group]
    assert shared(orientations.crystal(group).rotations, theirs).any(axis=1).all()


@pytest.mark.parametrize(("group", "twins"), [("m-3m", 96), ("m-3", 48)])
def test_twins_are_all_there_and_none_twice(group, twins):
    """Of all pairs of rotations on its two sides, 24 x 24 or 12 x 12, six or three give the same twin."""
    found = orientations.crystal(group).twins
    assert np.array_equal(shared(found, found), np.eye(twins))
