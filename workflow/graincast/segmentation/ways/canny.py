"""A floor: Canny's lines, their gaps closed by shape."""

from graincast.segmentation import edges
from graincast.segmentation.data.known_pictures import GrainPicture, luminance
from graincast.segmentation.grouping import shapes
from graincast.segmentation.ways.given import FoundGrains, Way, WayGiven

LABEL = "Canny, watershed"
TIMES = 1.0  # the lower threshold that models see lines by


def way(_given: WayGiven) -> Way:
    """Nothing is learned."""

    def segmented(picture: GrainPicture) -> FoundGrains:
        grey = luminance(picture.seen())
        return FoundGrains(shapes.grains(edges.canny(grey, TIMES * edges.canny_threshold(grey)) > 0))

    return segmented
