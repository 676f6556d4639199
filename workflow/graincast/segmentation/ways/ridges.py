"""A floor: ridges of the slope (Meijering et al., Cytometry A 58, 167, 2004), cut by Otsu, gaps closed by shape."""

import numpy as np

from graincast.segmentation import edges
from graincast.segmentation.data.known_pictures import GrainPicture, luminance
from graincast.segmentation.grouping import shapes
from graincast.segmentation.ways.given import FoundGrains, Way, WayGiven

LABEL = "Ridges, watershed"
WIDTHS = (1.5, 2.5)  # pixels: standard deviations of the ridges
SHARE = 0.5  # of Otsu's threshold: the best on validation pictures (benchmarks/segmentation_floors.py)


def way(_given: WayGiven) -> Way:
    """Nothing is learned."""
    from skimage.filters import meijering, threshold_otsu  # takes long to import

    def segmented(picture: GrainPicture) -> FoundGrains:
        ridge = meijering(edges.smooth_slope(luminance(picture.seen())), WIDTHS, black_ridges=False, mode="nearest")
        return FoundGrains(shapes.grains(np.asarray(ridge > SHARE * threshold_otsu(ridge))))

    return segmented
