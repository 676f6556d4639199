"""Traced micrographs by the script: fields as they were fetched, and as many drawn pictures beside them."""

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

import segmentation_trace
from conftest import PROJECT, Project
from grain_pictures_made import cells, drawn
from graincast.base.errors import GraincastError
from graincast.material.measured import fetching
from graincast.material.measured.fetching import FETCHED, MISSING, Record
from graincast.scoring import maps
from graincast.segmentation.data import known_pictures
from graincast.segmentation.data.known_pictures import lines

GRAINS = cells(3, 4, 20)
NOT_THERE = "https://example.org cannot be reached"


def colours(seed):
    return np.random.default_rng(seed).integers(0, 256, (*GRAINS.shape, 3)).astype(np.uint8)


def mask(grains=GRAINS):
    """Light lines three pixels wide with soft edges, as a person draws them."""
    line = ndimage.binary_dilation(lines(grains), np.ones((3, 3)))
    return np.where(line, 255, np.where(ndimage.binary_dilation(line), 90, 0)).astype(np.uint8)


def recorded(folder, name, images, lacking=()):
    """Files of a row of the table and their record, as `fetch` leaves them."""
    (folder / name).mkdir(parents=True)
    for file, image in images.items():
        if file not in lacking:
            Image.fromarray(image).save(folder / name / file)
    states = {True: (MISSING, NOT_THERE), False: (FETCHED, "")}
    records = [
        Record(name, f"{name}_{at}", f"{name}/{file}", *states[file in lacking]) for at, file in enumerate(images)
    ]
    fetching.write(folder / f"{name}.csv", records)
    return folder / f"{name}.csv"


def field(folder, name, files=("0-0.png", "0-512.png"), lacking=(), grains=GRAINS):
    """Records of a field's pictures and of its masks."""
    images = {file: colours(at) for at, file in enumerate(files)}
    masks = dict.fromkeys(files, mask(grains))
    return recorded(folder, f"{name}_pictures", images, lacking), recorded(folder, f"{name}_masks", masks)


@pytest.fixture
def split(tmp_path):
    """Pictures that were drawn."""
    known_pictures.write(tmp_path / "drawn.npz", [drawn(number) for number in range(5)])
    return tmp_path / "drawn.npz"


def arguments(folder, fields, *more):
    pictures, masks = zip(*fields, strict=True) if fields else ((), ())
    return [*map(str, ["--pictures", *pictures, "--masks", *masks, *more, "--output", folder / "traced.npz"])]


def traced(folder, fields, *more):
    segmentation_trace.main(arguments(folder, fields, *more))
    return known_pictures.read(folder / "traced.npz")


def test_run_by_hand_it_writes_all_pictures_of_a_field_with_their_grains(tmp_path):
    done = Project(PROJECT).script("segmentation_trace", *arguments(tmp_path, [field(tmp_path, "moon")]))
    assert done.returncode == 0, done.stderr
    found = known_pictures.some(tmp_path / "traced.npz")
    assert len(found) == 2
    for at, one in enumerate(found):
        assert (one.name, one.variance, one.step, one.guess) == ("moon", 0.0, 0, None)
        assert one.grey == pytest.approx(colours(at) / 255, abs=1e-3)
        assert one.labels.max() + 1 == 12
        assert maps.partition(one.labels, GRAINS).rand_error < 0.12
        away = ndimage.distance_transform_edt(~lines(GRAINS)) > 2
        assert maps.partition(one.labels[away], GRAINS[away]).rand_error == 0


def test_run_by_hand_it_puts_as_many_drawn_pictures_beside_them(tmp_path, split):
    asked = arguments(tmp_path, [field(tmp_path, "moon")], "--drawn", split)
    done = Project(PROJECT).script("segmentation_trace", *asked)
    assert done.returncode == 0, done.stderr
    found = known_pictures.some(tmp_path / "traced.npz")
    assert [one.name for one in found] == ["moon", "moon", "", ""]
    for number, one in enumerate(found[2:]):
        assert np.array_equal(one.labels, drawn(number).labels)
        assert one.grey == pytest.approx(drawn(number).grey, abs=1e-3)


def test_no_more_drawn_pictures_are_put_beside_them_than_there_are(tmp_path, split):
    many = field(tmp_path, "moon", [f"{at}.png" for at in range(7)])
    assert [one.name for one in traced(tmp_path, [many], "--drawn", split)] == ["moon"] * 7 + [""] * 5


def test_where_a_rule_names_no_drawn_pictures_there_are_none(tmp_path):
    fields = [field(tmp_path, "moon"), field(tmp_path, "sun", ["a.png"])]
    for more in ([], ["--drawn"]):
        assert [one.name for one in traced(tmp_path, fields, *more)] == ["moon", "moon", "sun"]


def test_a_field_that_lacks_a_file_is_left_out_and_as_many_drawn_pictures_fewer(tmp_path, split):
    fields = [field(tmp_path, "moon", lacking=["0-512.png"]), field(tmp_path, "sun", ["a.png"])]
    assert [one.name for one in traced(tmp_path, fields, "--drawn", split)] == ["sun", ""]
    assert traced(tmp_path, fields[:1], "--drawn", split) == traced(tmp_path, []) == []


def test_pictures_and_masks_go_together_by_their_names(tmp_path):
    images = {"b.png": colours(1), "a.png": colours(0), "alone.png": colours(2)}
    masks = {"a.png": mask(), "b.png": mask(cells(2, 2, 40)[:60]), "other.png": mask()}
    pair = recorded(tmp_path, "moon_pictures", images), recorded(tmp_path, "moon_masks", masks)
    first, second = traced(tmp_path, [pair])
    assert (first.labels.max() + 1, second.labels.max() + 1) == (12, 4)
    assert first.grey == pytest.approx(colours(0) / 255, abs=1e-3)
    assert second.grey == pytest.approx(colours(1) / 255, abs=1e-3)


@pytest.mark.parametrize("left", [0, 127])
def test_where_a_person_left_a_gap_two_grains_are_one(tmp_path, left):
    images, masks = {"a.png": colours(0)}, {"a.png": mask()}
    masks["a.png"][8:12, 16:24] = left
    pair = recorded(tmp_path, "moon_pictures", images), recorded(tmp_path, "moon_masks", masks)
    (one,) = traced(tmp_path, [pair])
    assert one.labels.max() + 1 == 11
    assert one.labels[5, 5] == one.labels[5, 30]


def test_a_mask_in_colours_is_refused_in_one_line(tmp_path):
    pair = (
        recorded(tmp_path, "moon_pictures", {"a.png": colours(0)}),
        recorded(tmp_path, "moon_masks", {"a.png": colours(0)}),
    )
    done = Project(PROJECT).script("segmentation_trace", *arguments(tmp_path, [pair]))
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    assert line.endswith("a.png: its mask has colours, expected light lines on dark")
    assert not (tmp_path / "traced.npz").exists()


def test_an_empty_split_is_nothing_to_put_beside(tmp_path):
    known_pictures.write(tmp_path / "drawn.npz", [])
    with pytest.raises(GraincastError, match=r"drawn\.npz: holds no picture"):
        traced(tmp_path, [field(tmp_path, "moon")], "--drawn", tmp_path / "drawn.npz")
