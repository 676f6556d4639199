"""The learned threshold dynamics: what no numbering, shift or turn may change, what it is told, and that it learns."""

import copy

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter

from graincast.growth.data.random_moves import moved
from graincast.growth.forecaster import Lesson, Sequences
from graincast.growth.layers.losses import LossWeights
from graincast.growth.layers.scale_space import scale_space
from graincast.growth.models import local_rule
from graincast.material.grains.colouring import colours

SETTINGS = local_rule.Settings(
    colours=9, forecast_colours=14, scales=(0.8, 1.5, 3.0, 5.0), width=8, rules=2, loss=LossWeights(1.0, 0.1, 0.0)
)


def voronoi(seed, shape=(40, 40), grains=20):
    """A periodic Voronoi map."""
    rng = np.random.default_rng(seed)
    seeds = rng.uniform(0, shape, (grains, 2))
    apart = np.moveaxis(np.indices(shape), 0, -1)[:, :, None] + 0.5 - seeds
    apart -= np.round(apart / shape) * shape
    return np.argmin((apart**2).sum(axis=-1), axis=-1)


def sequences(maps):
    """Sequences of maps [B, frames, H, W], with pixels beside another grain as boundary."""
    maps = np.asarray(maps)
    edges = [maps != np.roll(maps, shift, axis) for axis in (-1, -2) for shift in (1, -1)]
    return Sequences(torch.from_numpy(np.mean(edges, axis=0)).float(), torch.from_numpy(maps).long())


def lesson(count, seed=0):
    return Lesson(1, 0.0, tuple(np.random.default_rng([seed, number]) for number in range(count)))


@pytest.fixture
def model():
    """With weights drawn everywhere, so that its rules do something."""
    torch.manual_seed(0)
    model = local_rule.Model(SETTINGS)
    for weights in model.parameters():
        torch.nn.init.normal_(weights, 0.2, 0.6)
    for rule in [model.start, *model.rules]:
        torch.nn.init.constant_(rule.sharpness, 5.0)
    return model


def painted(model, grains, count):
    return model._painted(grains, count, [np.random.default_rng(0)] * len(grains))[:, 0]


@pytest.mark.parametrize("count", [7, 9, 16])
def test_touching_grains_differ_in_colour_and_so_do_most_near_ones(count):
    for seed in range(5):
        labels = voronoi(seed, (60, 44), 40)
        colour = colours(labels, count, np.random.default_rng(seed))
        shown = colour[labels]
        for axis in (0, 1):
            touching = labels != np.roll(labels, 1, axis)
            assert not np.any(touching & (shown == np.roll(shown, 1, axis)))
        assert len(np.unique(colour)) == count


def test_colours_are_drawn_anew_for_each_chance_and_alike_for_the_same():
    labels = voronoi(1)
    first, again, other = (colours(labels, 9, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_more_colours_keep_grains_farther_apart():
    labels = voronoi(2, (64, 64), 60)

    def clashes(count):
        colour = colours(labels, count, np.random.default_rng(0))
        pairs = np.concatenate(
            [np.stack([labels.ravel(), np.roll(labels, shift, axis).ravel()]) for axis in (0, 1) for shift in (8, 10)],
            axis=1,
        )
        return np.sum((colour[pairs[0]] == colour[pairs[1]]) & (pairs[0] != pairs[1]))

    assert clashes(16) < 0.2 * clashes(8)


def test_blurs_keep_the_mean_and_see_across_the_edges():
    field = torch.zeros(2, 24, 32)
    field[0, 0, 0] = 1
    blurred = scale_space(field, (1.0, 3.0))
    assert torch.equal(blurred[0], field)
    assert blurred.sum(dim=(2, 3))[:, 0].tolist() == pytest.approx([1, 1, 1], rel=1e-5)
    assert blurred[1, 0, 1, 0].item() == pytest.approx(np.exp(-0.5) / (2 * np.pi), rel=1e-3)
    assert blurred[1, 0, -1, -1].item() == pytest.approx(np.exp(-1) / (2 * np.pi), rel=1e-3)
    assert torch.count_nonzero(blurred[:, 1]) == 0


@pytest.mark.parametrize("shape", [(40, 501), (500, 40), (384, 384)])
def test_large_fields_are_blurred_like_small_ones(shape):
    scales = (0.7, 2.0)
    fields = torch.from_numpy(np.random.default_rng(0).random((2, 3, *shape), np.float32))
    expected = [gaussian_filter(fields.numpy(), scale, axes=(2, 3), mode="wrap", truncate=8) for scale in scales]
    found = scale_space(fields, scales)
    assert torch.equal(found[0], fields)
    assert np.abs(found[1:].numpy() - np.stack(expected)).max() < 1e-6


def test_another_order_of_the_colours_is_another_order_of_the_states(model):
    start = sequences([[voronoi(0)], [voronoi(1)]])
    shares = painted(model, start.grains, 9)
    states, images = model._rollout(shares, start.images[:, 0], 3)
    order = torch.randperm(9)
    other_states, other_images = model._rollout(shares[:, order], start.images[:, 0], 3)
    assert torch.allclose(other_states, states[:, :, order], atol=1e-4)
    assert torch.allclose(other_images, images, atol=1e-5)
    assert not torch.allclose(states[:, 0], states[:, 3], atol=0.1)


def test_colours_that_no_grain_has_change_nothing(model):
    start = sequences([[voronoi(0)]])
    shares = painted(model, start.grains, 9)
    more = torch.cat([shares, torch.zeros(1, 5, 40, 40)], dim=1)
    states, images = model._rollout(shares, start.images[:, 0], 3)
    more_states, more_images = model._rollout(more, start.images[:, 0], 3)
    assert torch.allclose(more_states[:, :, :9].exp(), states.exp(), atol=1e-5)
    assert torch.allclose(more_images, images, atol=1e-5)


@pytest.mark.parametrize("move", [(3, 0, 0, False), (0, 0, 1, False), (7, 5, 2, True)])
def test_shifts_turns_and_flips_commute_with_growth(model, move):
    start = sequences([[voronoi(4)]])
    shares = painted(model, start.grains, 9)
    states, images = model._rollout(shares, start.images[:, 0], 2)
    later_states, later_images = model._rollout(moved(shares, *move), moved(start.images[:, 0], *move), 2)
    assert torch.allclose(moved(states, *move), later_states, atol=1e-3)
    assert torch.allclose(moved(images, *move), later_images, atol=1e-5)
    assert not torch.allclose(images, later_images, atol=1e-2)


def test_a_rule_sees_no_farther_than_its_blurs(model):
    """A change in one corner of a wide box leaves the other half as it was."""
    labels = voronoi(5, (96, 96), 90)
    shares = painted(model, sequences([[labels]]).grains, 12)
    changed = shares.clone()
    changed[:, :, :4, :4] = 1 / 12
    image = torch.zeros(1, 96, 96)
    states, _ = model._rollout(shares, image, 0)
    other, _ = model._rollout(changed, image, 0)
    assert torch.allclose(states[..., 40:60, 40:60], other[..., 40:60, 40:60], atol=1e-4)
    assert not torch.allclose(states[..., :8, :8], other[..., :8, :8], atol=1.0)


def test_a_forecast_names_regions_of_grains_and_does_not_depend_on_its_neighbours_in_the_batch(model):
    maps = [[voronoi(seed)] for seed in range(3)]
    together = model.forecast(sequences(maps), 2)
    alone = model.forecast(sequences(maps[1:2]), 2)
    assert together.images.shape == together.regions.shape == (3, 2, 40, 40)
    assert torch.allclose(together.images[1:2], alone.images, atol=1e-5)
    assert torch.equal(together.regions[1:2], alone.regions)


def test_parts_of_a_long_forecast_are_put_together_in_order(model, monkeypatch):
    maps = sequences([[voronoi(seed)] for seed in range(3)])
    whole = model.forecast(maps, 2)
    monkeypatch.setattr(local_rule, "PART", 1)
    parts = model.forecast(maps, 2)
    assert torch.allclose(whole.images, parts.images, atol=1e-5)
    assert torch.equal(whole.regions, parts.regions)


def test_a_fresh_rule_leaves_grains_where_they_are():
    model = local_rule.Model(SETTINGS)
    start = sequences([[voronoi(3)]])
    shares = painted(model, start.grains, 9)
    states, _ = model._rollout(shares, start.images[:, 0], 3)
    assert torch.equal(states[:, 3].argmax(dim=1), shares.argmax(dim=1))
    assert not torch.any(model.rules[0].answer(torch.rand(10, 7)))


def test_every_weight_learns_and_a_rebuilt_image_teaches_the_start(model):
    three = sequences([[voronoi(0), voronoi(0), voronoi(0)], [voronoi(1), voronoi(1), voronoi(1)]])
    model.loss(three, lesson(2)).sum().backward()
    assert all(weights.grad is not None and torch.any(weights.grad != 0) for weights in model.parameters())
    model.zero_grad()
    model.loss(three.frames(slice(1)), lesson(2)).sum().backward()
    assert torch.any(model.start.answer.last.weight.grad != 0)


def test_the_loss_of_a_sequence_is_its_own(model):
    three = sequences([[voronoi(seed), voronoi(seed)] for seed in range(3)])
    losses = model.loss(three, lesson(3))
    alone = model.loss(three.some(slice(1, 2)), Lesson(1, 0.0, lesson(3).chances[1:2]))
    assert alone[0].item() == pytest.approx(losses[1].item(), rel=1e-5)
    assert len(set(losses.tolist())) == 3


def test_a_step_down_the_gradient_lowers_the_loss(model):
    two = sequences([[voronoi(0), voronoi(0)], [voronoi(1), voronoi(1)]])
    before = model.loss(two, lesson(2)).sum()
    before.backward()
    lower = copy.deepcopy(model)
    with torch.no_grad():
        for weights, old in zip(lower.parameters(), model.parameters(), strict=True):
            weights -= 1e-3 * old.grad / old.grad.norm()
    assert lower.loss(two, lesson(2)).sum() < before


@pytest.mark.parametrize(
    "wrong", [{"colours": 3}, {"scales": (1.0,)}, {"scales": (0.0, 1.0)}, {"rules": 0}, {"width": 0}]
)
def test_settings_that_make_no_rule_are_refused(wrong):
    with pytest.raises(ValueError, match="a local rule needs"):
        local_rule.Settings(**{**vars(SETTINGS), **wrong})


def test_the_first_state_heeds_the_grey_of_the_image(model):
    start = sequences([[voronoi(0)]])
    shares = painted(model, start.grains, 9)
    states, _ = model._rollout(shares, start.images[:, 0], 0)
    other, _ = model._rollout(shares, 0.5 * start.images[:, 0], 0)
    assert not torch.allclose(states, other, atol=1e-2)
