"""What models learn from grains: pairs of pixels and lines, against loops over pixels; the unknown does not count."""

import numpy as np
import pytest
import torch

from graincast.segmentation.data import known_pictures
from graincast.segmentation.data.known_pictures import UNKNOWN
from graincast.segmentation.layers import cross_entropies, inputs, truth
from graincast.segmentation.layers.pixel_pairs import windows

OFFSETS = ((0, 1), (1, 0), (0, 3), (3, 0), (2, 2), (2, -2), (-1, 2), (0, 8), (9, 0), (2, -9))
ROWS, COLUMNS = 7, 9


@pytest.fixture
def labels():
    rng = np.random.default_rng(0)
    return torch.from_numpy(rng.integers(UNKNOWN, 3, (2, ROWS, COLUMNS)))


@pytest.mark.parametrize("offset", OFFSETS)
def test_windows_hold_all_pairs_at_an_offset_and_no_other(offset):
    place = np.stack(np.indices((ROWS, COLUMNS)), axis=-1)
    first, second = windows((ROWS, COLUMNS), offset)
    one, other = place[first].reshape(-1, 2), place[second].reshape(-1, 2)
    expected = [
        (row, column)
        for row in range(ROWS)
        for column in range(COLUMNS)
        if 0 <= row + offset[0] < ROWS and 0 <= column + offset[1] < COLUMNS
    ]
    assert list(map(tuple, one.tolist())) == expected
    assert np.array_equal(other, one + offset)


def test_a_pair_is_of_one_grain_where_both_its_pixels_are_and_known_where_both_are(labels):
    wanted, known = truth.pairs(labels, OFFSETS)
    assert wanted.shape == known.shape == (2, len(OFFSETS), ROWS, COLUMNS)
    for sample, at, row, column in np.ndindex(*wanted.shape):
        down, right = row + OFFSETS[at][0], column + OFFSETS[at][1]
        inside = 0 <= down < ROWS and 0 <= right < COLUMNS
        one = labels[sample, row, column]
        other = labels[sample, down, right] if inside else UNKNOWN
        counts = inside and one != UNKNOWN and other != UNKNOWN
        assert known[sample, at, row, column] == counts
        if counts:
            assert wanted[sample, at, row, column] == (one == other)
    assert 0 < known.mean() < 1


def test_lines_that_are_learned_are_those_that_are_scored(labels):
    marked, _ = truth.lines(labels)
    assert np.array_equal(marked[:, 0].numpy() > 0, known_pictures.lines(labels.numpy()))


def test_a_line_against_what_nobody_knows_does_not_count(labels):
    _, known = truth.lines(labels)
    for sample, _, row, column in np.ndindex(*known.shape):
        beside = [(row, column), (row + 1, column), (row, column + 1)]
        held = [labels[sample, down, right] for down, right in beside if down < ROWS and right < COLUMNS]
        assert known[sample, 0, row, column] == all(label != UNKNOWN for label in held)
    assert 0 < known.mean() < 1


def test_what_does_not_count_has_no_part_in_a_loss():
    logits = torch.tensor([[3.0, -1.0, 50.0], [0.0, 0.0, 0.0]])
    wanted = torch.tensor([[1.0, 1.0, 0.0], [1.0, 0.0, 1.0]])
    known = torch.tensor([[1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    found = cross_entropies.cross_entropy(logits, wanted, known)
    expected = (np.log1p(np.exp(-3)) + np.log1p(np.exp(1))) / 2
    assert found.tolist() == pytest.approx([expected, 0.0])


def test_channels_are_chosen_by_their_names():
    seen = torch.arange(6.0).reshape(1, 6, 1, 1)
    assert inputs.chosen(seen, ("canny", "grey", "sobel")).flatten().tolist() == [5, 0, 1, 2, 3]
    assert inputs.count(("canny", "grey", "sobel")) == 5


@pytest.mark.parametrize("names", [(), ("sobel", "sobel"), ("sobell",)])
def test_no_channel_an_unknown_one_and_one_twice_are_refused(names):
    with pytest.raises(ValueError, match="expected 'inputs' of grey, sobel, laplacian, canny, each once"):
        inputs.check(names)
