"""The published models and their ablations: what the mask blocks, symmetries, gradients, batches; that they learn."""

import dataclasses

import numpy as np
import pytest
import torch

from conftest import PROJECT
from graincast.growth import stages
from graincast.growth.data import preparation, windows
from graincast.growth.data.lessons import Lessons
from graincast.growth.forecaster import Lesson, Sequences
from graincast.growth.layers.autoencoder import holds_boundary
from graincast.growth.layers.losses import LossWeights, composite
from graincast.growth.layers.rollout import Widths
from graincast.growth.layers.tokens import gathered
from graincast.growth.learner import of_model
from graincast.growth.models import boundary_attention, convlstm, local_rule, masked_mixing, open_attention
from graincast.growth.stages import Stage, Training
from graincast.material import datasets, trajectories
from graincast.scoring.images import similarity
from graincast.training import devices, loop, parallel
from graincast.training.resume import ResumeFile

WIDTHS, LOSS = Widths(encoder=4, latent=6, memory=8), LossWeights(1.0, 1.0, 1.0)
BUILT = {
    "convlstm": lambda: convlstm.Model(convlstm.Settings(WIDTHS, LOSS)),
    "boundary_attention": lambda: boundary_attention.Model(boundary_attention.Settings(WIDTHS, 2, 0.3, LOSS)),
    "open_attention": lambda: open_attention.Model(open_attention.Settings(WIDTHS, 2, LOSS)),
    "masked_mixing": lambda: masked_mixing.Model(masked_mixing.Settings(WIDTHS, 0.3, LOSS)),
}
every_model = pytest.mark.parametrize("name", BUILT)


def lively(name, seed=0):
    """A model with fresh weights whose frames differ, where an untrained decoder leaves them all grey."""
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(seed)
        model = BUILT[name]()
        for layer in model.rollout.step[::2]:
            layer.weight *= 10
        if hasattr(model, "attention"):
            model.attention.answer.weight *= 10
        model.rollout.autoencoder.decoder[-2].weight *= 20
    return model


def shown(images):
    return Sequences(images, torch.zeros(images.shape, dtype=torch.long))


def frames(batch=2, count=4, height=32, width=32):
    """Images with lines, as boundaries have them, of which each frame is a little different."""
    generator = torch.Generator().manual_seed(1)
    images = 0.1 * torch.rand(batch, count, height, width, generator=generator)
    for index in range(batch):
        for frame in range(count):
            images[index, frame, (5 + index + frame) % height] = images[index, frame, :, (3 + 7 * index + frame)] = 1.0
    return images


def lesson(inputs=1, forcing=0.0, seed=0, numbers=(0, 1)):
    """For the sequences of these numbers in a batch."""
    return Lesson(inputs, forcing, tuple(np.random.default_rng([seed, number]) for number in numbers))


def one_far_boundary():
    """A box of 64 x 64 with a boundary along its edges only: its middle is 32 px away from any."""
    image = torch.zeros(1, 1, 64, 64)
    image[..., 0, :] = image[..., :, 0] = 1.0
    return image


@torch.no_grad()
def test_a_pixel_inside_a_grain_does_not_reach_the_attention_at_its_boundary():
    model, image = lively("boundary_attention"), one_far_boundary()
    inner, near = image.clone(), image.clone()
    inner[..., 32, 32] = near[..., 32, 6] = 0.2
    weights = model.attention_weights(shown(image))
    assert torch.equal(model.attention_weights(shown(inner)), weights)
    assert not torch.equal(model.attention_weights(shown(near)), weights)
    before, after = (model.rollout.unmixed(model.rollout.seen(one), model.mix) for one in (image, inner))
    assert not torch.equal(before, after), "the convolutions do see it"
    held = weights.sum(dim=(1, 3)).reshape(1, 1, 16, 16).expand_as(before) > 0
    assert torch.equal(model.mix(before, image[:, 0])[held], model.mix(after, inner[:, 0])[held])
    assert torch.equal(model.mix(after, inner[:, 0])[~held], after[~held]), "the interior passes unchanged"
    open_to_all = lively("open_attention")
    assert not torch.equal(open_to_all.mix(before, image[:, 0])[held], open_to_all.mix(after, inner[:, 0])[held])


def test_attention_received_is_nought_where_no_boundary_is_and_one_on_average_where_it_is():
    received = lively("boundary_attention").attention_received(shown(one_far_boundary()))
    assert received.shape == (1, 16, 16)
    assert torch.all(received[0, 1:, 1:] == 0)
    assert torch.all(received[0, :1] > 0)
    assert received[received > 0].mean().item() == pytest.approx(1, abs=1e-5)
    assert received[received > 0].std() > 1e-3, "some are read more than others"


@torch.no_grad()
@pytest.mark.parametrize("inputs", [1, 2])
def test_attention_received_is_what_the_first_forecast_frame_reads(inputs):
    """The hidden state that the rollout itself mixes first after the shown frames."""
    known = shown(frames()[:, :inputs])
    for name in ("boundary_attention", "open_attention"):
        model, mixed = lively(name), []
        model.mix = lambda hidden, image, mixed=mixed, mix=model.mix: (
            mixed.append(hidden.clone()),
            mix(hidden, image),
        )[1]
        model.forecast(known, 2)
        read = model.attention_received(known)
        held = holds_boundary(known.images[:, -1], 0.3 if name == "boundary_attention" else -1.0)
        expected = model.attention.weights(gathered(mixed[inputs - 1], held)).mean(dim=1).sum(dim=1)
        assert torch.allclose(read.flatten(1), expected, atol=1e-6), name
        assert torch.equal(read > 0, held), name


@torch.no_grad()
def test_where_boundary_is_is_read_from_the_models_own_frames():
    """True frames after the shown one change the loss, but nothing that the model computes for its forecast."""
    model, seen = lively("boundary_attention"), []
    model.mix = lambda hidden, image, mix=model.mix: (seen.append(image.clone()), mix(hidden, image))[1]
    images = frames()
    model.loss(shown(images), lesson())
    forecast = model.forecast(shown(images[:, :1]), 2).images
    assert torch.equal(seen[0], images[:, 0])
    assert torch.equal(seen[1], forecast[:, 0])
    assert torch.equal(seen[2], forecast[:, 1])


@torch.no_grad()
def test_masked_mixing_changes_tokens_with_boundary_alone_and_each_by_itself():
    model, image = lively("masked_mixing"), one_far_boundary()[:, 0]
    hidden = torch.randn(1, 8, 16, 16)
    other = hidden.clone()
    other[:, :, 0, 5] += 1
    before, after = model.mix(hidden, image), model.mix(other, image)
    assert torch.equal(before[:, :, 1:, 1:], hidden[:, :, 1:, 1:])
    assert not torch.equal(before[:, :, 0], hidden[:, :, 0])
    assert (before != after).any(dim=1).nonzero().tolist() == [[0, 0, 5]]


@every_model
@torch.no_grad()
def test_forecasts_commute_with_shifts_by_whole_tokens(name):
    model, images = lively(name), frames()[:, :2]
    expected = torch.roll(model.forecast(shown(images), 3).images, (8, 12), (-2, -1))
    shifted = model.forecast(shown(torch.roll(images, (8, 12), (-2, -1))), 3).images
    assert torch.allclose(shifted, expected, atol=2e-4)
    assert not torch.allclose(shifted, model.forecast(shown(images), 3).images, atol=1e-2)


@every_model
def test_gradients_reach_every_parameter(name):
    model = lively(name)
    model.loss(shown(frames()), lesson(inputs=2)).sum().backward()
    for weight_name, weights in model.named_parameters():
        parts = weights.grad.chunk(3) if weight_name == "attention.ask.weight" else [weights.grad]
        assert all(torch.isfinite(part).all() and part.abs().max() > 0 for part in parts), weight_name


@every_model
def test_the_loss_of_a_sequence_does_not_depend_on_its_batch_mates(name):
    model, images = lively(name), frames(batch=3)
    images[2] *= 0  # no boundary at all: the others must not be filled up differently for it
    together = model.loss(shown(images), lesson(forcing=0.5, numbers=range(3)))
    alone = [model.loss(shown(images[i : i + 1]), lesson(forcing=0.5, numbers=[i])) for i in range(3)]
    assert torch.allclose(together, torch.cat(alone), atol=1e-5)
    assert together.shape == (3,)


@every_model
def test_chance_is_the_lessons_alone(name):
    model, images = lively(name), shown(frames())
    losses = {seed: model.loss(images, lesson(forcing=0.5, seed=seed)) for seed in range(8)}
    for seed, loss in losses.items():
        assert torch.equal(model.loss(images, lesson(forcing=0.5, seed=seed)), loss)
    assert any(not torch.equal(loss, losses[0]) for loss in losses.values())
    free = [model.loss(images, lesson(forcing=0.0, seed=seed)) for seed in range(2)]
    assert torch.equal(*free)


@every_model
@torch.no_grad()
def test_a_forced_rollout_goes_on_as_if_the_true_frames_had_been_shown(name):
    model, images = lively(name), frames()
    forced = model.loss(shown(images), lesson(forcing=1.0))
    seen = [model.rollout.autoencoder.decode(model.rollout.autoencoder.encode(images[:, 0]))]
    seen += [model.forecast(shown(images[:, : frame + 1]), 1).images[:, 0] for frame in range(3)]
    assert torch.allclose(forced, composite(torch.stack(seen, dim=1), images, LOSS), atol=1e-5)
    assert not torch.allclose(forced, model.loss(shown(images), lesson()), atol=1e-3)


@every_model
def test_without_a_horizon_only_the_shown_frames_are_rebuilt(name):
    model = lively(name)
    model.loss(shown(frames(count=2)), lesson(inputs=2)).sum().backward()
    touched = {weight_name for weight_name, weights in model.named_parameters() if weights.grad is not None}
    assert touched == {weight_name for weight_name, _ in model.named_parameters() if "autoencoder" in weight_name}


@every_model
@torch.no_grad()
@pytest.mark.parametrize(("height", "width"), [(16, 40), (64, 32)])
def test_a_model_takes_any_box_of_whole_tokens(name, height, width):
    images = lively(name).forecast(shown(frames(height=height, width=width)), 3).images
    assert images.shape == (2, 3, height, width)
    assert images.min() >= 0
    assert images.max() <= 1


@every_model
@torch.no_grad()
def test_all_shown_frames_are_remembered(name):
    model, images = lively(name), frames()
    other = images.clone()
    other[:, 0] = torch.roll(images[:, 0], 9, dims=-1)
    assert not torch.allclose(
        model.forecast(shown(images[:, :3]), 1).images, model.forecast(shown(other[:, :3]), 1).images, atol=1e-4
    )


@every_model
def test_half_precision_leaves_the_loss_as_it_is(name):
    """As under autocast on a GPU: the losses, the softmax and the memory's cell stay in full precision."""
    model, images = lively(name), shown(frames())
    full = model.loss(images, lesson())
    with torch.autocast("cpu", torch.bfloat16):
        half = model.loss(images, lesson())
        latents = model.rollout.autoencoder.encode(images.images[:, 0])
    half.sum().backward()
    assert half.dtype == latents.dtype == torch.float32
    assert torch.allclose(half, full, rtol=0.05)
    assert all(torch.isfinite(weights.grad).all() for weights in model.parameters())


@every_model
def test_nothing_that_moves_is_learnt(name):
    """Frames that do not change: the loss falls, and no further frame strays from the first."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)  # of some seeds attention without a mask is slower to learn it
        model = BUILT[name]()
    images = frames()[:, :1].expand(-1, 3, -1, -1)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    losses = []
    for _ in range(60):
        optimizer.zero_grad()
        losses.append(model.loss(shown(images), lesson()).mean())
        losses[-1].backward()
        optimizer.step()
    assert losses[-1] < 0.6 * losses[0]


@pytest.mark.parametrize("size", ["", "paper_"])
def test_ablations_have_as_many_parameters(size):
    counts = {name: parameters(f"{size}{name}") for name in BUILT}
    for name in ("open_attention", "masked_mixing"):
        assert counts[name] == pytest.approx(counts["boundary_attention"], rel=0.01)
    assert counts["convlstm"] < counts["boundary_attention"]


def parameters(name):
    path = PROJECT / f"config/growth/models/{name}.yaml"
    return sum(weights.numel() for weights in stages.load(path).build(str(path)).parameters())


@pytest.fixture(scope="module")
def growth(tmp_path_factory):
    """Growth made as the pipeline makes it: windows to train on, to validate on and to test with."""
    folder = tmp_path_factory.mktemp("growth")
    described = datasets.load(PROJECT / "config/growth/datasets/tiny_normal.yaml")
    counts = dataclasses.replace(described.simulations, train=48, validation=4, test=8, per_shard=60)
    dataset = dataclasses.replace(described, simulations=counts)
    chosen = datasets.parts(dataset, "tiny_normal")
    simulated = ((index, datasets.simulate(dataset, chosen, index)) for index in dataset.of_shard(0))
    trajectories.write(folder / "0.npz", dataset, simulated)
    preparation.write_splits(folder, preparation.drawn("growth", dataset, folder / "0.npz", 0).windows, dataset)
    return [windows.load(folder / f"{split}.npz") for split in datasets.SPLITS]


SHORT = Training(
    inputs=1,
    batch=4,
    learning_rate=4e-3,
    gradient_clip=1.0,
    patience=100,
    stages=(Stage(20, 0, 0.0), Stage(20, 1, 0.0), Stage(20, 4, 0.0)),
)


def fitted(model, budget, growth, folder):
    """What became of a training on one thread."""
    devices.keep_memory()
    data = (Lessons(windows, budget) for windows in growth[:2])
    setup = loop.Setup(*data, 0, torch.device("cpu"), parallel.Team(0, 1))
    resume = ResumeFile(folder / "resume", every_seconds=1000)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return loop.fit(of_model(model, budget), budget.budget, setup, resume, lambda: False, lambda _: None)
    finally:
        torch.set_num_threads(threads)


@pytest.mark.parametrize("name", ["convlstm", "boundary_attention"])
def test_a_short_training_beats_persistence(name, growth, tmp_path):
    """On structures that it has not seen: at every frame, and clearly in the mean. About 15 s of one core each."""
    path = PROJECT / f"config/growth/models/{name}.yaml"
    described = stages.load(path).checked_settings(str(path))
    settings = dataclasses.replace(described, widths=Widths(encoder=8, latent=16, memory=16))
    model = loop.fresh_model(lambda: type(BUILT[name]())(settings), seed=0)
    fitted(model, SHORT, growth, tmp_path)
    assert_beats_persistence(model, growth[2], margin=0.1)


def test_a_short_training_of_the_local_rule_beats_persistence(growth, tmp_path):
    """The same of the default's YAML with fewer hidden channels and scales. About 15 s of one core."""
    path = PROJECT / "config/growth/models/local_rule.yaml"
    described = stages.load(path)
    narrow = dataclasses.replace(described.checked_settings(str(path)), width=8, scales=(0.7, 1.2, 2.0, 3.2))
    model = loop.fresh_model(lambda: local_rule.Model(narrow), seed=0)
    budget = dataclasses.replace(described.training, batch=4, stages=(Stage(8, 1, 0.0), Stage(16, 2, 0.0)))
    fitted(model, budget, growth, tmp_path)
    assert_beats_persistence(model, growth[2], margin=0.2)


def assert_beats_persistence(model, tested, margin):
    """In the structural similarity of its soft images, at every frame and by this much in the mean."""
    known = windows.sequences(tested, (np.arange(len(tested)), np.zeros(len(tested), int)), 1)
    images = tested.images.float() / 255
    with torch.no_grad():
        forecast = model.forecast(known, 4).images
    moving, still, persistence = (
        mean_similarity(guess.expand(-1, 4, -1, -1), images[:, 1:])
        for guess in (forecast, forecast[:, :1], images[:, :1])
    )
    assert np.all(moving > persistence), (moving, persistence)
    assert moving.mean() > persistence.mean() + margin, (moving, persistence)
    assert moving[-1] > still[-1] + 0.05, "a blurred frame that never moves beats persistence too"


@pytest.mark.parametrize("name", ["tiny_convlstm", "tiny_boundary_attention"])
def test_the_tiny_models_learn_something_in_seconds(name, growth, tmp_path):
    path = PROJECT / f"config/growth/models/{name}.yaml"
    tiny = stages.load(path)
    model = loop.fresh_model(lambda: tiny.build(str(path)), seed=0)
    progress = fitted(model, tiny.training, growth, tmp_path)
    assert progress.validation_losses[-1] < progress.validation_losses[0]


def mean_similarity(guess, truth):
    """Mean SSIM over structures, per frame."""
    pairs = [zip(*pair, strict=True) for pair in zip(guess.double().numpy(), truth.double().numpy(), strict=True)]
    return np.mean([[similarity(*pair) for pair in frames] for frames in pairs], axis=0)
