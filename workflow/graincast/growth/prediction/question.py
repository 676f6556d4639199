"""What `predict` is asked, and what it answers."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from graincast.base.errors import GraincastError
from graincast.growth.prediction.clock import Clock, Kinetics
from graincast.growth.prediction.outcome import Prediction

Method = Literal["solver", "model", "both"]
METHODS: tuple[Method, ...] = ("solver", "model", "both")
SHIPPED = Path(__file__).parents[1] / "pretrained" / "wide_local_rule.safetensors"
FRAMES = 12  # of the solver
MOST_FRAMES = 500


@dataclass(frozen=True)
class Question:
    method: Method = "solver"
    frames: int | None = None  # FRAMES, or as many as a model is calibrated for
    until: float | None = None  # in the unit of kinetics, or k t in squares of the scale's; a mean grain area over k
    kinetics: Kinetics = field(default_factory=Kinetics)
    checkpoint: Path = SHIPPED
    threads: int | None = None  # all that this process may use

    def __post_init__(self) -> None:
        if self.until is not None and not 0 < self.until < np.inf:
            raise GraincastError(f"--until is {self.until:g}, expected a time above 0")
        if self.until is not None and self.method != "solver":
            raise GraincastError("--until is for the solver alone: a model knows the times of its training frames")
        if self.threads is not None and self.threads < 1:
            raise GraincastError(f"--threads is {self.threads}, expected 1 or more")
        if self.frames is not None and not 1 <= self.frames <= MOST_FRAMES:
            raise GraincastError(f"--frames is {self.frames}, expected 1 to {MOST_FRAMES}")

    @property
    def processes(self) -> int:
        return self.threads or len(os.sched_getaffinity(0))


@dataclass(frozen=True)
class Answer:
    """Frames by the solver, by a model, or by both at the same times."""

    solver: Prediction | None
    model: Prediction | None
    relation: tuple[float, float]  # K / k, with half of its 90 % band, which a model does not know
    clock: Clock | None  # of whoever knows k
    warnings: tuple[str, ...]

    def by_method(self) -> dict[str, Prediction]:
        """What was asked for, the solver's first."""
        both = {"solver": self.solver, "model": self.model}
        return {method: one for method, one in both.items() if one is not None}

    @property
    def best(self) -> Prediction:
        return next(iter(self.by_method().values()))
