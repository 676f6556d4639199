"""The space of latents: its principal components, its clouds of steps, and how far from them a structure lies.

Components are those of the training patches, by decreasing variance; the largest loading of each is positive. The
distance of a patch is Mahalanobis' from the nearest cloud of a step, with the covariance within steps (Lee et al.,
2018). A silhouette is that of Rousseeuw (1987): 1 where clusters are far apart, 0 where they touch.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

COMPONENTS = 10
LEAST_SHARE = 1e-6  # of the mean variance, that is added to each
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Components:
    centre: Floats  # [latents]
    axes: Floats  # [components, latents], of length 1
    share: Floats  # [components] of the whole variance

    def scores(self, means: NDArray) -> Floats:
        """Where patches lie along the axes, [patches, components]."""
        return np.asarray((means - self.centre) @ self.axes.T)


def components(means: NDArray, count: int = COMPONENTS) -> Components:
    """Of patches [patches, latents]."""
    exact = means.astype(float)
    centre = exact.mean(axis=0)
    _, lengths, axes = np.linalg.svd(exact - centre, full_matrices=False)
    kept = axes[:count]
    largest = np.take_along_axis(kept, np.abs(kept).argmax(axis=1)[:, None], axis=1)
    total = float(np.sum(lengths**2)) or 1.0
    return Components(centre, kept * np.where(largest < 0, -1.0, 1.0), lengths[:count] ** 2 / total)


@dataclass(frozen=True)
class Clouds:
    """One of each step, all of one shape."""

    steps: NDArray[np.int64]  # [clouds]
    centres: Floats  # [clouds, numbers]
    precision: Floats  # [numbers, numbers]

    def distance(self, places: NDArray) -> Floats:
        """Of places [n, numbers] from the nearest."""
        return np.asarray(np.sqrt(self._squares(places).min(axis=1)))

    def nearest(self, places: NDArray) -> NDArray[np.int64]:
        """The step of the nearest cloud of places [n, numbers]."""
        return np.asarray(self.steps[self._squares(places).argmin(axis=1)])

    def _squares(self, places: NDArray) -> Floats:
        apart = places[:, None] - self.centres
        return np.asarray(np.maximum(np.einsum("ncd,de,nce->nc", apart, self.precision, apart), 0.0))


def clouds(places: NDArray, step: NDArray[np.integer]) -> Clouds:
    """Those of places [n, numbers] of these steps [n]."""
    steps, group = np.unique(step, return_inverse=True)
    exact = places.astype(float)
    centres = np.stack([exact[group == number].mean(axis=0) for number in range(len(steps))])
    within = exact - centres[group]
    covariance = within.T @ within / len(within)
    covariance += LEAST_SHARE * (np.trace(covariance) / len(covariance) or 1.0) * np.eye(len(covariance))
    return Clouds(steps.astype(np.int64), centres, np.linalg.inv(covariance))


def silhouette(places: NDArray, cluster: NDArray[np.integer]) -> float:
    """Mean over places [n, numbers]; 0 where there is one cluster."""
    names, group = np.unique(cluster, return_inverse=True)
    if len(names) < 2:
        return 0.0
    apart = np.sqrt(np.sum((places[:, None] - places) ** 2, axis=2))
    sizes = np.bincount(group)
    sums = np.stack([apart[:, group == number].sum(axis=1) for number in range(len(names))], axis=1)
    own = np.arange(len(names)) == group[:, None]
    inside = sums[own] / np.maximum(sizes[group] - 1, 1)
    beside = np.where(own, np.inf, sums / sizes).min(axis=1)
    return float(np.mean((beside - inside) / np.maximum(np.maximum(inside, beside), 1e-12)))
