"""A floor: the watershed of the slope, of valleys deeper than its noise."""

from graincast.segmentation import edges
from graincast.segmentation.data.known_pictures import GrainPicture, luminance
from graincast.segmentation.grouping import relief
from graincast.segmentation.ways.given import FoundGrains, Way, WayGiven

LABEL = "Sobel, watershed"
DEEP = 0.8  # of the median slope, the best on validation pictures: a valley of less is noise


def way(_given: WayGiven) -> Way:
    """Nothing is learned."""

    def segmented(picture: GrainPicture) -> FoundGrains:
        grey = luminance(picture.seen())
        slope = edges.smooth_slope(grey)
        return FoundGrains(relief.grains(slope, DEEP * edges.slope_noise(grey)))

    return segmented
