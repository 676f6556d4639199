"""The classifier test: chance where sets are alike, the known share where they differ, and no field on both sides."""

from statistics import NormalDist

import numpy as np
import pytest

from graincast.base.errors import GraincastError
from graincast.scoring.discrimination import told_apart

FIELDS, ROWS = 4, 80
NAMES = np.repeat([f"field {n}" for n in range(FIELDS)], ROWS)


def rows(seed, shift=0.0):
    values = np.random.default_rng(seed).normal(size=(FIELDS * ROWS, 3))
    return values + np.array([shift, 0, 0])


def compared(made, truth, made_names=NAMES, truth_names=NAMES):
    return told_apart(made, made_names, truth, truth_names, np.random.default_rng(0))


def test_sets_that_are_alike_cannot_be_told_apart():
    found = compared(rows(1), rows(2))
    assert found.auroc == pytest.approx(0.5, abs=0.05)
    assert found.low < 0.5 < found.high
    assert 0.02 < found.high - found.low < 0.15
    assert compared(rows(1), rows(2)) == found


def test_rows_that_are_all_one_are_told_apart_by_a_coin():
    found = compared(np.zeros((FIELDS * ROWS, 2)), np.zeros((FIELDS * ROWS, 2)))
    assert (found.auroc, found.low, found.high) == (0.5, 0.5, 0.5)


def test_a_shifted_mean_is_found_as_often_as_it_can_be():
    found = compared(rows(1, shift=1.0), rows(2))
    assert found.auroc == pytest.approx(NormalDist().cdf(np.sqrt(0.5)), abs=0.04)
    assert 0.5 < found.low < found.auroc < found.high


def test_what_is_missing_is_a_sign_too():
    made = rows(1)
    made[::2, 1] = np.nan
    assert compared(made, rows(2)).auroc > 0.7


def test_a_field_that_was_learned_from_is_not_asked_about():
    """Made and true fields take turns along a line: who has seen a field knows its set, who has not guesses wrong."""
    rng = np.random.default_rng(3)
    places = np.repeat(2.0 * np.arange(FIELDS), ROWS)
    made, truth = (0.1 * rng.normal(size=(FIELDS * ROWS, 1)) + (places + at)[:, None] for at in (0, 1))
    assert compared(made, truth).auroc < 0.5
    mixed = [rng.permutation(NAMES) for _ in range(2)]
    assert compared(made, truth, *mixed).auroc > 0.99


def test_one_field_is_too_few():
    with pytest.raises(GraincastError, match="1 made and 4 true fields cannot be told apart"):
        compared(rows(1)[:ROWS], rows(2), made_names=NAMES[:ROWS])
