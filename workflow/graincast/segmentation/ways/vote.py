"""A floor: a pixel is on a boundary if two of the three detectors say so; gaps are closed by shape."""

import numpy as np

from graincast.segmentation import edges
from graincast.segmentation.data.known_pictures import GrainPicture, luminance
from graincast.segmentation.grouping import shapes
from graincast.segmentation.ways.given import FoundGrains, Way, WayGiven

LABEL = "Vote of two detectors in three, watershed"
NEAR = 1  # pixels: a line of Canny speaks for its neighbours too
SHARE = 0.8  # of Otsu's thresholds: the best on validation pictures (benchmarks/segmentation_floors.py)


def way(_given: WayGiven) -> Way:
    """Nothing is learned."""
    from scipy.ndimage import binary_dilation, maximum_filter
    from skimage.filters import threshold_otsu  # takes long to import
    from skimage.morphology import disk

    def segmented(picture: GrainPicture) -> FoundGrains:
        slope, bent, line = edges.fused(luminance(picture.seen()))
        steep = slope > SHARE * threshold_otsu(slope)
        crossed = _crosses_zero(bent) & (maximum_filter(np.abs(bent), 5) > SHARE * threshold_otsu(np.abs(bent)))
        votes = steep.astype(int) + crossed + binary_dilation(line > 0, disk(NEAR))
        return FoundGrains(shapes.grains(votes >= 2))

    return segmented


def _crosses_zero(bent: np.ndarray) -> np.ndarray:
    """Where the Laplacian changes its sign to the right or below."""
    found = np.zeros(bent.shape, bool)
    found[:, :-1] |= (bent[:, :-1] > 0) != (bent[:, 1:] > 0)
    found[:-1] |= (bent[:-1] > 0) != (bent[1:] > 0)
    return found
