"""Training and scores piece by piece: symmetries, parallel training, device claims, image scores, intervals."""

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

import plain_convolution
from graincast.base import table
from graincast.base.errors import GraincastError
from graincast.growth import learner as growth
from graincast.growth.data import random_moves, windows
from graincast.growth.data.lessons import Lessons
from graincast.growth.forecaster import Lesson, Sequences
from graincast.growth.models import persistence
from graincast.growth.stages import Stage, Training
from graincast.scoring import images, significance, summary
from graincast.training import devices, loop, parallel, resume


def network():
    torch.manual_seed(0)
    return plain_convolution.Model(plain_convolution.Settings(width=4, layers=3, kernel=3))


def shown(images):
    """Sequences [B, frames, H, W] of images alone."""
    return Sequences(images, torch.zeros(images.shape, dtype=torch.long))


def forecast(model, first, frames):
    """Images [B, frames, H, W] after the first ones [B, H, W]."""
    return model.forecast(shown(first[:, None]), frames).images


def test_the_convolution_commutes_with_periodic_shifts():
    first = torch.rand(2, 16, 16)
    shifted = forecast(network(), torch.roll(first, (3, 5), (1, 2)), 3)
    assert torch.allclose(shifted, torch.roll(forecast(network(), first, 3), (3, 5), (2, 3)), atol=1e-6)
    assert not torch.allclose(shifted, forecast(network(), first, 3), atol=1e-3)


def test_a_forecast_stays_an_image():
    images = forecast(network(), torch.rand(2, 16, 16), 20)
    assert images.shape == (2, 20, 16, 16)
    assert images.min() >= 0
    assert images.max() <= 1


def test_persistence_repeats_the_first_image_and_its_loss_is_the_change():
    sequence = torch.rand(3, 4, 8, 8)
    model = persistence.Model(persistence.Settings())
    assert torch.equal(forecast(model, sequence[:, 0], 2)[:, 1], sequence[:, 0])
    lesson = Lesson(1, 0.0, (np.random.default_rng(0),) * 3)
    assert model.loss(shown(sequence), lesson)[0].item() == pytest.approx(
        ((sequence[0, :1] - sequence[0, 1:]) ** 2).mean().item()
    )


def test_a_symmetry_moves_all_frames_of_a_sequence_alike():
    sequence = torch.arange(64.0).reshape(1, 1, 8, 8).repeat(1, 3, 1, 1)
    both = random_moves.randomly_moved(Sequences(sequence, sequence.long()), [np.random.default_rng(3)])
    moved = both.images
    assert torch.equal(both.grains, moved.long())
    assert torch.equal(moved[0, 0], moved[0, 2])
    assert not torch.equal(moved, sequence)
    assert torch.equal(moved[0, 0].flatten().sort().values, sequence[0, 0].flatten())


def test_an_epoch_shows_every_simulation_once():
    data = windows.Windows("x.npz", torch.zeros(11, 9, 4, 4), torch.zeros(11, 9, 4, 4))
    chosen = windows.batches(data, size=4, length=3, rng=np.random.default_rng(0))
    assert [len(simulations) for simulations, _ in chosen] == [4, 4, 3]
    assert sorted(np.concatenate([simulations for simulations, _ in chosen])) == list(range(11))
    assert max(first.max() for _, first in chosen) <= 9 - 3


@pytest.mark.parametrize("processes", [2, 3])
def test_several_processes_have_the_learning_curve_of_one(reached, processes):
    """Through torchrun: batches of 4 and of 2 sequences are shared by processes of which some get none."""
    windows_folder = reached.root / "results/growth/data/tiny_normal"
    command = [
        "workflow/train.py", "--study", "growth", "--model", "config/growth/models/tiny_local_rule.yaml",
        "--train", windows_folder / "train.npz", "--validation", windows_folder / "validation.npz",
        "--dataset", "tiny_normal", "--seed", "0", "--weights", "w.safetensors",
        "--curve", "c.parquet", "--tensorboard", "tb", "--resume", "resume",
    ]  # fmt: skip
    done = subprocess.run(
        ["bash", "workflow/launch.sh", str(processes), "1", *map(str, command)],
        cwd=reached.root,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
    )
    assert done.returncode == 0, done.stderr
    assert f"with {processes} process(es)" in done.stderr
    alone = table.read(reached.root / "results/growth/training/tiny_local_rule/tiny_normal/0/curve.parquet")
    together = table.read(reached.root / "c.parquet")
    assert len(together) == len(alone) == 8
    assert together["value"].to_list() == pytest.approx(alone["value"].to_list(), rel=1e-5)


def claim(folder, taken, enough):
    with devices.claimed(["first", "second"], folder) as index:
        taken.put(index)
        enough.wait(timeout=120)


def test_trainings_side_by_side_claim_different_gpus_and_a_third_waits(tmp_path):
    fork = multiprocessing.get_context("spawn")
    taken, enough = fork.Queue(), fork.Event()
    workers = [fork.Process(target=claim, args=(tmp_path, taken, enough)) for _ in range(3)]
    for worker in workers:
        worker.start()
    first_two = sorted(taken.get(timeout=120) for _ in range(2))
    assert first_two == [0, 1]
    assert taken.empty()
    enough.set()
    assert taken.get(timeout=120) in (0, 1)
    for worker in workers:
        worker.join()


def test_a_killed_training_gives_its_gpu_back(tmp_path):
    code = (
        "import sys, time, pathlib; sys.path.insert(0, 'workflow'); from graincast.training import devices\n"
        f"with devices.claimed(['only'], pathlib.Path({str(tmp_path)!r})): print('claimed', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "claimed\n"
        holder.kill()
    with devices.claimed(["only"], tmp_path) as index:
        assert index == 0


def test_similarity_is_one_for_the_same_image_and_falls_with_a_shift():
    image = np.zeros((64, 64))
    image[8::16] = image[:, 8::16] = 1
    scores = [images.similarity(np.roll(image, shift, axis=1), image) for shift in (0, 1, 2)]
    assert scores[0] == pytest.approx(1)
    assert scores[0] > scores[1] > scores[2]


def test_grains_of_an_image_are_counted_across_the_edges():
    image = np.zeros((32, 32))
    image[8] = image[24] = image[:, 8] = image[:, 24] = 1  # four grains on a torus
    assert images.grain_count(image) == 4
    image[0, 0] = 1  # a speck of boundary changes nothing
    assert images.grain_count(image) == 4


def test_a_diverged_forecast_is_scored_and_not_dropped():
    from graincast.growth.judging import forecast_scores

    maps = np.zeros((3, 16, 16), int)
    maps[:, 4:12, 4:12] = 1
    truth = forecast_scores.Truth(np.random.default_rng(0).random((3, 16, 16)), maps, np.arange(3.0), 1.0)
    read = forecast_scores.predicted(np.full((2, 16, 16), np.nan), None, maps[0])
    rows = list(forecast_scores.rows({"sample": 7}, 1, read, truth))
    assert all(np.isfinite(row["value"]) for row in rows)
    assert {row["sample"] for row in rows} == {7}
    assert {row["step"] for row in rows if row["score"] == "ssim"} == {1, 2}
    assert all(row["value"] == 0.5 for row in rows if row["score"] == "grain_count_error")


def test_an_interval_holds_the_mean_and_narrows_with_more_structures():
    rng = np.random.default_rng(0)
    few, many = rng.normal(5, 1, 10), rng.normal(5, 1, 1000)
    low, high = significance.bootstrap_interval(few, np.random.default_rng(1))
    assert low < few.mean() < high
    narrow = significance.bootstrap_interval(many, np.random.default_rng(1))
    assert narrow[1] - narrow[0] < (high - low) / 3
    assert narrow[1] - narrow[0] == pytest.approx(2 * 1.96 / np.sqrt(1000), rel=0.15)


def scores_frame(gain):
    rng = np.random.default_rng(0)
    hard = rng.normal(0.5, 0.2, 20)  # structures differ far more than models do: only a paired test sees the gain
    return pd.DataFrame(
        [
            {
                "model": model,
                "dataset": "d",
                "seed": 0,
                "case": "c",
                "sample": i,
                "step": 1,
                "score": "ssim",
                "value": v,
            }
            for i, value in enumerate(hard)
            for model, v in (("persistence", value), ("m", value + gain + rng.normal(0, 0.01)))
        ]
    )


@pytest.mark.parametrize(("gain", "word"), [(0.05, "beats"), (-0.05, "is worse than"), (0.0, "cannot be told from")])
def test_the_verdict_says_what_the_paired_scores_say(gain, word):
    (row,) = summary.verdicts(scores_frame(gain), "persistence", "ssim").to_dict("records")
    assert (row["model"], row["verdict"], row["floor"], row["structures"]) == ("m", word, "persistence", 20)
    assert row["gain"] == pytest.approx(row["ssim"] - row["ssim of the floor"])
    assert row["low"] < row["gain"] < row["high"]


def test_models_trained_on_different_data_are_judged_apart():
    good, bad = scores_frame(0.05), scores_frame(-0.05).assign(dataset="e")
    judged = summary.verdicts(pd.concat([good, bad]), "persistence", "ssim")
    assert list(zip(judged["trained on"], judged["verdict"], strict=True)) == [("d", "beats"), ("e", "is worse than")]


def test_there_is_no_verdict_without_the_floor():
    scores = scores_frame(0.05)
    assert summary.verdicts(scores[scores["model"] == "m"], "persistence", "ssim").empty


def noise(frames=3, simulations=4):
    """Windows of nothing that could be learned."""
    shape = (simulations, frames, 8, 8)
    images = torch.randint(0, 256, shape, generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    return windows.Windows("noise.npz", images, torch.zeros_like(images))


def trained_for(tmp_path, patience, learning_rate):
    """A training on noise whose loss cannot go on falling: its progress, its learner and what it works on."""
    training = Training(1, 2, learning_rate, 1.0, patience, (Stage(2, 1, 0.0), Stage(40, 2, 0.0)))
    data = Lessons(noise(), training)
    setup = loop.Setup(data, data, 0, torch.device("cpu"), parallel.Team(0, 1))
    learner, keep = growth.of_model(network(), training), resume.ResumeFile(tmp_path / "r.safetensors", 1e9)
    progress = loop.fit(learner, training.budget, setup, keep, lambda: False, lambda _: None)
    return progress, learner, setup


def test_compiled_chains_learn_what_the_others_learn_and_share_their_names():
    """Without a GPU: the tracing backend stands for the one that writes kernels."""
    alone, compiled = network(), network()
    devices.compile_chains(alone, torch.device("cpu"))
    assert all(module._compiled_call_impl is None for module in alone.modules())
    devices.compile_chains(compiled, torch.device("cuda"), backend="aot_eager")
    assert [module._compiled_call_impl is not None for module in compiled.children()] == [True]
    frames = torch.rand((2, 3, 16, 16), generator=torch.Generator().manual_seed(1))
    for model in (alone, compiled):
        lesson = Lesson(1, 0.0, tuple(np.random.default_rng(seed) for seed in range(2)))
        model.loss(Sequences(frames, frames.long()), lesson).sum().backward()
    assert compiled.state_dict().keys() == alone.state_dict().keys()
    for one, other in zip(compiled.parameters(), alone.parameters(), strict=True):
        assert torch.allclose(one.grad, other.grad, rtol=1e-4, atol=1e-7)


def test_what_is_only_looked_at_has_no_kernels_compiled():
    compiled, model = [], network()
    model.forward = lambda first: forecast(model, first, 2)
    model.compile(backend=lambda graph, _: compiled.append(1) or graph.forward)
    with torch.no_grad(), devices.uncompiled(torch.device("cuda")):
        assert model(torch.rand(2, 16, 16)).shape == (2, 2, 16, 16)
    assert not compiled
    model(torch.rand(2, 16, 16))
    assert compiled


def test_training_ends_early_without_gain_and_keeps_the_best_weights_of_the_last_stage(tmp_path):
    progress, learner, setup = trained_for(tmp_path, patience=3, learning_rate=0.3)
    assert 2 + 3 < progress.epoch < 42
    assert progress.without_gain == 3
    assert progress.best_loss == min(progress.validation_losses[2:])
    kept = loop.validation_loss(learner, setup, setup.validation.in_order())
    assert kept == pytest.approx(progress.best_loss)
    assert progress.validation_losses[-1] > progress.best_loss


def test_the_best_weights_so_far_survive_an_interruption(tmp_path):
    progress, learner, _ = trained_for(tmp_path, patience=3, learning_rate=0.3)
    keep = resume.ResumeFile(tmp_path / "best.safetensors", 1e9)
    keep.save(resume.State(learner, learner.optimizers(), progress))
    again = keep.restore(learner, learner.optimizers()).progress
    assert again.best_loss == progress.best_loss
    assert again.best.keys() == progress.best.keys()
    assert all(torch.equal(again.best[name], tensor) for name, tensor in progress.best.items())


@pytest.mark.parametrize("split", ["train", "validate"])
def test_windows_without_a_simulation_are_named_before_anything_is_learned(tmp_path, split):
    training = Training(1, 2, 0.1, 1.0, 3, (Stage(2, 1, 0.0),))
    full, empty = Lessons(noise(), training), Lessons(noise(simulations=0), training)
    data = (empty, full) if split == "train" else (full, empty)
    setup = loop.Setup(*data, 0, torch.device("cpu"), parallel.Team(0, 1))
    learner, keep = growth.of_model(network(), training), resume.ResumeFile(tmp_path / "r.safetensors", 1e9)
    with pytest.raises(GraincastError, match=rf"noise\.npz: holds no simulation to {split} with"):
        loop.fit(learner, training.budget, setup, keep, lambda: False, lambda _: pytest.fail("an epoch was closed"))


def test_windows_that_are_too_short_to_judge_by_are_named(tmp_path):
    training = Training(1, 2, 0.1, 1.0, 3, (Stage(2, 1, 0.0), Stage(1, 2, 0.0)))
    setup = loop.Setup(
        Lessons(noise(3), training), Lessons(noise(2), training), 0, torch.device("cpu"), parallel.Team(0, 1)
    )
    learner, keep = growth.of_model(network(), training), resume.ResumeFile(tmp_path / "r.safetensors", 1e9)
    with pytest.raises(GraincastError, match=r"noise\.npz: has 2 frames, training with this horizon needs 3"):
        loop.fit(learner, training.budget, setup, keep, lambda: False, lambda _: pytest.fail("an epoch was closed"))


def test_a_picture_shows_the_truth_above_the_forecast():
    training = Training(1, 2, 0.1, 1.0, 3, (Stage(1, 2, 0.0),))
    data, learner = Lessons(noise(), training), growth.of_model(network(), training)
    picture = learner.picture(data.unchanged(data.in_order()[0]))
    assert picture.shape == (16, 16)
    assert np.allclose(picture[:8], np.hstack(list(noise().images[0, 1:].numpy() / 255)))
    assert 0 <= picture[8:].min() < picture[8:].max() <= 1
