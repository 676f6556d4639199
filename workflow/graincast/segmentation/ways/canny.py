"""A floor: Canny's lines, their gaps closed by shape."""

from graincast.segmentation import edges
from graincast.segmentation.data.pictures import GrainPicture, luminance
from graincast.segmentation.grouping import shapes
from graincast.segmentation.ways.given import Found, Given, Way

LABEL = "Canny, watershed"


def way(_given: Given) -> Way:
    """Nothing is learned."""

    def segmented(picture: GrainPicture) -> Found:
        return Found(shapes.grains(edges.canny(luminance(picture.seen())) > 0))

    return segmented
