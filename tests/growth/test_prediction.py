"""Forecasts of a user's own microstructure: what a picture is taken for, what is refused, what the weights can do."""

import dataclasses
import math
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import tifffile
import torch
from PIL import Image

import tiny
from conftest import PROJECT
from graincast.base import checkpoint
from graincast.base.errors import GraincastError
from graincast.base.pictures import read as read_picture
from graincast.growth.commands.predict import SHIPPED, main
from graincast.growth.data import preparation, windows
from graincast.growth.judging import forecast_files, forecasts
from graincast.growth.prediction import calibration, familiarity, forecasting, outcome
from graincast.material import datasets, trajectories
from graincast.material.grains import geometry
from graincast.material.networks.rendering import boundary_image, label_map
from graincast.material.specimens import drawn_boundaries, specimen
from graincast.material.structures import lognormal
from graincast.scoring import images

NORMAL = PROJECT / "config" / "growth" / "datasets" / "normal.yaml"
CPU = torch.device("cpu")
SIDE = 320
GRAINS = 60


@pytest.fixture(scope="module")
def drawn():
    """A power diagram."""
    return lognormal.network(lognormal.Settings(GRAINS, 0.3), np.random.default_rng(3))


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """Six fresh simulations of the training data's kind, from another seed: trajectories and windows."""
    folder = tmp_path_factory.mktemp("grown")
    dataset = datasets.load(NORMAL)
    few = dataclasses.replace(dataset.simulations, train=0, validation=0, test=6, per_shard=6)
    dataset = dataclasses.replace(dataset, seed=4711, simulations=few)
    parts = datasets.parts(dataset, str(NORMAL))
    made = ((index, datasets.simulate(dataset, parts, index)) for index in range(6))
    trajectories.write(folder / "0.npz", dataset, made)
    stored = list(trajectories.read(folder / "0.npz", dataset))
    preparation.write_splits(folder, [preparation.window(one, dataset) for one in stored], dataset)
    return stored, windows.load(folder / "test.npz")


@pytest.fixture(scope="module")
def shipped():
    torch.set_num_threads(1)
    return calibration.load(SHIPPED, CPU)


def pictures(network):
    """The same grains as pictures of many kinds."""
    rng = np.random.default_rng(0)
    lines, labels = boundary_image(network, (SIDE, SIDE), 3.0), label_map(network, (SIDE, SIDE))
    colours = rng.integers(1, 256, (labels.max() + 1, 3)).astype(np.uint8)[labels]
    outlined = np.where(lines[..., None] > 100, 0, colours).astype(np.uint8)
    grey = np.clip(190 - 130 * (lines / 255.0) + rng.normal(0, 10, lines.shape) + np.linspace(-20, 20, SIDE), 0, 255)
    return {
        "light lines": (lines, "boundaries, light lines"),
        "dark lines": (255 - lines, "boundaries, dark lines"),
        "two values": (lines > 100, "boundaries, light lines"),
        "noisy": (grey.astype(np.uint8), "boundaries, dark lines"),
        "labels": (labels, "labels"),
        "negative labels": (labels - 5, "labels"),
        "unsigned labels": (labels.astype(np.uint16) * 300, "labels"),
        "float labels": (labels.astype(np.float32), "labels"),
        "colours": (colours, "labels"),
        "colours with black lines": (outlined, "labels, lines between labels filled, N %"),
    }


@pytest.mark.parametrize("name", pictures(lognormal.network(lognormal.Settings(9, 0.2), np.random.default_rng(0))))
def test_a_picture_is_seen_for_what_it_is_and_every_grain_is_found(drawn, name):
    given, kind = pictures(drawn)[name]
    read = specimen.read(given.astype(np.uint8) if given.dtype == bool else given, "auto", True, name)
    assert re.sub(r" filled, .* % of the pixels", " filled, N %", read.kind) == kind
    assert read.grains == GRAINS
    shared = geometry.contingency(read.labels, label_map(drawn, (SIDE, SIDE)))
    assert sum(np.sort(shared.pixels)[-GRAINS:]) > 0.96 * SIDE**2  # each is the grain that it ought to be


def test_a_label_map_is_one_however_its_grains_are_numbered():
    """Rows of small grains with high numbers lie between large ones with low numbers as light lines would."""
    small, large = np.divmod(np.arange(5 * 24) + 5, 30)[0], np.arange(5 * 24) % 30 < 24
    rows = np.arange(5 * 24) // 5
    by_size = np.where(large[:, None] & large, 5 * small[:, None] + small, 100 + 24 * rows[:, None] + rows)
    as_shades = by_size.astype(np.float32) / by_size.max()
    assert drawn_boundaries.found_lines(as_shades, 1) is not None  # as if these were lines
    read = specimen.read(by_size, "auto", False, "x")
    assert read.kind == "labels"
    assert read.grains == len(np.unique(by_size))


def test_lines_are_found_in_uneven_light_and_strong_noise_but_not_in_noise_alone(drawn):
    rng = np.random.default_rng(1)
    faint = 60 * (boundary_image(drawn, (SIDE, SIDE), 3.0) / 255.0)
    light = np.linspace(60, 190, SIDE)[:, None] + rng.normal(0, 15, (SIDE, SIDE))
    read = specimen.read(np.clip(light - faint, 0, 255).astype(np.uint8), "auto", True, "x")
    assert read.kind == "boundaries, unevenly lit dark lines"
    assert abs(read.grains - GRAINS) <= 3
    shared = geometry.contingency(read.labels, label_map(drawn, (SIDE, SIDE)))
    assert sum(np.sort(shared.pixels)[-GRAINS:]) > 0.9 * SIDE**2
    with pytest.raises(GraincastError, match="a mean grain has"):
        specimen.read(np.clip(light, 0, 255).astype(np.uint8), "auto", True, "x")


def test_a_grain_cut_by_the_edges_of_a_specimen_is_two(drawn):
    labels = label_map(drawn, (SIDE, SIDE))
    assert specimen.read(labels, "auto", False, "x").grains > specimen.read(labels, "auto", True, "x").grains + 10


def write(path, given):
    if path.suffix == ".npy":
        np.save(path, given)
    elif path.suffix == ".tif":
        tifffile.imwrite(path, given)
    else:
        Image.fromarray(given).save(path)
    return path


@pytest.mark.parametrize("name", ["a.npy", "a.tif", "a.png"])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.float32, bool])
def test_a_file_is_read_as_it_was_written(tmp_path, name, kind):
    if name == "a.png" and kind == np.float32:
        pytest.skip("PNG holds no fractions")
    given = np.random.default_rng(0).integers(0, 2, (20, 24)).astype(kind)
    assert np.array_equal(read_picture(write(tmp_path / name, given)), given)


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits", "group4"])
def test_a_compressed_tiff_is_read_as_it_was_written(tmp_path, compression):
    given = np.random.default_rng(0).integers(0, 2, (20, 24)).astype(bool if compression == "group4" else np.uint16)
    Image.fromarray(given).save(tmp_path / "a.tif", compression=compression)
    assert np.array_equal(read_picture(tmp_path / "a.tif"), given)


def test_transparent_colours_lie_on_white(tmp_path):
    given = np.zeros((20, 20, 4), np.uint8)
    given[:10, :, 3] = 255
    read = read_picture(write(tmp_path / "a.png", given))
    assert (read[:10] == 0).all()
    assert (read[10:] == 255).all()


def refused_files(folder, labels):
    """Files that cannot be forecast, and a word of the reason."""
    good = write(folder / "good.png", labels.astype(np.uint8)).read_bytes()
    noise = np.random.default_rng(0).integers(0, 256, (100, 100)).astype(np.uint8)
    halves = (np.arange(100)[:, None] > 50) * np.ones((100, 100), np.uint8)
    (folder / "empty.png").write_bytes(b"")
    (folder / "cut.png").write_bytes(good[: len(good) // 2])
    (folder / "noise.tif").write_bytes(np.random.default_rng(1).bytes(3000))
    (folder / "noise.npy").write_bytes(np.random.default_rng(2).bytes(3000))
    (folder / "text.png").write_text("no image")
    with open(folder / "bomb.npy", "wb") as stream:
        np.lib.format.write_array_header_1_0(
            stream, {"descr": "<f8", "fortran_order": False, "shape": (200_000, 200_000)}
        )
    Image.new("1", (9000, 9000)).save(folder / "large.png")
    with open(folder / "large.png", "rb+") as stream:
        stream.truncate(200)  # its size is refused before the pixels are looked for
    Image.new("1", (40_000, 10_000)).save(folder / "bomb.png")
    (folder / "object.npy").write_bytes(b"")
    np.save(folder / "object.npy", np.array([[None] * 20] * 20), allow_pickle=True)
    write(folder / "stack.npy", np.zeros((3, 40, 50)))
    write(folder / "nan.tif", np.where(labels == 3, np.nan, labels).astype(np.float32))
    write(folder / "complex.npy", labels.astype(complex))
    write(folder / "pixel.png", np.zeros((1, 1), np.uint8))
    write(folder / "flat.png", np.full((64, 64), 9, np.uint8))
    write(folder / "halves.png", halves)
    write(folder / "photograph.png", noise)
    return {
        "empty.png": "is empty", "cut.png": "not a readable image", "noise.tif": "not a readable image",
        "noise.npy": "magic string is not correct", "text.png": "expected PNG, TIFF or NPY",
        "bomb.npy": "not a readable image",
        "large.png": "million pixels", "bomb.png": "more than 36 million pixels", "object.npy": "not a readable image",
        "stack.npy": "expected one image", "nan.tif": "finite", "complex.npy": "real numbers",
        "pixel.png": "1 x 1 pixels", "flat.png": "one single grain", "halves.png": "2 grains",
        "photograph.png": "a mean grain has 1 pixels", "absent.png": "is not there", ".": "is a folder",
    }  # fmt: skip


def test_what_cannot_be_forecast_is_refused_in_one_line_that_names_the_file(drawn, tmp_path):
    for name, reason in refused_files(tmp_path, label_map(drawn, (SIDE, SIDE))).items():
        path = tmp_path / name
        with pytest.raises(GraincastError, match=reason) as refused:
            specimen.read(read_picture(path), "auto", False, str(path))
        assert str(path) in str(refused.value)
        assert "\n" not in str(refused.value)


def test_damaged_files_never_end_in_another_error(drawn, tmp_path):
    rng, refused = np.random.default_rng(5), 0
    labels = label_map(drawn, (SIDE, SIDE)).astype(np.uint8)
    for suffix in (".png", ".tif", ".npy"):
        good = write(tmp_path / f"good{suffix}", labels).read_bytes()
        for _ in range(25):
            bad = bytearray(good)
            for place in rng.integers(min(len(bad), 400), size=4):
                bad[place] = rng.integers(256)
            (tmp_path / f"bad{suffix}").write_bytes(bad)
            try:
                read_picture(tmp_path / f"bad{suffix}")
            except GraincastError:
                refused += 1
    assert refused > 20


def test_too_many_grains_for_the_memory_are_refused(shipped):
    labels = np.arange(120 * 120).reshape(120, 120).astype(np.int32).repeat(4, 0).repeat(4, 1)
    many = outcome.FieldOfView(labels, False, 1.0)
    with pytest.raises(GraincastError, match="14400 grains, expected about 3"):
        forecasting.scene(many, shipped[1], "x")


def test_a_forecast_in_which_one_grain_fills_the_field_is_refused_with_the_cure():
    strange = familiarity.Strangeness(0, "", 0, familiarity.Feature(0, 0, 0, 0, 0), None)

    def forecast(counts, radii):
        frames = np.zeros((len(counts), 32, 32))
        return outcome.Prediction(frames, frames, *map(np.array, (counts, radii, radii, radii, radii, radii)), strange)

    def check(counts, radii):
        outcome.check_grains_left(forecast(counts, radii), (64, 80), "x", "ask for less")

    check([20, 9, 2], [5.0, 9, 31])
    for counts, radii in (([20, 9, 1], [5.0, 9, 20]), ([20, 9, 2], [5.0, 9, 33]), ([20, 9, 3], [5.0, 9, np.nan])):
        with pytest.raises(GraincastError, match=r"x: 20 grains are . in frame 2, .*: ask for less, or .*--kind\)"):
            check(counts, radii)


def predict(*arguments, cwd):
    command = [sys.executable, str(PROJECT / "workflow" / "run_command.py"), "predict", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def test_a_drawn_structure_is_forecast_without_any_training(grown, tmp_path):
    network = grown[0][0].networks[0]
    write(tmp_path / "mine.png", boundary_image(network, (SIDE, SIDE), 3.0))
    done = predict("mine.png", "--pixel-size", "0.5", "--method", "model", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.search(r"read as boundaries, light lines: \d+ grains, mirrored at its edges", done.stdout)
    table = pd.read_parquet(tmp_path / "prediction_mine" / "prediction.parquet")
    assert list(table["frame"]) == list(range(13))
    assert table["k_t_um2"].is_monotonic_increasing
    assert table["grains"].iloc[-1] < 0.8 * table["grains"].iloc[0]
    assert (table["mean_radius_um_low"] <= table["mean_radius_um"]).all()
    assert table["mean_radius_um_high"].iloc[-1] > table["mean_radius_um"].iloc[-1] > table["mean_radius_um"].iloc[0]
    with np.load(tmp_path / "prediction_mine" / "prediction.npz", allow_pickle=False) as stored:
        assert stored["images"].shape == stored["grains"].shape
        assert len(stored["images"]) == 13
    for name in ("frames.png", "mean_radius.png"):
        assert np.asarray(Image.open(tmp_path / "prediction_mine" / name)).std() > 10


def test_a_wrong_call_ends_in_one_line_with_exit_code_2(drawn, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "mine.png", boundary_image(drawn, (SIDE, SIDE), 3.0))
    (tmp_path / "uncalibrated.safetensors").write_bytes(b"")
    tensors, about = checkpoint.load(SHIPPED)
    checkpoint.save(tmp_path / "weights.safetensors", tensors, {k: v for k, v in about.items() if k != calibration.KEY})
    for arguments, reason in (
        (["absent.png"], "absent.png: is not there"),
        (["mine.png", "--frames", "13", "--method", "model"], "expected 1 to 12"),
        (["mine.png", "--frames", "0"], "--frames is 0, expected 1 to 500"),
        (["mine.png", "--until", "9e4"], "too large for the field: ask for an earlier end"),
        (["mine.png", "--until", "-1"], "--until is -1, expected a time above 0"),
        (["mine.png", "--until", "9", "--method", "both"], "--until is for the solver alone"),
        (["mine.png", "--until", "1e9"], "up to .* mean grain areas, which leave one of its"),
        (["mine.png", "--k", "1"], "times from k need micrometres"),
        (["mine.png", "--k", "1", "--parabolic-k", "1"], "both k and the parabolic K"),
        (["mine.png", "--k", "0"], "k is 0, expected"),
        (["mine.png", "--k", "1", "--k-interval", "2", "3"], "expected 0 < low < k < high"),
        (["mine.png", "--export", "stl"], "no format to export"),
        (["mine.png", "--threads", "0"], "--threads is 0, expected 1 or more"),
        (["mine.png", "--pixel-size", "0"], "--pixel-size is 0, expected micrometres"),
        (["mine.png", "--pixel-size", "nan"], "--pixel-size is nan, expected micrometres"),
        (["mine.png", "--pixel-size", "1e300"], "--pixel-size is 1e[+]300, expected micrometres"),
        (["mine.png", "--checkpoint", "mine.png"], "no whole checkpoint"),
        (["mine.png", "--checkpoint", "weights.safetensors"], "not calibrated"),
        (["mine.png", "--output", "mine.png/below"], "cannot be made"),
    ):
        with pytest.raises(GraincastError, match=reason):
            main(arguments)
    done = predict("absent.png", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == "error: absent.png: is not there, expected an image file\n"


def test_an_output_folder_that_cannot_be_made_is_told_before_the_forecast(drawn, tmp_path):
    write(tmp_path / "mine.png", boundary_image(drawn, (SIDE, SIDE), 3.0))
    (tmp_path / "taken").write_bytes(b"")
    done = predict("mine.png", "--output", "taken", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == "error: taken: cannot be made: File exists\n"
    assert done.stdout == ""  # what the picture is read as is said when the forecast starts


def test_the_shipped_weights_say_what_they_are():
    about = checkpoint.load(SHIPPED)[1]
    assert SHIPPED.stat().st_size < 1_000_000
    assert (about["dataset"], about["seed"], about["model"]) == ("normal", 0, "local_rule")
    assert all(about[key] for key in ("inputs_sha256", "torch", "commit", "settings", "training"))
    known = calibration.of(about, SHIPPED)
    assert known.training_structures == 480
    assert known.frames == 12
    assert all(width is not None and 0.005 < width < 0.15 for width in known.half_widths)
    assert list(known.half_widths) == sorted(known.half_widths)
    assert known.periodic.threshold is not None
    dataset = datasets.load(NORMAL)
    square = dataset.frames.pixels**2 / dataset.structure["grains"]
    assert known.interval_px2 == pytest.approx(dataset.frames.interval * square)
    assert dataset.frames.pixels**2 / known.mean_grain_area_px2 == pytest.approx(48, abs=2)  # see the YAML
    assert known.mean_grain_diameter_px == pytest.approx(2 * math.sqrt(known.mean_grain_area_px2 / math.pi))


def test_the_shipped_weights_beat_persistence_on_fresh_structures(grown, shipped, tmp_path):
    model, known = shipped
    fresh = grown[1]
    forecast = forecasts.forecast(model, fresh, CPU)
    true = fresh.images.numpy() / 255
    mine = images.similarities(forecast.images.numpy(), true[:, 1:]).mean()
    still = images.similarities(np.broadcast_to(true[:, :1], true[:, 1:].shape), true[:, 1:]).mean()
    assert mine > still + 0.2
    readings = list(forecasts.readings(forecast, fresh, model.inputs))
    forecast_files.write(tmp_path / "forecast.npz", model.about, {"": readings})
    stored = forecast_files.read(tmp_path / "forecast.npz")
    errors = np.abs(forecast_files.radius_biases(stored, forecast_files.truth(stored, fresh.path)))
    assert errors.mean() < 0.05
    assert np.mean(errors <= np.array(known.half_widths)) > 0.8


def test_radii_and_times_of_a_specimen_are_in_its_own_pixels(grown, shipped):
    """Drawn ten times finer than the training images, the mean radius follows the simulation at the stated times."""
    model, known = shipped
    growth, side = grown[0][0], 640
    given = label_map(growth.networks[0], (side, side))
    seen = outcome.FieldOfView(specimen.read(given, "labels", True, "x").labels, True, 1.0)
    scene = forecasting.scene(seen, known, "x")
    forecast = forecasting.predict(model, known, scene, 12, CPU)
    pixels_per_length = side / growth.networks[0].box[0]
    exact = pixels_per_length**2 * growth.reduced_mobility * datasets.load(NORMAL).times
    assert forecast.time == pytest.approx(exact, rel=0.12)  # the structure's own mean grain is not the training's
    radii = [np.sqrt(area[area > 0] / np.pi).mean() * pixels_per_length for area in growth.area]
    expected = np.interp(forecast.time, exact, radii)
    assert forecast.mean_radius == pytest.approx(expected, rel=0.1)
    assert expected[-1] > 1.25 * expected[0]
    for edge, sign in ((forecast.low, 1), (forecast.high, -1)):
        assert sign * (forecast.mean_radius / edge - 1)[1:] == pytest.approx(known.half_widths)


def test_what_looks_like_the_training_data_is_not_called_strange(grown, shipped):
    for growth in grown[0]:
        labels = label_map(growth.networks[0], (64, 64))
        assert not familiarity.strangeness(familiarity.features(labels), shipped[1].periodic).is_strange


def test_a_strange_structure_is_named_with_its_feature(grown, shipped):
    labels = label_map(grown[0][0].networks[0], (64, 64))
    giant = labels.copy()
    giant[np.hypot(*(np.mgrid[:64, :64] - 32)) < 22] = giant.max() + 1
    down, right = np.mgrid[:64, :64] + np.random.default_rng(0).integers(-1, 2, (2, 64, 64))
    rough = labels[down % 64, right % 64]
    long = labels[:, ::2].repeat(4, axis=1)[:, :64]
    assert familiarity.features(rough)["jaggedness"] > shipped[1].periodic.features["jaggedness"].most
    for changed, feature in ((giant, "largest_radius"), (rough, "boundary_length"), (long, "elongation")):
        strange = familiarity.strangeness(familiarity.features(changed), shipped[1].periodic)
        assert strange.is_strange
        assert strange.feature == feature
        assert familiarity.FEATURES[feature] in strange.sentence()


def test_too_few_training_structures_leave_it_open(grown):
    few = [familiarity.features(label_map(growth.networks[0], (64, 64))) for growth in grown[0]]
    reference = familiarity.reference(few)
    assert reference.threshold is None
    assert familiarity.reference(few * 17).threshold is not None
    assert not familiarity.strangeness(few[0], reference).is_strange


def test_the_pipeline_calibrates_the_first_seed_of_what_learned_and_nothing_else(finished):
    root = finished.root / "results/growth"
    made = sorted((root / "forecasters").rglob("*.safetensors"))
    places = [str(path.relative_to(root / "forecasters")) for path in made]
    assert places == sorted(f"{model}/tiny_normal/0.safetensors" for model in tiny.LEARNING)
    place = places[0].removesuffix(".safetensors")
    weights, about = checkpoint.load(made[0])
    trained = checkpoint.load(root / f"training/{place}/weights.safetensors")[0]
    assert weights.keys() == trained.keys()
    assert all(torch.equal(weights[name], trained[name]) for name in weights)
    known = calibration.of(about, made[0])
    assert (known.validation_structures, known.training_structures, known.frames) == (2, 6, 4)
    assert set(known.half_widths) == {None}  # two are too few for 90 %
    assert "2 validation structures are too few" in (root / f"logs/calibrate/{place}.log").read_text()


def test_without_a_band_the_prediction_says_so(finished, drawn, tmp_path):
    write(tmp_path / "mine.png", boundary_image(drawn, (SIDE, SIDE), 3.0))
    forecaster = finished.root / f"results/growth/forecasters/{tiny.LEARNED}/tiny_normal/0.safetensors"
    done = predict("mine.png", "--periodic", "--checkpoint", forecaster, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "no band: 2 validation structures are too few" in done.stdout
    assert "too few training structures" in done.stdout


def test_persistence_has_nothing_to_calibrate(finished):
    folder = finished.root / "results/growth/data/tiny_normal"
    weights = finished.root / "results/growth/training/persistence/tiny_normal/0/weights.safetensors"
    done = finished.script(
        "growth_calibrate", "--weights", str(weights),
        "--train", f"{folder}/train.npz", "--growth", f"{folder}/growth.npz",
        "--validation", f"{folder}/validation.npz", "--forecasts", "no.npz", "--output", "no.safetensors",
    )  # fmt: skip
    assert done.returncode == 1
    assert "has learned nothing ('persistence')" in done.stderr
