"""What `generate` is asked for, checked before any work."""

import math
import re
from dataclasses import dataclass
from pathlib import Path

from graincast.base.errors import GraincastError

SHIPPED = Path(__file__).parents[1] / "pretrained" / "flow.safetensors"
GRAINS = 400  # where nothing says how many
FEWEST_GRAINS = 12
MOST_STRUCTURES = 1000
SPREADS = (0.1, 1.0)  # beyond which sizes are those of no grain structure
LENGTHS_UM = (1e-6, 1e6)  # a picometre, a metre
NORMAL_GROWTH = 0.54  # standard deviation of ln R of grains that grow by curvature
TUNING = 320  # steps


@dataclass(frozen=True)
class Asked:
    mean_size: float | None = None  # mean equivalent circle diameter, micrometres
    spread: float | None = None  # standard deviation of ln R; that of normal growth, or of the map
    grains: int | None = None
    size: tuple[float, float] | None = None  # width and height, micrometres
    count: int = 1  # structures
    relax: bool = False
    seed: int = 0
    checkpoint: Path = SHIPPED
    tune: int = TUNING  # steps of fitting to a map
    threads: int | None = None  # all

    def __post_init__(self) -> None:
        self._check_lengths()
        if self.spread is not None and not SPREADS[0] <= self.spread <= SPREADS[1]:
            found = f"--spread is {self.spread:g}, expected a standard deviation of ln R from {SPREADS[0]:g} to"
            raise GraincastError(f"{found} {SPREADS[1]:g} (normal growth: {NORMAL_GROWTH:g})")
        if self.grains is not None and self.size is not None:
            raise GraincastError("--grains and --size both say how large the map is: give one of them")
        if self.grains is not None and self.grains < FEWEST_GRAINS:
            raise GraincastError(f"--grains is {self.grains}, expected {FEWEST_GRAINS} or more: fewer are no structure")
        if not 1 <= self.count <= MOST_STRUCTURES:
            raise GraincastError(f"--count is {self.count}, expected 1 to {MOST_STRUCTURES}")
        if self.seed < 0 or self.tune < 0:
            raise GraincastError("--seed and --tune are whole numbers from 0 on")
        if self.threads is not None and self.threads < 1:
            raise GraincastError(f"--threads is {self.threads}, expected 1 or more")

    def _check_lengths(self) -> None:
        for option, lengths in (("--mean-size", (self.mean_size,)), ("--size", self.size or ())):
            for length in lengths:
                if length is not None and not (math.isfinite(length) and LENGTHS_UM[0] <= length <= LENGTHS_UM[1]):
                    low, high = LENGTHS_UM
                    raise GraincastError(f"{option} is {length:g}, expected micrometres above 0 ({low:g} to {high:g})")


def size_of(text: str) -> tuple[float, float]:
    """Width and height of a text such as '500x300'."""
    number = r"([0-9.]+(?:e[+-]?[0-9]+)?)"
    found = re.fullmatch(rf"{number}[x*]{number}", text.strip().lower())
    try:
        if found is not None:
            return float(found[1]), float(found[2])
    except ValueError:
        pass
    raise GraincastError(f"--size is '{text}', expected width and height in micrometres, such as 500x300")
