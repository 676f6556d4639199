"""Two-point statistics, chords and spectra: exact on stripes, pair by pair on small maps, alike in other pixels."""

import numpy as np
import pytest

from graincast.base.errors import GraincastError
from graincast.scoring import boundary_spectrum, chords, two_point
from graincast.scoring.map_sets import MapSet, boundary_image
from label_maps_made import columns_of, grown, voronoi

WIDTH = 6
STRIPES = MapSet([columns_of(WIDTH, 8, rows=48)], periodic=True)


def finer(labels, times=2):
    return np.kron(labels, np.ones((times, times), np.int32))


def views(labels, count, side):
    """Fields cut out of a periodic map at random."""
    places = np.random.default_rng(0).integers(max(labels.shape), size=(count, 2))
    return MapSet([np.roll(labels, place, (0, 1))[:side, :side] for place in places], periodic=False)


def test_pixels_of_a_stripe_share_it_with_less_chance_the_farther_they_are_apart():
    along_x, along_y = two_point.same_grain(STRIPES, 10)
    assert along_x == pytest.approx(np.maximum(1 - np.arange(11) / WIDTH, 0))
    assert along_y.tolist() == [1] * 11


def test_boundaries_of_stripes_meet_again_at_every_width():
    chance = two_point.boundary_correlation(STRIPES, 8)
    expected = np.zeros(17)
    for apart, share in ((0, 2), (1, 1), (5, 1), (6, 2), (7, 1)):
        expected[[8 - apart, 8 + apart]] = share / WIDTH
    assert chance == pytest.approx(np.tile(expected, (17, 1)))


@pytest.mark.parametrize("periodic", [True, False])
def test_statistics_count_every_pair_of_pixels_once(periodic):
    maps = MapSet([voronoi(24, 30, 20, 1), voronoi(20, 26, 14, 2)], periodic)
    chance = two_point.boundary_correlation(maps, 6)
    grains = two_point.same_grain(maps, 6)
    for y, x in ((0, 0), (0, 5), (3, -4), (-6, 6), (5, 0)):
        pairs, both, alike = 0, 0, 0
        for labels in maps.maps:
            image = boundary_image(labels, periodic)
            for row, column in np.ndindex(labels.shape):
                other = (row + y, column + x)
                if periodic:
                    other = (other[0] % labels.shape[0], other[1] % labels.shape[1])
                if all(0 <= at < side for at, side in zip(other, labels.shape, strict=True)):
                    pairs += 1
                    both += image[row, column] and image[other]
                    alike += labels[row, column] == labels[other]
        assert chance[6 + y, 6 + x] == pytest.approx(both / pairs)
        if x == 0 and y >= 0:
            assert grains[1][y] == pytest.approx(alike / pairs)
        if y == 0 and x >= 0:
            assert grains[0][x] == pytest.approx(alike / pairs)


def test_the_edge_of_a_field_is_no_boundary():
    labels = columns_of(6, 3, rows=10)
    assert np.flatnonzero(boundary_image(labels, periodic=False).all(axis=0)).tolist() == [5, 6, 11, 12]
    assert np.flatnonzero(boundary_image(labels, periodic=True).all(axis=0)).tolist() == [0, 5, 6, 11, 12, 17]


def scores(made, truth):
    return {
        **two_point.distances(made, truth),
        **chords.distances(made, truth),
        "log_spectral": boundary_spectrum.log_spectral_distance(made, truth),
    }


@pytest.mark.parametrize("periodic", [True, False])
def test_a_set_has_no_distance_from_itself_and_less_from_its_like_than_from_another_kind(periodic):
    truth, like = (MapSet([grown(seed) for seed in seeds], periodic) for seeds in ((0, 1, 2), (3, 4, 5)))
    unlike = MapSet([voronoi(128, 128, 113, seed) for seed in range(3)], periodic)
    same = scores(truth, truth)
    assert same == pytest.approx(dict.fromkeys(same, 0), abs=1e-12)
    near, far = scores(like, truth), scores(unlike, truth)
    assert all(0 < near[name] < far[name] for name in near)
    assert len(near) == 10


def test_maps_in_finer_pixels_have_the_same_grains():
    coarse = MapSet([grown(0), grown(1)], periodic=True)
    fine = MapSet([finer(grown(0)), finer(grown(1))], periodic=True, pixel=0.5)
    assert fine.grain_side == pytest.approx(coarse.grain_side)
    apart = {**two_point.distances(fine, coarse), **chords.distances(fine, coarse)}
    assert apart["same_grain_error_x"] == pytest.approx(0, abs=1e-3)
    assert apart["chord_wasserstein_x"] == pytest.approx(0, abs=1e-12)
    wrong = MapSet(fine.maps, periodic=True)
    assert chords.distances(wrong, coarse)["chord_wasserstein_x"] > 0.5


def test_a_stretch_along_x_is_seen_along_x():
    truth = MapSet([grown(0)], periodic=True)
    apart = scores(MapSet([np.repeat(grown(0), 2, axis=1)], periodic=True), truth)
    assert apart["same_grain_error_x"] > 0.1 > 0.01 > apart["same_grain_error_y"]
    assert apart["chord_wasserstein_x"] > 0.5 > 1e-9 > apart["chord_wasserstein_y"]


def test_a_map_too_small_to_compare_says_so():
    small = MapSet([voronoi(32, 32, 8, 0)], periodic=True)
    with pytest.raises(GraincastError, match=r"32 pixels wide, 2\.83 mean grain sides: expected more than 48 pixels"):
        two_point.distances(small, small)


def test_the_chords_of_stripes_are_as_long_as_these_are_wide_and_along_them_there_is_none():
    along_x, along_y = chords.chords(STRIPES)
    assert np.unique(along_x.length).tolist() == [WIDTH]
    assert len(along_x.length) == 8 * 48
    assert len(along_y.length) == 0
    inside = chords.chords(MapSet([columns_of(WIDTH, 4, rows=5)], periodic=False, pixel=0.5))[0]
    assert inside.length.tolist() == [3] * 10  # the first and the last of four are cut
    assert inside.weight == pytest.approx(23 / 17)


def test_the_chords_of_a_row_make_up_the_row_wherever_it_is_cut():
    labels = voronoi(40, 56, 30, 0)
    one, other = (chords.chords(MapSet([np.roll(labels, move, (0, 1))], True)) for move in ((0, 0), (13, 29)))
    assert one[0].length.sum() == one[1].length.sum() == labels.size
    for mine, moved in zip(one, other, strict=True):
        assert sorted(moved.length) == sorted(mine.length)


def test_weights_give_the_mean_chord_of_the_material_from_uncut_ones():
    whole = chords.chords(MapSet([grown(1, 192)], periodic=True))[0]
    seen = chords.chords(views(grown(1, 192), 100, 60))[0]
    assert seen.mean == pytest.approx(whole.mean, rel=0.02)
    assert seen.length.mean() < 0.95 * whole.mean


@pytest.mark.parametrize(("side", "bins"), [(0.75, [2, 4]), (1.2, [1, 3])])
def test_stripes_have_power_at_their_wavelength_and_at_half_of_it_alone(side, bins):
    power = boundary_spectrum.spectrum(STRIPES, side * WIDTH)  # that of a third cancels
    assert np.flatnonzero(power > 1e-9).tolist() == bins


def test_the_edges_of_a_field_are_hardly_in_its_spectrum():
    field = MapSet([columns_of(WIDTH, 16, rows=90)[:, :93]], periodic=False)
    power = boundary_spectrum.spectrum(field, 1.2 * WIDTH)
    assert power[[0, 2, 5, 6, 7]].max() < 1e-3 * power[3]


def test_a_field_has_about_the_spectrum_of_its_material():
    whole = MapSet([grown(1, 192)], periodic=True)
    seen = boundary_spectrum.spectrum(views(grown(1, 192), 20, 96), whole.grain_side)
    assert seen[:6] == pytest.approx(boundary_spectrum.spectrum(whole, whole.grain_side)[:6], rel=0.3)
    assert np.isnan(boundary_spectrum.spectrum(MapSet([grown(0)[:16, :16]], False), whole.grain_side)[-1])
