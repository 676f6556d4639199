"""Grains as materials of DAMASK 3: a constituent each, with its phase and orientation.

Grain i, counted from 1, is the i-th entry of `material`. What is known stands here; how a phase deforms is for the user
to say, so `phase` holds names alone. Orientations that are not known are random, from a seed that the file states.
(https://damask-multiphysics.org/documentation)
"""

from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from graincast.base.storage import write_text
from graincast.material.exports import conventions
from graincast.material.microstructure import Microstructure

SEED = 1  # of orientations that are not known
UNNAMED = "unnamed"  # a phase that is not known
HOMOGENIZATION = """homogenization:
  SX:
    N_constituents: 1
    mechanical: {type: pass}
"""
MATERIAL = """  - homogenization: SX
    constituents:
      - phase: {phase}
        v: 1.0
        O: [{turned}]
"""


def write(path: Path, structure: Microstructure) -> Path:
    """Write the materials of all grains to `path`."""
    conventions.check(structure, path)
    names = structure.phases or (UNNAMED,) * structure.grains
    plain = {name: yaml.safe_dump([name], default_flow_style=True, width=len(name) + 99)[1:-2] for name in set(names)}
    turned, said = _orientations(structure)
    comments = "".join(f"# {sentence}\n" for sentence in (*conventions.STATEMENT, said))
    phases = "".join(f"  {plain[name]}: {{}}  # how it deforms is not known here\n" for name in sorted(plain))
    rows = (
        MATERIAL.format(phase=plain[name], turned=", ".join(f"{part:.15f}" for part in each))
        for name, each in zip(names, turned, strict=True)
    )
    write_text(path, f"{comments}{HOMOGENIZATION}phase:\n{phases}material:\n{''.join(rows)}")
    return path


def _orientations(structure: Microstructure) -> tuple[NDArray[np.float64], str]:
    """Quaternions [grains, 4], and where they are from."""
    if structure.orientations is not None:
        return conventions.quaternions(structure.orientations), "The orientations are those of the structure."
    drawn = np.random.default_rng(SEED).normal(size=(structure.grains, 4))
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    said = f"The orientations are not known: these are random and uniform, drawn from the seed {SEED}."
    return conventions.quaternions(drawn), said
