"""Growth is learned and judged from one frame to later ones: a data set of single structures has none."""

from graincast.base.errors import GraincastError
from graincast.material.datasets import DataSet

LEAST = 2


def check(dataset: DataSet, where: str) -> None:
    """An error for a data set without a later frame."""
    if dataset.frames.count < LEAST:
        raise GraincastError(
            f"{where}, 'frames': key 'count' is {dataset.frames.count}, for structures that do not grow; growth needs"
            f" {LEAST} frames or more: raise it, or take the data set out of 'datasets', 'cases' and 'dials'"
        )
