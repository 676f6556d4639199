"""A floor that learns: scikit-image's trainable segmenter, a random forest on features of a pixel and its surroundings.

Its picture of boundaries goes through the same watershed as the first network's guess.
"""

from typing import Any

import numpy as np

from graincast.segmentation.data.known_pictures import GrainPicture, lines, luminance
from graincast.segmentation.grouping import shapes
from graincast.segmentation.ways.given import FoundGrains, Way, WayGiven

LABEL = "Random forest, watershed"
PICTURES, PIXELS, TREES = 12, 6000, 60
WIDTHS = (1, 8)  # pixels: least and largest Gaussian of its features
THRESHOLD = 0.2  # the best on validation pictures (benchmarks/segmentation_floors.py)


def way(given: WayGiven) -> Way:
    """From the first training pictures."""
    from sklearn.ensemble import RandomForestClassifier

    chance = np.random.default_rng(0)
    features, wanted = [], []
    for picture in given.learned_from[:PICTURES]:
        line = lines(picture.labels).ravel()
        some = np.concatenate([chance.choice(np.flatnonzero(line == side), PIXELS // 2) for side in (False, True)])
        features.append(_features(picture)[some])
        wanted.append(line[some])
    forest = RandomForestClassifier(TREES, min_samples_leaf=4, n_jobs=1, random_state=0)
    forest.fit(np.concatenate(features), np.concatenate(wanted))

    def segmented(picture: GrainPicture) -> FoundGrains:
        told = forest.predict_proba(_features(picture))[:, 1].reshape(picture.labels.shape)
        found = told / (told + EVENED * (1 - told))
        return FoundGrains(shapes.grains(np.asarray(found > THRESHOLD), found), None, found)

    return segmented


EVENED = 4.0  # pixels that are on no boundary, for each that is: it learned from as many of both


def _features(picture: GrainPicture) -> Any:
    """Of each pixel [pixels, features]."""
    from skimage.feature import multiscale_basic_features

    grey = luminance(picture.seen())
    found = multiscale_basic_features(grey, sigma_min=WIDTHS[0], sigma_max=WIDTHS[1], workers=1)
    return found.reshape(-1, found.shape[-1])
