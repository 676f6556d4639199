"""The device: what it can do at most, what was counted on it, and what it is called.

Operations are those of matrix products, convolutions and attention (`torch.utils.flop_counter`), a multiplication and
an addition being two; point-wise work and Fourier transforms are not counted. The peak is of dense products in
bfloat16, as the vendor says.
"""

import platform
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from graincast.base import compiled, machine
from graincast.training import devices

PEAKS = {  # operations a second, by the name that torch has; a card that is not here has no share
    "NVIDIA H100 80GB HBM3": 989e12,
    "NVIDIA H200": 989e12,
}


def name(device: torch.device) -> str:
    """What the device is called."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else machine.processor()


def speed(what: str, samples_per_second: float, operations: float, device: torch.device) -> dict[str, Any]:
    """Samples a second, operations of a sample, and the share of the peak that both make; None of an unknown card."""
    peak = PEAKS.get(name(device))
    return {
        f"{what}_samples_per_second": samples_per_second,
        f"{what}_gflop_per_sample": operations / 1e9,
        f"{what}_share_of_peak": samples_per_second * operations / peak if peak else None,
    }


def operations(work: Callable[[], object], device: torch.device) -> int:
    """Counted in one run of the work, uncompiled, for what is compiled cannot be seen into."""
    with devices.uncompiled(device), FlopCounterMode(display=False) as counter:
        work()
    return int(counter.get_total_flops())


def finish(device: torch.device) -> None:
    """Wait until all that was asked of the device is done."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def forget_peak(device: torch.device) -> None:
    """Look at memory from here on."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats(device)


def peak_gib(device: torch.device) -> float | None:
    """The most memory that tensors had since then; None on a CPU."""
    return torch.cuda.max_memory_allocated(device) / 2**30 if device.type == "cuda" else None


def about(device: torch.device) -> dict[str, Any]:
    """The machine, for the record."""
    return {
        "device": name(device),
        "precision": "bfloat16 where safe" if device.type == "cuda" else "float32",
        "peak_bf16_flops": PEAKS.get(name(device)),
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "numpy": np.__version__,
        "python": sys.version.split()[0],
        "kernels": "numba" if compiled.possible() else "numpy",
        "threads": torch.get_num_threads(),
        "processor": machine.processor(),
        "system": platform.platform(),
    }
