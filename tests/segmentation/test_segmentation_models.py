"""The three models: each learns from crops, none from what nobody knows, and a checkpoint is all that is needed."""

import dataclasses

import numpy as np
import pytest
import torch

from conftest import PROJECT
from grain_pictures_made import SMALL, drawn, model, saved, spec
from graincast.base.errors import GraincastError
from graincast.segmentation import learner, tiling, trained, training_section
from graincast.segmentation.concepts.noise import Noise
from graincast.segmentation.contract import Guesser, Partitioner, Repairer
from graincast.segmentation.data.crops import CropCut, PictureCrops
from graincast.segmentation.data.known_pictures import UNKNOWN, lines
from graincast.segmentation.models import net2

KINDS = tuple(SMALL)
CPU = torch.device("cpu")


def chances(count, seed=0):
    return tuple(np.random.default_rng((seed, number)) for number in range(count))


@pytest.fixture(scope="module")
def batch():
    """Middles of two pictures, with their lines as an earlier model's guess."""
    found = [drawn(number, noise=Noise(0.0, 0.005)) for number in range(2)]
    found = [dataclasses.replace(one, guess=lines(one.labels).astype(np.float32)) for one in found]
    return PictureCrops(found, CropCut(48, 48, 0.0), 2, 2).unchanged(np.array([0, 1]))


@pytest.mark.parametrize("kind", KINDS)
def test_ten_steps_on_two_crops_lower_the_loss(batch, kind):
    network = model(kind).train()
    losses = []
    for _ in range(11):
        network.zero_grad()
        each = network.loss(batch, chances(2))
        assert each.shape == (2,)
        each.mean().backward()
        losses.append(each.mean().item())
        with torch.no_grad():
            for weights in network.parameters():
                weights -= 0.01 * weights.grad.sign()
    assert losses[-1] < 0.85 * losses[0]


@pytest.mark.parametrize("kind", KINDS)
def test_every_weight_learns(batch, kind):
    network = model(kind).train()
    network.loss(batch, chances(2)).mean().backward()
    still = [name for name, weights in network.named_parameters() if not weights.grad.abs().sum() > 0]
    assert not [name for name in still if not name.endswith(".bias")]  # a shift before a normalisation is taken off


@pytest.mark.parametrize("kind", KINDS)
def test_what_nobody_knows_teaches_nothing(batch, kind):
    network = model(kind)
    nowhere = dataclasses.replace(batch, labels=torch.full_like(batch.labels, UNKNOWN))
    assert network.loss(nowhere, chances(2)).tolist() == [0, 0]
    assert (network.loss(batch, chances(2)) > 0.1).all()


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_chances_give_the_same_loss(batch, kind):
    network = model(kind)
    first, again, other = (network.loss(batch, chances(2, seed)) for seed in (0, 0, 1))
    assert torch.equal(first, again)
    assert torch.equal(first, other) == (kind != "net2")  # damage is by chance


@pytest.mark.parametrize("kind", KINDS)
def test_a_crop_is_seen_alike_alone_and_in_a_batch(batch, kind):
    network = model(kind)
    with torch.no_grad():
        both = network.boundaries(batch)
        alone = network.boundaries(batch.some(slice(1, 2)))
    assert both.shape == (2, 48, 48)
    assert ((both >= 0) & (both <= 1)).all()
    torch.testing.assert_close(both[1:], alone, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_of_what_is_learned_shows_crops_above_boundaries(batch, kind):
    with torch.no_grad():
        shown = learner.picture(model(kind), batch)
    assert shown.shape == (96, 96, 3)
    assert np.allclose(shown[:48, :48], np.moveaxis(batch.seen[0, :3].numpy(), 0, -1))


def test_a_model_sees_only_the_channels_that_it_is_given():
    seen = torch.rand(1, 6, 16, 16)
    greyer = seen.clone()
    greyer[:, :3] = 0
    with torch.no_grad():
        assert torch.equal(model("net1").guess(seen), model("net1").guess(greyer))  # edges alone, as published
        away = model("affinities").together(seen) - model("affinities").together(greyer)
    assert away.abs().max() > 1e-3


def test_a_repair_sees_a_guess_cut_at_even_chances():
    network, seen = model("net2"), torch.rand(1, 6, 16, 16)
    guess = torch.rand(1, 1, 16, 16)
    with torch.no_grad():
        mended = network.mend(seen, guess)
        assert torch.equal(mended, network.mend(seen, (guess > 0.5).float()))
        assert (mended - network.mend(seen, 1 - guess)).abs().max() > 1e-3


def test_a_repair_learns_from_mistakes_as_often_as_is_asked_for_and_where_there_are_any(batch):
    other = dataclasses.replace(batch, guess=1 - batch.guess)
    none = dataclasses.replace(batch, guess=torch.zeros_like(batch.guess))
    settings = spec("net2").checked_settings("net2")
    for mistakes, of_guess in ((0.0, False), (1.0, True)):
        torch.manual_seed(0)
        network = net2.Model(dataclasses.replace(settings, mistakes=mistakes))
        one, two, without = (network.loss(shown, chances(2)) for shown in (batch, other, none))
        assert torch.equal(one, two) != of_guess
        assert torch.equal(one, without) != of_guess
    assert not torch.equal(network.loss(none, chances(2)), network.loss(none, chances(2, 1)))  # damage, then


def test_a_repair_has_a_bridge_where_one_is_asked_for_and_is_the_same_without():
    settings = spec("net2").checked_settings("net2")
    assert not settings.bridge  # as published
    plain, bridged = (net2.Model(dataclasses.replace(settings, bridge=asked)) for asked in (False, True))
    names = {name for name, _ in bridged.named_parameters()} - {name for name, _ in plain.named_parameters()}
    assert names
    assert all(name.startswith("body.bridge.") for name in names)
    plain.load_state_dict({name: value for name, value in bridged.state_dict().items() if name not in names})
    seen, guess = torch.rand(1, 6, 32, 32), torch.rand(1, 1, 32, 32)
    with torch.no_grad():
        assert (plain.mend(seen, guess) - bridged.mend(seen, guess)).abs().max() > 1e-4
        for name, weights in bridged.named_parameters():
            if name in names and "norms" in name:
                weights.zero_()  # nothing is added
        assert torch.equal(plain.mend(seen, guess), bridged.mend(seen, guess))


def test_pairs_are_near_ones_and_far_ones_in_four_directions():
    assert model("affinities").offsets == (
        *((0, 1), (1, 0)),
        *((0, 3), (3, 0), (3, 3), (3, -3)),
        *((0, 8), (8, 0), (8, 8), (8, -8)),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_checkpoint_is_all_that_is_needed(tmp_path, kind):
    path = saved(tmp_path, kind, note="trained for a test")
    contracts = {"net1": Guesser, "net2": Repairer, "affinities": Partitioner}
    found, about = trained.described(path, CPU, contracts[kind])
    assert about["note"] == "trained for a test"
    seen = drawn(0).seen()
    more = [(seen > 0.5).astype(np.float32)] if kind == "net2" else []
    assert np.array_equal(tiling.asked(found, seen, *more), tiling.asked(model(kind), seen, *more))
    wrong = contracts[next(other for other in KINDS if other != kind)]
    with pytest.raises(GraincastError, match=rf"{path}: holds a '{kind}', which is no {wrong.__name__}"):
        trained.loaded(path, CPU, wrong)


def test_weights_of_another_study_are_refused(tmp_path):
    with pytest.raises(GraincastError, match="holds weights of the study 'growth', expected 'segmentation'"):
        trained.loaded(saved(tmp_path, "net1", study="growth"), CPU, Guesser)


@pytest.mark.parametrize(
    ("kind", "before", "after", "words"),
    [
        ("net1", "[sobel, laplacian, canny]", "[sobel, cany]", "expected 'inputs' of grey, sobel, laplacian, canny"),
        ("net1", "[sobel, laplacian, canny]", "[]", "expected 'inputs'"),
        ("net1", "depth: 1", "depth: 0", "expected 'widths' and 'depth' of 1 or more"),
        ("net1", "widths: [8, 12]", "widths: []", "expected 'widths' and 'depth' of 1 or more"),
        ("net1", "depth: 1", "dpeth: 1", "unknown key 'dpeth' .did you mean 'depth'"),
        ("net2", "mistakes: 0.3", "mistakes: 0.3, bridge: 1", "key 'bridge' is 1 .int., expected bool"),
        ("net2", "mistakes: 0.3", "mistakes: 1.5", "'mistakes' in 0..1"),
        ("net2", "widths: [8, 12]", "widths: [8, 0]", "expected 'widths' and 'depth' of 1 or more"),
        ("affinities", "far: [3, 8]", "far: [0]", "expected 'widths', 'far' and 'depth' of 1 or more"),
        ("affinities", "model: affinities", "model: affinity", "there is no 'affinity' in .*segmentation/models"),
    ],
)
def test_a_model_that_cannot_be_is_one_line_that_names_its_file(tmp_path, kind, before, after, words):
    refused(tmp_path, kind, before, after, words)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("rows: 48", "rows: 16", "rows and columns >= 32"),
        ("looks: 0.0", "looks: 2.0", "'looks' in 0..1"),
        ("looks: 0.0", "looks: 0.0\n  zoom: 0.5", "'zoom' of 1 or more"),
        ("batch: 4", "batch: 0", "batch, an_epoch and patience >= 1"),
        ("average: 0.5", "average: 1.0", "average in 0..1"),
        ("gradient_clip: 1.0", "gradient_clip: 0.0", "learning_rate and gradient_clip > 0"),
        ("epochs: 2", "epoch: 2", "unknown key 'epoch' .did you mean 'epochs'"),
    ],
)
def test_a_training_that_cannot_be_is_one_line_that_names_its_file(tmp_path, before, after, words):
    refused(tmp_path, "net1", before, after, words)


def refused(folder, kind, before, after, words):
    """The YAML of a small model with a change is refused in these words."""
    text = (PROJECT / f"config/segmentation/models/{SMALL[kind]}.yaml").read_text()
    assert before in text
    path = folder / "mine.yaml"
    path.write_text(text.replace(before, after, 1))
    with pytest.raises(GraincastError, match=words) as refusal:
        training_section.load(path).checked_settings(str(path))
    assert str(refusal.value).startswith(str(path))
    assert "\n" not in str(refusal.value)
