"""The loop with learners from outside: two players, batch statistics, a moving average; killed, resumed, shared."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from toy import learner as toy
from toy.models import averaged, normalised, two_players

from conftest import copy_project
from graincast.base import checkpoint, storage, table
from graincast.base.errors import GraincastError, Interrupted
from graincast.training import loop, parallel, subject, watching
from graincast.training.resume import ResumeFile

CPU = torch.device("cpu")
WRITTEN = ("w.safetensors", "c.parquet")
TOYS = {
    "two_players": lambda: two_players.Model(two_players.Settings(8)),
    "normalised": lambda: normalised.Model(normalised.Settings(8)),
    "averaged": lambda: averaged.Model(averaged.Settings(8, 0.9)),
}
every_toy = pytest.mark.parametrize("name", TOYS)


def cloud(count, size=4):
    points = np.random.default_rng(count).random((count, 2)).astype(np.float32)
    return toy.Cloud(Path(f"{count}.npz"), torch.from_numpy(points), size)


def setup(count=12):
    return loop.Setup(cloud(count), cloud(7), 0, CPU, parallel.Team(0, 1))


def fresh(name):
    return loop.fresh_model(TOYS[name], seed=0)


def trained(name, resume, watch=lambda _: None, should_stop=lambda: False, epochs=6):
    """A learner after what is left of its training."""
    learner = fresh(name)
    learner.ready(CPU)
    progress = loop.fit(learner, toy.Training(epochs, 4).budget, setup(), resume, should_stop, watch)
    return learner, progress


def bytes_of(tensors):
    return {name: tensor.numpy().tobytes() for name, tensor in tensors.items()}


def stop_after(batches):
    """A function that asks to stop at its call of that number."""
    left = iter([False] * (batches - 1) + [True])
    return lambda: next(left)


@pytest.mark.parametrize("batches", [1, 3, 8, 17])
@every_toy
def test_a_stopped_training_goes_on_to_the_same_weights_buffers_and_averages(tmp_path, name, batches):
    whole, progress = trained(name, ResumeFile(tmp_path / "whole", 1e9))
    keep = ResumeFile(tmp_path / "part", 1e9)
    with pytest.raises(Interrupted, match="the same command goes on from there"):
        trained(name, keep, should_stop=stop_after(batches))
    part, again = trained(name, keep)
    assert bytes_of(part.state_dict()) == bytes_of(whole.state_dict())
    assert again.training_losses == progress.training_losses
    assert again.validation_losses == progress.validation_losses
    assert bytes_of(whole.state_dict()) != bytes_of(fresh(name).state_dict())


@every_toy
def test_a_resume_file_holds_all_that_a_learner_and_its_optimizers_are(tmp_path, name):
    keep = ResumeFile(tmp_path / "part", 1e9)
    with pytest.raises(Interrupted):
        trained(name, keep, should_stop=stop_after(8))
    learner = fresh(name)
    state = keep.restore(learner, learner.optimizers())
    stored, _ = checkpoint.load(keep.path)
    ResumeFile(tmp_path / "again", 1e9).save(state)
    assert bytes_of(checkpoint.load(tmp_path / "again")[0]) == bytes_of(stored)
    moved = {key.split("/")[1] for key in stored if key.startswith("optimizer/")}
    assert moved == set(learner.optimizers())
    assert bytes_of(learner.state_dict()) != bytes_of(fresh(name).state_dict())


def test_players_take_turns_at_their_own_rates(tmp_path):
    seen = []
    learner, progress = trained("two_players", ResumeFile(tmp_path / "r", 1e9), watch=seen.append)
    assert int(learner.turns) == 18
    assert int(learner.average.steps) == 9
    assert [sorted(losses) for losses in progress.training_losses] == [["critic", "generator"]] * 6
    assert seen[0].rates["critic"] == 2e-3
    assert 0 < seen[-1].rates["generator"] < seen[0].rates["generator"] < 1e-3
    assert all(norm > 0 for norm in seen[-1].norms.values())


def test_a_player_moves_only_its_own_weights():
    learner = fresh("two_players")
    optimizers = learner.optimizers()
    descent = loop.Descent(optimizers, loop.Position(0, 0, 1, 1), parallel.Team(0, 1), CPU, 4, 4, ())
    chances = tuple(np.random.default_rng(number) for number in range(4))
    before = bytes_of(learner.state_dict())
    descent.down("generator", lambda: learner.critic(learner.generator(two_players.drawn(chances, 2)))[:, 0], 1e-3)
    moved = {name.split(".")[0] for name, value in bytes_of(learner.state_dict()).items() if value != before[name]}
    assert moved == {"generator"}
    assert all(weights.grad is None for weights in learner.critic.parameters())


def test_the_average_is_what_is_judged_and_kept(tmp_path):
    learner, progress = trained("averaged", ResumeFile(tmp_path / "r", 1e9))
    assert learner.kept() is learner.average.model
    assert bytes_of(learner.kept().state_dict()) == bytes_of(progress.best)
    assert bytes_of(learner.kept().state_dict()) != bytes_of(learner.model.state_dict())
    loss = loop.validation_loss(learner, setup(), setup().validation.in_order())
    assert loss == pytest.approx(progress.best_loss)


def test_an_average_follows_slowly_and_takes_buffers_as_they_are():
    from graincast.training.averaging import Average

    layer = torch.nn.BatchNorm1d(1)
    average = Average(layer, 0.5)
    with torch.no_grad():
        layer.weight.fill_(3.0)
        layer.running_mean.fill_(7.0)
    average.follow(layer)
    assert average.model.weight.item() == pytest.approx(1 + (3 - 1) * (1 - 2 / 11))
    assert average.model.running_mean.item() == 7.0
    for _ in range(8):
        average.follow(layer)
    before = average.model.weight.item()
    average.follow(layer)
    assert 3 - average.model.weight.item() == pytest.approx((3 - before) / 2)
    assert not average.model.weight.requires_grad


def test_statistics_are_taken_in_training_and_used_in_judging(tmp_path):
    learner, _ = trained("normalised", ResumeFile(tmp_path / "r", 1e9))
    remembered = [statistics.clone() for statistics in learner.statistics()]
    assert len(remembered) == 3
    assert remembered[2] > 0  # batches tracked
    points = cloud(7).unchanged(np.arange(7))
    alone = torch.cat([learner.judge(points.some(slice(one, one + 1)), ()) for one in range(7)])
    assert torch.allclose(alone, learner.judge(points, ()))
    assert all(torch.equal(one, other) for one, other in zip(remembered, learner.statistics(), strict=True))
    assert learner.model.training


def test_statistics_that_are_not_declared_are_refused(tmp_path):
    learner = toy_plain_with_undeclared_statistics()
    with pytest.raises(GraincastError, match=r"its layer 'model\.stack\.1' normalises by batch"):
        loop.fit(learner, toy.Training(1, 4).budget, setup(), ResumeFile(tmp_path / "r", 1e9), lambda: False, print)


def toy_plain_with_undeclared_statistics():
    from graincast.training.plain import Pace, Plain

    return Plain(normalised.Network(8), Pace(1e-2, 1.0))


def test_watching_shows_every_loss_rate_and_norm_and_changes_no_weight(tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    blind, _ = trained("two_players", ResumeFile(tmp_path / "blind", 1e9))
    with watching.tensorboard(tmp_path / "log", resumed=False) as watch:
        watched, _ = trained("two_players", ResumeFile(tmp_path / "watched", 1e9), watch=watch)
    assert bytes_of(watched.state_dict()) == bytes_of(blind.state_dict())
    events = EventAccumulator(str(tmp_path / "log")).Reload()
    players = ("critic", "generator")
    wanted = {f"{what}/{name}" for what in ("learning rate", "gradient norm") for name in players}
    assert set(events.Tags()["scalars"]) == wanted | {"critic/training", "generator/training", "loss/validation"}
    assert len(events.Scalars("critic/training")) == 6
    assert events.Tags()["images"] == ["example"]


def test_a_split_that_is_too_small_says_so_and_a_study_that_is_not_there_too(tmp_path):
    learner = fresh("averaged")
    small = loop.Setup(cloud(1), cloud(7), 0, CPU, parallel.Team(0, 1))
    with pytest.raises(GraincastError, match=r"1\.npz: holds 1 points, expected 2 or more"):
        loop.fit(learner, toy.Training(1, 4).budget, small, ResumeFile(tmp_path / "r", 1e9), lambda: False, print)
    there_are = r"\['generation', 'growth', 'segmentation'\]"
    for name in ("grwth", "training", "../growth"):
        with pytest.raises(GraincastError, match=rf"there is no study '{name}'.*{there_are}"):
            subject.find(name)


@pytest.fixture
def outside(tmp_path):
    """A project with the toy study in it: how its two players are trained, given more arguments."""
    project = copy_project(tmp_path / "project")
    shutil.copytree(Path(toy.__file__).parent, project.root / "workflow/graincast/toy")
    model = "model: two_players\nsettings: {width: 8}\ntraining: {epochs: 120, batch: 4}\n"
    (project.root / "two_players.yaml").write_text(model)
    for name, count in (("train", 9), ("validation", 7)):
        storage.write_arrays(project.root / f"{name}.npz", {"points": cloud(count).points.numpy()})
    return project


ARGUMENTS = [
    "workflow/train.py", "--study", "toy", "--model", "two_players.yaml", "--train", "train.npz",
    "--validation", "validation.npz", "--dataset", "cloud", "--seed", "0", "--weights", "w.safetensors",
    "--curve", "c.parquet", "--tensorboard", "log", "--resume", "resume", "--checkpoint-seconds", "0",
]  # fmt: skip


def killed_in_epoch(project, epoch, sent):
    """Start the training, send it a signal in an epoch; how it ended."""
    command = [sys.executable, *ARGUMENTS]
    with subprocess.Popen(command, cwd=project.root, stderr=subprocess.PIPE, text=True) as run:
        for line in run.stderr:
            if f"epoch {epoch}:" in line:
                break
        run.send_signal(sent)
        run.stderr.read()
    return run.returncode


def test_two_players_killed_again_and_again_end_with_the_same_bytes(outside):
    whole = outside.copy(outside.root.parent / "whole")
    subprocess.run([sys.executable, *ARGUMENTS], cwd=whole.root, check=True, capture_output=True)
    assert killed_in_epoch(outside, 20, signal.SIGKILL) == -signal.SIGKILL
    assert killed_in_epoch(outside, 60, signal.SIGTERM) == 143
    assert not (outside.root / "w.safetensors").exists()
    done = subprocess.run([sys.executable, *ARGUMENTS], cwd=outside.root, check=True, capture_output=True, text=True)
    assert "resuming at epoch" in done.stderr
    assert "epoch 60:" not in done.stderr
    for name in WRITTEN:
        assert (outside.root / name).read_bytes() == (whole.root / name).read_bytes()
    tensors, about = checkpoint.load(outside.root / "w.safetensors")
    assert (about["study"], about["model"], about["training"]) == ("toy", "two_players", {"epochs": 120, "batch": 4})
    assert set(tensors) == {"0.weight", "0.bias", "2.weight", "2.bias"}
    assert not list((outside.root / "resume").glob("*"))


def test_two_processes_train_the_two_players_of_one(outside):
    """Through torchrun: of the batches of 4, 4 and 1 points the second process gets 2, 2 and none."""
    outside.edit("two_players.yaml", "epochs: 120", "epochs: 8")
    alone = outside.copy(outside.root.parent / "alone")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for project, processes in ((alone, "1"), (outside, "2")):
        done = subprocess.run(
            ["bash", "workflow/launch.sh", processes, "1", *ARGUMENTS],
            cwd=project.root,
            capture_output=True,
            text=True,
            env={**os.environ, "PATH": path},
        )
        assert done.returncode == 0, done.stderr
        assert f"with {processes} process(es)" in done.stderr
    one, two = (checkpoint.load(project.root / "w.safetensors")[0] for project in (alone, outside))
    assert one.keys() == two.keys()
    assert all(torch.allclose(one[name], two[name], rtol=1e-4, atol=1e-6) for name in one)
    curves = [table.read(project.root / "c.parquet")["value"].to_list() for project in (alone, outside)]
    assert curves[1] == pytest.approx(curves[0], rel=1e-4, abs=1e-6)
    assert len(curves[0]) == 24
