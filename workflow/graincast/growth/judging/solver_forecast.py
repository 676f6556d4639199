"""The solver as a forecaster: from the grain map that a model is shown, or another start, to images of later frames.

It starts from pixels as a model does, and it is told the times of the frames. Lengths are those of the start: pixels,
or whatever a pixel's side is given in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast.growth.judging import forecast_scores
from graincast.material.networks.evolution import Evolution
from graincast.material.networks.network import Network
from graincast.material.networks.rendering import boundary_image, label_map
from graincast.material.networks.tracing import trace


@dataclass(frozen=True)
class Solver:
    """A data set's solver at a setting, and how its frames are drawn."""

    evolve: Callable[..., Evolution]  # of a module of material/solvers
    settings: Any
    line_width: float  # pixels

    def from_pixels(
        self, labels: NDArray[np.integer], times: NDArray[np.float64], pixel: float = 1.0
    ) -> "SolverForecast":
        """From a grain map [H, W] of pixels of this side to the times k t [F] after it, in squares of that unit."""
        return self.from_network(trace(labels, pixel), times, labels.shape)

    def from_network(self, start: Network, times: NDArray[np.float64], shape: tuple[int, ...]) -> "SolverForecast":
        """The same from a network, drawn in this shape [H, W]."""
        networks = self.evolve(start, self.settings, times).networks
        images = np.stack([boundary_image(network, (shape[0], shape[1]), self.line_width) for network in networks])
        return SolverForecast(images, networks)


@dataclass(frozen=True)
class SolverForecast:
    images: NDArray[np.uint8]  # [F, H, W]
    networks: list[Network]  # [F], of the images

    def maps(self) -> NDArray[np.int32]:
        """The grain maps [F, H, W]; a grain keeps the number that it had in the start."""
        height, width = self.images.shape[1:]
        return np.stack([label_map(network, (height, width)) for network in self.networks])

    def predicted(self) -> forecast_scores.Predicted:
        """As it is scored."""
        return forecast_scores.Predicted(self.images / 255, self.maps(), True)
