"""From reliefs, lines and pairs of pixels to grains: basins, gaps, pieces that are joined by what is said of them."""

from itertools import combinations

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter

from grain_pictures_made import cells, drawn
from graincast.scoring import instances, maps
from graincast.segmentation.data.known_pictures import lines as boundary_lines
from graincast.segmentation.grouping import lines, linkage, partition, relief, settling, shapes
from graincast.segmentation.grouping.linkage import Touching
from graincast.segmentation.layers import truth

OFFSETS = ((0, 1), (1, 0), (0, 3), (3, 0), (3, 3), (3, -3), (0, 8), (8, 0), (8, 8), (8, -8))


def basins(left=0.0, right=0.2, saddle=1.0):
    """Heights [9, 21] of two basins and a ridge between them at column 10."""
    columns = np.arange(21)
    height = np.interp(columns, [0, 5, 10, 15, 20], [2.0, left, saddle, right, 2.0])
    return np.tile(height, (9, 1)) + 0.01 * np.abs(np.arange(9) - 4)[:, None]


def together(labels, offsets=OFFSETS):
    """What a model would say of these grains if it knew them [offsets, rows, columns]."""
    return truth.pairs(torch.from_numpy(np.asarray(labels, np.int64))[None], offsets)[0][0].numpy()


def test_two_basins_are_two_grains_that_meet_on_the_ridge():
    found = relief.grains(basins(), 0.1)
    assert np.unique(found).tolist() == [0, 1]
    assert (found[:, :10] == found[0, 0]).all()
    assert (found[:, 11:] == found[0, 20]).all()
    assert found[0, 0] != found[0, 20]


@pytest.mark.parametrize(("depth", "expected"), [(0.3, 2), (0.79, 2), (0.81, 1), (5.0, 1)])
def test_a_valley_counts_from_its_depth_on(depth, expected):
    """The higher basin lies 0.8 below the ridge; the lower one is the deepest there is, however deep that is."""
    valley = relief.valleys(basins(left=0.0, right=0.2), depth)
    assert valley.max() == expected
    assert set(np.argwhere(valley)[:, 0]) == {4}
    assert set(np.argwhere(valley)[:, 1]) == ({5, 15} if expected == 2 else {5})


def test_no_water_leaves_over_the_edges_of_a_picture():
    """Two basins at opposite edges would be one in a periodic picture."""
    height = np.tile(10.0 - np.abs(np.arange(21) - 10), (8, 1))
    height[:, 0] -= 0.1
    for seen in (height, height[:, ::-1], height.T, height.T[::-1]):
        found = relief.grains(seen, 2.0)
        assert found.max() == 1
        assert found[0, 0] != found[-1, -1]


@pytest.mark.parametrize("depth", [0.02, 0.05, 0.2])
def test_one_flood_finds_the_valleys_and_the_grains_that_two_find(depth):
    """Valleys first and then a watershed; pixels on a ridge may go either way."""
    height = gaussian_filter(np.random.default_rng(1).standard_normal((48, 60)), 2.5)
    height = (height - height.min()) / (height.max() - height.min())
    one, other = relief.grains(height, depth), relief.flooded(height, relief.valleys(height, depth))
    assert maps.partition(one, other).rand_error < 0.03
    assert one.max() == other.max() > 0


def test_a_plain_relief_is_one_grain():
    assert not relief.grains(np.ones((6, 6)), 0.1).any()


def room_lines(gap=0):
    """A wall at column 20 of a picture [24, 41], with a gap in it."""
    line = np.zeros((24, 41), bool)
    line[:, 20] = True
    line[12 : 12 + gap, 20] = False
    return line


def test_a_gap_of_one_pixel_in_a_line_joins_two_grains_and_their_shape_parts_them():
    assert lines.grains(room_lines()).max() == 1
    assert lines.grains(room_lines(gap=1)).max() == 0
    for gap in (0, 1, 4):
        found = shapes.grains(room_lines(gap))
        assert np.unique(found).tolist() == [0, 1]
        assert (found[:, :19] == found[0, 0]).all()
        assert (found[:, 22:] == found[0, -1]).all()


def test_a_room_without_a_wall_is_one_grain():
    line = np.ones((24, 41), bool)
    line[1:-1, 1:-1] = False
    assert not shapes.grains(line).any()
    line[1:-1, 20] = True
    assert shapes.grains(line).max() == 1


def test_pixels_of_a_line_go_to_the_nearest_grain():
    line = np.zeros((10, 20), bool)
    line[:, 8:13] = True
    found = lines.grains(line)
    assert (found[:, :10] == 0).all()
    assert (found[:, 11:] == 1).all()


def test_a_line_that_steps_by_corners_parts_grains():
    line = np.eye(20, dtype=bool)
    assert lines.grains(line).max() == 1


def test_specks_within_a_line_are_no_grains():
    line = np.zeros((12, 24), bool)
    line[:, 8:16] = True
    line[5, 11:14] = False
    assert lines.grains(line).max() == 1
    line[6, 11:14] = False
    assert lines.grains(line).max() == 2


@pytest.mark.parametrize("grains", [lines.grains, shapes.grains])
def test_no_line_or_nothing_but_line_is_one_grain(grains):
    assert not grains(np.zeros((12, 12), bool)).any()
    assert not grains(np.ones((12, 12), bool)).any()


def test_where_a_line_is_strong_there_grains_meet():
    line = room_lines()
    line[:, 18:23] = True
    strength = np.zeros(line.shape)
    strength[:, 18:23] = [0.5, 0.6, 0.7, 0.8, 0.9]
    found = shapes.grains(line, strength)
    assert (found[:, :22] == found[0, 0]).all()
    assert (found[:, 23:] == found[0, -1]).all()
    assert found[0, 0] != found[0, -1]


@pytest.fixture
def some_pieces():
    rng = np.random.default_rng(0)
    labels = rng.permutation(6).astype(np.int32).reshape(2, 3).repeat(5, axis=0).repeat(4, axis=1)
    return labels, rng.random((len(OFFSETS), *labels.shape))


def test_what_is_said_of_pieces_is_summed_over_all_pairs_across_them(some_pieces):
    labels, said = some_pieces
    sums, counts, beside = {}, {}, {}
    for chance, (down, right) in zip(said, OFFSETS, strict=True):
        for row, column in np.ndindex(*labels.shape):
            other = row + down, column + right
            if not (0 <= other[0] < labels.shape[0] and 0 <= other[1] < labels.shape[1]):
                continue
            pair = tuple(sorted((int(labels[row, column]), int(labels[other]))))
            if pair[0] != pair[1]:
                sums[pair] = sums.get(pair, 0) + chance[row, column]
                counts[pair] = counts.get(pair, 0) + 1
                beside[pair] = beside.get(pair, 0) + (abs(down) + abs(right) == 1)
    near = sorted(pair for pair, count in beside.items() if count)
    found = linkage.touching(labels, said, OFFSETS)
    assert list(map(tuple, found.pieces.tolist())) == near
    assert len(near) < len(sums)  # of pieces that do not touch nothing is kept
    for name, values in (("chance", sums), ("pixels", counts), ("contact", beside)):
        assert getattr(found, name) == pytest.approx([values[pair] for pair in near])
    assert found.mean == pytest.approx([sums[pair] / counts[pair] for pair in near])


def by_hand(count, between, least):
    """Average linkage as its definition has it: a set of pieces a grain."""
    said = {
        tuple(pair): (chance, pixels)
        for pair, chance, pixels in zip(between.pieces.tolist(), between.chance, between.pixels, strict=True)
    }
    grains = [{piece} for piece in range(count)]

    def mean(one, other):
        here = [said[tuple(sorted((a, b)))] for a in one for b in other if tuple(sorted((a, b))) in said]
        return sum(chance for chance, _ in here) / sum(pixels for _, pixels in here) if here else -1.0

    while len(grains) > 1:
        one, other = max(combinations(grains, 2), key=lambda pair: mean(*pair))
        if mean(one, other) <= least:
            break
        grains = [grain for grain in grains if grain is not one and grain is not other] + [one | other]
    return {frozenset(grain) for grain in grains}


def graph(rng, count):
    """What is said of some pairs of so many pieces."""
    pieces = np.array([pair for pair in combinations(range(count), 2) if rng.random() < 0.4], np.int64).reshape(-1, 2)
    pixels = rng.integers(1, 30, len(pieces))
    return Touching(pieces, rng.random(len(pieces)) * pixels, pixels, np.ones(len(pieces), np.int64))


def parts(goes_to):
    return {frozenset(np.flatnonzero(goes_to == end).tolist()) for end in np.unique(goes_to)}


def test_the_likeliest_two_are_joined_first_and_means_are_taken_over_all_pairs():
    """Against the definition, on random graphs."""
    joins = 0
    for seed in range(150):
        rng = np.random.default_rng(seed)
        count, least = int(rng.integers(2, 12)), float(rng.choice([0.2, 0.5, 0.8]))
        between = graph(rng, count)
        found = parts(linkage.goes_to(count, between, least))
        assert found == by_hand(count, between, least)
        joins += count - len(found)
    assert joins > 200


def test_nothing_is_joined_that_is_not_likely_enough():
    pieces = np.array([[0, 1], [1, 2]])
    between = Touching(pieces, np.array([6.0, 5.0]), np.array([10, 10]), np.array([5, 5]))
    assert parts(linkage.goes_to(3, between, 0.6)) == {frozenset({0}), frozenset({1}), frozenset({2})}
    assert parts(linkage.goes_to(3, between, 0.55)) == {frozenset({0, 1}), frozenset({2})}
    assert parts(linkage.goes_to(3, between, 0.4)) == {frozenset({0, 1, 2})}


def test_a_pair_that_was_likely_enough_is_not_once_the_rest_of_the_boundary_is_heard():
    """Pieces 0 and 1 are surely one; 2 is likely one with 0, and 1 knows better."""
    pieces = np.array([[0, 1], [0, 2], [1, 2]])
    between = Touching(pieces, np.array([9.0, 7.0, 4.0]), np.array([10, 10, 40]), np.array([5, 5, 5]))
    assert parts(linkage.goes_to(3, between, 0.5)) == {frozenset({0, 1}), frozenset({2})}


def test_pieces_that_do_not_touch_are_never_joined_whatever_far_pairs_say():
    labels = cells(1, 3, 4)
    said = np.zeros((len(OFFSETS), *labels.shape))
    said[6] = 1.0  # pairs eight pixels apart: the first stripe and the last are one
    between = linkage.touching(labels, said, OFFSETS)
    assert between.pieces.tolist() == [[0, 1], [1, 2]]
    assert np.array_equal(linkage.joined(labels, between, 0.1)[0], labels)


def test_a_boundary_is_where_most_of_the_pairs_across_a_pixel_say_so():
    labels = cells(2, 2, 24)
    crossed = partition.crossed(together(labels), OFFSETS)
    assert crossed.min() == 0
    assert crossed.max() <= 1
    assert crossed[12].argmax() in (23, 24)
    assert crossed[12, 23:25].min() > 0.5
    away = np.abs(np.indices(labels.shape) - 23.5).min(axis=0)
    assert not crossed[away > 5].any()
    assert crossed[away < 1].min() > crossed[away > 3].max()


@pytest.mark.parametrize("number", [0, 1, 2])
def test_perfect_pairs_give_back_the_map_that_they_were_made_of(number):
    labels = drawn(number).labels
    found = partition.partitioned(together(labels), OFFSETS)
    assert maps.partition(found.labels, labels).rand_error < 1e-3
    assert linkage.touching(found.labels, together(labels), OFFSETS).mean.max() < 0.05
    large = np.bincount(labels.ravel())[labels] >= 30  # slivers at the edges of the picture may be lost
    assert instances.average_precision(found.labels[large], labels[large]) == 1


def test_perfect_pairs_of_squares_give_them_back_to_the_pixel():
    labels = cells(3, 4, 16)
    assert maps.partition(partition.partitioned(together(labels), OFFSETS).labels, labels).rand_error == 0


def test_noisy_pairs_give_back_nearly_all_of_it():
    labels = drawn(0).labels
    said = 0.2 + 0.6 * together(labels) + 0.2 * np.random.default_rng(0).standard_normal((len(OFFSETS), *labels.shape))
    found = partition.partitioned(np.clip(said, 0, 1), OFFSETS)
    assert maps.partition(found.labels, labels).rand_error < 0.01
    assert instances.average_precision(found.labels, labels) > 0.8


def test_a_gap_in_what_is_said_of_a_boundary_does_not_leak():
    """A third of the boundary between two grains says nothing of it."""
    labels = cells(1, 2, 24)
    said = together(labels)
    said[:, 8:16] = 1.0
    found = partition.partitioned(said, OFFSETS).labels
    assert maps.partition(found, labels).rand_error < 0.02


def test_a_map_of_one_grain_is_one_grain():
    found = partition.partitioned(np.ones((len(OFFSETS), 20, 20)), OFFSETS)
    assert not found.labels.any()
    assert len(found.between.pieces) == 0


def test_a_tiny_grain_goes_to_what_it_borders_on_most_and_what_was_said_goes_with_it():
    labels = cells(1, 2, 20)
    labels[10, 18:20] = 2
    between = linkage.touching(labels, together(labels), OFFSETS)
    found, after = partition.without_tiny(labels, between)
    assert np.array_equal(found, cells(1, 2, 20))
    assert after.pieces.tolist() == [[0, 1]]
    told = dict(zip(map(tuple, between.pieces.tolist()), between.pixels.tolist(), strict=True))
    assert after.pixels.tolist() == [told[0, 1] + told[1, 2]]
    large = cells(1, 2, 20)
    whole = linkage.touching(large, together(large), OFFSETS)
    assert np.array_equal(partition.without_tiny(large, whole)[0], large)


def test_what_is_said_of_joined_pieces_is_the_sum_of_what_was_said_of_them():
    rng = np.random.default_rng(3)
    labels, said = cells(3, 3, 6), rng.random((len(OFFSETS), 18, 18))
    found, after = linkage.joined(labels, linkage.touching(labels, said, OFFSETS), 0.5)
    again = linkage.touching(found, said, OFFSETS)
    assert 0 < found.max() < 8
    assert after.pieces.tolist() == again.pieces.tolist()
    assert after.contact.tolist() == again.contact.tolist()
    assert (after.pixels <= again.pixels).all()  # pairs across pieces that do not touch were not kept


def settled_by_hand(labels, said):
    """Each pixel to the grain, of its own and those beside it, that its pairs speak for."""
    rows, columns = labels.shape
    found = labels.copy()
    for row, column in np.ndindex(rows, columns):
        spoken = {}
        for chance, (down, right) in zip(said, OFFSETS, strict=True):
            for sign in (1, -1):
                y, x = row + sign * down, column + sign * right
                if 0 <= y < rows and 0 <= x < columns:
                    value = chance[row, column] if sign == 1 else chance[y, x]
                    spoken[labels[y, x]] = spoken.get(labels[y, x], 0.0) + float(value) - 0.5
        beside = [(row, column), (row, column + 1), (row + 1, column), (row, column - 1), (row - 1, column)]
        grains = [labels[place] for place in beside if 0 <= place[0] < rows and 0 <= place[1] < columns]
        found[row, column] = max(grains, key=lambda grain: spoken.get(grain, 0.0))
    return found


def test_a_pixel_goes_to_the_grain_beside_it_that_its_pairs_speak_for():
    rng = np.random.default_rng(0)
    labels = cells(3, 4, 5)
    said = rng.random((len(OFFSETS), *labels.shape)).astype(np.float32)
    by_hand = settled_by_hand(settled_by_hand(labels, said), said)
    assert np.array_equal(settling.settled(labels, said, OFFSETS), by_hand)
    assert np.mean(by_hand != labels) > 0.1


def test_boundaries_are_laid_alike_strip_by_strip_and_all_at_once(monkeypatch):
    labels = drawn(1).labels
    said = np.random.default_rng(0).random((len(OFFSETS), *labels.shape)).astype(np.float16)
    whole = settling.settled(labels, said, OFFSETS)
    for rows in (7, 32, 95):
        monkeypatch.setattr(settling, "STRIP", rows)
        assert np.array_equal(settling.settled(labels, said, OFFSETS), whole)


def test_boundaries_that_lie_a_pixel_aside_are_laid_right():
    labels = drawn(1).labels
    aside = labels.copy()
    aside[:, 1:] = labels[:, :-1]
    found = settling.settled(aside, together(labels), OFFSETS)
    assert np.mean(aside != labels) > 0.03
    assert np.mean(found != labels) < 0.1 * np.mean(aside != labels)
    assert np.array_equal(settling.settled(labels, together(labels), OFFSETS), labels)


def test_a_grain_that_loses_all_its_pixels_is_none_and_numbers_stay_without_a_gap():
    truth_of_it = cells(1, 2, 16)
    labels = truth_of_it + 1
    labels[7, 15] = 0
    said = together(truth_of_it)
    found = partition.settled(
        partition.Partitioned(labels, linkage.touching(labels, said, OFFSETS), np.zeros(labels.shape)), said, OFFSETS
    )
    assert np.array_equal(found.labels, truth_of_it)
    assert found.between.pieces.tolist() == [[0, 1]]


def test_a_line_is_a_line_again_once_it_has_been_made_grains():
    labels = cells(3, 4, 12)
    assert maps.partition(lines.grains(boundary_lines(labels)), labels).rand_error < 0.25
    assert instances.average_precision(lines.grains(boundary_lines(labels)), labels) == 1
