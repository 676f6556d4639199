"""Grains as the first network's guess has them, cut at an even chance: what its gaps join is one grain."""

from graincast.segmentation.data.known_pictures import GrainPicture
from graincast.segmentation.grouping import lines
from graincast.segmentation.ways.given import FoundGrains, Way, WayGiven

LABEL = "Net1, cut at 0.5"
NEEDS = "guesser"
THRESHOLD = 0.5


def way(given: WayGiven) -> Way:
    """From a trained guesser."""
    model = given.guesser()

    def segmented(picture: GrainPicture) -> FoundGrains:
        chance = given.asked(model, picture)[0]
        line = chance > THRESHOLD
        return FoundGrains(lines.grains(line), line, chance)

    return segmented
