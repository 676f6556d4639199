"""The solver as a forecaster of windows, at settings from fine to coarse.

It starts from pixels as a model does (`judging.solver_forecast`), and its time holds what a model's holds: tracing the
map, the evolution, and an image of every frame. Times are in square pixels; lengths are in pixels too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from graincast.growth.data.windows import Windows
from graincast.growth.forecaster import Forecast
from graincast.growth.judging.solver_forecast import Solver, SolverForecast
from graincast.material.datasets import Parts

SEGMENTS = (0.08, 0.15, 0.25, 0.4)  # longer ones are refused by the solver, and would not be faster


@dataclass(frozen=True)
class PixelSolver:
    solver: Solver
    maps: NDArray[np.int32]  # [structures, H, W], the first frames
    times: NDArray[np.float64]  # [structures, frames], k t in square pixels from 0

    def __len__(self) -> int:
        return len(self.maps)

    def grown(self, structure: int) -> SolverForecast:
        """The frames after the first."""
        return self.solver.from_pixels(self.maps[structure], self.times[structure, 1:])

    def forecast(self) -> Forecast:
        """All structures, with grain maps, as models are scored."""
        grown = [self.grown(structure) for structure in range(len(self))]
        images = np.stack([one.images for one in grown]).astype(np.float32) / np.float32(255)
        return Forecast(torch.from_numpy(images), torch.from_numpy(np.stack([one.maps() for one in grown])))


def settings(name: str, parts: Parts) -> dict[str, Any]:
    """Settings of the solver `name` by what the report calls them: finer and coarser ones where it has segments."""
    own = parts.solver_settings
    if not hasattr(own, "segment"):
        return {f"{name} as configured": own}
    return {f"{name} at {segment:g}": replace(own, segment=segment) for segment in sorted({*SEGMENTS, own.segment})}


def solvers(name: str, parts: Parts, case: Windows) -> Iterator[tuple[str, PixelSolver]]:
    """The solver at each of its settings on the first frames of a case, with its name in the report."""
    known = case.about(("reduced_times", "line_width"))
    times = known["reduced_times"] - known["reduced_times"][:, :1]
    maps = case.grains[:, 0].numpy().astype(np.int32)
    for title, chosen in settings(name, parts).items():
        yield title, PixelSolver(Solver(parts.solver.evolve, chosen, float(known["line_width"])), maps, times)
