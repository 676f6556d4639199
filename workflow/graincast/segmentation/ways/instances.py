"""Our own way: grains by construction, out of what is said of pairs of pixels."""

from graincast.segmentation.ways import from_pairs
from graincast.segmentation.ways.given import Way, WayGiven

LABEL = "Ours, grains from pairs"
NEEDS = "partitioner"
VIEWS = 1


def way(given: WayGiven) -> Way:
    """From a trained partitioner."""
    return from_pairs.way(given, VIEWS)
