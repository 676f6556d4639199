"""Learning curves as rows of the table."""

from typing import Any

from graincast.training.progress import Progress


def rows(progress: Progress, model: str, dataset: str, seed: int) -> list[dict[str, Any]]:
    """The training losses by their names, and the validation loss, of each epoch."""
    names = dict.fromkeys(name for losses in progress.training_losses for name in losses)
    training = [
        ("training", name, epoch, losses[name])
        for name in names
        for epoch, losses in enumerate(progress.training_losses, start=1)
        if name in losses
    ]
    validation = [("validation", "loss", epoch, loss) for epoch, loss in enumerate(progress.validation_losses, start=1)]
    return [
        {"model": model, "dataset": dataset, "seed": seed, "case": case, "epoch": epoch, "score": name, "value": loss}
        for case, name, epoch, loss in training + validation
    ]
