"""Emulated measurements: what the measurement does to a map, what cleaning undoes, and that growth starts from it."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from graincast.base.errors import GraincastError
from graincast.material.fronts.checked_march import equal_pairs, evolve
from graincast.material.grains.geometry import connected_regions
from graincast.material.grains.small_grains import cleaned
from graincast.material.networks import integrity, measures, rendering
from graincast.material.networks.tracing import trace, trace_pixels
from graincast.material.structures import emulated, measurement, power_diagram

SETTINGS = emulated.Settings(
    grains=48, spread=0.41, pixels_per_grain=12.0, roughness=1.0, correlation=2.5, misindexed=0.02, smallest=4
)
PLAIN = replace(SETTINGS, roughness=0.0, misindexed=0.0, smallest=1)


def drawn(settings, seed=0):
    """The cleaned map of one structure, and its network."""
    labels, _ = emulated.measured(settings, np.random.default_rng(seed))
    return labels, emulated.network(settings, np.random.default_rng(seed))


@cache
def diagram(seed=0):
    """The structure that `drawn` measures."""
    rng = np.random.default_rng(seed)
    radii = rng.weibull(emulated._shape(SETTINGS.spread), SETTINGS.grains)
    return power_diagram.fitted(radii**2 / np.mean(radii**2), rng)


def same_partition(one, other):
    """Whether two maps differ by the names of their grains only."""
    pairs = {*zip(one.ravel().tolist(), other.ravel().tolist(), strict=True)}
    return len(pairs) == len(np.unique(one)) == len(np.unique(other))


def boundary_edges(labels):
    """Pixel edges between grains of a periodic map."""
    return sum(int(np.sum(labels != np.roll(labels, 1, axis))) for axis in (0, 1))


def test_without_roughness_and_errors_a_measurement_is_the_plain_picture_of_the_structure():
    labels, _ = drawn(PLAIN)
    assert same_partition(labels, connected_regions(rendering.label_map(diagram(), labels.shape)))
    assert len(np.unique(labels)) >= 45


def test_a_measured_map_has_the_pixels_that_were_asked_for():
    for pixels in (8.0, 12.0, 20.0):
        labels, _ = drawn(replace(PLAIN, pixels_per_grain=pixels))
        diameters = 2 * np.sqrt(np.bincount(labels.ravel()) / np.pi)
        assert diameters.mean() == pytest.approx(pixels, rel=0.06)


def test_sizes_spread_as_in_the_growth_regime():
    radii = np.concatenate(
        [np.sqrt(measures.areas(emulated.network(PLAIN, np.random.default_rng(seed)))) for seed in range(10)]
    )
    relative = radii / radii.mean()
    assert relative.std() == pytest.approx(0.41, abs=0.03)
    assert 0 < np.mean((relative - 1) ** 3) / relative.std() ** 3 < 0.6  # a lognormal of this spread has 1.4


def test_boundaries_are_the_more_jagged_the_rougher_the_measurement():
    edges = [
        np.mean([boundary_edges(drawn(replace(SETTINGS, roughness=roughness), seed)[0]) for seed in range(5)])
        for roughness in (0.0, 0.5, 1.0, 1.5)
    ]
    assert all(later > 1.02 * earlier for earlier, later in pairwise(edges))


def test_boundaries_are_displaced_by_as_much_as_was_asked_and_alike_over_the_correlation():
    field = measurement.displacements((200, 200), 1.5, 3.0, np.random.default_rng(0))
    assert field.shape == (2, 200, 200)
    assert field.std() == pytest.approx(1.5)
    for axis in (1, 2):
        assert np.mean(field * np.roll(field, 3, axis)) / field.var() == pytest.approx(np.exp(-0.5), abs=0.05)
    assert abs(np.mean(field[0] * field[1])) < 0.1 * field.var()


def test_a_displaced_pixel_shows_the_grain_at_the_place_it_looks_at():
    plain = measurement.seen(diagram(), np.zeros((2, 80, 80)))
    beside = np.stack([np.full((80, 80), 1.0), np.full((80, 80), -2.0)])
    assert np.array_equal(measurement.seen(diagram(), beside), np.roll(plain, (-1, 2), (0, 1)))


def test_as_many_pixels_are_misindexed_as_asked_and_more_of_them_at_boundaries():
    labels = measurement.seen(diagram(), np.zeros((2, 200, 200)))
    shown = measurement.misindexed(labels, 0.1, np.random.default_rng(0))
    wrong = shown != labels
    inside = ~measurement.boundary_pixels(labels)
    assert wrong.mean() == pytest.approx(0.1, abs=0.005)
    assert wrong[~inside].mean() / wrong[inside].mean() == pytest.approx(measurement.AT_BOUNDARY, rel=0.15)
    assert set(np.unique(shown)) == set(np.unique(labels))


def test_a_misindexed_pixel_never_shows_its_own_grain():
    halves = np.repeat([3, 8], 50)[:, None] * np.ones(100, np.int32)
    shown = measurement.misindexed(halves.astype(np.int32), 0.2, np.random.default_rng(0))
    assert np.mean(shown != halves) == pytest.approx(0.2, abs=0.01)
    assert set(np.unique(shown)) == {3, 8}


def test_cleaning_takes_the_speckle_out_and_leaves_the_grains():
    rough = replace(SETTINGS, roughness=0.0, misindexed=0.08)
    labels, network = drawn(rough)
    before, _ = drawn(replace(rough, misindexed=0.0))
    assert np.bincount(labels.ravel()).min() >= SETTINGS.smallest
    assert len(np.unique(connected_regions(labels))) == len(np.unique(labels)) == len(network.present)
    assert abs(len(network.present) - len(np.unique(before))) <= 1
    speckled, _ = drawn(replace(rough, smallest=1))
    assert len(np.unique(speckled)) > 5 * len(network.present)


def test_a_small_region_goes_to_the_neighbour_with_which_it_shares_most():
    labels = np.zeros((8, 8), int)
    labels[:, 4:] = 1
    labels[3, 4:6] = 2  # three edges to grain 1 above, below and right of it more than to grain 0
    assert np.array_equal(cleaned(labels, 3)[3, 3:7], cleaned(labels, 3)[2, 3:7])
    assert cleaned(labels, 3).max() == 1
    assert cleaned(labels, 2).max() == 2


def test_the_halves_that_a_speck_parted_are_one_grain_again():
    labels = np.zeros((6, 6), int)
    labels[1:4, 1:5] = [1, 1, 3, 1]
    assert np.bincount(cleaned(labels, 4).ravel()).tolist() == [24, 12]


def test_two_specks_that_share_an_edge_do_not_swap_places_for_ever():
    labels = np.zeros((6, 6), int)
    labels[2, 2:4] = [1, 2]
    labels[0] = 3
    assert set(np.unique(cleaned(labels, 2))) == {0, 1}
    assert not np.ptp(cleaned(np.arange(16).reshape(4, 4), 17))


def test_no_more_than_half_a_pixel_of_a_grain_is_lost_on_its_way_into_the_network():
    for seed in range(10):
        labels, network = drawn(replace(SETTINGS, roughness=1.5), seed)
        pixel = network.box[0] / len(labels)
        assert np.abs(measures.areas(network) / pixel**2 - np.bincount(labels.ravel())).max() < 0.5


def test_the_first_frame_is_the_cleaned_map_however_large_it_is_drawn():
    labels, network = drawn(SETTINGS)
    frame = evolve(network, np.zeros(1), 0.15, equal_pairs(network)).networks[0]
    for times in (1, 3):
        shape = (times * len(labels), times * len(labels))
        assert np.array_equal(rendering.label_map(frame, shape), np.kron(labels, np.ones((times, times), int)))


def test_the_staircase_is_not_smoothed_away():
    labels, network = drawn(SETTINGS)
    lattice = boundary_edges(labels) * network.box[0] / len(labels)
    assert measures.lengths(network).sum() == pytest.approx(lattice, rel=0.08)
    assert measures.lengths(trace(labels, network.box[0] / len(labels))).sum() < 0.9 * lattice


def noise(labels, seed):
    return np.random.default_rng(seed).integers(0, labels, (16, 16))


@pytest.mark.parametrize(
    "labels",
    [
        *(noise(count, seed) for count in (2, 3, 5, 50) for seed in range(10)),
        np.add.outer(np.arange(24), np.arange(24)) % 2,
        np.repeat(np.arange(4), 6)[:, None] * np.ones(24, int),
        np.arange(256).reshape(16, 16),
    ],
)
def test_any_map_becomes_a_sound_network_with_its_staircase(labels):
    network = trace_pixels(labels)
    assert integrity.flaw(network) is None
    assert np.array_equal(rendering.label_map(network, labels.shape), labels)


def test_boundaries_that_turn_at_one_corner_do_not_meet_and_four_grains_meet_in_two_junctions():
    for labels in (np.add.outer(np.arange(16), np.arange(16)) % 2, noise(3, 0)):
        network = trace_pixels(labels)
        places = np.concatenate([network.points[a + 1 : b - 1] for a, b in pairwise(network.first)]) % 16
        assert len(np.unique(places.round(6), axis=0)) == len(places) > 100
    network = trace_pixels(np.arange(16).reshape(4, 4))
    assert len(network.arms) == 32
    assert measures.lengths(network).min() > 0.1


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not():
    one, same, other = (drawn(SETTINGS, seed)[1] for seed in (3, 3, 4))
    for name in ("points", "first", "grains", "ends", "arms"):
        assert getattr(one, name).tobytes() == getattr(same, name).tobytes()
    assert one.points.tobytes() != other.points.tobytes()


def test_the_box_is_that_of_the_structure_before_the_measurement():
    """So k t in pixels is the same in all structures of a data set, whatever cleaning took out."""
    sides = {round(drawn(replace(SETTINGS, smallest=40), seed)[1].box[0], 9) for seed in range(3)}
    assert sides == {round(np.sqrt(SETTINGS.grains), 9)}


@pytest.mark.parametrize("roughness", [1.0, 2.5])
def test_the_front_tracker_grows_fifty_measured_maps_to_the_end(roughness):
    fewer = 0
    for seed in range(50):
        _, network = drawn(replace(SETTINGS, roughness=roughness), seed)
        grown = evolve(network, 0.064 * np.arange(13), 0.15, equal_pairs(network)).networks
        assert [integrity.flaw(state) for state in grown] == [None] * 13
        fewer += len(grown[-1].present) < 0.8 * len(network.present)
    assert fewer == 50


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("grains", 1, "2 grains or more"),
        ("spread", 0.0, "spread between 0 and 1"),
        ("pixels_per_grain", 3.0, "'pixels_per_grain' is 3.0, expected 4 or more"),
        ("roughness", 3.0, "roughness from 0 to the correlation"),
        ("correlation", 0.0, "correlation"),
        ("misindexed", 0.3, "misindexed from 0 to 0.2"),
        ("smallest", 0, "1 pixel or more"),
    ],
)
def test_settings_that_mean_nothing_are_refused(key, value, words):
    with pytest.raises(ValueError, match=words):
        replace(SETTINGS, **{key: value})


def test_a_cleaning_that_leaves_one_grain_is_an_error_that_names_its_key():
    with pytest.raises(GraincastError, match="lower 'smallest' \\(100000\\)"):
        drawn(replace(SETTINGS, smallest=100_000))
