"""Grains read from boundary images and followed through frames, on pictures small enough to know the answer."""

import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from test_networks import grown

from graincast.material.grains import field_sizes, following, geometry, numbering, valleys, watershed
from graincast.material.networks.rendering import boundary_image, label_map
from graincast.scoring import maps


def read(image, threshold=0.5, speck=3):
    return watershed.grains_below(image, threshold, speck)


def by_depth(image, depth=0.2):
    return watershed.grain_map(image, depth)


READINGS = [read, by_depth]


def window():
    """Two lines each way: four grains on a torus, of which three lie across an edge."""
    image = np.zeros((32, 32))
    image[8] = image[24] = image[:, 8] = image[:, 24] = 1
    return image


def relief(seed, side=40):
    """A rough picture without two equal pixels."""
    rough = np.random.default_rng(seed).random((side, side))
    return sum(np.roll(rough, (i, j), (0, 1)) for i in range(4) for j in range(4)) / 16


def same_division(one, other):
    return maps.partition(one, other).rand_error == 0


@pytest.mark.parametrize("read", READINGS)
def test_four_grains_on_a_torus_fill_it(read):
    grains = read(window())
    assert np.unique(grains).tolist() == [0, 1, 2, 3]
    assert len({grains[0, 0], grains[0, 31], grains[31, 0], grains[31, 31]}) == 1
    assert len({grains[0, 0], grains[0, 16], grains[16, 0], grains[16, 16]}) == 4
    assert np.bincount(grains.ravel()).min() >= 15 * 15
    assert np.bincount(grains.ravel()).max() <= 17 * 17


@pytest.mark.parametrize("read", READINGS)
def test_lines_that_touch_only_by_their_corners_part_grains(read):
    image = np.zeros((32, 32))
    image[8] = image[24] = 1
    zigzag = 8 + np.abs(np.arange(32) % 8 - 4)
    image[np.arange(32), zigzag] = image[np.arange(32), zigzag + 16] = 1
    assert read(image).max() == 3


@pytest.mark.parametrize("read", READINGS)
def test_a_line_is_filled_from_the_side_from_which_it_rises(read):
    """A wall over the edge of the picture, highest at column 28: what is right of that is of the grain beyond."""
    image = np.zeros((8, 32))
    image[:, 14:18] = 1
    image[:, [28, 29, 30, 31, 0, 1, 2, 3]] = np.linspace(1, 0.6, 8)
    grains = read(image)
    assert grains.max() == 1
    assert (grains[:, 29:] == grains[0, 8]).all()
    assert (grains[:, 20:28] == grains[0, 22]).all()
    assert grains[0, 8] != grains[0, 22]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("read", "level"), [(read, 0.45), (by_depth, 0.1)])
def test_a_shifted_picture_has_the_shifted_grains(seed, read, level):
    image = relief(seed)
    grains = read(image, level)
    assert 5 < grains.max() < 100
    for shift in ((0, 17), (21, 0), (-9, 33)):
        assert same_division(read(np.roll(image, shift, (0, 1)), level), np.roll(grains, shift, (0, 1)))


def test_a_hole_of_fewer_pixels_than_a_speck_is_no_grain():
    image = window()
    image[7:10, 12:18] = 1
    image[8, 14:16] = 0
    assert read(image).max() == 3
    assert read(image, speck=2).max() == 4


@pytest.mark.parametrize("read", READINGS)
@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_a_picture_without_lines_or_without_anything_else_is_one_grain(value, read):
    assert not read(np.full((8, 12), value)).any()


def test_a_faint_line_parts_grains_but_one_with_a_gap_does_not():
    faint = 0.3 * window()
    assert by_depth(faint).max() == 3
    assert not read(faint).any()
    faint[8, 16] = faint[24, 16] = 0.1
    assert by_depth(faint).max() == 2
    assert by_depth(faint, depth=0.05).max() == 3


def test_the_counts_are_those_of_the_maps():
    asked = (0.02, 0.05, 0.1, 0.2, 0.9)
    for seed in range(4):
        counts = watershed.grain_counts(relief(seed), asked)
        assert counts == [by_depth(relief(seed), depth).max() + 1 for depth in asked]
        assert counts[0] > counts[2] > counts[4] == 1


def climbed(image, row, column):
    """Least rise of a path from a pixel to a lower one, by flooding to every height; None: there is no lower one."""
    for height in np.sort(image, axis=None):
        water = geometry.connected_regions((image <= height).astype(int))
        if image[row, column] <= height and image[water == water[row, column]].min() < image[row, column]:
            return height - image[row, column]
    return None


@pytest.mark.parametrize("seed", range(3))
def test_a_valley_is_as_deep_as_one_must_climb_to_reach_a_lower_pixel(seed):
    image = np.random.default_rng(seed).random((9, 13))
    found = valleys.depths(image)
    for (row, column), depth in np.ndenumerate(found):
        rise = climbed(image, row, column)
        assert depth == pytest.approx(np.ptp(image) if rise is None else rise)
    assert 10 < np.sum(found > 0) < 60


@pytest.mark.parametrize("read", READINGS)
def test_a_drawn_network_is_read_back(read):
    network = grown()
    image = boundary_image(network, (192, 192), 1.0) / 255
    labels, grains = label_map(network, (192, 192)), read(image)
    assert grains.max() + 1 == pytest.approx(len(network.present), rel=0.03)
    assert maps.partition(grains, labels).rand_error < 0.05
    assert maps.boundary_f1(grains, labels, 1) > 0.99


def stripes(*edges, width=24):
    """Grains 0, 1, ... side by side, each up to the next edge."""
    return np.tile(np.searchsorted(edges, np.arange(width), side="right"), (6, 1))


def test_grains_keep_their_numbers_whatever_a_map_calls_them():
    first = stripes(5, 11, 20)
    renamed = np.array([7, 2, 9, 0])[first]
    assert np.array_equal(following.followed(np.stack([renamed, first]), first), np.stack([first, first]))


def test_a_grain_that_moves_over_the_edge_keeps_its_number():
    first = np.zeros((24, 24), int)
    first[10:15, 10:15] = 1
    moving = np.stack([np.roll(first, (-step, step), (0, 1)) for step in range(1, 25)])
    assert np.array_equal(following.followed(1 - moving, first), moving)


def test_two_merged_grains_go_on_as_the_larger():
    first = stripes(5, 12, 20)  # grains of 5, 7, 8 and 4 columns
    merged = following.followed(stripes(12, 20)[None], first)[0]
    assert merged[0, [0, 15, 22]].tolist() == [1, 2, 3]


def test_the_smaller_part_of_a_split_grain_appears():
    first = stripes(5, 12, 20)
    split = following.followed(stripes(5, 8, 12, 20)[None], first)[0]
    assert split[0, [0, 6, 9, 15, 22]].tolist() == [0, 4, 1, 2, 3]


def test_a_grain_that_comes_back_has_a_new_number():
    first = stripes(5, 12, 20)
    numbered = following.followed(np.stack([stripes(5, 20), first, first]), first)
    assert numbered[0, 0, [0, 10, 22]].tolist() == [0, 2, 3]
    assert numbered[1, 0, [0, 6, 15, 22]].tolist() == [0, 4, 2, 3]
    assert np.array_equal(numbered[1], numbered[2])


def slowly_named(labels, before, unused):
    """The same rule, region by region."""
    overlap = {}
    for region in np.unique(labels):
        counts = [(np.sum((labels == region) & (before == grain)), -grain) for grain in np.unique(before)]
        pixels, grain = max(counts)
        overlap[region] = (-grain, pixels)
    names = {}
    for region, (grain, pixels) in overlap.items():
        rivals = [(p, -r) for r, (g, p) in overlap.items() if g == grain]
        if (pixels, -region) == max(rivals):
            names[region] = grain
    for region in overlap:
        if region not in names:
            names[region], unused = unused, unused + 1
    return np.vectorize(names.get)(labels), unused


@pytest.mark.parametrize("seed", range(10))
def test_following_agrees_with_a_slow_count_on_noise(seed):
    rng = np.random.default_rng(seed)
    maps_, first = rng.integers(6, size=(5, 5, 5)), rng.integers(6, size=(5, 5))
    before, unused = first, first.max() + 1
    for labels, numbered in zip(maps_, following.followed(maps_, first), strict=True):
        before, unused = slowly_named(labels, before, unused)
        assert np.array_equal(numbered, before)


def test_tables_of_all_frames_are_those_of_each():
    frames = np.random.default_rng(0).integers(7, size=(4, 6, 9))
    frames[2][frames[2] == 6] = 0
    assert following.areas(frames).shape == following.sides(frames).shape == (4, 7)
    for frame, area, sides in zip(frames, following.areas(frames), following.sides(frames), strict=True):
        assert area[: frame.max() + 1].tolist() == geometry.areas(frame).tolist()
        assert sides[: frame.max() + 1].tolist() == geometry.sides(frame).tolist()
    assert following.areas(frames)[2, 6] == following.sides(frames)[2, 6] == 0


@pytest.mark.parametrize("reach", [0, 1, 1.5, 2, 3])
def test_pixels_within_a_distance_are_those_nearer_in_any_copy_of_the_box(reach):
    marked = np.random.default_rng(0).random((3, 9, 12)) < 0.03
    rows, columns = np.mgrid[:9, :12]
    for mask, near in zip(marked, geometry.within(marked, reach), strict=True):
        by_hand = np.zeros((9, 12), bool)
        for row, column in np.argwhere(mask):
            down, along = abs(rows - row), abs(columns - column)
            by_hand |= np.minimum(down, 9 - down) ** 2 + np.minimum(along, 12 - along) ** 2 <= reach**2
        assert np.array_equal(near, by_hand)


def test_a_boundary_is_two_pixels_wide_and_crosses_the_edges():
    marked = geometry.boundary_pixels(stripes(5, 11))
    assert np.flatnonzero(marked[0]).tolist() == [0, 4, 5, 10, 11, 23]
    assert (marked == marked[0]).all()
    assert np.array_equal(geometry.boundary_pixels(stripes(5, 11).T), marked.T)


@pytest.mark.parametrize("seed", range(3))
def test_regions_are_the_components_of_the_graph_of_touching_pixels(seed):
    labels = np.random.default_rng(seed).integers(3, size=(11, 14))
    number = np.arange(labels.size).reshape(labels.shape)
    touching = [[number[same], np.roll(number, 1, axis)[same]] for axis, same in enumerate(_same_as_before(labels))]
    one, other = np.concatenate(touching, axis=1)
    graph = coo_matrix((np.ones(len(one)), (one, other)), shape=(labels.size, labels.size))
    count, components = connected_components(graph, directed=False)
    assert geometry.connected_regions(labels).ravel().tolist() == components.tolist()
    assert 10 < count < 120


def _same_as_before(labels):
    return [labels == np.roll(labels, 1, axis) for axis in (0, 1)]


@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.int64, np.uint64, np.float32, bool])
def test_labels_are_numbered_by_their_rank_whatever_their_type_and_range(kind):
    rng = np.random.default_rng(0)
    for most in (1, 100, 1 << 40):
        most = most if np.dtype(kind).itemsize == 8 else 1
        labels = (rng.integers(0, 100, (9, 12)) * most - (50 if kind in (np.int8, np.int64) else 0)).astype(kind)
        found = numbering.consecutive(labels)
        assert found.dtype == np.int32
        assert np.array_equal(found, np.unique(labels, return_inverse=True)[1].reshape(9, 12))


def test_the_box_around_a_grain_holds_all_its_pixels_and_that_of_an_absent_one_none():
    labels = np.zeros((6, 9), np.uint16)
    labels[1:3, 2:5], labels[4, 6] = 3, 3
    assert field_sizes.extents(labels).tolist() == [[6, 0, 0, 4], [9, 0, 0, 5]]
