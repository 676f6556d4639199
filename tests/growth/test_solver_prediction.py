"""What the solver says of a picture's growth: laws, times, bands, files, and the same from Python."""

import json
import math
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import graincast
import measured_files
from conftest import PROJECT
from graincast.base.errors import GraincastError
from graincast.growth.commands.predict import main
from graincast.growth.prediction import field_spread, solving
from graincast.growth.prediction.clock import Kinetics, relation
from graincast.growth.prediction.outcome import FieldOfView
from graincast.material.grains import coloured_map, field_sizes, geometry
from graincast.material.grains.laws import mullins_rate
from graincast.material.networks.rendering import label_map
from graincast.material.networks.surroundings import closed
from graincast.material.solvers import front_tracking
from graincast.material.specimens.drawn_labels import numbered
from graincast.material.structures import lognormal

SIDE = 20  # pixels to the side of a mean grain
NO_DOUBT = (1.0, 1.0)


@pytest.fixture(scope="module")
def material():
    """A large periodic structure in the growth regime, and one grown from it for half a mean grain area over k."""
    drawn = lognormal.network(lognormal.Settings(1600, 0.3), np.random.default_rng(5))
    start = front_tracking.evolve(drawn, front_tracking.Settings(0.2), np.array([0.3])).networks[0]
    area = math.prod(start.box) / len(start.present)
    later = front_tracking.evolve(start, front_tracking.Settings(0.15), np.array([0.5 * area])).networks[0]
    side = round(SIDE * start.box[0] / math.sqrt(area))
    return label_map(start, (side, side)), label_map(later, (side, side))


@pytest.fixture(scope="module")
def period():
    """The maps of a small periodic structure at k t = 0 and at 0.1 and 0.4 mean grain areas after it."""
    start = lognormal.network(lognormal.Settings(80, 0.3), np.random.default_rng(8))
    times = np.array([0.1, 0.4])
    networks = [start, *front_tracking.evolve(start, front_tracking.Settings(0.1), times).networks]
    return np.stack([label_map(one, (270, 270)) for one in networks]), times * 270**2 / 80


def windows(labels, count, rows, columns, seed):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        top, left = rng.integers(0, np.subtract(labels.shape, (rows, columns)))
        yield slice(top, top + rows), slice(left, left + columns)


def test_the_solver_goes_on_from_pixels_as_the_simulation_does(period):
    labels, times = period
    solved = solving.solved(FieldOfView(labels[0], True, 1.0), times, NO_DOUBT, 1).prediction
    assert np.array_equal(solved.grains[0], labels[0])
    for frame in (1, 2):
        assert np.mean(solved.grains[frame] != labels[frame]) < 0.03
    assert np.mean(solved.grains[2] != labels[0]) > 0.1
    assert list(solved.grain_counts) == [len(np.unique(one)) for one in solved.grains]


def test_areas_change_as_von_neumann_and_mullins_say(period):
    labels, times = period
    short = np.array([0.02 * times[0] / 0.1])
    solved = solving.solved(FieldOfView(labels[0], True, 1.0), short, NO_DOUBT, 1).prediction
    before, after = (geometry.areas(one.astype(np.int32)) for one in solved.grains)
    large = before > np.median(before)
    expected = mullins_rate(geometry.sides(labels[0]), 1.0) * short[0]
    slope = np.polyfit(expected[large], (after - before)[large], 1)[0]
    assert slope == pytest.approx(1, abs=0.15)


def test_the_mean_radius_is_that_of_the_material_though_the_edge_cuts_grains(material):
    labels = material[0]
    true = field_sizes.mean_radius(labels, periodic=True).pixels
    mine, naive = [], []
    for window in windows(labels, 60, 150, 190, 0):
        seen = numbered(labels[window], False)
        mine.append(field_sizes.mean_radius(seen, periodic=False).pixels)
        naive.append(geometry.equivalent_radii(seen).mean())
    assert np.mean(mine) == pytest.approx(true, rel=0.015)
    assert np.mean(naive) < 0.95 * true
    assert math.isnan(field_sizes.mean_radius(np.zeros((9, 9), np.int32), periodic=False).pixels)


def test_grains_that_the_edge_cuts_count_half():
    labels = np.zeros((30, 30), np.int32)
    labels[10:20, 10:20], labels[:5, 10:20] = 1, 2
    labels[25:, 25:] = 3
    assert field_sizes.grains_seen(labels) == 1 + 0.5 + 0.25 + 0.5**4


def test_the_band_holds_the_material_s_mean_radius_about_as_often_as_it_says(material):
    """`benchmarks/field_bands.py` measures it at length."""
    held, widths = [], []
    true = [field_sizes.mean_radius(one, periodic=True).pixels for one in material]
    for rows, columns in windows(material[0], 8, 230, 260, 1):
        seen = FieldOfView(numbered(material[0][rows, columns], False), False, 1.0)
        found = solving.solved(seen, np.array([0.5 * SIDE**2]), NO_DOUBT, 1).prediction
        held += list((found.low < true) & (true < found.high))
        widths.append((found.high - found.low) / found.mean_radius)
    assert np.mean(held) >= 0.75
    assert 0.02 < np.mean(widths) < 0.35
    assert np.mean([width[1] for width in widths]) > np.mean([width[0] for width in widths])


def test_a_larger_field_is_surer(material):
    labels, times = material[0], np.array([0.3 * SIDE**2])
    small, large = ([], [])
    for side, found in ((200, small), (400, large)):
        for window in windows(labels, 3, side, side, 2):
            seen = FieldOfView(numbered(labels[window], False), False, 1.0)
            found.append(solving.solved(seen, times, NO_DOUBT, 1).prediction)
    width = [np.mean([one.high[1] - one.low[1] for one in found]) for found in (small, large)]
    assert 1.4 < width[0] / width[1] < 5  # twice, by the root of its area


def test_bands_are_the_same_whatever_the_number_of_processes(period):
    field, times = FieldOfView(period[0][0], True, 1.0), period[1]
    one, two = (field_spread.spread(field, times, np.array([80, 70, 60]), count) for count in (1, 2))
    assert np.array_equal(one.radius, two.radius)
    assert one.relation == two.relation


def test_blurred_boundaries_and_a_doubtful_k_widen_the_band(period):
    labels, times = period[0][0], period[1]
    sharp, blurred = (
        field_spread.spread(FieldOfView(labels, True, blur), times, np.array([80, 70, 60]), 1) for blur in (0.1, 9.0)
    )
    assert (sharp.radius != blurred.radius).all()
    sure, doubtful = (
        solving.solved(FieldOfView(labels, True, 1.0), times, shares, 1).prediction for shares in (NO_DOUBT, (0.5, 1.6))
    )
    assert doubtful.mean_radius == pytest.approx(sure.mean_radius, rel=0.02)
    assert doubtful.low[0] == sure.low[0]
    assert (doubtful.high - sure.high)[1:].min() > 0
    assert (sure.low - doubtful.low)[1:].min() > 0


def test_a_margin_of_mirror_images_does_as_well_as_mirroring_all(material):
    window = numbered(material[0][:400, :300], False)
    whole, margin = closed(window, 400), closed(window, 60)
    for box in (whole, margin):
        assert np.array_equal(box.origin[box.labels[box.field]], window)
        assert np.array_equal(box.labels[box.field], window)
    assert whole.labels.shape == (800, 600)
    assert margin.labels.shape == (520, 420)
    assert np.array_equal(margin.origin[margin.labels[59, 60:360]], window[0])


def test_times_are_those_of_the_laboratory_that_gives_its_parabolic_k(material):
    labels = numbered(material[0][:240, :240], False)
    forecast = graincast.predict(labels, 0.5, parabolic_k=3.0, until=10, time_unit="h", frames=8)
    table = forecast.table
    assert list(table["time_h"]) == pytest.approx(np.arange(9) * 10 / 8)
    gained = table["mean_radius_um"] ** 2 - table["mean_radius_um"][0] ** 2
    assert gained.iloc[-1] == pytest.approx(30, rel=0.1)  # events make it jump
    assert "um^2/h, by your K of 3 until the end" in str(forecast)
    by_k = graincast.predict(labels, 0.5, k=forecast.answer.clock.k, until=10, time_unit="h", frames=8)
    assert by_k.table["k_t_um2"].iloc[-1] == pytest.approx(table["k_t_um2"].iloc[-1])
    assert by_k.answer.clock.k * 10 == pytest.approx(by_k.table["k_t_um2"].iloc[-1])
    assert "um^2/h" in str(by_k)


def test_the_parabolic_law_is_measured_from_start_to_end():
    times = np.linspace(0, 7, 5)
    assert relation(times, np.sqrt(4 + 0.3 * times)) == pytest.approx(0.3)
    assert relation(times, np.append(np.sqrt(4 + 0.3 * times[:-1]), np.nan)) == pytest.approx(0.3)
    assert math.isnan(relation(times, np.array([1, *[np.nan] * 4])))
    with pytest.raises(GraincastError, match="only k t"):
        Kinetics().clock(0.3)
    with pytest.raises(GraincastError, match="no k follows from K"):
        Kinetics(parabolic_k=1.0).clock(-0.1)
    assert Kinetics(k=1.0).clock(-0.1).k == 1.0


def write_lines(path, labels):
    """A drawing of 150 dark lines between grains, wider than high."""
    Image.fromarray(np.where(geometry.boundary_pixels(labels), 0, 255).astype(np.uint8)).save(path)


def test_a_rectangle_stays_one_and_all_counts_agree(tmp_path, material, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_lines("wide.png", material[0][:200, :330])
    main(["wide.png", "--pixel-size", "0.5", "--export", "tiff,vti", "--frames", "3"])
    said = capsys.readouterr().out
    table = pd.read_parquet("prediction_wide/prediction.parquet")
    with np.load("prediction_wide/prediction.npz", allow_pickle=False) as stored:
        grains = stored["grains"]
    assert grains.shape == (4, 200, 330)
    assert list(table["grains"]) == [len(np.unique(one)) for one in grains]
    assert f"{table['grains'][0]} grains, mirrored at its edges" in said
    assert f"grains {table['grains'][0]} to {table['grains'].iloc[-1]}, in 3 frames" in said
    exported = graincast.read("prediction_wide/last_frame.tif").structure
    assert exported.labels.shape == (200, 330)
    assert exported.step == pytest.approx(0.5)
    assert exported.grains == table["grains"].iloc[-1]
    assert len(pd.read_csv("prediction_wide/last_frame.csv")) == exported.grains
    sizes = [
        graincast.measure(one).grain_size.grains.number for one in (graincast.read("wide.png", 0.5).structure, exported)
    ]
    for name, number in zip(("start", "last frame"), sizes, strict=True):
        assert f"within this picture), {name}: G {number:.1f} by grains" in said
    assert sizes[1] < sizes[0] - 0.5
    written = ("frames", "mean_radius", "grain_size_start", "grain_size_last_frame")
    for name in (*(f"{each}.png" for each in written), "last_frame.vti", "last_frame_material.yaml"):
        assert (tmp_path / "prediction_wide" / name).stat().st_size > 0


def test_both_methods_answer_at_the_same_times_and_their_differences_are_drawn(tmp_path, material, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    np.save("map.npy", numbered(material[0][:230, :230], False))
    main(["map.npy", "--method", "both", "--frames", "3", "--json"])
    record = json.loads(capsys.readouterr().out)
    times = [[row["k_t_px2"] for row in record[method]] for method in ("solver", "model")]
    assert times[0] == pytest.approx(times[1])
    radii = [record[method][-1]["mean_radius_px"] for method in ("solver", "model")]
    assert radii[1] == pytest.approx(radii[0], rel=0.15)
    assert record["said"][0].startswith("read as labels")
    with np.load("prediction_map/model_prediction.npz", allow_pickle=False) as stored:
        assert stored["grains_in_picture"].shape == (4, 230, 230)
        assert len(np.unique(stored["grains_in_picture"][3])) == len(np.unique(stored["grains"][3]))
    for name in ("differences.png", "model_frames.png", "model_prediction.parquet"):
        assert (tmp_path / "prediction_map" / name).stat().st_size > 0


def test_no_torch_is_imported_unless_a_model_is_asked_for(tmp_path, material):
    np.save(tmp_path / "map.npy", numbered(material[0][:150, :150], False))
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from graincast.growth.commands import predict; "
        "predict.main(['map.npy', '--frames', '2']); print('torch' in sys.modules)"
    )
    asked = [sys.executable, "-c", code, str(PROJECT / "workflow")]
    done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"


def test_a_map_of_orientations_is_forecast_and_its_grains_keep_their_orientations(tmp_path, material):
    labels = numbered(material[0][:120, :120], False)
    made = measured_files.sample(*labels.shape)
    made.euler[:] = np.random.default_rng(0).random((labels.max() + 1, 3))[labels] * measured_files.SPAN
    made.phase[:] = 1
    forecast = graincast.predict(measured_files.ang(tmp_path / "map.ang", made), frames=2)
    left = np.unique(forecast.grains[-1])
    assert forecast.last.grains == len(left) < forecast.start.grains
    assert np.array_equal(forecast.last.orientations, forecast.start.orientations[left])
    assert forecast.scale.unit == "um"


def test_neighbours_have_different_colours(material):
    labels = numbered(material[0][:300, :300], False)
    colours = coloured_map.palette(labels, labels.max() + 5)
    assert len(colours) == labels.max() + 5
    for one, other in ((labels[1:], labels[:-1]), (labels[:, 1:], labels[:, :-1])):
        unlike = one != other
        alike = (colours[one[unlike]] == colours[other[unlike]]).all(axis=1)
        assert alike.mean() < 0.01
    drawn = coloured_map.picture(labels, colours, 600)
    assert drawn.shape == (600, 600, 3)


def test_a_part_of_a_picture_is_the_same_as_in_the_whole():
    network = lognormal.network(lognormal.Settings(12, 0.3), np.random.default_rng(1))
    whole = label_map(network, (60, 80))
    part = (slice(7, 33), slice(11, 79))
    assert np.array_equal(label_map(network, (60, 80), part), whole[part])
    few = lognormal.network(lognormal.Settings(2, 0.1), np.random.default_rng(1))
    assert np.array_equal(label_map(few, (400, 90), part), label_map(few, (400, 90))[part])
