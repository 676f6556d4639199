"""What a person can watch while a training runs, in TensorBoard and in the log: no result depends on it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from torch.utils.tensorboard import SummaryWriter

from graincast.base.command import log
from graincast.training.progress import Seen

PICTURE_EVERY = 10  # epochs


@contextmanager
def tensorboard(folder: Path, resumed: bool) -> Iterator[Callable[[Seen], None]]:
    """A function that logs the epoch just closed; a fresh training clears what an earlier one logged."""
    if not resumed:
        shutil.rmtree(folder, ignore_errors=True)
    writer: SummaryWriter | None = None

    def watch(seen: Seen) -> None:
        nonlocal writer
        writer = writer or SummaryWriter(str(folder), purge_step=seen.progress.epoch)
        _write(writer, seen)
        _log(seen)

    try:
        yield watch
    finally:
        if writer is not None:
            writer.close()


def _write(writer: SummaryWriter, seen: Seen) -> None:
    epoch = seen.progress.epoch
    for name, loss in seen.progress.training_losses[-1].items():
        writer.add_scalar(f"{name}/training", loss, epoch)
    writer.add_scalar("loss/validation", seen.progress.validation_losses[-1], epoch)
    for what, values in (("learning rate", seen.rates), ("gradient norm", seen.norms)):
        for name, value in values.items():
            writer.add_scalar(f"{what}/{name}", value, epoch)
    if epoch % PICTURE_EVERY == 1:
        picture = seen.picture()
        if picture is not None:
            writer.add_image("example", picture, epoch, dataformats="HW" if picture.ndim == 2 else "HWC")


def _log(seen: Seen) -> None:
    progress = seen.progress
    losses = ", ".join(f"training {name} {loss:.6f}" for name, loss in progress.training_losses[-1].items())
    log.info("epoch %d: %s, validation loss %.6f", progress.epoch, losses, progress.validation_losses[-1])
