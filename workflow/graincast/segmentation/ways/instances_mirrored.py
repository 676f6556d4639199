"""Our own way, of four views of each picture: what is said of pairs is the mean over them."""

from graincast.segmentation import tiling
from graincast.segmentation.data.known_pictures import GrainPicture
from graincast.segmentation.grouping import partition
from graincast.segmentation.ways.given import FoundGrains, Way, WayGiven

LABEL = "Ours, of four views"
NEEDS = "partitioner"
VIEWS = 4


def way(given: WayGiven) -> Way:
    """From a trained partitioner."""
    model = given.partitioner()

    def segmented(picture: GrainPicture) -> FoundGrains:
        together = tiling.together(model, picture.seen(), VIEWS)
        found = partition.partitioned(together, model.offsets)
        return FoundGrains(found.labels, None, found.chance)

    return segmented
