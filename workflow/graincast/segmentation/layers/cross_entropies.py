"""Losses of what is told of pixels or of pairs of them: cross entropy of a yes or no, over those that are known."""

from torch import Tensor
from torch.nn import functional


def cross_entropy(logits: Tensor, wanted: Tensor, known: Tensor) -> Tensor:
    """Of each sample [b], from logits, truth in 0..1 and what counts, all [b, ...]."""
    each = functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none") * known
    return each.flatten(1).sum(dim=1) / known.flatten(1).sum(dim=1).clamp(min=1)
