"""Our own way: grains by construction, out of what is said of pairs of pixels."""

from graincast.segmentation import asking
from graincast.segmentation.data.pictures import GrainPicture
from graincast.segmentation.grouping import partition
from graincast.segmentation.ways.given import Found, Given, Way

LABEL = "Ours, grains from pairs"
NEEDS = "partitioner"


def way(given: Given) -> Way:
    """From a trained partitioner."""
    model = given.partitioner()

    def segmented(picture: GrainPicture) -> Found:
        together = asking.together(model, picture.seen())
        found = partition.partitioned(together, model.offsets)
        return Found(found.labels, None, found.chance)

    return segmented
