"""`graincast measure` as a user calls it: what it writes of each file, what it says, and what it says of several."""

import csv
import json

import numpy as np
import pytest
import tifffile
from PIL import Image
from scipy.spatial import cKDTree

from graincast.base.errors import GraincastError
from graincast.material.commands.measure import main
from graincast.material.grains import geometry


def voronoi(seed, side=300, grains=120):
    """A grain map of cells around points by chance."""
    points = np.random.default_rng(seed).random((grains, 2)) * side
    places = np.stack(np.indices((side, side)), axis=-1).reshape(-1, 2)
    return cKDTree(points).query(places)[1].reshape(side, side).astype(np.int32) + 1


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_label_image_becomes_labels_a_table_and_a_picture_of_what_was_counted(here, capsys):
    labels = voronoi(0)
    tifffile.imwrite(
        here / "map.tif", labels.astype(np.uint16), imagej=True, resolution=(2, 2), metadata={"unit": "um"}
    )
    main(["map.tif", "--export", "vti,tesr"])
    said = capsys.readouterr().out
    assert "a pixel is 0.5 um, by its ImageJ scale" in said
    assert "within this picture" in said
    assert "only 1 of the 5 fields" in said
    made = here / "measured_map"
    assert {"labels.tif", "grains.csv", "grain_size.png", "grains.vti", "grains.tesr"} <= {
        path.name for path in made.iterdir()
    }
    found = tifffile.imread(made / "labels.tif")
    assert "specks of fewer than 4 pixels" in said  # tips of cells that pixels cut off
    shared = geometry.contingency(found - 1, labels - 1)
    assert np.sort(shared.pixels)[-120:].sum() > 0.999 * found.size  # each is the grain that it was
    assert (found.min(), found.max()) == (1, 120)
    with open(made / "grains.csv") as stream:
        rows = list(csv.DictReader(stream))
    areas = 0.25 * np.bincount(found.ravel())[1:]
    assert [float(row["area_um2"]) for row in rows] == pytest.approx(areas.tolist(), rel=1e-4)
    assert np.asarray(Image.open(made / "grain_size.png")).std() > 10


def test_several_files_are_several_fields_of_one_material(here, capsys):
    names = [f"field_{seed}.npy" for seed in range(5)]
    for seed, name in enumerate(names):
        np.save(here / name, voronoi(seed))
    main([*names, "--pixel-size", "0.5", "--json", "--output", "all"])
    told = json.loads(capsys.readouterr().out)
    assert [one["folder"] for one in told["files"]] == [f"all/field_{seed}" for seed in range(5)]
    assert all((here / one["folder"] / "grains.csv").is_file() for one in told["files"])
    assert len(told["grain_size"]["fields"]) == 5


def test_files_of_one_name_in_different_folders_do_not_overwrite_each_other(here):
    for folder in ("one", "two"):
        (here / folder).mkdir()
        np.save(here / folder / "map.npy", voronoi(len(folder)))
    np.save(here / "map_2.npy", voronoi(9))
    main(["one/map.npy", "two/map.npy", "map_2.npy"])
    assert (here / "measured_map" / "grains.csv").is_file()
    assert (here / "measured_map_2" / "grains.csv").is_file()
    assert (here / "measured_map_2_2" / "grains.csv").is_file()


def test_one_bad_file_among_many_is_told_and_the_others_are_measured(here, capsys):
    for seed in range(2):
        np.save(here / f"field_{seed}.npy", voronoi(seed))
    np.save(here / "bad.npy", np.zeros((40, 40), np.uint8))
    with pytest.raises(GraincastError, match=r"^1 of 3 files not measured: bad\.npy$"):
        main(["field_0.npy", "bad.npy", "field_1.npy", "--pixel-size", "0.5"])
    said = capsys.readouterr().out
    assert "not measured: bad.npy, read as labels: shows one single grain" in said
    assert "over 2 fields" in said
    assert (here / "measured_field_1" / "grains.csv").is_file()
    assert not (here / "measured_bad").exists()
    with pytest.raises(GraincastError, match="1 of 2 files"):
        main(["field_0.npy", "bad.npy", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert [one["file"] for one in told["files"]] == ["field_0.npy"]
    assert "one single grain" in told["refused"]["bad.npy"]


def test_the_same_map_given_twice_is_told_and_counted_once(here, capsys):
    np.save(here / "one.npy", voronoi(0))
    tifffile.imwrite(here / "copy.tif", voronoi(0).astype(np.uint16))
    np.save(here / "other.npy", voronoi(1))
    main(["one.npy", "one.npy", "copy.tif", "other.npy", "--pixel-size", "0.5", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert [one["same_as"] for one in told["files"]] == [None, "one.npy", "one.npy", None]
    assert "given twice, counted once" in told["files"][1]["said"]
    assert "the same map as one.npy, counted once" in told["files"][2]["said"]
    assert len(told["grain_size"]["fields"]) == 2


def test_an_option_that_is_wrong_for_all_files_is_told_once(here, capsys):
    for seed in range(2):
        np.save(here / f"field_{seed}.npy", voronoi(seed))
    with pytest.raises(GraincastError, match=r"^--pixel-size is 0, expected"):
        main(["field_0.npy", "field_1.npy", "--pixel-size", "0"])
    assert capsys.readouterr().out == ""


def test_without_a_scale_lengths_are_pixels_and_no_grain_size_is_told(here, capsys):
    np.save(here / "map.npy", voronoi(0))
    main(["map.npy"])
    said = capsys.readouterr().out
    assert "no size of a pixel is known" in said
    assert "no ASTM grain size" in said
    assert "area_px" in (here / "measured_map" / "grains.csv").read_text().splitlines()[0]
    with pytest.raises(GraincastError, match="--pixel-size"):
        main(["map.npy", "--export", "inp"])


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["absent.ang"], "absent.ang: is not there"),
        (["absent.png"], "absent.png: is not there"),
        (["map.npy", "--export", "stl"], "'stl' is no format to export"),
        (["map.npy", "--misorientation", "x"], "column 'misorientation' is 'x', expected degrees"),
        (["map.npy", "--misorientation", "2"], "is a picture"),
        (["map.npy", "--pixel-size", "0"], "--pixel-size is 0"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(here, arguments, reason):
    np.save(here / "map.npy", voronoi(0))
    with pytest.raises(GraincastError, match=reason) as error:
        main(arguments)
    assert "\n" not in str(error.value)
