"""Whether making batches holds trainings up: its share of a training step, for each model of the default, in one run.

    .graincast/env/bin/python benchmarks/loading.py [MODEL ...] [--windows results/growth/data/normal/train.npz]

Steps are those of each model's YAML, stage after stage, on fresh weights and one core: batches of windows, randomly
moved, then loss, gradient and optimizer. CPU seconds; batches and steps take turns on the same sequences.
"""

import argparse
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT / "workflow"))

import numpy as np
import torch

from graincast.growth import stages
from graincast.growth.data import windows
from graincast.growth.data.random_moves import randomly_moved
from graincast.growth.experiment import MODELS
from graincast.growth.forecaster import Lesson
from graincast.training import devices

WARM_UP, STEPS = 2, 8  # of each stage
DEFAULT = ("convlstm", "boundary_attention", "open_attention", "masked_mixing", "local_rule")


def seconds_by_stage(described, data):
    """CPU seconds of a batch and of its step [stages, 2], medians."""
    model = described.build("the model")
    optimizer = torch.optim.AdamW(model.parameters(), lr=described.training.learning_rate)
    return np.array(
        [stage_seconds(model, optimizer, described.training, stage, data) for stage in described.training.stages]
    )


def stage_seconds(model, optimizer, budget, stage, data):
    """Medians over some steps of one stage, after the first ones."""
    length, taken = budget.inputs + stage.horizon, []
    for number in range(WARM_UP + STEPS):
        began = time.process_time()
        batch = windows.batches(data, budget.batch, length, np.random.default_rng(number))[0]
        chances = tuple(np.random.default_rng([number, one]) for one in range(len(batch[0])))
        moved = randomly_moved(windows.sequences(data, batch, length), chances)
        made = time.process_time()
        optimizer.zero_grad()
        model.loss(moved, Lesson(budget.inputs, stage.forcing, chances)).mean().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), budget.gradient_clip)
        optimizer.step()
        taken.append((made - began, time.process_time() - made))
    return np.median(taken[WARM_UP:], axis=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", default=DEFAULT)
    parser.add_argument("--windows", type=Path, default=Path("results/growth/data/normal/train.npz"))
    args = parser.parse_args()
    devices.bound_threads(1)
    devices.keep_memory()
    data = windows.load(args.windows)
    for name in args.models:
        described = stages.load(PROJECT / MODELS / f"{name}.yaml")
        taken = seconds_by_stage(described, data)
        epochs = np.array([stage.epochs for stage in described.training.stages])
        batch, step = 1000 * (epochs @ taken) / epochs.sum()
        print(
            f"{name}: batch {batch:.2f} ms, step {step:.0f} ms, share of batches {batch / (batch + step):.2%} ", end=""
        )
        print(f"(by stage at most {np.max(taken[:, 0] / taken.sum(axis=1)):.2%})")


if __name__ == "__main__":
    main()
