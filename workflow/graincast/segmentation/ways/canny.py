"""A floor: Canny's lines, their gaps closed by shape."""

from graincast.segmentation import edges
from graincast.segmentation.data.known_pictures import GrainPicture, luminance
from graincast.segmentation.grouping import shapes
from graincast.segmentation.ways.given import FoundGrains, Way, WayGiven

LABEL = "Canny, watershed"


def way(_given: WayGiven) -> Way:
    """Nothing is learned."""

    def segmented(picture: GrainPicture) -> FoundGrains:
        return FoundGrains(shapes.grains(edges.canny(luminance(picture.seen())) > 0))

    return segmented
