"""Grains of your own from Python: `graincast.read`, `measure`, `export`, `predict`, and what other studies offer.

A room offers its functions in a file `offered.py`, in which they are looked up when they are asked for: importing
graincast does nothing, and a study is found by its folder.
"""

from importlib import import_module
from pathlib import Path
from typing import Any


def __getattr__(name: str) -> Any:
    """A function that a room offers."""
    if not name.startswith("_"):
        for path in sorted(Path(__file__).parent.glob("*/offered.py")):
            room = import_module(f"graincast.{path.parent.name}.offered")
            if name in room.__all__:
                return getattr(room, name)
    raise AttributeError(f"graincast offers no '{name}'")
