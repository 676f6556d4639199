"""Our own way, of four views of each picture: what is said of pairs is the mean over them."""

from graincast.segmentation import asking
from graincast.segmentation.data.pictures import GrainPicture
from graincast.segmentation.grouping import partition
from graincast.segmentation.ways.given import Found, Given, Way

LABEL = "Ours, of four views"
NEEDS = "partitioner"
VIEWS = 4


def way(given: Given) -> Way:
    """From a trained partitioner."""
    model = given.partitioner()

    def segmented(picture: GrainPicture) -> Found:
        together = asking.together(model, picture.seen(), VIEWS)
        found = partition.partitioned(together, model.offsets)
        return Found(found.labels, None, found.chance)

    return segmented
