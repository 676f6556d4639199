"""Autoencoders: divergences are those of their laws, latents are heard, and no skip is needed to draw."""

import dataclasses

import numpy as np
import pytest
import torch

from conftest import PROJECT
from graincast.generation import training_section
from graincast.generation.contract import PatchAutoencoder
from graincast.generation.data.patches import Patches
from graincast.generation.layers import gaussian
from graincast.generation.models import categorical_vae, skip_vae, vae

FILES = sorted((PROJECT / "config/generation/models").glob("*vae*.yaml"))
SHAPE = {"side": 16, "channels": (4, 8), "pools": (2, 2), "beta": 0.01, "scale_px": 4.0}
KINDS = {
    "vae": lambda: vae.Model(vae.Settings(**SHAPE, latents=6)),
    "skip_vae": lambda: skip_vae.Model(skip_vae.Settings(**SHAPE, latents=6, skip=1, drop=0.5)),
    "categorical_vae": lambda: categorical_vae.Model(
        categorical_vae.Settings(**SHAPE, groups=3, categories=4, temperature=1.0)
    ),
}


def chances(count):
    return tuple(np.random.default_rng(number) for number in range(count))


def blobs(count, side=16):
    """Patches with one hill each, at a place of its own."""
    rng = np.random.default_rng(1)
    place = np.indices((side, side))[None] - rng.uniform(2, side - 2, (count, 2, 1, 1))
    hills = torch.from_numpy(4 * np.exp(-(place**2).sum(axis=1) / 18).astype(np.float32))[:, None]
    return Patches(hills, torch.ones_like(hills), torch.zeros(count, 3))


@pytest.fixture(params=KINDS)
def model(request):
    torch.manual_seed(0)
    return KINDS[request.param]().eval()


def test_a_standard_normal_law_has_no_divergence_and_any_other_has():
    none = torch.zeros(1, 5)
    assert gaussian.divergence(none, none).item() == 0
    assert gaussian.divergence(none + 2, none).item() == pytest.approx(5 * 2**2 / 2)
    assert gaussian.divergence(none, none + 1).item() == pytest.approx(5 * (np.e - 2) / 2)


def test_equally_likely_categories_have_no_divergence_and_a_sure_one_has_the_logarithm_of_their_number():
    torch.manual_seed(0)
    model = KINDS["categorical_vae"]().eval()
    torch.nn.init.zeros_(model.to_latents.weight)
    torch.nn.init.zeros_(model.to_latents.bias)
    assert model.parts(blobs(2), chances(2))[1].abs().max() < 1e-7
    with torch.no_grad():
        model.to_latents.bias[::4] = 30.0  # the first category of each group
    found = model.parts(blobs(2), chances(2))[1] * model.side**2
    assert found.tolist() == pytest.approx([3 * np.log(4)] * 2, rel=1e-4)


def test_a_category_counts_only_by_being_the_largest_of_its_group():
    torch.manual_seed(0)
    model = KINDS["categorical_vae"]().eval()
    drawn = torch.randn(2, 12)
    assert torch.equal(model.decode(drawn), model.decode(drawn * 3 - 1))
    other = drawn.clone()
    other[:, :4] = drawn[:, :4].roll(1, dims=1)
    assert (model.decode(drawn) - model.decode(other)).abs().max() > 1e-4


def test_a_model_with_a_skip_draws_without_an_encoder_and_rebuilds_otherwise_than_its_latents_alone():
    torch.manual_seed(0)
    model = KINDS["skip_vae"]().eval()
    patches = blobs(3)
    latents = model.encode(patches.distance)[0]
    assert (model.redrawn(patches) - model.decode(latents)).abs().max() > 1e-4
    del model.first, model.others, model.across
    assert model.decode(latents).shape == patches.distance.shape


def test_what_is_learned_without_the_skip_is_what_is_drawn_without_an_encoder():
    torch.manual_seed(0)
    model = skip_vae.Model(skip_vae.Settings(**SHAPE, latents=6, skip=1, drop=0.9999)).eval()
    torch.nn.init.constant_(model.head.to_latents.bias[6:], -50.0)  # no spread about the means
    patches = blobs(3)
    with torch.no_grad():
        wrong = ((model.decode(model.encode(patches.distance)[0]) - patches.distance) / 4.0).square()
        error = model.parts(patches, chances(3))[0]
    torch.testing.assert_close(error, wrong.mean(dim=(1, 2, 3)), rtol=1e-2, atol=0)


def test_an_encoder_of_categories_learns_from_the_error_alone():
    torch.manual_seed(0)
    model = KINDS["categorical_vae"]()
    model.parts(blobs(6), chances(6))[0].mean().backward()
    assert model.to_latents.weight.grad.abs().sum() > 0


def test_every_weight_of_an_autoencoder_learns(model):
    model.train()
    model.loss(blobs(6), chances(6)).mean().backward()
    still = [name for name, weights in model.named_parameters() if not weights.grad.abs().sum() > 0]
    before_a_normalisation = ("0.bias", "3.bias")  # a shift of all that is taken off again
    assert not [name for name in still if not name.endswith(before_a_normalisation)]


def test_the_same_chances_give_the_same_loss_and_others_another(model):
    patches = blobs(4)
    first, again, other = (model.loss(patches, some) for some in (chances(4), chances(4), chances(5)[1:]))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_the_loss_is_the_squared_error_over_the_scale_and_beta_times_the_divergence(model):
    patches = blobs(3)
    with torch.no_grad():
        error, divergence = model.parts(patches, chances(3))
        loss = model.loss(patches, chances(3))
    torch.testing.assert_close(loss, error + 0.01 * divergence, rtol=1e-6, atol=0)
    twice = model.settings.squared_error(3 * patches.distance, patches.distance)  # 2 d off, at a scale of 4
    torch.testing.assert_close(twice, (patches.distance**2).mean(dim=(1, 2, 3)) / 4)


def test_a_short_training_rebuilds_better_than_the_mean_of_all_patches(model):
    patches, train = blobs(32), model.train()
    steps = torch.optim.Adam(train.parameters(), lr=1e-2)
    for number in range(40):
        steps.zero_grad()
        train.loss(patches, tuple(np.random.default_rng((number, each)) for each in range(32))).mean().backward()
        steps.step()
    model.eval()
    with torch.no_grad():
        wrong = ((model.decode(model.encode(patches.distance)[0]) - patches.distance) ** 2).mean()
    assert wrong < 0.7 * (patches.distance - patches.distance.mean(dim=0)).square().mean()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_describes_an_autoencoder_that_learns_from_patches_of_its_own_side(path):
    spec = training_section.load(path)
    model = spec.build(str(path))
    assert isinstance(model, PatchAutoencoder)
    assert spec.training.patch == model.side
    assert {field.name for field in dataclasses.fields(model.settings)} == set(spec.settings)


def test_the_scan_of_latents_differs_in_nothing_else():
    scanned = [path for path in FILES if path.stem in ("vae_64", "vae_128", "vae", "vae_512")]
    specs = [training_section.load(path) for path in scanned]
    assert sorted(spec.settings["latents"] for spec in specs) == [64, 128, 256, 512]
    first, *others = [({**spec.settings, "latents": 0}, spec.training) for spec in specs]
    assert all(other == first for other in others)
