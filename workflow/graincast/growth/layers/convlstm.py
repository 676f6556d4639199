"""The convolutional LSTM (Shi et al. 2015) on a torus, without peepholes: a memory at each place of a grid.

i, f, o = sigmoid(W * [x, h] + b),    g = tanh(W * [x, h] + b),    c' = f c + i g,    h' = o tanh(c')
"""

import torch
from torch import Tensor, nn

from graincast.growth.layers.convolutions import circular

FORGET_BIAS = 1.0  # a fresh memory keeps what it holds (Jozefowicz et al. 2015)


class ConvLSTM(nn.Module):
    def __init__(self, inputs: int, hidden: int, kernel: int) -> None:
        super().__init__()
        self.hidden = hidden
        self.gates = circular(inputs + hidden, 4 * hidden, kernel)
        with torch.no_grad():
            assert self.gates.bias is not None
            self.gates.bias[hidden : 2 * hidden] = FORGET_BIAS

    def blank(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Hidden state and cell of a memory that has seen nothing, for inputs [B, C, h, w]."""
        nothing = inputs.new_zeros(len(inputs), self.hidden, *inputs.shape[-2:], dtype=torch.float32)
        return nothing, nothing

    def forward(self, inputs: Tensor, hidden: Tensor, cell: Tensor) -> tuple[Tensor, Tensor]:
        """Hidden state and cell [B, hidden, h, w] after inputs [B, C, h, w]; the cell is kept in full precision."""
        into, keep, out, new = self.gates(torch.cat([inputs, hidden], dim=1)).float().chunk(4, dim=1)
        cell = torch.sigmoid(keep) * cell + torch.sigmoid(into) * torch.tanh(new)
        return torch.sigmoid(out) * torch.tanh(cell), cell
