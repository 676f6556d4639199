"""A map that tiles the plane is a start as it is: nothing is mirrored, and no grain is cut at its edges."""

import numpy as np
import pytest

from graincast.base.errors import GraincastError
from graincast.material.networks import measures
from graincast.material.networks.rendering import label_map
from graincast.material.structures import lognormal, periodic_map


@pytest.fixture(scope="module")
def labels():
    network = lognormal.network(lognormal.Settings(40, 0.3), np.random.default_rng(2))
    return label_map(network, (96, 96))


def start(tmp_path, labels, seed=0):
    np.save(tmp_path / "map.npy", labels + 1)
    return periodic_map.network(periodic_map.Settings(str(tmp_path / "map.npy")), np.random.default_rng(seed))


def test_grains_keep_their_areas_across_the_edges(labels, tmp_path):
    for seed in range(4):
        network = start(tmp_path, labels, seed)
        area = measures.areas(network)
        assert len(network.present) == 40
        assert area.mean() == pytest.approx(1)
        assert np.sort(area) == pytest.approx(np.sort(np.bincount(labels.ravel())) * 40 / labels.size, rel=1e-6)
        assert measures.euler_characteristic(network) == 0


def test_its_eight_orientations_are_drawn_by_chance(labels, tmp_path):
    shown = {label_map(start(tmp_path, labels, seed), (96, 96)).tobytes() for seed in range(30)}
    assert 4 <= len(shown) <= 8


def test_a_map_that_is_no_square_or_no_map_is_refused(labels, tmp_path):
    with pytest.raises(GraincastError, match=r"map\.npy: is 96 x 90 pixels, expected a square"):
        start(tmp_path, labels[:, :90])
    with pytest.raises(GraincastError, match="one single value"):
        start(tmp_path, np.zeros((32, 32), int))
