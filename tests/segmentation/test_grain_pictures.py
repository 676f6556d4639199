"""Pictures as files, crops of them, maps of pattern quality as pictures, and examples to look at."""

import dataclasses

import numpy as np
import pytest
import torch

from conftest import PROJECT
from grain_pictures_made import cells, drawn, painted, saved
from graincast.base.errors import GraincastError
from graincast.material.measured import cleaned
from graincast.material.measured.cleaned import Cleaned
from graincast.segmentation import tiling, trained
from graincast.segmentation.concepts import recipe
from graincast.segmentation.contract import Guesser
from graincast.segmentation.data import crops, drawing, found_examples, guessing, known_pictures, quality_maps
from graincast.segmentation.data.crops import CropCut, PictureCrops
from graincast.segmentation.data.known_pictures import UNKNOWN, GrainPicture
from graincast.segmentation.ways.given import FoundGrains

TINY = PROJECT / "config/segmentation/datasets/tiny_concepts.yaml"


def chance(*seed):
    return np.random.default_rng(seed)


def numbered(shape, variance=0.0):
    """A picture whose grey, grains and guess all say which pixel one is."""
    number = np.arange(np.prod(shape), dtype=np.int32).reshape(shape)
    return GrainPicture((number / number.size).astype(np.float32), number, variance, 0, guess=number / number.size)


def coloured():
    rng = np.random.default_rng(4)
    return GrainPicture(
        rng.random((40, 50, 3)).astype(np.float32),
        rng.integers(UNKNOWN, 9, (40, 50)).astype(np.int32),
        0.0,
        12,
        step=3,
        name="in100",
        guess=rng.random((40, 50)).astype(np.float32),
    )


def test_pictures_are_read_as_they_were_written(tmp_path):
    written = [drawn(1), coloured()]
    known_pictures.write(tmp_path / "some.npz", written)
    read = known_pictures.some(tmp_path / "some.npz")
    assert len(read) == 2
    for before, after in zip(written, read, strict=True):
        assert after.grey == pytest.approx(before.grey, abs=1e-3)  # kept in half precision
        assert np.array_equal(after.labels, before.labels)
        for name in ("variance", "number", "step", "name"):
            assert getattr(after, name) == getattr(before, name)
    assert read[0].guess is None
    assert read[1].guess == pytest.approx(written[1].guess, abs=1e-3)


def test_a_file_without_a_picture_can_be_read_and_nothing_be_learned_from_it(tmp_path):
    known_pictures.write(tmp_path / "none.npz", [])
    assert known_pictures.read(tmp_path / "none.npz") == []
    with pytest.raises(GraincastError, match=r"none\.npz: holds no picture"):
        known_pictures.some(tmp_path / "none.npz")


def test_a_picture_is_seen_with_the_same_noise_each_time_and_another_with_another():
    plain = painted(np.zeros((120, 150)), [0.5], variance=0.01)
    seen = plain.seen()
    assert np.array_equal(seen, plain.seen())
    assert np.var(seen - 0.5) == pytest.approx(0.01, rel=0.04)
    other = dataclasses.replace(plain, number=1).seen()
    assert abs(np.corrcoef(seen.ravel(), other.ravel())[0, 1]) < 0.03
    assert np.array_equal(dataclasses.replace(plain, variance=0.0).seen(), plain.grey)


def test_noise_is_of_one_shape_whatever_its_variance():
    plain = painted(np.zeros((60, 60)), [0.5], variance=0.01)
    louder = dataclasses.replace(plain, variance=0.04)
    assert louder.seen() - 0.5 == pytest.approx(2 * (plain.seen() - 0.5), abs=0.5)
    inside = np.abs(plain.seen() - 0.5) < 0.24
    assert (louder.seen() - 0.5)[inside] == pytest.approx(2 * (plain.seen() - 0.5)[inside], abs=1e-5)


def test_a_line_is_where_the_pixel_to_the_right_or_below_is_of_another_grain():
    labels = np.random.default_rng(0).integers(0, 3, (9, 11))
    found = known_pictures.lines(labels)
    for row in range(9):
        for column in range(11):
            beside = [labels[row + 1, column]] if row < 8 else []
            beside += [labels[row, column + 1]] if column < 10 else []
            assert found[row, column] == any(other != labels[row, column] for other in beside)
    assert known_pictures.lines(cells(2, 2, 8)).sum() == 8 + 16 - 1 + 8  # one pixel wide


def test_drawn_pictures_know_their_noise_and_their_place():
    tiny = recipe.load(TINY)
    found = list(drawing.drawn(tiny, [5, 6], step=2))
    assert [(one.number, one.step, one.variance) for one in found] == [(5, 2, 0.01), (6, 2, 0.01)]
    assert np.array_equal(found[0].labels, recipe.drawn(tiny, 5).labels)
    assert found[0].grey == pytest.approx(recipe.drawn(tiny, 5).clean, abs=1e-6)


@pytest.mark.parametrize("shape", [(60, 80), (64, 64)])
def test_grey_grains_and_guess_of_a_crop_are_of_the_same_pixels(shape):
    picture = numbered(shape)
    cut = CropCut(32, 32, 0.0)
    ways = set()
    for seed in range(40):
        seen, labels, guess = cut.crop(picture, chance(seed))
        assert seen[0] * labels.dtype.type(picture.labels.size) == pytest.approx(labels, abs=0.01)
        assert guess == pytest.approx(seen[0], abs=1e-6)
        ways.add((int(labels[0, 1] - labels[0, 0]), int(labels[1, 0] - labels[0, 0])))
    sides = {(one, other * shape[1]) for one in (1, -1) for other in (1, -1)}
    turned = {(down, across) for across, down in sides} if shape[0] == shape[1] else set()
    assert ways == sides | turned


def test_crops_come_from_everywhere_in_a_picture():
    picture, cut = numbered((60, 80)), CropCut(32, 32, 0.0)
    first = np.array([np.unravel_index(cut.crop(picture, chance(seed))[1].min(), (60, 80)) for seed in range(300)])
    assert first.min(axis=0).tolist() == [0, 0]
    assert first.max(axis=0).tolist() == [60 - 32, 80 - 32]
    assert [len(np.unique(places)) for places in first.T] == [29, 49]


def test_grains_of_an_enlarged_or_reduced_crop_are_of_the_same_pixels_as_its_greys():
    picture = painted((np.indices((96, 128)) // 16).sum(axis=0) % 2, [0.0, 1.0])
    picture = dataclasses.replace(picture, guess=picture.grey)
    widths = []
    for seed in range(30):
        seen, labels, guess = CropCut(32, 48, 0.0, zoom=1.6).crop(picture, chance(seed))
        known = labels != UNKNOWN
        assert seen.shape[1:] == labels.shape == guess.shape == (32, 48)
        assert known[:-1, :-1].all()  # a crop may lack a pixel by rounding
        sure = known & (np.abs(seen[0] - 0.5) > 0.01)
        assert sure.mean() > 0.9
        assert np.array_equal(seen[0][sure] > 0.5, labels[sure] == 1)
        assert guess[known] == pytest.approx(seen[0][known], abs=1e-5)
        runs = np.diff(np.flatnonzero(np.diff(labels[16, :-1])))
        widths.append(runs[0] if len(runs) else 25)
    assert min(widths) <= 11
    assert max(widths) >= 23


def test_a_crop_is_not_reduced_to_less_than_a_crop():
    picture = drawn(0)  # 96 pixels high, as the crop is
    for seed in range(10):
        labels = CropCut(96, 64, 0.0, zoom=2.0).crop(picture, chance(seed))[1]
        assert (labels[:-1, :-1] != UNKNOWN).all()


def test_what_lies_beyond_a_picture_that_is_smaller_than_a_crop_is_unknown():
    picture, cut = (
        dataclasses.replace(numbered((40, 50)), grey=np.full((40, 50), 0.5, np.float32)),
        CropCut(48, 64, 0.0),
    )
    for seen, labels, guess in (cut.crop(picture, chance(1)), cut.middle(picture)):
        assert seen.shape == (6, 48, 64)
        assert (labels[40:] == UNKNOWN).all()
        assert (labels[:, 50:] == UNKNOWN).all()
        assert sorted(labels[:40, :50].ravel()) == list(range(40 * 50))
        beyond = labels == UNKNOWN
        assert not seen[:, beyond].any()
        assert not guess[beyond].any()
        assert (seen[0][~beyond] == 0.5).all()


def test_the_middle_of_a_picture_is_always_the_same_and_as_it_is_seen():
    picture = drawn(0, noise=dataclasses.replace(recipe.load(TINY).noise, variance=0.01))
    seen, labels, _ = CropCut(32, 48, 1.0).middle(picture)
    window = np.s_[32:64, 40:88]
    assert np.array_equal(labels, picture.labels[window])
    assert np.array_equal(seen[0], picture.seen()[window])


def test_a_crop_is_seen_with_a_noise_between_none_and_that_of_its_picture():
    picture = painted(np.zeros((64, 64)), [0.5], variance=0.01)
    cut = CropCut(64, 64, 0.0)
    variances = [np.var(cut.crop(picture, chance(seed))[0][0]) for seed in range(60)]
    assert min(variances) < 0.001
    assert 0.009 < max(variances) < 0.011
    assert np.mean(variances) == pytest.approx(0.005, rel=0.25)


def test_the_same_chance_cuts_the_same_crop_and_another_another():
    picture, cut = drawn(0), CropCut(32, 32, 0.5)
    one, again, other = (cut.crop(picture, chance(seed)) for seed in (1, 1, 2))
    assert all(np.array_equal(first, second) for first, second in zip(one, again, strict=True))
    assert not np.array_equal(one[0], other[0])


def test_only_grey_crops_are_given_looks_and_only_as_often_as_is_asked_for():
    picture = painted(cells(3, 3, 12), np.linspace(0.2, 0.8, 9))

    def plain(looks):
        return np.mean(
            [np.isin(CropCut(32, 32, looks).crop(picture, chance(at))[0][:3], picture.grey).all() for at in range(60)]
        )

    assert plain(0.0) == 1
    assert plain(1.0) < 0.2
    assert 0.3 < plain(0.5) < 0.75
    colours = coloured()
    seen = CropCut(40, 50, 1.0).crop(colours, chance(0))[0]
    assert np.isin(seen[:3], colours.grey).all()


def test_a_black_crop_in_colours_stays_one_at_any_scale_and_is_given_no_looks():
    black = GrainPicture(np.zeros((60, 70, 3), np.float32), np.zeros((60, 70), np.int32), 0.0, 0)
    for seed in range(12):
        seen, labels, _ = CropCut(40, 50, 1.0, zoom=1.6).crop(black, chance(seed))
        assert (labels != UNKNOWN).mean() > 0.9
        assert not seen.any()


def test_a_black_crop_in_grey_is_of_the_pixels_of_its_grains_at_any_scale(monkeypatch):
    shapes = []
    monkeypatch.setattr(
        crops.looks, "changed", lambda grey, labels, *_: (shapes.append((grey.shape, labels.shape)), grey)[1]
    )
    black = GrainPicture(np.zeros((60, 70), np.float32), np.zeros((60, 70), np.int32), 0.0, 0)
    for seed in range(12):
        CropCut(40, 50, 1.0, zoom=1.6).crop(black, chance(seed))
    assert len(set(shapes)) > 1
    assert all(grey == labels for grey, labels in shapes)


def split(count=5, batch=3, an_epoch=12):
    return PictureCrops([drawn(at % 3) for at in range(count)], CropCut(32, 32, 0.0), batch, an_epoch)


def test_every_picture_is_learned_from_as_often_as_every_other_give_or_take_one():
    data = split()
    batches = data.epoch(0, chance(3))
    assert [len(batch) for batch in batches] == [3, 3, 3, 3]
    times = np.bincount(np.concatenate(batches), minlength=5)
    assert times.sum() == 12
    assert times.max() - times.min() == 1
    assert not np.array_equal(np.concatenate(batches), np.concatenate(data.epoch(0, chance(4))))
    judged = data.in_order()
    assert np.concatenate(judged).tolist() == [0, 1, 2, 3, 4]
    assert [len(batch) for batch in judged] == [3, 2]


def test_a_batch_is_its_crops_in_tensors(tmp_path):
    data = split()
    batch = data.batch(np.array([2, 0]), (chance(0), chance(1)))
    assert (batch.seen.shape, batch.labels.shape, batch.guess.shape) == ((2, 6, 32, 32), (2, 32, 32), (2, 1, 32, 32))
    assert (batch.seen.dtype, batch.labels.dtype) == (torch.float32, torch.int64)
    alone = data.batch(np.array([0]), (chance(1),))
    assert torch.equal(batch.some(slice(1, 2)).seen, alone.seen)
    assert len(batch.some(slice(2, 2))) == 0
    known_pictures.write(tmp_path / "split.npz", data.pictures)
    read = crops.load(tmp_path / "split.npz", data.cut, 3, 12)
    assert torch.equal(read.unchanged(np.array([1])).labels, data.unchanged(np.array([1])).labels)


def measured(folder, quality, labels, name="somewhere"):
    """The file of a cleaned map."""
    path = folder / f"{name}.npz"
    count = int(np.max(labels)) + 1
    grains = np.zeros(count, np.int16)
    found = Cleaned(np.asarray(labels, np.int32), grains, {}, quality, None, 0.0, None, (), ())
    cleaned.write(path, found, name)
    return path


@pytest.mark.parametrize("enlarged", [1.0, 2.0, 3.0])
def test_a_dark_boundary_in_a_map_is_dark_in_the_picture_and_grains_keep_up(tmp_path, enlarged):
    labels = cells(1, 2, 40)
    labels = np.where(np.indices(labels.shape)[1] < 30, 0, 1)  # not in the middle
    quality = np.where((np.indices(labels.shape)[1] // 2) == 15, 20.0, 90.0).astype(np.float32)
    (picture,) = quality_maps.pictures([measured(tmp_path, quality, labels)], enlarged, [400])
    side = round(40 * enlarged)
    assert picture.labels.shape == picture.grey.shape == (side, 2 * side)
    at = np.argmax(picture.labels == 1, axis=1)
    assert (at == round(30 * enlarged)).all()
    line = picture.grey[:, at[0] + np.arange(round(2 * enlarged))]
    assert line.mean() < 0.2
    assert picture.grey[:, : at[0] - round(enlarged)].min() > 0.95
    assert (picture.name, picture.variance) == ("somewhere", 0.0)


def test_bright_points_and_their_grain_are_the_same_pixels(tmp_path):
    labels = np.where(np.indices((40, 50))[0] < 17, 0, 1)
    quality = (10.0 + 5 * labels).astype(np.float32)
    (picture,) = quality_maps.pictures([measured(tmp_path, quality, labels)], 2.0, [128])
    assert np.array_equal(picture.grey > 0.5, picture.labels == 1)


def test_a_map_is_cut_into_squares_of_each_size_and_a_smaller_one_is_one_picture(tmp_path):
    labels = np.arange(70 * 140).reshape(70, 140) // 100
    path = measured(tmp_path, np.random.default_rng(0).random((70, 140)).astype(np.float32), labels)
    found = list(quality_maps.pictures([path], 1.0, [64, 100]))
    assert [(one.step, *one.labels.shape) for one in found] == [(0, 64, 64), (0, 64, 64), (1, 70, 100)]
    assert np.array_equal(found[1].labels, labels[:64, 64:128])


def test_maps_without_a_quality_and_maps_that_are_not_there_are_left_out(tmp_path):
    labels = cells(2, 2, 20)
    without = measured(tmp_path, None, labels, "labels_alone")
    cleaned.write_absent(tmp_path / "absent.npz", "absent", "not at its address")
    there = measured(tmp_path, np.random.default_rng(0).random((40, 40)).astype(np.float32), labels, "there")
    paths = [without, tmp_path / "absent.npz", there]
    assert [picture.name for picture in quality_maps.pictures(paths, 2.0, [64])] == ["there"]


def test_a_map_of_one_quality_is_a_picture_all_the_same(tmp_path):
    (picture,) = quality_maps.pictures(
        [measured(tmp_path, np.full((20, 20), 7.0, np.float32), cells(2, 2, 10))], 2.0, [64]
    )
    assert np.isfinite(picture.grey).all()
    assert picture.grey.std() == 0


def test_examples_are_read_as_they_were_written(tmp_path):
    picture = drawn(0)
    line = known_pictures.lines(picture.labels)
    found = FoundGrains(picture.labels, line, line.astype(float) / 2, 2, {"pass 0": ~line, "pass 2": line})
    place, bare = ("measured in100", 1, 7), ("concepts", 0, 12)
    made = {place: found_examples.of(picture, found), bare: found_examples.of(picture, FoundGrains(line))}
    found_examples.write(tmp_path / "some.npz", made)
    read = found_examples.read(tmp_path / "some.npz")
    assert set(read) == {place, bare}
    arrays = read[place].arrays
    assert set(arrays) == {"seen", "truth", "found", "chance", "pass 0", "pass 2"}
    assert np.array_equal(arrays["truth"], picture.labels)
    assert arrays["seen"] == pytest.approx(picture.seen(), abs=1e-3)
    assert set(read[place].stages()) == {"pass 0", "pass 2"}
    assert np.array_equal(read[place].stages()["pass 2"], line)
    assert set(read[bare].arrays) == {"seen", "truth", "found"}


def test_pictures_are_guessed_at_as_they_are_seen(tmp_path):
    picture = drawn(0, noise=dataclasses.replace(recipe.load(TINY).noise, variance=0.01))
    weights = saved(tmp_path, "net1")
    (guessed,) = guessing.guessed(weights, [picture], torch.device("cpu"))
    model = trained.loaded(weights, torch.device("cpu"), Guesser)
    assert np.array_equal(guessed.guess, tiling.asked(model, picture.seen())[0])
    assert 0 <= guessed.guess.min() < guessed.guess.max() <= 1
    assert np.array_equal(guessed.labels, picture.labels)
