"""What the true boundaries do, as pictures: their curvature, their velocity, and the size of the grains beside them.

A boundary is a polyline; its tangent turns by kappa ds along it. Curvature at a pixel is the sum of the turns of the
tangent, as vectors, under a Gaussian window, over the length of boundary under the same window: zigzags cancel, and an
arc of radius R gives 1 / R. At junctions, where the tangent jumps, nothing turns. Speed is the area that boundaries
sweep from one frame to the next (pixels whose grain is another one, counted `FINE` times finer in each direction)
under the window, over the length under the window and the time: the mean normal speed, defined through topological
events too. By dA/dt = -k times the integral of kappa it goes with curvature. Both are magnitudes, in pixels.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, uniform_filter

from graincast.material.grains import geometry
from graincast.material.networks.network import Network
from graincast.material.networks.rendering import label_map

WINDOW = 1.5  # px, standard deviation
FINE = 8
LEAST_LENGTH = 1e-6  # px of boundary under the window: less is none, and nothing is measured there
FIELDS = ("curvature", "size", "speed")
Floats = NDArray[np.float64]


def of_first_frame(
    networks: Sequence[Network], labels: NDArray[np.integer], reduced_times: Floats
) -> dict[str, NDArray[np.float32]]:
    """The `FIELDS` [H, W] at the first frame, with its labels [H, W]; times are k t in square pixels.

    Speed is until the second frame and over k, in 1 / px as curvature is.
    """
    moved = speed(networks[0], networks[1], labels.shape, float(reduced_times[1] - reduced_times[0]))
    fields = (curvature(networks[0], labels.shape), grain_size(labels), moved)
    return {name: field.astype(np.float32) for name, field in zip(FIELDS, fields, strict=True)}


def curvature(network: Network, shape: tuple[int, int]) -> Floats:
    """Curvature [H, W] in 1 / px of the boundaries near each pixel, 0 where there is none near."""
    scaled = _in_pixels(network, shape)
    place, turn = _turns(scaled)
    turned = [_windowed(_deposited(place, turn[:, axis], shape)) for axis in (0, 1)]
    return _per_length(np.hypot(*turned), scaled, shape)


def speed(before: Network, after: Network, shape: tuple[int, int], duration: float) -> Floats:
    """Speed [H, W] in px per unit of time, between networks whose grains have the same numbers."""
    rows, columns = shape
    fine = (rows * FINE, columns * FINE)
    swept = label_map(before, fine) != label_map(after, fine)
    share = swept.reshape(rows, FINE, columns, FINE).mean(axis=(1, 3))
    return _per_length(_windowed(share), _in_pixels(before, shape), shape) / duration


def grain_size(labels: NDArray[np.integer]) -> Floats:
    """Mean equivalent circle radius [H, W] in px of the grains of the 3 x 3 pixels around each pixel."""
    radii = np.sqrt(geometry.areas(labels) / np.pi)
    return np.asarray(uniform_filter(radii[labels], 3, mode="wrap"))


def per_token(field: Floats, mask: NDArray[np.bool_], patch: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Mean of a field over the marked pixels of each token of patch x patch pixels, and which tokens have any."""
    rows, columns = field.shape[0] // patch, field.shape[1] // patch
    total, count = (
        values.reshape(rows, patch, columns, patch).sum(axis=(1, 3)) for values in (np.where(mask, field, 0.0), mask)
    )
    return np.asarray(total / np.maximum(count, 1)), count > 0


def _in_pixels(network: Network, shape: tuple[int, int]) -> Network:
    """The network with coordinates in pixels of a picture of this shape."""
    scale = np.array([shape[1] / network.box[0], shape[0] / network.box[1]])
    return replace(network, box=(float(shape[1]), float(shape[0])), points=network.points * scale)


def _segments(network: Network) -> tuple[Floats, NDArray[np.bool_]]:
    """Steps from point to point [points - 1, 2], and which are segments and no jumps between boundaries."""
    real = np.ones(len(network.points) - 1, bool)
    real[network.first[1:-1] - 1] = False
    return np.diff(network.points, axis=0), real


def _turns(network: Network) -> tuple[Floats, Floats]:
    """Place and change of the unit tangent [turns, 2] at inner points, and where closed boundaries close."""
    steps, real = _segments(network)
    tangent = steps / np.maximum(np.hypot(*steps.T), np.finfo(float).tiny)[:, None]
    inner = np.flatnonzero(real[:-1] & real[1:]) + 1
    closed = network.ends[:, 0] < 0
    start, stop = network.first[:-1][closed], network.first[1:][closed] - 1
    place = np.concatenate([network.points[inner], network.points[start]])
    return place, np.concatenate([tangent[inner] - tangent[inner - 1], tangent[start] - tangent[stop - 1]])


def _per_length(windowed: Floats, network: Network, shape: tuple[int, int]) -> Floats:
    """A windowed field over the length of boundary under the window; the network is in pixels.

    Half of each segment stands at each of its ends, where the turns stand too.
    """
    steps, real = _segments(network)
    half = 0.5 * np.hypot(*steps[real].T)
    ends = np.concatenate([network.points[:-1][real], network.points[1:][real]])
    length = _windowed(_deposited(ends, np.concatenate([half, half]), shape))
    return np.where(length > LEAST_LENGTH, windowed / np.maximum(length, LEAST_LENGTH), 0.0)


def _deposited(place: Floats, amount: Floats, shape: tuple[int, int]) -> Floats:
    """Sum [H, W] of the amounts, each shared by the four pixels whose middles are around its place."""
    corner = np.floor(place - 0.5).astype(np.int64)
    share = place - 0.5 - corner
    total = np.zeros(shape[0] * shape[1])
    for right in (0, 1):
        for up in (0, 1):
            column, row = (corner + np.array([right, up])).T
            weight = np.prod(np.where([right, up], share, 1 - share), axis=1)
            pixel = row % shape[0] * shape[1] + column % shape[1]
            total += np.bincount(pixel, weight * amount, minlength=len(total))
    return total.reshape(shape)


def _windowed(field: Floats) -> Floats:
    return np.asarray(gaussian_filter(field, WINDOW, mode="wrap"))
