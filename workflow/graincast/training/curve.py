"""Learning curves: to TensorBoard while a training runs, and as rows of the table when it is done."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from torch.utils.tensorboard import SummaryWriter

from graincast.base.command import log
from graincast.training.resume import Progress


@contextmanager
def tensorboard(folder: Path, resumed: bool) -> Iterator[Callable[[Progress], None]]:
    """A function that logs the epoch just closed; a fresh training clears what an earlier one logged."""
    if not resumed:
        shutil.rmtree(folder, ignore_errors=True)
    writer: SummaryWriter | None = None

    def after_epoch(progress: Progress) -> None:
        nonlocal writer
        writer = writer or SummaryWriter(str(folder), purge_step=progress.epoch)
        training, validation = progress.training_losses[-1], progress.validation_losses[-1]
        writer.add_scalar("loss/training", training, progress.epoch)
        writer.add_scalar("loss/validation", validation, progress.epoch)
        log.info("epoch %d: training loss %.6f, validation loss %.6f", progress.epoch, training, validation)

    try:
        yield after_epoch
    finally:
        if writer is not None:
            writer.close()


def rows(progress: Progress, model: str, dataset: str, seed: int) -> list[dict[str, Any]]:
    """The learning curve as rows of the table."""
    curves = {"training": progress.training_losses, "validation": progress.validation_losses}
    return [
        {"model": model, "dataset": dataset, "seed": seed, "case": case, "epoch": epoch, "score": "loss", "value": loss}
        for case, losses in curves.items()
        for epoch, loss in enumerate(losses, start=1)
    ]
