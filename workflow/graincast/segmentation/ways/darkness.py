"""A floor for pictures whose boundaries are dark lines: the watershed of darkness, of valleys deeper than its noise."""

from scipy import ndimage

from graincast.segmentation.data.known_pictures import GrainPicture, luminance
from graincast.segmentation.grouping import relief
from graincast.segmentation.ways.given import FoundGrains, Way, WayGiven

LABEL = "Dark lines, watershed"
SMOOTH = 1.5  # pixels: standard deviation of the Gaussian
DEEP = 0.06  # of black to white


def way(_given: WayGiven) -> Way:
    """Nothing is learned."""

    def segmented(picture: GrainPicture) -> FoundGrains:
        smooth = ndimage.gaussian_filter(luminance(picture.seen()), SMOOTH, mode="nearest")
        return FoundGrains(relief.grains(1 - smooth, DEEP))

    return segmented
