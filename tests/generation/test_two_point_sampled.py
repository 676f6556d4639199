"""The floor of two-point statistics keeps them, and nothing but them."""

import numpy as np
import pytest

from graincast.generation.sources import two_point_sampled

SIDE = 96


def wavy(seed):
    """A periodic field with grains of some 10 pixels: smoothed noise."""
    apart = np.fft.fftfreq(SIDE)
    blur = np.exp(-2 * (np.pi * 3) ** 2 * (apart[:, None] ** 2 + apart**2))
    return np.fft.ifft2(np.fft.fft2(np.random.default_rng(seed).standard_normal((SIDE, SIDE))) * blur).real


@pytest.fixture
def waves():
    return wavy(0)


def test_a_drawn_field_has_the_autocorrelation_that_it_was_drawn_from():
    wanted = np.mean([two_point_sampled.covariance(wavy(seed)) for seed in range(40)], axis=0)
    made = [two_point_sampled.gaussian(wanted, SIDE, np.random.default_rng(seed)) for seed in range(60)]
    got = np.mean([two_point_sampled.covariance(one) for one in made], axis=0)
    assert np.abs(got - wanted).max() < 0.1 * wanted.max()


def test_where_all_fields_are_alike_nothing_is_left_to_chance(waves):
    same = np.stack([two_point_sampled.covariance(waves)] * 4)
    known = two_point_sampled.components(same)
    assert two_point_sampled.sampled(known, np.random.default_rng(0)) == pytest.approx(same[0], abs=1e-12)


def test_sampled_statistics_vary_as_those_of_fields_do(waves):
    one = two_point_sampled.covariance(waves)
    fields = np.stack([(1 + number / 10) * one for number in range(-5, 6)])
    known = two_point_sampled.components(fields)
    drawn = np.stack([two_point_sampled.sampled(known, np.random.default_rng(seed)) for seed in range(2000)])
    middle = len(one) // 2
    drawn_variance, known_variance = (values[:, middle, middle] for values in (drawn, fields))
    assert drawn_variance.mean() == pytest.approx(known_variance.mean(), rel=0.05)
    assert drawn_variance.std() == pytest.approx(known_variance.std(ddof=1), rel=0.1)


def test_values_are_the_true_ones_and_their_order_is_the_field_s(waves):
    values = np.sort(np.random.default_rng(1).uniform(0, 2, waves.size))
    made = two_point_sampled.ranked(waves, values)
    assert np.array_equal(np.sort(made, axis=None), values)
    assert np.array_equal(np.argsort(made, axis=None), np.argsort(waves, axis=None))
