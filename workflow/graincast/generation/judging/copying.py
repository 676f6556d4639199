"""Whether a generator copies: how alike a piece of what it made is to the most alike place in what it learned from.

A piece is held against every place of every training field in the eight orientations of a square; alike is the
correlation of the two pictures of boundaries, 1 for a copy. Unseen true pieces are asked the same: a generator that
copies is nearer to what it learned from than they are. Sums over places are taken by Fourier transforms, of fields that
go on beyond their edges to a length that is transformed fast.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.ndimage import gaussian_filter

from graincast.generation.data.drawn import DrawnMap
from graincast.material.grains.geometry import boundary_pixels

SIDE = 32  # pixels of a piece: some ten grains
BLUR = 1.0  # pixels
Floats = NDArray[np.floating]


def picture(labels: NDArray[np.integer]) -> Floats:
    """Boundaries of a map, blurred: a shift by a pixel is no great difference."""
    return np.asarray(gaussian_filter(boundary_pixels(labels).astype(np.float32), BLUR, mode="wrap"))


def pieces(maps: Sequence[DrawnMap], count: int, rng: np.random.Generator) -> list[Floats]:
    """So many pieces of maps, at places drawn by chance."""
    found = []
    for number in range(count):
        image = picture(maps[number % len(maps)].labels)
        row, column = (int(rng.integers(max(side - SIDE, 0) + 1)) for side in image.shape)
        found.append(image[row : row + SIDE, column : column + SIDE])
    return found


def most_alike(asked: Sequence[Floats], learned: Sequence[DrawnMap]) -> Floats:
    """The largest correlation of each piece [pieces] with any place of any map, in any orientation."""
    best = np.full(len(asked), -1.0)
    turned = [_orientations(piece - piece.mean()) for piece in asked]
    for one in learned:
        image = picture(one.labels)
        rows, columns = image.shape
        shape = [fft.next_fast_len(side + SIDE - 1, real=True) for side in image.shape]
        spectrum, spread = fft.rfft2(np.pad(image, (0, SIDE - 1), mode="wrap"), shape), _spread(image)
        for number, pieces_turned in enumerate(turned):
            few = fft.rfft(pieces_turned, shape[1])  # rows alone: beyond those of a piece there is nothing
            products = fft.irfft2(spectrum * np.conj(fft.fft(few, shape[0], axis=1)), shape)[:, :rows, :columns]
            length = np.sqrt(np.sum(pieces_turned[0] ** 2))
            best[number] = max(best[number], float((products.max(axis=0) / spread).max()) / max(length, 1e-9))
    return best


def _spread(image: Floats) -> Floats:
    """Root of the sum of squared deviations within a piece at every place of a periodic picture."""
    window = np.conj(fft.rfft2(np.ones((SIDE, SIDE)), image.shape))
    total, square = (fft.irfft2(fft.rfft2(values) * window, image.shape) for values in (image, image**2))
    return np.asarray(np.sqrt(np.maximum(square - total**2 / SIDE**2, 1e-9)))


def _orientations(piece: Floats) -> Floats:
    """The eight [8, side, side] of a square."""
    return np.stack([np.rot90(side, turn) for side in (piece, piece.T) for turn in range(4)])
