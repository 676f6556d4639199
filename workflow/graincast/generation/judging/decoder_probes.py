"""What single dimensions of an autoencoder draw: the publication's probes of the decoder, and the one that varies most.

zero            [side, side]            all latents 0
one, last       [side, side]            the first, the last dimension alone at 1
most            [side, side]            the dimension whose test means vary most, at 1
most_dimension  int                     which that is, from 0
active          [k, side, side]         the first 4, 16, 64 and all dimensions at 1
active_count    int [k]
amplitudes      float [a]               -3 .. 3
one_by_amplitude, most_by_amplitude  [a, side, side]  what is there less what all zeros draw
response_of_dimensions  float [latents] root mean square of what each dimension at 1 changes, pixels
"""

import numpy as np
import torch
from numpy.typing import NDArray

from graincast.generation.contract import PatchAutoencoder

ACTIVE = (4, 16, 64)
AMPLITUDES = (-3.0, -2.0, -1.0, 1.0, 2.0, 3.0)
AT_ONCE = 32  # vectors


def drawn(model: PatchAutoencoder, most: int, device: torch.device) -> dict[str, NDArray]:
    """All probes; `most` is the dimension that varies most."""
    zero = _decoded(model, np.zeros((1, model.latents), np.float32), device)[0]
    unit = np.eye(model.latents, dtype=np.float32)
    counts = [*(count for count in ACTIVE if count < model.latents), model.latents]
    active = np.stack([unit[:count].sum(axis=0) for count in counts])
    several = np.array(AMPLITUDES, np.float32)[:, None]
    each = _decoded(model, unit, device)
    return {
        "zero": zero,
        "one": each[0],
        "last": each[-1],
        "most": each[most],
        "most_dimension": np.array(most),
        "active": _decoded(model, active, device),
        "active_count": np.array(counts),
        "amplitudes": np.array(AMPLITUDES),
        "one_by_amplitude": _decoded(model, several * unit[0], device) - zero,
        "most_by_amplitude": _decoded(model, several * unit[most], device) - zero,
        "response_of_dimensions": np.sqrt(((each - zero) ** 2).mean(axis=(1, 2))),
    }


@torch.no_grad()
def _decoded(model: PatchAutoencoder, latents: NDArray, device: torch.device) -> NDArray[np.float32]:
    """[vectors, side, side]"""
    parts = torch.split(torch.from_numpy(latents).to(device), AT_ONCE)
    return np.concatenate([model.decode(part)[:, 0].cpu().numpy() for part in parts])
