"""Two-point probability, lineal path and chords of volumes: counted by hand, exact on plates, right on average."""

import itertools

import numpy as np
import pytest

from graincast.base.errors import GraincastError
from graincast.scoring.volume_correlation import two_point_probability
from graincast.scoring.volume_paths import chord_distribution, chords_along, lineal_path
from two_phase_made import blobs, noise

WAYS = ("along_z", "along_y", "along_x")
VOLUMES = [noise(shape, fraction, seed) for seed, (shape, fraction) in enumerate([((5, 6, 7), 0.4), ((6, 5, 5), 0.8)])]


def rows(volume, axis):
    return np.moveaxis(volume, axis, -1).reshape(-1, volume.shape[axis])


def test_every_pair_of_voxels_counts_once():
    volume, reach = noise((4, 5, 6), 0.4, 3), 3
    both, pairs = np.zeros((2, len(WAYS) + 1, reach + 1))
    for one, other in itertools.product(np.ndindex(volume.shape), repeat=2):
        apart = np.abs(np.subtract(one, other))
        distance = round(float(np.sqrt((apart**2).sum())))
        if distance <= reach:
            lines = [3] + [axis for axis in range(3) if apart[axis] == apart.sum()]
            pairs[lines, distance] += 1
            both[lines, distance] += volume[one] and volume[other]
    found = two_point_probability(volume, reach)
    assert list(found) == [*WAYS, "radial"]
    for name, expected in zip(found, both / pairs, strict=True):
        assert found[name] == pytest.approx(expected, abs=1e-12), name


def test_two_point_probability_falls_from_the_volume_fraction_to_its_square():
    volume = blobs(64, 0.3, 0)
    for chance in two_point_probability(volume, 20).values():
        assert chance[0] == pytest.approx(0.3, abs=1e-4)
        assert chance[1] < chance[0]
        assert chance[10:] == pytest.approx(0.09, abs=0.02)


def test_two_points_of_the_other_phase_are_those_that_are_not_in_this_one():
    """S2 of the rest is 1 - the fractions at both ends + S2; up to the edges, which all ends but the first touch."""
    volume = noise((6, 7, 8), 0.3, 4)
    one, other = two_point_probability(volume, 5), two_point_probability(~volume, 5)
    for axis, name in enumerate(WAYS):
        for apart in range(6):
            along = np.moveaxis(volume, axis, 0)
            ends = along[: len(along) - apart].mean() + along[apart:].mean()
            assert other[name][apart] == pytest.approx(1 - ends + one[name][apart])


@pytest.mark.parametrize("volume", VOLUMES)
@pytest.mark.parametrize("axis", range(3))
def test_a_lineal_path_is_found_by_laying_it_everywhere(volume, axis):
    side = volume.shape[axis]
    laid = [
        np.mean([line[at : at + r + 1].all() for line in rows(volume, axis) for at in range(side - r)])
        for r in range(5)
    ]
    found = lineal_path(volume, axis, 4)
    assert found == pytest.approx(laid)
    assert (found <= two_point_probability(volume, 4)[WAYS[axis]] + 1e-12).all()


@pytest.mark.parametrize("volume", VOLUMES)
@pytest.mark.parametrize("axis", range(3))
def test_chords_are_the_runs_between_two_voxels_of_the_other_phase(volume, axis):
    expected = []
    for line in rows(volume, axis):
        walls = np.flatnonzero(~line)
        expected += [gap - 1 for gap in np.diff(walls) if gap > 1]
    assert sorted(chords_along(volume, axis).length) == sorted(expected)
    assert len(expected) > 2


def test_plates_have_one_chord_across_and_none_along():
    volume = np.zeros((4, 5, 20), bool)
    volume[:, :, [0, 1, 5, 6, 7, 11, 12, 13, 17, 18, 19]] = True
    across = chords_along(volume, 2)
    assert across.length.tolist() == [3] * 2 * 20  # the first and the last plate are cut
    assert across.weight == pytest.approx(19 / 16)
    assert across.mean == 3
    assert chord_distribution(volume, 2, 3).tolist() == [0, 0, 0, 1]
    assert chord_distribution(volume, 2, 2).tolist() == [0, 0, 0]
    for axis in (0, 1):
        assert np.isnan(chords_along(volume, axis).mean)
        assert np.isnan(chord_distribution(volume, axis, 3)).all()
        assert lineal_path(volume, axis, 3) == pytest.approx([0.55] * 4)


def test_weights_make_up_for_the_long_chords_that_small_windows_cut():
    whole = noise((40, 40, 600), 0.7, 0)  # chords of l with the chance 0.3 * 0.7^(l - 1)
    expected = 0.3 * 0.7 ** np.arange(12)
    windows = [np.ascontiguousarray(whole[:, :, at : at + 30]) for at in range(0, 600, 30)]
    found = np.mean([chord_distribution(each, 2, 12) for each in windows], axis=0)
    assert found[1:] == pytest.approx(expected, abs=0.004)
    mean = np.mean([chords_along(each, 2).mean for each in windows])
    unweighted = np.mean([chords_along(each, 2).length.mean() for each in windows])
    assert unweighted < 3.2 < mean
    assert mean == pytest.approx(1 / 0.3, rel=0.01)


def test_a_phase_that_is_all_or_nothing_has_no_chord_and_its_fraction_everywhere():
    for whole, chance in ((np.ones((3, 4, 5), bool), 1.0), (np.zeros((3, 4, 5), bool), 0.0)):
        assert all(each == pytest.approx([chance] * 3) for each in two_point_probability(whole, 2).values())
        assert lineal_path(whole, 0, 2).tolist() == [chance] * 3
        assert len(chords_along(whole, 1).length) == 0


def test_a_reach_beyond_the_volume_is_refused():
    volume = np.ones((3, 4, 5), bool)
    for statistic in (
        lambda reach: two_point_probability(volume, reach),
        lambda reach: lineal_path(volume, 2, reach),
        lambda reach: chord_distribution(volume, 2, reach),
    ):
        for reach in (3, -1):
            with pytest.raises(GraincastError, match=rf"3 x 4 x 5 .* {reach} apart .*, expected a reach of 0 to 2"):
                statistic(reach)
    assert two_point_probability(np.ones((1, 1, 1), bool), 0)["radial"].tolist() == [1]
