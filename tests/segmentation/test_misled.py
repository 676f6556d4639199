"""First guesses that are the truth, damaged by so much: a dial for what mends them."""

import dataclasses

import numpy as np
import pytest

import segmentation_mislead
from grain_pictures_made import drawn
from graincast.base.errors import GraincastError
from graincast.segmentation.concepts.noise import Noise
from graincast.segmentation.data import known_pictures, misled
from graincast.segmentation.data.known_pictures import lines

STRENGTHS = (0.0, 0.1, 0.3, 1.0)


@pytest.fixture(scope="module")
def pictures():
    return [dataclasses.replace(drawn(number, noise=Noise(0.0, 0.01)), name="somewhere") for number in range(4)]


def damaged(pictures, *strengths):
    return list(misled.misled(pictures, strengths))


def wrong(picture):
    return (picture.guess != lines(picture.labels)).mean()


def test_a_guess_that_is_not_damaged_is_the_truth(pictures):
    found = damaged(pictures, 0.0)
    assert len(found) == len(pictures)
    for before, after in zip(pictures, found, strict=True):
        assert after.guess.dtype == np.float32
        assert np.array_equal(after.guess, lines(before.labels))


def test_a_guess_is_the_more_wrong_the_stronger_its_damage(pictures):
    found = damaged(pictures, *STRENGTHS)
    share = [np.mean([wrong(one) for one in found if one.step == step]) for step in range(len(STRENGTHS))]
    assert share[0] == 0
    assert 0.005 < share[1] < share[2] < share[3] < 0.3
    assert all(set(np.unique(one.guess)) == {0, 1} for one in found)


def test_every_picture_is_there_at_every_strength_which_is_its_step(pictures):
    found = damaged(pictures, *STRENGTHS)
    assert [(one.step, one.number) for one in found] == [(step, number) for step in range(4) for number in range(4)]
    for one in found:
        before = pictures[one.number]
        assert before.guess is None
        assert np.array_equal(one.labels, before.labels)
        assert np.array_equal(one.seen(), before.seen())
        assert (one.variance, one.name) == (before.variance, before.name)


def test_the_same_numbers_damage_alike_and_others_otherwise(pictures):
    def guesses(some, *strengths):
        return [one.guess for one in misled.misled(some, strengths)]

    every = guesses(pictures, 0.5)
    again = guesses(pictures[::-1], 0.5)[::-1]  # whatever else is damaged before it
    assert all(np.array_equal(one, other) for one, other in zip(every, again, strict=True))
    first, next_step = guesses(pictures[:1], 0.5, 0.5)
    assert np.array_equal(first, every[0])
    assert not np.array_equal(next_step, first)
    (renumbered,) = guesses([dataclasses.replace(pictures[0], number=9)], 0.5)
    assert not np.array_equal(renumbered, first)


def test_a_guess_survives_its_file(pictures, tmp_path):
    made = damaged(pictures, 0.2, 1.0)
    known_pictures.write(tmp_path / "damaged.npz", made)
    for before, after in zip(made, known_pictures.some(tmp_path / "damaged.npz"), strict=True):
        assert np.array_equal(after.guess, before.guess)
        assert (after.step, after.number) == (before.step, before.number)


def test_the_script_damages_as_many_pictures_as_are_asked_for(pictures, tmp_path):
    known_pictures.write(tmp_path / "test.npz", pictures)

    def written(count):
        arguments = ["--pictures", str(tmp_path / "test.npz"), "--strengths", "0.0", "0.5", "--count", count]
        segmentation_mislead.main([*arguments, "--output", str(tmp_path / "damaged.npz")])
        return known_pictures.some(tmp_path / "damaged.npz")

    found = written("3")
    assert [(one.step, one.number) for one in found] == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    for one, other in zip(found, misled.misled(pictures[:3], [0.0, 0.5]), strict=True):
        assert np.array_equal(one.guess, other.guess)
    assert len(written("99")) == 2 * len(pictures)
    known_pictures.write(tmp_path / "test.npz", [])
    with pytest.raises(GraincastError, match=r"test\.npz: holds no picture"):
        written("3")
