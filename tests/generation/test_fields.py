"""Fields of distances, the pieces that are cut out of them, and the two readings of their grains."""

from itertools import pairwise

import numpy as np
import pytest

from graincast.generation import reading
from graincast.generation.data import fields
from graincast.generation.data.conditions import Conditions, of_grains
from graincast.generation.data.patches import PatchCut, cut_from
from graincast.generation.sources import canonical
from graincast.material.grains import snow
from graincast.material.networks import measures
from graincast.material.networks.distances import SPACING, distance_map
from graincast.material.networks.rendering import label_map
from graincast.material.networks.tracing import trace_pixels
from graincast.material.structures import lognormal


@pytest.fixture(scope="module")
def network():
    return lognormal.network(lognormal.Settings(60, 0.3), np.random.default_rng(3))


@pytest.fixture(scope="module")
def field(network):
    return fields.of_network(network, (96, 96), 2)


def test_distance_from_a_straight_boundary_is_exact():
    stripes = np.repeat(np.arange(4), 8)[None].repeat(16, axis=0)  # boundaries at x = 0, 8, 16, 24
    found = distance_map(trace_pixels(stripes), stripes.shape)
    away = np.minimum(np.arange(32) % 8 + 0.5, 7.5 - np.arange(32) % 8)
    assert found.min() > 0.3
    assert (
        np.abs(found - away).max() < 0.12
    )  # boundaries turn a little aside at corners, and points are a spacing apart


def test_a_pixel_is_as_far_from_a_boundary_as_its_nearest_place_on_it(network):
    found = distance_map(network, (64, 64))
    scale = 64 / network.box[0]
    rng = np.random.default_rng(0)
    for row, column in rng.integers(64, size=(40, 2)):
        here = np.array([column + 0.5, row + 0.5])
        nearest = np.inf
        for start, stop in zip(network.first[:-1], network.first[1:], strict=True):
            line = network.points[start:stop] * scale
            for one, other in pairwise(line):
                for shift in np.indices((3, 3)).reshape(2, -1).T * 64 - 64:
                    step = other - one
                    share = np.clip(np.dot(here + shift - one, step) / max(np.dot(step, step), 1e-12), 0, 1)
                    nearest = min(nearest, np.linalg.norm(here + shift - one - share * step))
        assert found[row, column] == pytest.approx(nearest, abs=SPACING / 2)


def test_a_split_is_read_as_it_was_written(field, tmp_path):
    fields.write(tmp_path / "split.npz", [field])
    (read,) = fields.read(tmp_path / "split.npz")
    assert read.conditions == pytest.approx(field.conditions, rel=1e-6)
    assert (read.step, read.periodic) == (2, True)
    assert np.abs(read.distance - field.distance).max() < 0.01  # kept in half precision
    assert np.array_equal(read.sides, field.sides)


def test_conditions_are_those_of_the_grains(network, field):
    area = measures.areas(network)
    assert field.conditions.grain_px == pytest.approx(96 / np.sqrt(60))
    assert field.conditions.spread == pytest.approx(measures.log_spread(area), rel=1e-5)
    assert field.conditions.sides_variance == pytest.approx(measures.sides(network).var(), rel=1e-5)


def test_a_grain_that_counts_twice_weighs_as_two():
    twice = of_grains(np.array([4.0, 4.0, 9.0]), np.array([5, 5, 7]))
    weighed = of_grains(np.array([4.0, 9.0]), np.array([5, 7]), np.array([2.0, 1.0]))
    assert weighed == pytest.approx(twice)


def test_a_patch_is_turned_and_laid_across_the_seam_but_no_boundary_breaks(field):
    """Distances change by a pixel a pixel (and what the spacing of points adds), across the seam of the field too."""
    cut = PatchCut(48, 1.0, None)
    for seed in range(6):
        patch = cut_from([field], cut, (np.random.default_rng(seed),))
        distance = patch.distance[0, 0].numpy()
        steps = [np.abs(np.diff(distance, axis=axis)).max() for axis in (0, 1)]
        assert max(steps) <= 1.1
        assert patch.counted.min() == 1


def test_a_patch_brought_to_one_size_says_so_and_its_distances_grow(field):
    plain, large = (cut_from([field], PatchCut(48, 1.0, size), (np.random.default_rng(1),)) for size in (None, 24.8))
    factor = 24.8 / field.conditions.grain_px
    assert large.distance.max() > 1.5 * plain.distance.max()
    expected = field.conditions.enlarged(factor).encoded()
    assert large.conditions[0].numpy() == pytest.approx(expected, rel=1e-5)
    assert large.conditions[0, 0] > plain.conditions[0, 0]


def test_what_lies_beyond_the_edge_of_a_field_is_not_counted(field):
    edged = fields.StructureField(field.distance, field.conditions, -1, False, field.area, field.sides)
    shares = [
        float(cut_from([edged], PatchCut(80, 1.0, None), (np.random.default_rng(seed),)).counted.mean())
        for seed in range(6)
    ]
    assert 0.05 < min(shares) < 0.9


def test_valleys_find_the_grains_that_are_there(network):
    distance = distance_map(network, (128, 128))
    truth = label_map(network, (128, 128))
    found = reading.field(distance)
    assert abs(int(found.max()) + 1 - 60) <= 2
    pairs = np.unique(np.stack([found.ravel(), truth.ravel()]), axis=1, return_counts=True)[1]
    assert pairs[np.argsort(pairs)[-60:]].sum() > 0.93 * truth.size


def test_a_waist_does_not_cut_a_grain_but_a_boundary_does():
    """Two wide rooms and a passage 5 px wide between them: one grain; closed by a wall: two."""
    distance = np.zeros((40, 64), np.float32)
    room = np.minimum(np.minimum.outer(np.arange(40), np.arange(40)), 8)
    for left in (2, 36):
        block = np.minimum.outer(
            np.minimum(np.arange(1, 37), np.arange(36, 0, -1)), np.minimum(np.arange(1, 27), np.arange(26, 0, -1))
        )
        distance[2:38, left : left + 26] = block
    open_way = distance.copy()
    open_way[18:23, 26:38] = np.maximum(open_way[18:23, 26:38], np.array([1, 2, 2.5, 2, 1])[:, None])
    assert room.max() == 8
    assert int(reading.field(open_way).max()) + 1 == 1
    assert int(reading.field(distance).max()) + 1 == 2
    assert int(reading.published(open_way).max()) + 1 == 2  # the whole relief has two summits


def test_a_piece_read_alone_has_the_grains_of_the_field_inside(field):
    whole, piece = reading.field(field.distance), reading.patch(field.distance[:64, :64])
    inside = (slice(16, 48), slice(16, 48))
    one, other = whole[inside], piece[inside]
    pairs = len(np.unique(np.stack([one.ravel(), other.ravel()]), axis=1).T)
    assert abs(pairs - len(np.unique(one))) <= 2


def test_a_saddle_is_no_summit():
    rows, columns = np.indices((41, 61))
    hills = np.maximum(12 - np.hypot(rows - 20, columns - 18), 12 - np.hypot(rows - 20, columns - 42))
    assert len(snow.summits(np.maximum(hills, 0))) == 2
    ridge = np.maximum(12 - np.hypot(rows - 20, np.clip(np.abs(columns - 30) - 12, 0, None)), 0)
    assert len(snow.summits(ridge * (1 + 1e-3 * columns))) == 1


def test_a_field_is_read_at_the_one_size_wherever_it_was_drawn(network):
    """Twice as many pixels, the same grains."""
    counts = [canonical.read_field(fields.of_network(network, (side, side), 0), 0) for side in (96, 192)]
    assert abs(int(counts[0].labels.max()) - int(counts[1].labels.max())) <= 2
    assert counts[0].labels.shape == counts[1].labels.shape
    assert counts[1].scale == pytest.approx(2 * counts[0].scale)


def test_zoomed_conditions_keep_all_but_the_size():
    assert Conditions(10.0, 0.5, 2.0).enlarged(1.5) == (15.0, 0.5, 2.0)
