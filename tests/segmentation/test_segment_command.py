"""`segment` on a picture of one's own: what it leaves, does not do twice, and what a person's corrections change."""

import csv
import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from conftest import PROJECT
from graincast.base.errors import GraincastError
from graincast.material.specimens import doubt
from graincast.segmentation.commands import segment
from graincast.segmentation.concepts import recipe as concepts
from graincast.segmentation.data import drawing

COLUMNS = {"grain", "area_um2", "equivalent_diameter_um", "perimeter_um", "aspect_ratio", "neighbours", "touches_edge"}

LEAST = 12  # pixels of a grain: smaller ones are specks to those who read labels


@pytest.fixture(scope="module")
def drawn():
    """A picture with its grains, quiet and of good contrast."""
    recipe = concepts.load(PROJECT / "config/segmentation/datasets/concepts.yaml")
    recipe = dataclasses.replace(
        recipe,
        requirements=dataclasses.replace(recipe.requirements, height=128, width=160),
        noise=dataclasses.replace(recipe.noise, variance=0.002),
        depth=dataclasses.replace(recipe.depth, share=0.0),
    )
    some = drawing.drawn(recipe, range(5, 40))
    return next(one for one in some if np.bincount(one.labels.ravel()).min() >= LEAST)


@pytest.fixture
def picture(drawn, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "steel.png"
    Image.fromarray(np.round(255 * drawn.seen()).astype(np.uint8)).save(path)
    return path


def rows(folder):
    with open(folder / "grains.csv", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_micrograph_becomes_labels_a_table_and_pictures_to_look_at(picture, drawn, capsys):
    segment.main([str(picture), "--pixel-size", "0.5", "--views", "1", "--threads", "1"])
    folder = Path("segmented_steel")
    labels = tifffile.imread(folder / "labels.tif")
    assert labels.shape == drawn.labels.shape
    found, true = int(labels.max()), int(drawn.labels.max()) + 1
    assert abs(found / true - 1) < 0.15
    table = rows(folder)
    assert len(table) == found
    assert set(table[0]) >= COLUMNS | {"certainty"}
    assert all(0 <= float(row["certainty"]) <= 1 for row in table)
    line = tifffile.imread(folder / "boundaries.tif")
    assert set(np.unique(line)) == {0, 255}
    sure = tifffile.imread(folder / "chance_of_boundary.tif")
    assert sure[line > 0].mean() > 2 * sure[line == 0].mean()
    for name in ("overlay.png", "histograms.png", "grain_size.png"):
        assert Image.open(folder / name).size[0] > 300
    said = capsys.readouterr().out
    assert f"steel.png: {found} grains" in said
    assert "doubt of boundaries leaves ASTM G open by" in said
    assert "Grain size (ASTM E112)" in said


def test_what_is_done_is_not_done_again_unless_something_that_decides_it_changes(picture, capsys):
    arguments = [str(picture), "--pixel-size", "0.5", "--views", "1", "--threads", "1", "--json"]
    segment.main(arguments)
    labels = Path("segmented_steel/labels.tif")
    before, written = json.loads(capsys.readouterr().out), labels.stat().st_mtime_ns
    segment.main(arguments)
    again = json.loads(capsys.readouterr().out)
    assert labels.stat().st_mtime_ns == written
    assert not before["files"][0]["done_before"]
    assert again["files"][0]["done_before"]
    assert again["grain_size"] == before["grain_size"]
    Image.fromarray(255 - np.asarray(Image.open(picture))).save(picture)
    segment.main(arguments)
    assert labels.stat().st_mtime_ns > written


def test_corrected_labels_count(picture, drawn, capsys):
    """Two grains that a person has made one are one, and all numbers are made again from that."""
    labels = drawn.labels + 1
    right = int(labels[60, 80])
    beside = next(int(value) for value in labels[60, 80:] if value != right)
    labels[labels == beside] = right
    tifffile.imwrite("edited.tif", labels.astype(np.uint16))
    segment.main([str(picture), "--pixel-size", "0.5", "--labels", "edited.tif"])
    assert f"{drawn.labels.max()} grains of edited.tif, as a person corrected them" in capsys.readouterr().out
    table = rows(Path("segmented_steel"))
    assert len(table) == drawn.labels.max()
    assert "certainty" not in table[0]


def test_labels_of_another_picture_are_refused_with_both_sizes(picture):
    tifffile.imwrite("edited.tif", np.kron(np.arange(1, 101).reshape(10, 10), np.ones((8, 8), int)).astype(np.uint16))
    with pytest.raises(GraincastError, match=r"edited.tif: has 80 x 80 pixels, expected the 128 x 160 of .*steel.png"):
        segment.main([str(picture), "--pixel-size", "0.5", "--labels", "edited.tif"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["absent.png"], "absent.png: is not there"),
        (["steel.png", "--model", "none.safetensors"], "none.safetensors: is not there"),
        (["steel.png", "steel.png", "--labels", "edited.tif"], "--labels is of one picture"),
        (["steel.png", "--export", "stl"], "'stl' is no format"),
        (["steel.png", "--pixel-size", "0"], "--pixel-size is 0"),
    ],
)
@pytest.mark.usefixtures("picture")
def test_a_wrong_request_is_told_in_one_line(arguments, words):
    with pytest.raises(GraincastError, match=words) as refused:
        segment.main(arguments)
    assert "\n" not in str(refused.value)


def test_a_drawing_is_no_micrograph(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Image.fromarray(np.where(np.indices((64, 64)).sum(0) % 16 == 0, 0, 255).astype(np.uint8)).save("lines.png")
    with pytest.raises(GraincastError, match="has 2 shades: a drawing and no micrograph; `measure` counts"):
        segment.main(["lines.png"])


def test_one_bad_picture_of_several_stops_none_of_the_others(picture, capsys):
    with pytest.raises(GraincastError, match=r"1 of 2 pictures not segmented: absent.png"):
        segment.main(["absent.png", str(picture), "--views", "1", "--threads", "1"])
    assert "steel.png:" in capsys.readouterr().out
    assert Path("segmented_steel/labels.tif").is_file()


def test_who_refuses_a_photograph_names_the_command_that_takes_it():
    assert segment.PHOTOGRAPHS in doubt.PHOTOGRAPH
