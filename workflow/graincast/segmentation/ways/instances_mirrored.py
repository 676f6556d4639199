"""Our own way, of four views of each picture: what is said of pairs is the mean over them."""

from graincast.segmentation.ways import from_pairs
from graincast.segmentation.ways.given import Way, WayGiven

LABEL = "Ours, of four views"
NEEDS = "partitioner"
VIEWS = 4


def way(given: WayGiven) -> Way:
    """From a trained partitioner."""
    return from_pairs.way(given, VIEWS)
