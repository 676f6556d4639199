"""Batches that processes of their own make ahead: the same, in the same order, whatever is asked of those processes."""

import multiprocessing
import os
import signal
import time
from contextlib import closing
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from toy import learner as toy
from toy.models import two_players

from graincast.base.errors import GraincastError, Interrupted
from graincast.training import ahead, loop, parallel
from graincast.training.ahead import Batches
from graincast.training.resume import ResumeFile

CPU = torch.device("cpu")


class Made(toy.Cloud):
    """A cloud whose batches any process can make."""

    on_processor = True


class Torn(Made):
    """One that cannot be read."""

    def batch(self, _chosen, _chances):
        raise GraincastError("torn.npz: torn")


class Slow(Made):
    """One that says who made a batch, and takes its time."""

    def batch(self, _chosen, _chances):
        time.sleep(0.2)
        return os.getpid()


def cloud(count=12, kind=Made):
    points = np.random.default_rng(count).random((count, 2)).astype(np.float32)
    return kind(Path(f"{count}.npz"), torch.from_numpy(points), 4)


def trained(folder, loaders, should_stop=lambda: False):
    """The weights and losses after what is left of a training."""
    learner = loop.fresh_model(lambda: two_players.Model(two_players.Settings(8)), seed=0)
    learner.ready(CPU)
    setup = loop.Setup(cloud(), cloud(7), 0, CPU, parallel.Team(0, 1), loaders)
    resume = ResumeFile(folder / "resume", 1e9)
    progress = loop.fit(learner, toy.Training(4, 4).budget, setup, resume, should_stop, lambda _: None)
    weights = {name: value.numpy().tobytes() for name, value in learner.state_dict().items()}
    return weights, progress.validation_losses if hasattr(progress, "validation_losses") else progress.best_loss


def same(one, other):
    """Whether two made batches are the same to the bit, with what their chances say next."""
    (batch, chances), (again, their) = one, other
    drawn = [[chance.random() for chance in some] for some in (chances, their)]
    return torch.equal(batch.at, again.at) and drawn[0] == drawn[1]


@pytest.mark.parametrize("first", [(0, 0), (1, 2), (0, 3)])
def test_processes_make_the_batches_that_one_would_make(first):
    batches = Batches(cloud(), 5)
    with closing(ahead.made(batches, first, 0)) as here, closing(ahead.made(batches, first, 2)) as there:
        for one, other in islice(zip(here, there, strict=True), 8):
            assert same(one, other)


def test_places_go_on_from_epoch_to_epoch():
    assert list(islice(Batches(cloud(), 0).places((2, 1)), 5)) == [(2, 1), (2, 2), (3, 0), (3, 1), (3, 2)]
    assert next(Batches(cloud(), 0).places((2, 3))) == (3, 0)  # an epoch that is done but not closed


def test_a_training_is_the_same_by_one_process_and_by_several(tmp_path):
    assert trained(tmp_path / "a", 0) == trained(tmp_path / "b", 2)


def test_a_training_stopped_with_loaders_goes_on_without_and_ends_the_same(tmp_path):
    stops = iter([False] * 4 + [True])
    with pytest.raises(Interrupted):
        trained(tmp_path / "a", 2, lambda: next(stops))
    assert trained(tmp_path / "a", 0) == trained(tmp_path / "b", 0)


def test_what_a_device_makes_is_left_to_it():
    class OfDevice(Slow):
        on_processor = False

    with closing(ahead.made(Batches(cloud(kind=OfDevice), 0), (0, 0), 2)) as coming:
        assert next(coming)[0] == os.getpid()
    with closing(ahead.made(Batches(cloud(kind=Slow), 0), (0, 0), 2)) as coming:
        assert next(coming)[0] != os.getpid()


def test_an_error_in_a_loader_is_that_of_the_training():
    with (
        closing(ahead.made(Batches(cloud(kind=Torn), 0), (0, 0), 2)) as coming,
        pytest.raises(GraincastError, match=r"torn\.npz"),
    ):
        next(coming)


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_loaders_do_not_hear_what_is_said_to_the_group_and_end_with_the_training(asked):
    with closing(ahead.made(Batches(cloud(kind=Slow), 0), (0, 0), 2)) as coming:
        loader = next(coming)[0]
        for child in multiprocessing.active_children():
            os.kill(child.pid, asked)
        time.sleep(0.1)
        assert {next(coming)[0] for _ in range(4)} >= {loader}
    for _ in range(100):
        if not multiprocessing.active_children():
            return
        time.sleep(0.1)
    pytest.fail("loaders are left behind")
