"""What is said about the doubt of trained models: by the script on the tiny experiment, and in the page."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import torch

from chart_reading import chart_data, encodings, rendered, signs
from graincast.base import table
from graincast.base.errors import GraincastError
from graincast.base.storage import read_arrays, write_arrays
from graincast.growth import trained
from graincast.growth.data import windows
from graincast.growth.experiment import Experiment, Solvers
from graincast.growth.figures import reliability_charts as figures
from graincast.growth.judging import ensemble, forecast_files, forecasts, reliability
from graincast.growth.sections import error_awareness as page
from graincast.growth.sections import examples
from graincast.report import shown
from growth_forecast import main as make_forecast
from reliability_cases import IDENTITY, case

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def figures_are_closed():
    yield
    plt.close("all")


def weights(finished, model):
    return sorted((finished.root / f"results/growth/training/{model}/tiny_normal").glob("*/weights.safetensors"))


CASES = ("tiny_normal", "tiny_bimodal")


@pytest.fixture(scope="module")
def forecast(tmp_path_factory):
    """Makes the forecast of windows by a training, in a folder of its seed as the pipeline does."""
    root, threads = tmp_path_factory.mktemp("forecasts"), torch.get_num_threads()

    def make(weights, windows):
        case = windows.parent.name
        made = root / weights.parts[-4] / weights.parts[-2] / f"{case}_{windows.stem}" / f"{case}.npz"
        if not made.is_file():
            make_forecast(list(map(str, given("weights", weights, "windows", windows, "forecasts", made))))
        return made

    yield make
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(False)


def given(*pairs):
    """Arguments of a script, from names and values."""
    return [word for name, value in zip(pairs[::2], pairs[1::2], strict=True) for word in (f"--{name}", value)]


def windows_of(finished, case):
    return finished.root / f"results/growth/data/{case}/test.npz"


def arguments(finished, forecast, model, validation, folder):
    """Of the script on the tiny experiment, with other calibration, into a folder."""
    trainings, windows = weights(finished, model), [windows_of(finished, case) for case in CASES]
    return [
        *("--forecasts", *(forecast(path, each) for path in trainings for each in windows), "--windows", *windows),
        *given("calibration", forecast(trainings[0], validation), "validation", validation, "name", model),
        *given("table", folder / "doubt.parquet", "maps", folder / "doubt.npz"),
    ]


def run(finished, *given):
    done = finished.script("growth_reliability", *map(str, given))
    assert done.returncode == 0, done.stderr
    return done


# --- on trained models


def test_the_table_holds_what_two_trained_models_disagree_on(finished, forecast):
    cases = windows.load(finished.root / "results/growth/data/tiny_normal/test.npz")
    paths = weights(finished, "tiny_local_rule")
    one, other = (forecasts.forecast(trained.load(path, CPU), cases, CPU).images.numpy() for path in paths)
    truth = cases.images[:, 1:].numpy() / 255
    expected = {
        "disagreement": np.sqrt(np.mean((one - other) ** 2 / 2, axis=(2, 3))),
        "ensemble_error": np.sqrt(np.mean(((one + other) / 2 - truth) ** 2, axis=(2, 3))),
    }
    assert expected["disagreement"].min() > 1e-3
    stored = [forecast(path, cases.path) for path in paths]
    members = ensemble.load(stored, forecast_files.read(stored[0]))
    judged = ensemble.judged(members, forecast_files.truth(members[0], cases.path))
    assert judged.structures.tolist() == [8, 9]
    assert judged.example["error"] == pytest.approx(np.abs((one + other)[0, -1] / 2 - truth[0, -1]), abs=1e-5)
    assert judged.example["disagreement"] == pytest.approx(np.abs(one - other)[0, -1] / np.sqrt(2), abs=2e-5)
    rows = table.read(finished.root / "results/growth/reliability/tiny_local_rule/tiny_normal.parquet")
    rows = rows.query("step.notna()")
    for score, values in expected.items():
        assert judged.by_frame[score] == pytest.approx(values, rel=3e-4)  # forecasts are stored in 65,535ths
        chosen = rows[(rows["case"] == "tiny_normal") & (rows["score"] == score)]
        found = chosen.pivot(index="sample", columns="step", values="value")
        assert found.to_numpy() == pytest.approx(judged.by_frame[score], rel=1e-6)
        assert (found.index.tolist(), found.columns.tolist()) == ([8, 9], [1, 2, 3, 4])


def test_a_model_without_weights_has_no_ensemble_and_the_error_that_its_evaluation_found(finished):
    assert len(weights(finished, "persistence")) == 1 < len(weights(finished, "tiny_local_rule"))
    rows = table.read(finished.root / "results/growth/reliability/persistence/tiny_normal.parquet")
    assert not rows["score"].str.contains("disagreement|correlation|risk").any()
    scores = table.read(finished.root / "results/growth/scores/persistence/tiny_normal/0/tiny_bimodal.parquet")
    keys = ["sample", "step"]
    squares = scores.query("score == 'mse'").set_index(keys)["value"]
    errors = rows.query("score == 'ensemble_error' and case == 'tiny_bimodal'").set_index(keys)["value"]
    assert len(errors) == 16
    assert errors.sort_index().to_numpy() == pytest.approx(np.sqrt(squares.sort_index().to_numpy()), rel=1e-5)


@pytest.mark.parametrize("model", ["tiny_local_rule", "persistence"])
def test_bands_are_calibrated_on_grains_read_as_the_evaluation_reads_them(finished, forecast, model):
    windows = windows_of(finished, "tiny_bimodal")
    stored = forecast_files.read(forecast(weights(finished, model)[0], windows))
    found = forecast_files.radius_biases(stored, forecast_files.truth(stored, windows))
    scores = table.read(finished.root / f"results/growth/scores/{model}/tiny_normal/0/tiny_bimodal.parquet")
    told = scores.query("score == 'mean_radius_bias'")["value"].to_numpy().reshape(found.shape)
    assert np.array_equal(found, told)
    assert np.abs(found).max() > 0


def test_the_same_training_twice_is_no_ensemble(finished, forecast):
    windows = windows_of(finished, "tiny_normal")
    first, other = (forecast(weights(finished, model)[0], windows) for model in ("tiny_local_rule", "persistence"))
    own = forecast_files.read(first)
    with pytest.raises(GraincastError, match=r"\.npz and 1 more: .* expected one model"):
        ensemble.load([first, first], own)
    with pytest.raises(GraincastError, match=r"are by 2 kind\(s\) of training"):
        ensemble.load([first, other], own)
    with pytest.raises(GraincastError, match="is by another training"):
        ensemble.load([other, first], own)
    with pytest.raises(GraincastError, match="has no forecast of a case"):
        ensemble.load([], own)


def test_the_stage_run_by_hand_writes_the_bytes_of_the_pipeline(finished, forecast, tmp_path):
    validation = finished.root / "results/growth/data/tiny_normal/validation.npz"
    run(finished, *arguments(finished, forecast, "tiny_local_rule", validation, tmp_path))
    for kind in ("parquet", "npz"):
        made = finished.root / f"results/growth/reliability/tiny_local_rule/tiny_normal.{kind}"
        assert (tmp_path / f"doubt.{kind}").read_bytes() == made.read_bytes()


def test_with_enough_calibration_there_are_bands_and_the_report_shows_them(finished, forecast, tmp_path):
    folder = finished.root / "results/growth/data/tiny_normal"
    names = ("images", "labels", "simulations", "reduced_times", "line_width")
    splits = [read_arrays(folder / f"{split}.npz", names) for split in ("train", "validation", "test")]
    whole = {name: np.concatenate([split[name] for split in splits]) for name in names[:-1]}
    write_arrays(tmp_path / "ten.npz", whole | {"line_width": splits[0]["line_width"]})
    maps, tables = [], []
    for model in ("persistence", "tiny_local_rule"):
        made = tmp_path / model
        run(finished, *arguments(finished, forecast, model, tmp_path / "ten.npz", made))
        maps.append((made / "doubt.npz").rename(made / "tiny_normal.npz"))
        tables.append(table.read(made / "doubt.parquet"))
    rows = pd.concat(tables)
    # the largest of ten: the test simulations of the data set are among the ten, so all are within
    assert rows.query("case == 'tiny_normal' and score == 'coverage'")["value"].tolist() == [1.0] * 8
    section = page.section(rows, examples.error_maps(maps, EXPERIMENT), EXPERIMENT)
    sentences, _, _, *pictures = section.parts
    assert [picture.name for picture in pictures] == ["coverage", "selective_risk", "shift_detection", "doubt_maps"]
    assert sentences.sentences[0].startswith("persistence: no ensemble")


# --- the page


EXPERIMENT = Experiment(
    datasets=("tiny_normal",),
    cases=("tiny_normal", "tiny_bimodal"),
    models=("persistence", "tiny_local_rule"),
    seeds=(0, 1),
    solvers=Solvers(30, 1, 0.1, (8,)),
)


@pytest.fixture
def written(tmp_path):
    """The section of a model that knows its error, and whose bands break on the shifted case."""
    experiment = Experiment(("normal",), ("normal", "far"), ("clever",), (0, 1), Solvers(30, 1, 0.1, (8,)))
    cases = {"normal": case([1.0, 2, 3, 4], [2.0, 3, 4, 5]), "far": case([6.0, 7, 8, 9], [2.0, 2, 2, 2])}
    errors = {"normal": np.zeros((20, 2)), "far": np.repeat([[0.0, 1.0]], 20, axis=0)}
    calibration = np.full((16, 2), 0.5)
    rows = [*reliability.rows(IDENTITY, 1, cases), *reliability.band_rows(IDENTITY, 1, calibration, errors)]
    table.write(tmp_path / "rows.parquet", "growth", rows)
    arrays = {f"{kind}_{name}": np.eye(4) for kind in ("error", "disagreement") for name in cases}
    return page.section(table.read(tmp_path / "rows.parquet"), {"clever": arrays}, experiment)


def test_the_page_says_where_bands_broke(written):
    assert written.parts[0].sentences == [
        "90% bands of clever, calibrated on normal: 100% (83% to 100%) on normal; 50% (27% to 73%) on far (broken)."
    ]


def test_a_row_of_the_page_is_what_the_table_says(written):
    told = written.parts[1]
    names = [heading.text.removesuffix(" (95% interval)") for heading in shown.headings(told)]
    normal, far = (zip(names, [cell.text for cell in row], strict=True) for row in shown.rows(told))
    normal, far = dict(normal), dict(far)
    assert far["disagreement"] == "7.5000"
    assert far["error"] == "2.0000"
    assert normal["correlation over structures"].startswith("1.00 (")
    assert far["correlation over structures"] == "0.00 (0.00 to 0.00)"
    assert normal["correlation over pixels"] == "0.25 (0.25 to 0.25)"
    assert far["in the 90% band, last frame"] == "0% (0% to 17%)"
    assert far["in it, all frames"] == "50% (27% to 73%)"
    assert far["AUROC by disagreement"] == "1.00 (1.00 to 1.00)"
    assert normal["AUROC by disagreement"] == shown.ABSENT
    assert normal["selective risk over random"] == f"{2.75 / 3.5:.3f}"
    assert far["perfect over random"] == "1.000"


def test_coverage_is_drawn_by_case_beside_what_was_asked():
    rows = [("clever", "far", frame, 0.5 / frame, 0.1, 0.9) for frame in (2, 1)]
    rows += [("clever", "normal", 1, 1.0, 0.8, 1.0)]
    columns = ["model", "case", "step", *page.COVERAGE]
    chart = figures.coverage_through_time(pd.DataFrame(rows, columns=columns), ["normal", "far"], ["clever"], 0.9)
    found = chart_data(chart).set_index(["case", "step"])
    assert found["mean"].to_dict() == {("far", 2): 0.25, ("far", 1): 0.5, ("normal", 1): 1.0}
    assert found.loc[("normal", 1), ["low", "high"]].to_list() == [0.8, 1.0]
    assert {"datum": 0.9} in [one.get("y") for one in encodings(chart.to_dict())]
    assert chart.to_dict()["facet"]["sort"] == ["normal", "far"]
    assert "normal" in rendered(chart)


def test_selective_risk_is_drawn_over_the_error_of_all():
    wrong = np.array([1.0, 3.0])
    chart = figures.selective_risks({("clever", "far"): (-wrong, wrong)}, ["far"], ["none", "clever"])
    found = chart_data(chart).groupby("order")[["share", "risk"]].agg(list)
    assert found.loc[figures.BY_DISAGREEMENT].to_list() == [[0.5, 1.0], [1.5, 1.0]]
    assert found.loc[figures.BEST].to_list() == [[0.5, 1.0], [0.5, 1.0]]
    assert len(set(signs(chart.to_dict(), "strokeDash").values())) == 2
    assert "far" in rendered(chart)


def test_shift_detection_is_drawn_as_the_table_says(written):
    (chart,) = [part for part in written.parts if getattr(part, "name", "") == "shift_detection"]
    found = chart_data(chart.chart).set_index("measure")
    assert set(found["case"]) == {"far"}  # normal is what was trained on
    assert found.loc["AUROC by disagreement", ["auroc", "low", "high"]].to_list() == [1.0, 1.0, 1.0]
    assert "AUROC by disagreement of clever on far 1.00" in chart.alt
    assert "far" in rendered(chart.chart)


def test_maps_of_a_row_share_their_scale():
    nothing = np.zeros((3, 3))
    figure = figures.heat_maps(
        {"error": {"normal": np.eye(3), "far": 4 * np.eye(3)}, "none": {"normal": nothing, "far": nothing}}
    )
    scales = [image.get_clim() for panel in figure.axes for image in panel.images]
    assert scales[:2] == [(0, 4), (0, 4)]
    figure.canvas.draw()
