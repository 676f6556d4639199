"""Our own way: grains by construction, out of what is said of pairs of pixels."""

from graincast.segmentation import tiling
from graincast.segmentation.data.known_pictures import GrainPicture
from graincast.segmentation.grouping import partition
from graincast.segmentation.ways.given import FoundGrains, Way, WayGiven

LABEL = "Ours, grains from pairs"
NEEDS = "partitioner"


def way(given: WayGiven) -> Way:
    """From a trained partitioner."""
    model = given.partitioner()

    def segmented(picture: GrainPicture) -> FoundGrains:
        together = tiling.together(model, picture.seen())
        found = partition.partitioned(together, model.offsets)
        return FoundGrains(found.labels, None, found.chance)

    return segmented
