"""The solver as a forecaster: from the grain map that a model is shown to boundary images of the later frames.

It starts from pixels as a model does, and its time holds what a model's holds: tracing the map, the evolution, and an
image of every frame. It is told the times of the frames in square pixels; lengths are in pixels too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from graincast.growth.data.windows import Windows
from graincast.growth.forecaster import Forecast
from graincast.material.datasets import Parts
from graincast.material.networks.network import Network
from graincast.material.networks.rendering import boundary_image, label_map
from graincast.material.networks.tracing import trace

SEGMENTS = (0.08, 0.15, 0.25, 0.4)  # longer ones are refused by the solver, and would not be faster


@dataclass(frozen=True)
class PixelSolver:
    solver: ModuleType
    settings: Any
    maps: NDArray[np.int32]  # [structures, H, W], the first frames
    times: NDArray[np.float64]  # [structures, frames], k t in square pixels from 0
    line_width: float

    def __len__(self) -> int:
        return len(self.maps)

    def images(self, structure: int) -> tuple[NDArray[np.uint8], list[Network]]:
        """Images [frames, H, W] of the frames after the first, and what they show."""
        start, times = trace(self.maps[structure]), self.times[structure]
        networks = self.solver.evolve(start, self.settings, times[1:]).networks
        shape = self.maps.shape[1:]
        return np.stack([boundary_image(network, shape, self.line_width) for network in networks]), networks

    def forecast(self) -> Forecast:
        """All structures, with grain maps, as models are scored."""
        pairs = [self.images(structure) for structure in range(len(self))]
        shape = self.maps.shape[1:]
        maps = [np.stack([label_map(network, shape) for network in networks]) for _, networks in pairs]
        images = np.stack([images for images, _ in pairs]).astype(np.float32) / np.float32(255)
        return Forecast(torch.from_numpy(images), torch.from_numpy(np.stack(maps)))


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
        yield title, PixelSolver(parts.solver, chosen, maps, times, float(known["line_width"]))
