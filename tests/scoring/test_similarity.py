"""Structural similarity: one definition for the score and for the loss, and the bits that both had."""

import numpy as np
import pytest
import torch

from graincast.blocks import similarity
from graincast.growth.layers import losses
from graincast.scoring import images


@pytest.fixture
def pair():
    """A guess and a truth [structures, frames, H, W] of single precision."""
    rng = np.random.default_rng(3)
    truth = (rng.random((2, 3, 24, 32)) > 0.8).astype(np.float32)
    return (0.6 * truth + 0.4 * rng.random(truth.shape)).astype(np.float32), truth


def of_loss(guess, truth):
    return losses.ssim(torch.from_numpy(guess), torch.from_numpy(truth)).numpy()


def test_the_score_and_the_loss_are_one_number(pair):
    assert of_loss(*pair) == pytest.approx(images.similarities(*pair), abs=2e-6)
    assert 0.2 < images.similarities(*pair).max() < 0.9


@pytest.mark.parametrize("constant", ["STABLE_MEAN", "STABLE_VARIANCE"])
def test_a_constant_that_is_changed_changes_both_alike(pair, constant, monkeypatch):
    before = images.similarities(*pair)
    monkeypatch.setattr(similarity, constant, 0.25)
    after = images.similarities(*pair)
    assert np.abs(after - before).min() > 0.01
    assert of_loss(*pair) == pytest.approx(after, abs=2e-6)


def test_the_score_has_the_bits_of_the_quotient_of_products(pair):
    one, other = (image.astype(float) for image in pair)
    mean, other_mean, product, squares = map(images._windowed, (one, other, one * other, one**2 + other**2))
    both, of_means = mean * other_mean, mean**2 + other_mean**2
    alike = (2 * both + 0.01**2) * (2 * (product - both) + 0.03**2)
    expected = alike / ((of_means + 0.01**2) * (squares - of_means + 0.03**2))
    assert np.array_equal(images.similarity_map(*pair), expected)


def test_the_loss_and_its_slope_have_the_bits_of_the_product_of_quotients(pair):
    def written_out(guess, truth):
        moments = torch.stack([guess, truth, guess**2, truth**2, guess * truth])
        mean, other, square, other_square, product = losses._blurred(moments)
        variances = square - mean**2 + other_square - other**2
        covariance = product - mean * other
        luminance = (2 * mean * other + 0.01**2) / (mean**2 + other**2 + 0.01**2)
        structure = (2 * covariance + 0.03**2) / (variances + 0.03**2)
        return torch.mean(luminance * structure, dim=(-2, -1))

    guess, truth = map(torch.from_numpy, pair)
    found = []
    for ssim in (losses.ssim, written_out):
        leaf = guess.clone().requires_grad_()
        value = ssim(leaf, truth)
        value.sum().backward()
        found.append((value.detach(), leaf.grad))
    assert all(torch.equal(*each) for each in zip(*found, strict=True))
    assert found[0][1].abs().max() > 0


@pytest.mark.parametrize("scored", [None, np.arange(24 * 32).reshape(24, 32) % 3 > 0])
def test_both_means_of_one_comparison_are_those_of_two(pair, scored):
    everywhere, near = images.both_similarities(*pair, 2.0, scored)
    assert np.array_equal(everywhere, images.similarities(*pair, scored))
    assert np.array_equal(near, images.similarities_near(*pair, 2.0, scored))
    assert not np.array_equal(everywhere, near)
