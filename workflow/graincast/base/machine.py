"""This machine, found without importing torch: its processor and GPUs, and the Python that jobs start."""

import os
import platform
import re
import sys
from pathlib import Path


def gpu_count() -> int:
    """GPUs that CUDA_VISIBLE_DEVICES leaves; all NVIDIA devices of the machine if it is not set."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return len([name for name in visible.split(",") if name.strip() not in ("", "-1")])
    return len([device for device in Path("/dev").glob("nvidia*") if device.name.removeprefix("nvidia").isdigit()])


def processor() -> str:
    """The processor's own name where Linux tells it, else its kind."""
    told = Path("/proc/cpuinfo")
    named = re.search(r"^model name\s*:\s*(.+)$", told.read_text(), re.MULTILINE) if told.is_file() else None
    return named[1] if named else platform.machine()


def put_own_python_first() -> None:
    """Let a job's `python` be the one that runs Snakemake; a conda environment, if asked for, still goes before it."""
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
