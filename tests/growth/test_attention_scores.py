"""Fields along boundaries against circles and bands, and the test that attention must pass to mean something."""

from functools import cache

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from test_physics_scores import TIMES, simulated

from graincast.growth.judging import attention_tests, boundary_motion
from graincast.material.grains.geometry import boundary_pixels
from graincast.material.networks.network import from_boundaries
from graincast.material.networks.rendering import label_map
from graincast.material.networks.tracing import trace
from graincast.scoring import uncertainty

SHAPE = (48, 64)


def disc(x, y, radius, box=(64.0, 48.0), points=90):
    """A closed network: grain 0 within grain 1."""
    turn = np.linspace(0, 2 * np.pi, points + 1)
    turn[-1] = 0
    line = np.array([x, y]) + radius * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return from_boundaries(box, 2, [line], np.array([[0, 1]], np.int32), np.array([[-1, -1]], np.int32))


def on_boundary(network):
    return boundary_pixels(label_map(network, SHAPE))


@pytest.mark.parametrize("radius", [6, 10, 18])
@pytest.mark.parametrize("middle", [(32, 24), (1, 47)])
def test_a_circle_is_curved_by_one_over_its_radius_all_around(radius, middle):
    circle = disc(*middle, radius)
    assert boundary_motion.curvature(circle, SHAPE)[on_boundary(circle)] == pytest.approx(1 / radius, rel=0.1)
    half = disc(middle[0] / 2, middle[1] / 2, radius / 2, box=(32.0, 24.0))
    assert boundary_motion.curvature(half, SHAPE) == pytest.approx(boundary_motion.curvature(circle, SHAPE))


def test_a_line_that_zigzags_around_the_box_is_straight_on_the_whole():
    y = np.arange(0.0, 49.0)
    lines = [np.stack([x + 0.2 * (np.arange(49) % 2), y], axis=1) for x in (10.0, 40.0)]
    bands = from_boundaries((64.0, 48.0), 2, lines, np.array([[0, 1], [1, 0]], np.int32), np.full((2, 2), -1, np.int32))
    field = boundary_motion.curvature(bands, SHAPE)
    assert field[on_boundary(bands)].max() < 0.01
    assert boundary_motion.curvature(disc(32, 24, 6), SHAPE)[0, 0] == 0


def test_the_curvature_of_a_traced_disc_is_about_that_of_the_disc():
    circle = disc(32, 24, 10)
    traced = boundary_motion.curvature(trace(label_map(circle, SHAPE)), SHAPE)
    assert np.median(traced[on_boundary(circle)]) == pytest.approx(0.1, rel=0.1)


@pytest.mark.parametrize("middle", [(32, 24), (63, 0.5)])
def test_a_shrinking_disc_moves_at_the_rate_of_its_radius(middle):
    speed = boundary_motion.speed(disc(*middle, 12.2), disc(*middle, 11.6), SHAPE, 0.3)
    assert speed[on_boundary(disc(*middle, 12.2))] == pytest.approx(2, rel=0.15)
    assert not boundary_motion.speed(disc(*middle, 12), disc(*middle, 12), SHAPE, 0.3).any()


def test_curved_boundaries_of_a_grown_structure_move_faster():
    shape = (160, 160)
    field = boundary_motion.curvature(simulated()[0], shape)
    speed = boundary_motion.speed(simulated()[0], simulated()[1], shape, TIMES[1] - TIMES[0])
    mask = boundary_pixels(label_map(simulated()[0], shape))
    assert uncertainty.rank_correlation(field[mask], speed[mask]) > 0.5


def test_the_size_at_a_pixel_is_the_mean_of_the_grains_around_it():
    labels = np.zeros((6, 12), int)
    labels[:, 4:7] = 1
    small, large = np.sqrt(18 / np.pi), np.sqrt(54 / np.pi)
    size = boundary_motion.grain_size(labels)
    expected = np.full(12, large)
    expected[[3, 4, 5, 6, 7]] = np.array([[2, 1], [1, 2], [0, 3], [1, 2], [2, 1]]) @ [large, small] / 3
    assert size == pytest.approx(np.tile(expected, (6, 1)))


def test_a_token_has_the_mean_over_its_boundary_pixels():
    field, mask = np.arange(16.0).reshape(4, 4), np.zeros((4, 4), bool)
    mask[0, 0] = mask[1, 1] = mask[3, 2] = True
    values, tokens = boundary_motion.per_token(field, mask, 2)
    assert tokens.tolist() == [[True, False], [False, True]]
    assert values.tolist() == [[2.5, 0], [0, 14]]


@cache
def field_and_mask():
    """Curvature and boundaries of a grown structure, 64 pixels wide. Never changed."""
    network = simulated()[2]
    return boundary_motion.curvature(network, (64, 64)), boundary_pixels(label_map(network, (64, 64)))


def smooth(seed, width=4.0):
    return gaussian_filter(np.random.default_rng(seed).normal(size=(64, 64)), width, mode="wrap")


def shuffled(values, mask, seed):
    moved = np.zeros_like(values)
    moved[mask] = np.random.default_rng(seed).permutation(values[mask])
    return moved


def judged(attended, field, mask, seed=0, shifts=199):
    return associated(np.where(mask, attended, 0), field, mask, seed, shifts)


def associated(attended, field, mask, seed=0, shifts=attention_tests.SHIFTS):
    (found,) = attention_tests.associations(attended, [field], mask, np.random.default_rng(seed), shifts)
    return found


def test_attention_to_curvature_is_found():
    field, mask = field_and_mask()
    found = judged(field**2, field, mask, shifts=999)
    assert found.correlation == pytest.approx(1)
    assert found.p == 1 / 1000
    assert found.tokens == mask.sum()
    noisy = judged(field + 2 * field.std() * np.random.default_rng(1).normal(size=field.shape), field, mask)
    assert 0.1 < noisy.correlation < 0.8
    assert noisy.p <= 0.01
    assert judged(-field, field, mask).correlation == pytest.approx(-1)
    assert judged(-field, field, mask).p <= 0.01


def test_a_shuffled_map_fails():
    field, mask = field_and_mask()
    p = np.array([judged(shuffled(field, mask, seed), field, mask, seed).p for seed in range(40)])
    assert np.mean(p <= 0.05) <= 0.15
    assert np.median(p) > 0.2


def test_smooth_attention_that_knows_nothing_is_found_no_more_often_than_the_level():
    """Against another smooth field; shuffling tokens instead finds it nearly always."""
    _, mask = field_and_mask()
    by_shift, by_shuffle = [], []
    for seed in range(60):
        attended, field = smooth(seed), smooth(1000 + seed)
        by_shift.append(judged(attended, field, mask, seed).p <= 0.05)
        found = abs(uncertainty.rank_correlation(attended[mask], field[mask]))
        null = [uncertainty.rank_correlation(shuffled(attended, mask, i)[mask], field[mask]) for i in range(40)]
        by_shuffle.append(found > np.max(np.abs(null)))
    assert np.mean(by_shuffle) > 0.4
    assert np.mean(by_shift) < 0.14


def test_what_stands_off_the_boundaries_counts_for_nothing():
    field, mask = field_and_mask()
    attended = smooth(3)
    other = np.where(mask, attended, 99.0)
    one, same = (associated(a, field, mask, 0, 50) for a in (attended, other))
    assert one == same
    assert associated(smooth(4), field, mask, 0, 50) != one


def test_tokens_off_the_boundaries_take_the_attention_of_the_nearest_across_the_edges():
    mask, attended = np.zeros((5, 12), bool), np.zeros((5, 12))
    mask[2, 1] = mask[2, 6] = True
    attended[2, 1], attended[2, 6] = 3, 7
    everywhere = attention_tests.extended(attended, mask)
    assert (everywhere[:, [10, 11, 0, 1, 2, 3]] == 3).all()
    assert (everywhere[:, 4:9] == 7).all()


def test_a_small_map_is_shifted_by_all_there_is_and_by_nothing_once():
    attended = np.arange(24.0).reshape(4, 6)
    found = associated(attended, attended, np.ones((4, 6), bool))
    assert found.p == 1 / 24
    few = associated(attended, attended, np.ones((4, 6), bool), shifts=9)
    assert few.p == 1 / 10


def test_each_of_several_fields_is_judged_as_it_would_be_alone():
    field, mask = field_and_mask()
    fields = [field, smooth(5), smooth(6)]
    together = attention_tests.associations(smooth(3), fields, mask, np.random.default_rng(1))
    assert together == [associated(smooth(3), one, mask, 1) for one in fields]
    assert len({found.correlation for found in together}) == 3
