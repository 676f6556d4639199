"""The honest rival of a repair: the watershed on the first network's guess."""

import numpy as np

from graincast.segmentation.data.known_pictures import GrainPicture
from graincast.segmentation.grouping import shapes
from graincast.segmentation.ways.given import FoundGrains, Way, WayGiven

LABEL = "Net1, watershed"
NEEDS = "guesser"
MENDS = "a first guess"
THRESHOLD = 0.3  # of a guess: gaps are dearer than spurs, which the watershed forgives


def way(given: WayGiven) -> Way:
    """From a trained guesser."""
    model = given.guesser()

    def segmented(picture: GrainPicture) -> FoundGrains:
        chance = given.guessed(model, picture)
        return FoundGrains(shapes.grains(np.asarray(chance > THRESHOLD), chance), None, chance)

    return segmented
