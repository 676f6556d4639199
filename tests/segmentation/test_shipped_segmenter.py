"""The segmenter that comes along: small, says where it is from, and finds the grains of pictures that it never saw."""

import numpy as np
import pytest
import torch

from conftest import PROJECT
from graincast.scoring import maps
from graincast.segmentation import segmenter
from graincast.segmentation.concepts import recipe as concepts
from graincast.segmentation.data import drawing
from graincast.segmentation.segmenting import options, segmented
from graincast.segmentation.segmenting.micrograph import Micrograph

PICTURES = 6


@pytest.fixture(scope="module")
def shipped():
    return segmenter.load(options.SHIPPED, torch.device("cpu"))


def test_it_is_small_and_says_what_it_is(shipped):
    assert options.SHIPPED.stat().st_size < 5e6
    about = shipped.about
    assert (about["study"], about["model"], about["dataset"]) == ("segmentation", "affinities", "concepts")
    assert about["training"]["epochs"] == 60
    assert about["training"]["looks"] == 0.5
    assert len(about["commit"]) == 40
    assert 10 < shipped.knows.grain_px[0] < shipped.knows.grain_px[1] < 80


def test_it_finds_the_grains_of_drawn_pictures_at_the_noise_of_the_publication(shipped):
    """Adapted Rand error 0.067 and 5 % too few grains over the 40 test pictures (docs/results/segmentation)."""
    recipe = concepts.load(PROJECT / "config/segmentation/datasets/concepts.yaml")
    errors, counts = [], []
    for picture in drawing.drawn(recipe, recipe.of_split("test")[:PICTURES]):
        found = segmented.segmented(Micrograph(picture.seen(), 1.0, (), slice(None)), shipped, views=1)
        errors.append(maps.partition(found.structure.labels, picture.labels).rand_error)
        counts.append(found.structure.grains / (picture.labels.max() + 1))
    assert np.mean(errors) < 0.12
    assert 0.85 < np.mean(counts) < 1.1


def test_noise_is_no_structure_and_is_doubted(shipped):
    noise = np.clip(0.5 + 0.1 * np.random.default_rng(0).standard_normal((96, 160)), 0, 1).astype(np.float32)
    found = segmented.segmented(Micrograph(noise, 1.0, (), slice(None)), shipped, views=1)
    assert any("doubtful" in warning or "too few" in warning for warning in found.warnings)
