"""Looks into a model: attention against what true boundaries do, and forecasts that ought to turn with their input."""

import dataclasses
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import pytest
import torch
from test_attention_scores import disc
from test_physics_scores import TIMES, in_pixels, simulated

import growth_evaluate
import plain_convolution
from conftest import PROJECT
from graincast.base import table
from graincast.base.storage import read_arrays
from graincast.growth import stages, trained
from graincast.growth.data import preparation, windows
from graincast.growth.experiment import Experiment, Solvers
from graincast.growth.figures.attention_maps import attention_beside
from graincast.growth.forecaster import Forecast, Forecaster, Sequences
from graincast.growth.judging import attention_tests, boundary_motion, equivariance, forecasts
from graincast.growth.layers.attention import Attention
from graincast.growth.models import persistence
from graincast.growth.sections import examples
from graincast.growth.sections import symmetry_errors as equivariance_page
from graincast.growth.sections import what_is_attended as attention_page
from graincast.material import datasets, trajectories
from graincast.material.grains.geometry import boundary_pixels
from graincast.material.networks.rendering import label_map
from graincast.scoring import summary
from graincast.scoring.significance import bootstrap_interval
from graincast.training import loop, weights

CPU = torch.device("cpu")
PIXELS, PATCH = 64, 4
TESTED = 6  # structures


@cache
def first_frame():
    """Labels [64, 64] of a grown structure and what its boundaries do. Never changed."""
    labels = label_map(simulated()[0], (PIXELS, PIXELS))
    return labels, boundary_motion.of_first_frame(simulated(), labels, in_pixels(TIMES) * (PIXELS / 160) ** 2)


def tokens_of(field):
    """The field's mean over the boundary pixels of each token, and which tokens have any."""
    return boundary_motion.per_token(field.astype(float), boundary_pixels(first_frame()[0]), PATCH)


def judged(attended, seed=0):
    labels, fields = first_frame()
    return {row["score"]: row["value"] for row in attention_tests.rows({}, attended, fields, labels, seed)}


def test_attention_equal_to_curvature_is_found_and_the_same_map_elsewhere_is_not():
    curvature, holding = tokens_of(first_frame()[1]["curvature"])
    attended = np.where(holding, curvature + 1e-6, 0)
    found = judged(attended)
    assert set(found) == {f"attention_{name}{end}" for name in boundary_motion.FIELDS for end in ("", "_p")}
    assert found["attention_curvature"] == pytest.approx(1, abs=1e-9)
    assert found["attention_curvature_p"] == 1 / 256, "all other shifts of 16 x 16 tokens are worse"
    assert found["attention_speed"] > 0.3
    assert found["attention_speed_p"] < 0.05
    everywhere = attention_tests.extended(attended, holding)
    elsewhere = [np.roll(everywhere, (row, column), (0, 1)) for row in (4, 8, 12) for column in (3, 8, 13)]
    p_values = np.array([judged(moved)["attention_curvature_p"] for moved in elsewhere])
    assert np.median(p_values) > 0.2
    assert np.mean(p_values < 0.05) < 0.3


def test_shuffled_attention_is_found_as_often_as_chance_has_it():
    curvature, holding = tokens_of(first_frame()[1]["curvature"])
    p_values = []
    for seed in range(40):
        attended = np.zeros_like(curvature)
        attended[holding] = np.random.default_rng(seed).permutation(curvature[holding] + 1e-6)
        p_values.append(judged(attended, seed)["attention_curvature_p"])
    assert np.mean(np.array(p_values) < 0.05) <= 0.15
    assert np.median(p_values) > 0.2


def test_tokens_that_cannot_be_read_count_for_nothing():
    curvature, holding = tokens_of(first_frame()[1]["curvature"])
    attended = np.where(holding, curvature + 1e-6, 0)
    faint = attended.copy()
    faint[:, ::2] = 0  # would be ties at the bottom, far from the curvature there
    assert judged(faint)["attention_curvature"] == pytest.approx(1, abs=1e-9)
    assert judged(np.zeros_like(attended)) == {}, "nothing to read, nothing to say"


def test_the_null_is_the_structures_own():
    attended = np.random.default_rng(0).random((16, 16))
    assert judged(attended, 3) == judged(attended, 3)
    diverged = np.where(np.eye(16) > 0, np.nan, attended)
    assert all(np.isfinite(value) for value in judged(diverged).values())


def test_a_shrinking_disc_moves_at_k_times_its_curvature():
    before, after = disc(32, 24, 12), disc(32, 24, np.sqrt(12**2 - 2 * 5))
    labels = label_map(before, (48, 64))
    fields = boundary_motion.of_first_frame([before, after], labels, np.array([3.0, 8.0]))
    on = boundary_pixels(labels)
    assert fields["curvature"][on] == pytest.approx(1 / 12, rel=0.1)
    assert fields["speed"][on] == pytest.approx(1 / 12, rel=0.15)
    assert fields["size"].min() == pytest.approx(12, rel=0.01)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Windows of a few structures, six of them to test with."""
    folder = tmp_path_factory.mktemp("prepared")
    described = datasets.load(PROJECT / "config/growth/datasets/tiny_normal.yaml")
    counts = dataclasses.replace(described.simulations, train=2, validation=0, test=TESTED, per_shard=8)
    dataset = dataclasses.replace(described, simulations=counts)
    chosen = datasets.parts(dataset, "tiny_normal")
    simulated_ones = ((index, datasets.simulate(dataset, chosen, index)) for index in dataset.of_shard(0))
    trajectories.write(folder / "0.npz", dataset, simulated_ones)
    preparation.write_splits(folder, preparation.drawn("growth", dataset, folder / "0.npz", 0).windows, dataset)
    return folder


def test_test_windows_alone_say_what_boundaries_do_at_the_first_frame(prepared):
    fields = read_arrays(prepared / "test.npz", boundary_motion.FIELDS)
    one = trajectories.read_one(prepared / "0.npz", 2)  # the first to test with
    assert all(field.shape == (TESTED, 32, 32) and field.dtype == np.float32 for field in fields.values())
    assert np.array_equal(
        fields["curvature"][0], boundary_motion.curvature(one.networks[0], (32, 32)).astype(np.float32)
    )
    with np.load(prepared / "train.npz") as archive:
        assert not set(boundary_motion.FIELDS) & set(archive.files)
    dataset = datasets.load(PROJECT / "config/growth/datasets/tiny_normal.yaml")
    none = dataclasses.replace(dataset.simulations, train=1, validation=0, test=0)
    window = preparation.window(one, dataclasses.replace(dataset, simulations=none))
    alone = dataclasses.replace(window, simulation=0)
    preparation.write_splits(prepared / "none", [alone], dataclasses.replace(dataset, simulations=none))
    assert read_arrays(prepared / "none" / "test.npz", ("speed",))["speed"].shape == (0, 32, 32)


@dataclass(frozen=True)
class Painted:
    """How a model of the tests draws."""

    place: float = 0.0  # brightness of a column at the box's left edge
    numbers: float = 0.0  # brightness of the largest number of a grain


class Painter(Forecaster):
    """Draws the known image, and what it ought not to know: where the box is cut, and how grains are numbered."""

    def __init__(self, painted):
        super().__init__()
        self.painted = painted

    def forecast(self, known, frames):
        image = known.images[:, -1:].clone()
        image[..., 0] += self.painted.place
        numbered = known.grains[:, -1:] / known.grains[:, -1:].amax(dim=(-1, -2), keepdim=True)
        drawn = image + self.painted.numbers * numbered
        return Forecast(drawn.expand(-1, frames, -1, -1), known.grains[:, -1:].expand(-1, frames, -1, -1))

    def loss(self, sequences, lesson):
        raise NotImplementedError


def looked_at(model, frames=3):
    """Errors of symmetry of a model on two structures, of which it is shown two frames."""
    model = trained.Trained(model, {"training": {"inputs": 2}})
    labels = torch.from_numpy(np.stack([label_map(network, (32, 32)) for network in simulated()[:4]])).long()
    images = torch.from_numpy(boundary_pixels(labels.numpy())).float()
    known = Sequences(images.reshape(2, 2, 32, 32), labels.reshape(2, 2, 32, 32))
    return equivariance.errors(model, known, model.forecast(known, frames, CPU), np.array([5, 6]), CPU)


def test_a_model_without_place_direction_or_numbers_has_no_error():
    found = looked_at(persistence.Model(persistence.Settings()))
    assert set(found) == {"shift_error", "turn_error", "flip_error", "relabel_error"}
    assert all(errors.shape == (2, 3) and not errors.any() for errors in found.values())


def test_a_mark_at_the_edge_of_the_box_is_seen_at_its_size_by_every_movement():
    found = looked_at(Painter(Painted(place=0.5)))
    for name in ("shift_error", "turn_error", "flip_error"):
        crossing = 2 / 32 / 32 if name == "turn_error" else 0  # the pixel where the column meets the row
        assert found[name] == pytest.approx(0.5 * np.sqrt(2 / 32 - crossing), rel=1e-6), name
    assert not found["relabel_error"].any()


def test_a_model_that_reads_the_numbers_of_grains_is_found_by_other_numbers_alone():
    found = looked_at(Painter(Painted(numbers=1.0)))
    assert found["relabel_error"].min() > 0.2
    assert not any(found[name].any() for name in ("shift_error", "turn_error", "flip_error"))


def test_circular_convolutions_commute_with_shifts_and_not_with_turns():
    torch.manual_seed(0)
    model = plain_convolution.Model(plain_convolution.Settings(6, 3, 3))
    with torch.no_grad():
        found = looked_at(model)
    assert set(found) == {"shift_error", "turn_error", "flip_error"}, "it knows of no grains"
    assert found["shift_error"].max() < 1e-6
    assert min(found["turn_error"].min(), found["flip_error"].min()) > 1e-3


def test_the_shift_is_no_whole_number_of_tokens():
    images = torch.zeros(32, 48)
    images[0, 0] = 1
    row, column = (equivariance._moves(32, 48)["shift"](images) == 1).nonzero()[0].tolist()
    assert (row % 4, column % 4) == (1, 3)
    assert (row - 16, column - 24) == (1, 3)


def test_a_forecast_that_diverged_differs_by_what_the_other_shows():
    class Broken(Painter):
        def forecast(self, known, frames):
            images = super().forecast(known, frames).images
            return Forecast(torch.where(known.images[:, -1:, :1, :1] > 0, torch.nan, images), None)

    assert all(np.isfinite(errors).all() for errors in looked_at(Broken(Painted())).values())


def tiny_model(name="tiny_boundary_attention"):
    path = PROJECT / f"config/growth/models/{name}.yaml"
    described = stages.load(path)
    return described, loop.fresh_model(lambda: described.build(str(path)), seed=0)


def test_rows_are_of_the_first_structures_and_of_the_forecast_frames(prepared):
    case = windows.load(prepared / "test.npz")
    model = trained.Trained(persistence.Model(persistence.Settings()), {"training": {"inputs": 2}})
    forecast = forecasts.forecast(model, case, CPU)
    rows = pd.DataFrame(forecasts.symmetry_rows({"model": "m"}, model, forecast, case, CPU))
    assert sorted(set(rows["sample"])) == [2, 3, 4, 5]
    assert sorted(set(rows["step"])) == [2, 3, 4]
    assert len(rows) == 4 * 3 * 4
    assert forecasts.attended(model, case, CPU) is None


def test_attention_at_a_later_frame_is_not_held_against_the_first(prepared, caplog):
    case = windows.load(prepared / "test.npz")
    model = trained.Trained(tiny_model()[1], {"training": {"inputs": 2}})
    forecast = forecasts.forecast(model, case, CPU)
    attended = forecasts.attended(model, case, CPU)
    assert "frame 1" in caplog.text
    assert list(forecasts.attention_rows({}, attended, case)) == []
    assert set(forecasts.examples(forecast, attended, case, 1)) == {"truth", "predicted"}


def test_parts_of_a_forecast_are_joined_in_order(prepared, monkeypatch):
    case = windows.load(prepared / "test.npz")
    model = trained.Trained(tiny_model()[1], {"training": {"inputs": 1}})
    images, attended = forecasts.forecast(model, case, CPU).images, forecasts.attended(model, case, CPU)
    monkeypatch.setattr(trained, "BATCH", 4)
    assert torch.allclose(forecasts.forecast(model, case, CPU).images, images, atol=1e-5)
    assert np.allclose(forecasts.attended(model, case, CPU), attended, atol=1e-5)
    assert attended.shape == (TESTED, 8, 8)


def test_no_forecast_pays_for_reading_attention(prepared, monkeypatch):
    case = windows.load(prepared / "test.npz")
    model = trained.Trained(tiny_model()[1], {"training": {"inputs": 1}})
    asked, weigh = [], Attention.received
    monkeypatch.setattr(Attention, "received", lambda self, part: asked.append(part) or weigh(self, part))
    forecasts.forecast(model, case, CPU)
    assert not asked
    forecasts.attended(model, case, CPU)
    assert asked


@pytest.fixture(scope="module")
def evaluated(prepared, tmp_path_factory):
    """Tables and examples of a model with attention and of persistence, written by the script, the first one twice."""
    root, threads = tmp_path_factory.mktemp("evaluated"), torch.get_num_threads()
    attending = "tiny_boundary_attention"
    for folder in (root / f"once/{attending}/d/0", root / f"again/{attending}/d/0", root / "once/persistence/d/0"):
        name = folder.parts[-3]
        described, model = tiny_model(name)
        weights.save(folder / "weights.safetensors", model, described, {"dataset": "d", "seed": 0})
        files = {"weights": folder / "weights.safetensors", "windows": prepared / "test.npz"}
        files |= {"scores": folder / "c.parquet", "examples": folder / "c.npz", "forecasts": folder / "f.npz"}
        given = [word for key, path in files.items() for word in (f"--{key}", str(path))]
        growth_evaluate.main([*given, "--name", name, "--case", "c"])
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(False)
    return root


def test_an_evaluation_writes_what_a_model_attends_to_and_the_same_bytes_again(evaluated):
    folder = evaluated / "once/tiny_boundary_attention/d/0"
    rows = table.read(folder / "c.parquet")
    attended = rows[rows["score"].str.startswith("attention_")]
    assert set(attended.groupby("score").size()) == {TESTED}
    assert attended["score"].nunique() == 6
    assert set(attended["step"]) == {1}
    assert attended[attended["score"].str.endswith("_p")]["value"].between(1 / 64, 1).all()
    assert rows[rows["score"] == "shift_error"]["value"].min() > 0
    for name in ("c.parquet", "c.npz"):
        again = evaluated / "again/tiny_boundary_attention/d/0" / name
        assert (folder / name).read_bytes() == again.read_bytes(), name
    without = table.read(evaluated / "once/persistence/d/0/c.parquet")
    assert not without["score"].str.startswith("attention_").any()
    assert (without[without["score"] == "relabel_error"]["value"] == 0).all()


def experiment(models):
    return Experiment(("d",), ("c",), models, (0,), Solvers(30, 1, 0.1, (8.0,)))


def report_of(evaluated, models):
    paths = [evaluated / "once" / model / "d/0/c.parquet" for model in models]
    scores = table.read_all(paths)
    first = examples.first_structures([path.with_suffix(".npz") for path in paths], experiment(models))
    return scores, attention_page.section(scores, summary.summary(scores), first, experiment(models))


def test_the_report_has_a_section_on_attention_where_a_model_has_any(evaluated):
    scores, section = report_of(evaluated, ("persistence", "tiny_boundary_attention"))
    picture, told, _ = section.parts
    assert list(told.frame["attention with"]) == list(boundary_motion.FIELDS)
    assert set(told.frame["model"]) == {"tiny_boundary_attention"}
    curvature = scores[scores["score"] == "attention_curvature"]["value"]
    p_values = scores[scores["score"] == "attention_curvature_p"]["value"]
    first, mean = told.frame.iloc[0], attention_page.MEAN
    assert first[mean] == pytest.approx(curvature.mean())
    assert first[f"{mean} low"] <= curvature.mean() <= first[f"{mean} high"]
    assert first[attention_page.SHARE] == np.mean(p_values < 0.05)
    assert f"{curvature.mean():+.2f}" in picture.alt
    _, nothing = report_of(evaluated, ("persistence",))
    assert nothing is None


def test_the_share_of_structures_is_below_the_level_and_not_at_it():
    rows = [
        {
            "model": "m",
            "dataset": "d",
            "seed": 0,
            "case": "c",
            "sample": i,
            "step": 1,
            "score": score,
            "value": value,
        }
        for i, p in enumerate((0.01, 0.04, 0.05, 0.2))
        for score, value in (("attention_size", 0.1), ("attention_size_p", p))
    ]
    scores = pd.DataFrame(rows)
    (row,) = attention_page.rows(scores, summary.summary(scores))
    assert (row["field"], row["share"], row["structures"]) == ("size", 0.5, 4)


def test_maps_are_drawn_on_readable_boundaries_alone():
    labels, fields = first_frame()
    attended = np.ones((16, 16))
    attended[:8] = 0
    attended[12, 12] = 7
    figure = attention_beside(labels, {"curvature": fields["curvature"]}, {"m": attended})
    figure.canvas.draw()  # an even map too
    curvature, drawn = (panel.get_images()[0].get_array() for panel in figure.axes[:2])
    assert np.array_equal(~np.ma.getmaskarray(curvature), boundary_pixels(labels))
    assert np.ma.getmaskarray(drawn)[:32].all()
    assert np.array_equal(~np.ma.getmaskarray(drawn)[32:], boundary_pixels(labels)[32:])
    assert (drawn[48:52, 48:52].compressed() == 7).all()
    assert (drawn == 7).sum() == boundary_pixels(labels)[48:52, 48:52].sum() > 0


def test_equivariance_stands_beside_the_error_of_the_same_structures(evaluated):
    scores = table.read_all(sorted((evaluated / "once").rglob("*.parquet")))
    with_attention, still = sorted(equivariance_page.rows(scores), key=lambda row: row["model"] == "persistence")
    assert with_attention["relabel_error"] is None
    assert still["relabel_error"] == still["turn_error"] == (0, 0, 0)
    first = scores.query("model == 'persistence' and score == 'mse' and sample < 6")["value"]
    assert first.size == 4 * 4
    assert still["error"].mean == pytest.approx(np.sqrt(first).mean())
    by_structure = scores.query("model == 'tiny_boundary_attention' and score == 'shift_error'").groupby("sample")
    means = by_structure["value"].mean().to_numpy()
    shift = with_attention["shift_error"]
    assert means.min() <= shift.low < shift.mean < shift.high <= means.max()
    assert shift[1:] == bootstrap_interval(means, np.random.default_rng(0))
    assert with_attention["structures"] == len(means) == 4
    assert equivariance_page.section(scores[scores["score"] == "ssim"]) is None


def test_the_table_of_equivariance_has_the_numbers_of_its_rows(evaluated):
    scores = table.read_all(sorted((evaluated / "once").rglob("*.parquet")))
    told, _ = equivariance_page.section(scores).parts
    for row, (_, shown) in zip(equivariance_page.rows(scores), told.frame.iterrows(), strict=True):
        assert tuple(shown[["shift", "shift low", "shift high"]]) == tuple(row["shift_error"])
        assert np.isnan(shown["other grain numbers"]) == (row["relabel_error"] is None)
        assert shown["error against the truth"] == row["error"].mean > 0


def test_models_are_compared_on_the_structures_that_both_have(evaluated):
    scores = table.read_all(sorted((evaluated / "once").rglob("*.parquet")))
    models, chosen = ("persistence", "tiny_boundary_attention"), ("shift_error", "ssim", "attention_size")
    whole = summary.comparisons(scores, models, chosen)
    assert set(whole["score"]) == {"shift_error", "ssim"}, "one model alone has no pair"
    lost = scores[~((scores["model"] == "persistence") & (scores["sample"] == 2))]
    pairs = summary.comparisons(lost, models, ("shift_error", "ssim"))
    assert np.isfinite(pairs[["difference", "low", "high", "p", "p_holm"]].to_numpy(float)).all()
    assert pairs.set_index("score")["groups"].to_dict() == {"shift_error": 3, "ssim": TESTED - 1}
    kept = scores[scores["sample"] != 2]
    assert pairs.equals(summary.comparisons(kept, models, ("shift_error", "ssim")))
    (row,) = summary.verdicts(lost, "persistence", "ssim").to_dict("records")
    assert np.isfinite([row["gain"], row["low"], row["high"]]).all()
    assert row["structures"] == TESTED - 1
