"""The parts of the models: memory, attention among chosen tokens, losses, each against something that it must equal."""

import math

import numpy as np
import pytest
import torch
from skimage.metrics import structural_similarity
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from graincast.base.errors import GraincastError
from graincast.growth.layers.attention import GROWTH, SHORTEST, Attention, check_heads
from graincast.growth.layers.autoencoder import STRIDE, Autoencoder, holds_boundary
from graincast.growth.layers.convlstm import ConvLSTM
from graincast.growth.layers.losses import LossWeights, boundary_error, composite, squared_error, ssim
from graincast.growth.layers.tokens import gathered, put_back


@pytest.fixture(autouse=True)
def seeded():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        yield


def grid_and_mask(height=5, width=8, batch=3, channels=16, share=0.4):
    return torch.randn(batch, channels, height, width), torch.rand(batch, height, width) < share


def attention_layer():
    """An attention that changes tokens more than a fresh one does."""
    attention = Attention(16, heads=2)
    with torch.no_grad():
        attention.answer.weight *= 10
    return attention


def attended(attention, grid, mask):
    part = gathered(grid, mask)
    return put_back(grid, attention(part), part)


def by_hand(attention, grid, mask):
    """The same attention of one sequence, token by token, in double precision with complex rotations."""
    channels, height, width = grid.shape
    size = channels // attention.heads
    chosen = [(i, j) for i in range(height) for j in range(width) if mask[i, j]]
    ask, norm = attention.ask.weight.double(), attention.norm
    periods = [
        [max(1, round(side / (SHORTEST * GROWTH**pair))) for pair in range(size // 4)] for side in grid.shape[1:]
    ]

    def turned(vector, place):
        pairs = torch.complex(vector[: size // 2], vector[size // 2 :])
        turns = [n * at / side for at, side, ns in zip(place, grid.shape[1:], periods, strict=True) for n in ns]
        return pairs * torch.exp(2j * math.pi * torch.tensor(turns, dtype=torch.double))

    out = grid.double().clone()
    for reader in chosen:
        heard = torch.zeros(channels, dtype=torch.double)
        for head in range(attention.heads):
            rows = [ask[part * channels + head * size : part * channels + (head + 1) * size] for part in range(3)]

            def seen(place):
                return nn.functional.layer_norm(
                    grid[:, *place].double(), (channels,), norm.weight.double(), norm.bias.double()
                )

            query = turned(rows[0] @ seen(reader), reader)
            scores = [(query.conj() * turned(rows[1] @ seen(read), read)).sum().real for read in chosen]
            shares = torch.softmax(torch.stack(scores) / math.sqrt(size), dim=0)
            values = torch.stack([rows[2] @ seen(read) for read in chosen])
            heard[head * size : (head + 1) * size] = shares @ values
        change = attention.answer.weight.double() @ heard + attention.answer.bias.double()
        out[:, *reader] = grid[:, *reader].double() + change
    return out


@torch.no_grad()
def test_attention_equals_a_loop_over_tokens():
    attention, (grid, mask) = attention_layer(), grid_and_mask()
    result = attended(attention, grid, mask)
    for one, its_mask, its_result in zip(grid, mask, result, strict=True):
        assert torch.allclose(its_result.double(), by_hand(attention, one, its_mask), atol=1e-5)
    assert (result - grid).abs().max() > 0.1


@torch.no_grad()
def test_an_empty_token_is_neither_read_nor_changed():
    attention, (grid, mask) = attention_layer(), grid_and_mask()
    disturbed = torch.where(mask[:, None], grid, torch.randn_like(grid) * 100)
    before, after = attended(attention, grid, mask), attended(attention, disturbed, mask)
    chosen = mask[:, None].expand_as(grid)
    assert torch.equal(before[chosen], after[chosen])
    assert torch.equal(after[~chosen], disturbed[~chosen])
    assert torch.equal(attention.weights(gathered(grid, mask)), attention.weights(gathered(disturbed, mask)))
    assert not torch.equal(attended(attention, disturbed, mask | True)[chosen], before[chosen])


@torch.no_grad()
def test_the_weights_to_read_are_those_that_the_fused_kernel_used():
    attention, (grid, mask) = attention_layer(), grid_and_mask()
    weights = attention.weights(gathered(grid, mask))
    flat = grid.flatten(2).transpose(1, 2)
    values = attention.ask(attention.norm(flat)).unflatten(-1, (3, 2, 8))[:, :, 2].transpose(1, 2)
    heard = (weights @ values).transpose(1, 2).flatten(2)
    expected = torch.where(mask.flatten(1)[..., None], flat + attention.answer(heard), flat)
    assert torch.allclose(attended(attention, grid, mask).flatten(2).transpose(1, 2), expected, atol=1e-5)


@torch.no_grad()
def test_weights_to_and_from_empty_tokens_are_exactly_nought_and_the_others_share_one():
    grid, mask = grid_and_mask()
    weights, chosen = attention_layer().weights(gathered(grid, mask)), mask.flatten(1)
    readers, read = chosen[:, None, :, None].expand_as(weights), chosen[:, None, None, :].expand_as(weights)
    assert torch.all(weights[~(readers & read)] == 0)
    assert torch.all(weights[readers & read] > 0)
    assert torch.allclose(weights.sum(dim=3), chosen[:, None].float().expand(-1, 2, -1), atol=1e-6)


@torch.no_grad()
def test_what_a_token_receives_is_the_sum_over_its_readers_and_nought_without_boundary():
    attention, (grid, mask) = attention_layer(), grid_and_mask()
    mask[0] = False
    received = attention.received(gathered(grid, mask))
    expected = attention.weights(gathered(grid, mask)).mean(dim=1).sum(dim=1)
    assert torch.allclose(received.flatten(1), expected, atol=1e-6)
    assert torch.equal(received > 0, mask)


@torch.no_grad()
def test_attention_commutes_with_shifts_on_the_torus_and_knows_places():
    attention, (grid, mask) = attention_layer(), grid_and_mask()
    move = {"shifts": (2, 3), "dims": (-2, -1)}
    expected = torch.roll(attended(attention, grid, mask), **move)
    shifted = attended(attention, torch.roll(grid, **move), torch.roll(mask, **move))
    assert torch.allclose(shifted, expected, atol=1e-5)
    everywhere = torch.ones_like(mask)
    order = torch.randperm(40)
    shuffled = grid.flatten(2)[:, :, order].unflatten(2, (5, 8))
    there = attended(attention, shuffled, everywhere).flatten(2)
    assert not torch.allclose(there, attended(attention, grid, everywhere).flatten(2)[:, :, order], atol=1e-3)


@torch.no_grad()
def test_a_sequence_is_attended_to_as_if_it_were_alone():
    attention, (grid, mask) = attention_layer(), grid_and_mask()
    mask[0], mask[1] = False, True
    together = attended(attention, grid, mask)
    for index in range(3):
        alone = attended(attention, grid[index : index + 1], mask[index : index + 1])
        assert torch.allclose(together[index : index + 1], alone, atol=1e-6)
    assert torch.equal(together[0], grid[0]), "without any boundary nothing changes"
    assert torch.all(attention.weights(gathered(grid, mask))[0] == 0)


def test_a_sequence_without_boundary_has_finite_gradients():
    attention, grid = attention_layer(), torch.randn(2, 16, 4, 4, requires_grad=True)
    attended(attention, grid, torch.zeros(2, 4, 4, dtype=torch.bool)).square().sum().backward()
    assert torch.equal(grid.grad, 2 * grid)
    assert all(torch.isfinite(weights.grad).all() for weights in attention.parameters())


def test_the_cost_of_attention_does_not_grow_with_the_empty_interior():
    attention, costs = attention_layer(), []
    for side in (8, 32):
        mask = torch.zeros(1, side, side, dtype=torch.bool)
        mask[:, :, 0] = mask[:, 0, :8] = True
        mask[:, 8:] = False
        with FlopCounterMode(display=False) as counter:
            attended(attention, torch.randn(1, 16, side, side), mask)
        costs.append(counter.get_total_flops())
    assert costs[0] == costs[1] > 0


def test_heads_must_share_the_channels_in_pairs():
    with pytest.raises(ValueError, match="12 channels cannot be shared among 2 heads"):
        check_heads(12, 2)


@torch.no_grad()
def test_a_memory_of_one_place_is_an_lstm():
    cell, known = ConvLSTM(3, 4, kernel=1), nn.LSTMCell(3, 4)
    into, keep, out, new = known.weight_ih.chunk(4)[0], known.weight_ih.chunk(4)[1], *known.weight_ih.chunk(4)[:1:-1]
    old = [known.weight_hh.chunk(4)[i] for i in (0, 1, 3, 2)]
    cell.gates.weight.copy_(torch.cat([torch.cat([into, keep, out, new]), torch.cat(old)], dim=1)[..., None, None])
    bias = (known.bias_ih + known.bias_hh).chunk(4)
    cell.gates.bias.copy_(torch.cat([bias[i] for i in (0, 1, 3, 2)]))
    inputs, state = torch.randn(2, 3), (torch.randn(2, 4), torch.randn(2, 4))
    got = cell(inputs[..., None, None], *(part[..., None, None] for part in state))
    for mine, theirs in zip(got, known(inputs, state), strict=True):
        assert torch.allclose(mine[..., 0, 0], theirs, atol=1e-6)


@torch.no_grad()
def test_a_token_sees_its_own_neighbourhood_across_the_edges():
    """A change of one pixel reaches the tokens around it, as far to one side as to the other, and no further."""
    autoencoder = Autoencoder(4, 6)
    image = torch.rand(1, 32, 32)
    changed = image.clone()
    changed[0, 0, 0] += 1
    moved = (autoencoder.encode(changed) - autoencoder.encode(image)).abs().amax(dim=(0, 1)) > 0
    assert moved[0, 0]
    assert moved[-1, -1]
    assert not moved[3:-3].any()
    assert not moved[:, 3:-3].any()


def test_a_box_that_is_no_whole_number_of_tokens_is_refused():
    with pytest.raises(GraincastError, match="images are 30 x 32: this model needs sides that are multiples of 4"):
        Autoencoder(4, 6).encode(torch.zeros(1, 30, 32))


def test_a_token_holds_boundary_if_one_of_its_pixels_does():
    image = torch.zeros(1, 8, 12)
    image[0, 5, 3] = 0.5
    assert holds_boundary(image, 0.25).nonzero().tolist() == [[0, 1, 0]]
    assert not holds_boundary(image, 0.5).any()
    assert STRIDE == 4


@pytest.mark.parametrize("shape", [(64, 64), (20, 32)])
def test_similarity_to_learn_from_is_that_of_the_scores_on_a_torus(shape):
    rng = np.random.default_rng(0)
    truth = (rng.random(shape) < 0.2).astype(float)
    guess = np.clip(truth + rng.normal(0, 0.3, shape), 0, 1)
    wrapped = [np.pad(image, 5, mode="wrap") for image in (guess, truth)]  # scikit-image leaves out 5 px at the rim
    expected = structural_similarity(
        *wrapped, data_range=1.0, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
    )
    got = ssim(*(torch.tensor(image, dtype=torch.float32) for image in (guess, truth)))
    assert float(got) == pytest.approx(expected, abs=1e-5)
    assert 0.1 < expected < 0.9


def test_boundary_preservation_is_the_soft_dice_loss_and_no_empty_interior_dilutes_it():
    truth = (torch.rand(16, 16) < 0.2).float()
    guess = torch.rand(16, 16) * (torch.rand(16, 16) < 0.3)
    dice = 2 * (guess * truth).sum() / (guess.square().sum() + truth.square().sum())
    assert float(boundary_error(guess, truth)) == pytest.approx(1 - float(dice), abs=1e-4)
    wide_guess, wide_truth = (nn.functional.pad(image, (0, 48, 0, 48)) for image in (guess, truth))
    assert float(boundary_error(wide_guess, wide_truth)) == pytest.approx(1 - float(dice), abs=1e-4)
    assert squared_error(wide_guess, wide_truth) < squared_error(guess, truth) / 10
    assert boundary_error(truth, truth) == 0
    assert boundary_error(torch.zeros(16, 16), truth) == pytest.approx(1, abs=1e-3)


def test_the_composite_loss_is_the_weighted_sum_over_frames():
    guess, truth = torch.rand(2, 3, 16, 16), torch.rand(2, 3, 16, 16)
    parts = squared_error(guess, truth), 1 - ssim(guess, truth), boundary_error(guess, truth)
    expected = sum(weight * part.mean(dim=1) for weight, part in zip((2.0, 0.5, 0.25), parts, strict=True))
    assert torch.allclose(composite(guess, truth, LossWeights(2.0, 0.5, 0.25)), expected)
    assert torch.allclose(composite(truth, truth, LossWeights(1, 1, 1)), torch.zeros(2), atol=1e-5)
    with pytest.raises(ValueError, match="nor all 0"):
        LossWeights(0, 0, 0)
