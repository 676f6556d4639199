"""What parts of studies that learn from batches share: trainings stretched, and the loss of each unseen sample."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import torch


def stretched(training: Any, factor: float) -> Any:
    """The section 'training' of a model with more or fewer epochs, one at least."""
    epochs = max(1, math.floor(factor * training.epochs))
    return replace(training, epochs=epochs, patience=epochs)


@torch.no_grad()
def losses(model: Any, data: Any, device: torch.device) -> Iterator[dict[str, Any]]:
    """Rows of the loss of each sample; one that diverged counts as a million."""
    number = 0
    for chosen in data.in_order():
        batch = data.unchanged(chosen).to(device)
        chances = tuple(np.random.default_rng(number + index) for index in range(len(batch)))
        for loss in np.nan_to_num(model.loss(batch, chances).float().cpu().numpy(), nan=1e6, posinf=1e6):
            yield {"sample": number, "step": 0, "score": "loss", "value": float(loss)}
            number += 1
