"""Euler characteristic, pieces and percolation of volumes: known bodies, and counts of others."""

import numpy as np
import pytest
from scipy import ndimage
from skimage import measure

from graincast.scoring.volume_topology import euler_characteristic, pieces
from two_phase_made import noise


def block(side=7):
    volume = np.zeros((side, side, side), bool)
    volume[1:-1, 1:-1, 1:-1] = True
    return volume


def ring():
    volume = block()
    volume[:, 2:-2, 2:-2] = False
    return volume


def shell():
    volume = block()
    volume[3, 3, 3] = False
    return volume


@pytest.mark.parametrize(("body", "euler"), [(block(), 1), (ring(), 0), (shell(), 2)])
def test_a_block_a_ring_and_a_shell_have_their_euler_numbers(body, euler):
    assert euler_characteristic(body) * body.size == pytest.approx(euler)


def test_voxels_that_share_an_edge_or_a_corner_are_two_pieces_and_their_gap_is_whole():
    for other in ((0, 1, 1), (1, 1, 1)):
        volume = np.zeros((2, 2, 2), bool)
        volume[0, 0, 0] = volume[other] = True
        assert euler_characteristic(volume) == 2 / 8
        assert pieces(volume).number.max() == 2
        assert pieces(volume).largest_share == 0.5


@pytest.mark.parametrize(
    ("shape", "fraction"), [((6, 7, 8), 0.3), ((9, 5, 6), 0.6), ((1, 8, 9), 0.5), ((1, 1, 7), 0.5)]
)
def test_scikit_image_counts_the_same_euler_number(shape, fraction):
    for seed in range(5):
        volume = noise(shape, fraction, seed)
        expected = measure.euler_number(np.pad(volume, 1), connectivity=1)
        assert euler_characteristic(volume) * volume.size == pytest.approx(expected)


def test_euler_numbers_of_a_phase_and_the_rest_are_of_one_interface():
    """In three dimensions a body and what is around it have the same, but for the one piece of the outside."""
    volume = np.pad(noise((6, 6, 6), 0.4, 2), 1)
    rest = measure.euler_number(np.pad(~volume, 1, constant_values=True), connectivity=3)
    assert euler_characteristic(volume) * volume.size == pytest.approx(rest - 1)


def flood(volume, axis):
    """Voxels that are reached from either face, by spreading a voxel at a time."""
    reached = []
    for end in (0, -1):
        start = np.zeros_like(volume)
        np.moveaxis(start, axis, 0)[end] = True
        reached.append(ndimage.binary_propagation(start & volume, mask=volume))
    return reached


@pytest.mark.parametrize("fraction", [0.3, 0.4, 0.6])
def test_a_piece_that_both_faces_flood_reaches_through(fraction):
    for seed in range(8):
        volume = noise((5, 6, 4), fraction, seed)
        parts = pieces(volume)
        for axis in range(3):
            one, other = flood(volume, axis)
            through = parts.through(axis)
            assert not (through & ~(one & other)).any()
            assert through.any() == (one & other).any()
            assert (through == (one & other)).all()
            assert parts.share_through(axis) == through.sum() / volume.sum()
        sizes = [np.sum(parts.number == number) for number in range(1, parts.number.max() + 1)]
        assert parts.largest_share == max(sizes) / sum(sizes)


def test_a_channel_reaches_through_along_itself_alone():
    volume = np.zeros((4, 5, 6), bool)
    volume[1, 2, :] = True
    volume[3, 0:2, 0] = True
    parts = pieces(volume)
    assert [parts.through(axis).any() for axis in range(3)] == [False, False, True]
    assert [parts.share_through(axis) for axis in range(3)] == [0, 0, 6 / 8]
    assert parts.largest_share == 6 / 8


def test_a_section_is_reached_through_by_every_piece_and_an_empty_volume_by_none():
    section = noise((1, 6, 7), 0.4, 1)
    assert (pieces(section).through(0) == section).all()
    empty = pieces(np.zeros((2, 3, 4), bool))
    assert not empty.through(1).any()
    assert np.isnan(empty.share_through(1))
    assert np.isnan(empty.largest_share)
    assert euler_characteristic(np.zeros((2, 3, 4), bool)) == 0
    assert euler_characteristic(np.ones((2, 3, 4), bool)) == 1 / 24
