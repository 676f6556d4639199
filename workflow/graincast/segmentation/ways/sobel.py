"""A floor: the watershed of the slope, of valleys deeper than its noise."""

from graincast.segmentation import edges
from graincast.segmentation.data.pictures import GrainPicture, luminance
from graincast.segmentation.grouping import relief
from graincast.segmentation.ways.given import Found, Given, Way

LABEL = "Sobel, watershed"
DEEP = 0.6  # of the median slope: a valley of less is noise


def way(_given: Given) -> Way:
    """Nothing is learned."""

    def segmented(picture: GrainPicture) -> Found:
        grey = luminance(picture.seen())
        slope = edges.smooth_slope(grey)
        return Found(relief.grains(slope, DEEP * edges.slope_noise(grey)))

    return segmented
