"""This machine, found without importing torch: its GPUs, and the Python that jobs start."""

import os
import sys
from pathlib import Path


def gpu_count() -> int:
    """GPUs that CUDA_VISIBLE_DEVICES leaves; all NVIDIA devices of the machine if it is not set."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return len([name for name in visible.split(",") if name.strip() not in ("", "-1")])
    return len([device for device in Path("/dev").glob("nvidia*") if device.name.removeprefix("nvidia").isdigit()])


def put_own_python_first() -> None:
    """Let a job's `python` be the one that runs Snakemake; a conda environment, if asked for, still goes before it."""
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
