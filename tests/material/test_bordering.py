"""Which grains border on each other in a map that ends at its edges, against a loop over its pixels."""

import numpy as np
import pytest

from graincast.material.grains.bordering import touching_pairs
from label_maps_made import columns_of, voronoi


def by_hand(labels):
    found = set()
    for place in np.ndindex(*labels.shape):
        for axis in range(labels.ndim):
            beside = tuple(at + (axis == along) for along, at in enumerate(place))
            if beside[axis] < labels.shape[axis] and labels[beside] != labels[place]:
                found.add(tuple(sorted((int(labels[place]), int(labels[beside])))))
    return sorted(found)


def test_stripes_border_on_the_next_ones_and_not_over_the_edges():
    assert touching_pairs(columns_of(5, 4)).tolist() == [[0, 1], [1, 2], [2, 3]]
    assert touching_pairs(columns_of(5, 4)[:, ::-1]).tolist() == [[0, 1], [1, 2], [2, 3]]


def test_grains_that_meet_at_a_corner_do_not_border_on_each_other():
    corners = np.array([[0, 1], [2, 3]]).repeat(3, axis=0).repeat(3, axis=1)
    assert touching_pairs(corners).tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]


@pytest.mark.parametrize("seed", range(3))
def test_pairs_are_those_of_a_loop_over_pixels_each_once(seed):
    labels = voronoi(20, 30, 15, seed)
    assert list(map(tuple, touching_pairs(labels).tolist())) == by_hand(labels)


def test_grains_of_a_volume_border_on_each_other_too():
    volume = np.random.default_rng(0).integers(0, 6, (4, 5, 3))
    assert list(map(tuple, touching_pairs(volume).tolist())) == by_hand(volume)


def test_one_grain_borders_on_none():
    assert touching_pairs(np.zeros((5, 5), int)).shape == (0, 2)
