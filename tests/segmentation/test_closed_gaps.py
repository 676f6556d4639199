"""The truth with its necks cut: grains that are joined by little are two, all others stay as they are."""

from dataclasses import replace

import numpy as np
import pytest

from grain_pictures_made import cells, drawn, painted
from graincast.scoring import maps
from graincast.segmentation.data.known_pictures import UNKNOWN, GrainPicture
from graincast.segmentation.grouping import lines as traced_lines
from graincast.segmentation.ways import closed
from graincast.segmentation.ways.given import WayGiven


def found(labels):
    labels = np.asarray(labels, np.int32)
    picture = GrainPicture(np.zeros(labels.shape, np.float32), labels, 0.0, 0)
    return closed.way(WayGiven(None, {}, None))(picture).labels


def error(one, other):
    return maps.partition(one, other).rand_error


@pytest.mark.parametrize("number", range(4))
def test_big_convex_grains_are_left_alone(number):
    picture = drawn(number)
    assert picture.labels.max() > 30
    assert error(closed.way(WayGiven(None, {}, None))(picture).labels, picture.labels) < 0.02
    assert error(found(cells(3, 4, 24)), cells(3, 4, 24)) == 0


def dumbbell(neck, turned=False):
    """A grain of two halves that are joined by so many pixels between two others, and the four that a person sees."""
    labels = np.zeros((60, 121), np.int32)
    labels[:28, 57:64], labels[28 + neck :, 57:64] = 1, 2
    seen = np.where((labels == 0) & (np.arange(121) >= 60), 3, labels)
    return (labels.T, seen.T) if turned else (labels, seen)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("neck", [1, 3, 5])
def test_two_grains_that_a_narrow_neck_joins_are_parted(neck, turned):
    labels, seen = dumbbell(neck, turned)
    assert labels.max() + 1 == 3
    parted = found(labels)
    assert parted.max() + 1 == 4
    assert error(parted, labels) > 0.3
    assert error(parted, seen) < 0.001
    for grain in (1, 2):
        assert len(np.unique(parted[labels == grain])) == 1
        assert (parted == parted[labels == grain][0]).sum() == (labels == grain).sum()


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("neck", [6, 12])
def test_what_a_wide_neck_joins_is_one_grain(neck, turned):
    labels, _ = dumbbell(neck, turned)
    assert error(found(labels), labels) == 0


@pytest.mark.parametrize("wide", [1, 2, 3, 4])
def test_thin_grains_of_which_nothing_is_left_are_kept(wide):
    labels = np.repeat(np.arange(6), [20, wide, 20, wide, 20, wide])[:, None] * np.ones(50, int)
    assert error(found(labels), labels) == 0
    assert error(found(cells(5, 6, wide)), cells(5, 6, wide)) == 0


def test_where_nobody_knows_grains_the_nearest_go_on_and_are_parted_as_well():
    labels, _ = dumbbell(3)
    known = np.pad(labels, ((0, 0), (0, 10)), constant_values=UNKNOWN)
    assert found(known).max() + 1 == 4
    assert error(found(known)[:, :121], found(labels)) < 0.001


def test_a_picture_of_one_grain_is_one():
    assert found(np.zeros((40, 40))).max() == 0
    assert np.array_equal(
        closed.way(WayGiven(None, {}, None))(painted(np.zeros((30, 30)), [0.4])).labels, np.zeros((30, 30))
    )


@pytest.mark.parametrize("gap", [2, 4])
def test_a_gap_that_a_person_left_is_closed_and_a_wide_one_is_not(gap):
    line = np.zeros((40, 60), bool)
    line[:, 28:31] = True
    line[18 : 18 + gap, 28:31] = False
    labels = traced_lines.grains(line)
    assert labels.max() == 0  # to the person's map they are one
    picture = GrainPicture(np.zeros(labels.shape, np.float32), labels, 0.0, 0, traced=line)
    parted = closed.way(WayGiven(None, {}, None))(picture).labels
    assert parted.max() == 1
    assert parted[20, 5] != parted[20, 55]
    wide = line.copy()
    wide[14:24, 28:31] = False
    again = closed.way(WayGiven(None, {}, None))(replace(picture, traced=wide)).labels
    assert again.max() == 0
