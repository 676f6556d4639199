"""A micrograph with the boundaries that were found on it: the surer, the more opaque."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from graincast.base.storage import written
from graincast.segmentation.data.known_pictures import lines

SURE, UNSURE = np.array([230, 60, 20], np.float32), np.array([255, 190, 0], np.float32)
SMALLEST = 900  # pixels of the longer side: smaller pictures are enlarged by a whole factor
THIN = 2  # a boundary of an enlarged picture is about a pixel of the picture wide
PALEST = 0.45  # opacity of a boundary of no chance


def write(path: Path, seen: NDArray[np.float32], labels: NDArray[np.integer], chance: NDArray | None) -> None:
    """Draw them on a picture [rows, columns] or [rows, columns, 3] as a PNG."""
    with written(path) as partial:
        Image.fromarray(drawn(seen, labels, chance)).save(partial, format="PNG")


def drawn(seen: NDArray[np.float32], labels: NDArray[np.integer], chance: NDArray | None) -> NDArray[np.uint8]:
    """The same as colours [H, W, 3]; without chances all are sure."""
    factor = max(1, -(-SMALLEST // max(labels.shape)))
    large = np.repeat(np.repeat(seen, factor, axis=0), factor, axis=1)
    picture = 255 * (large if large.ndim == 3 else np.repeat(large[..., None], 3, axis=-1)).astype(np.float32)
    line = lines(np.repeat(np.repeat(labels, factor, axis=0), factor, axis=1))
    at = np.nonzero(ndimage.binary_dilation(line, iterations=factor // THIN) if factor >= THIN else line)
    if chance is None:
        sure = np.ones(len(at[0]), np.float32)
    else:
        sure = np.clip(chance[at[0] // factor, at[1] // factor], 0, 1).astype(np.float32)
    colour = sure[:, None] * SURE + (1 - sure[:, None]) * UNSURE
    opacity = (PALEST + (1 - PALEST) * sure)[:, None]
    picture[at] = opacity * colour + (1 - opacity) * picture[at]
    return np.round(picture).astype(np.uint8)
