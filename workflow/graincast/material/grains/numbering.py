"""Labels numbered anew from 0 on, in ascending order: what np.unique does by sorting, without sorting where it can."""

import numpy as np
from numpy.typing import NDArray

WIDEST = 1 << 24  # of the range of labels that is counted


def consecutive(labels: NDArray) -> NDArray[np.int32]:
    """The rank of each label among those that are there, in the shape given."""
    if labels.dtype.kind in "ui" and labels.size:
        least, most = int(labels.min()), int(labels.max())
        if most - least < WIDEST and most < np.iinfo(np.int64).max:
            shifted = labels if least == 0 else labels.astype(np.int64) - least
            there = np.zeros(most - least + 1, bool)
            there[shifted] = True
            return (np.cumsum(there, dtype=np.int32) - 1)[shifted]
    return np.unique(labels, return_inverse=True)[1].reshape(labels.shape).astype(np.int32)
