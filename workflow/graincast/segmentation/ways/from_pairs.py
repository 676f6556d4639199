"""Grains by construction, out of what a trained partitioner says of pairs of pixels in so many views of a picture."""

from graincast.segmentation import tiling
from graincast.segmentation.data.known_pictures import GrainPicture
from graincast.segmentation.grouping import partition
from graincast.segmentation.ways.given import FoundGrains, Way, WayGiven


def way(given: WayGiven, views: int) -> Way:
    """From a trained partitioner."""
    model = given.partitioner()

    def segmented(picture: GrainPicture) -> FoundGrains:
        together = tiling.together(model, picture.seen(), views)
        found = partition.partitioned(together, model.offsets)
        return FoundGrains(found.labels, None, found.chance)

    return segmented
