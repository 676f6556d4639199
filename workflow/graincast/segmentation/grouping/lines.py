"""Grains between lines as they are: what two lines do not part is one grain, however narrow the gap."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from graincast.segmentation.grouping import relief

SPECK = 4  # pixels: smaller pieces are specks in a line


def grains(line: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Grains [rows, columns]: connected pieces (4 neighbours) between lines, whose pixels go to the nearest."""
    pieces, count = ndimage.label(~line)
    size = np.bincount(pieces.ravel(), minlength=count + 1)
    kept = size >= SPECK
    kept[0] = False
    number = np.where(kept, np.cumsum(kept), 0).astype(np.int32)
    return relief.flooded(ndimage.distance_transform_edt(line), number[pieces])
