"""How many GPUs this machine has, found without importing torch."""

import os
from pathlib import Path


def count() -> int:
    """GPUs that CUDA_VISIBLE_DEVICES leaves; all NVIDIA devices of the machine if it is not set."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return len([name for name in visible.split(",") if name.strip() not in ("", "-1")])
    return len([device for device in Path("/dev").glob("nvidia*") if device.name.removeprefix("nvidia").isdigit()])
