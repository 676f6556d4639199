"""Layers that remember statistics of the batches they saw: allowed where a learner declares them.

They are buffers, so they are saved, resumed and kept like weights. With several processes each normalises by its own
share of a batch, and what they remember is averaged, weighted by the shares, before the optimizer moves: all hold the
same weights and statistics, but not those of one process, which normalises by the whole batch. The share of a process
must be large enough to have statistics. Learners that declare none give the same to rounding, however many share.
"""

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from graincast.base.errors import GraincastError


def running(model: nn.Module) -> Sequence[Tensor]:
    """What its layers of batch normalisation remember, where it is now: a move to a device makes others of them."""
    return [buffer for layer in model.modules() if isinstance(layer, _BatchNorm) for buffer in layer.buffers()]


def none(_model: nn.Module) -> Sequence[Tensor]:
    """Samples of a batch do not know each other."""
    return ()


def check(learner: nn.Module, declared: Sequence[Tensor]) -> None:
    """An error if a layer has statistics that the learner does not declare, among the weights that learn."""
    known = {id(buffer) for buffer in declared}
    for name, layer in learner.named_modules():
        learns = any(weights.requires_grad for weights in layer.parameters())
        if isinstance(layer, _BatchNorm) and learns and any(id(buffer) not in known for buffer in layer.buffers()):
            raise GraincastError(
                f"{type(learner).__name__}: its layer '{name}' normalises by batch, which it does not declare: "
                "see training/batch_statistics.py, or use GroupNorm or LayerNorm"
            )
