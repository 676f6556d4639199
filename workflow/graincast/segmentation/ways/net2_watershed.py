"""The published repair, its last picture of boundaries decoded as the rival's is: by a watershed."""

import numpy as np

from graincast.segmentation.data.known_pictures import GrainPicture
from graincast.segmentation.grouping import shapes
from graincast.segmentation.ways import net1_watershed, net2
from graincast.segmentation.ways.given import FoundGrains, Way, WayGiven

LABEL = "Net1, mended by Net2, watershed"
NEEDS = "guesser, repairer"
MENDS = "a first guess"


def way(given: WayGiven) -> Way:
    """From a trained guesser and a trained repairer."""
    mended = net2.mending(given)

    def segmented(picture: GrainPicture) -> FoundGrains:
        found = mended(picture)
        likely = np.asarray(found.chance > net1_watershed.THRESHOLD)
        return FoundGrains(shapes.grains(likely, found.chance), None, found.chance, found.passes)

    return segmented
