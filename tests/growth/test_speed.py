"""Speed: models against the solver at equal error, from numbers made by hand and from the tiny run."""

import json
import math
import re

import numpy as np
import pandas as pd
import pytest
import torch

import tiny as names
from chart_reading import chart_data, rendered, signs
from conftest import TINY, jobs_in
from graincast.base import table
from graincast.base.errors import GraincastError
from graincast.growth.data import windows
from graincast.growth.sections import cost as section
from graincast.growth.timing import comparison, costs, entries, turns

TABLE = "results/growth/speed/tiny_normal.parquet"


@pytest.fixture
def speeds():
    """A solver at two settings, a quick model and a slow one, and one that is better than the solver ever is."""
    measures = {
        "solver at 0.1": {"crisp_ssim": 0.9, "mean_radius_error": 0.01, "cpu": (0.020, 0.020)},
        "solver at 0.4": {"crisp_ssim": 0.7, "mean_radius_error": 0.05, "cpu": (0.010, 0.012)},
        "quick": {"crisp_ssim": 0.8, "mean_radius_error": 0.06, "cpu": (0.009, 0.005), "costs": (100.0, 50.0)},
        "slow": {"crisp_ssim": 0.6, "mean_radius_error": 0.02, "cpu": (0.030, 0.015), "costs": (100.0, 50.0)},
        "best": {"crisp_ssim": 0.95, "mean_radius_error": 0.001, "cpu": (0.001, 0.001)},
    }
    rows = []
    for name, found in measures.items():
        for way, seconds in zip(("alone", "together"), found.pop("cpu"), strict=True):
            found[f"cpu_seconds_{way}_median"] = seconds
        found |= dict(zip(("data_seconds", "training_seconds"), found.pop("costs", ()), strict=False))
        rows += [
            {"model": name, "dataset": "d", "case": "c", "score": score, "value": value}
            for score, value in found.items()
        ]
    return pd.DataFrame(rows)


def compared(speeds, model, criterion):
    (row,) = [
        row
        for row in comparison.comparisons(speeds, ["quick", "slow", "best"])
        if (row["model"], row["criterion"]) == (model, criterion)
    ]
    return row


@pytest.mark.parametrize(
    ("cost", "model", "solver", "number"),
    [
        (10.0, 1.0, 3.0, 6),
        (9.0, 1.0, 3.0, 5),
        (0.0, 1.0, 3.0, 1),
        (10.0, 3.0, 3.0, math.inf),
        (0.0, 4.0, 3.0, math.inf),
    ],
)
def test_a_model_pays_from_the_first_number_of_sequences_that_costs_less(cost, model, solver, number):
    assert comparison.break_even(cost, model, solver) == number
    if math.isfinite(number):
        assert cost + number * model < number * solver
        assert cost + (number - 1) * model >= (number - 1) * solver


def test_what_is_not_known_has_no_break_even():
    assert math.isnan(comparison.break_even(math.nan, 1.0, 3.0))
    assert math.isnan(comparison.break_even(10.0, 1.0, math.nan))
    assert comparison.break_even(math.nan, 3.0, 1.0) == math.inf  # slower is slower, whatever it cost


def test_the_solver_at_equal_error_is_the_fastest_that_is_no_worse():
    settings = {"fine": (0.1, 3.0), "middle": (0.2, 2.0), "coarse": (0.4, 1.0)}
    chosen = {error: comparison.at_equal_error(error, settings) for error in (0.05, 0.1, 0.2, 0.39, 1.0)}
    assert chosen == {0.05: None, 0.1: "fine", 0.2: "middle", 0.39: "middle", 1.0: "coarse"}


def test_a_finer_setting_that_happens_to_be_faster_is_taken():
    assert comparison.at_equal_error(0.5, {"fine": (0.1, 1.0), "coarse": (0.4, 1.5)}) == "fine"


def test_each_model_meets_the_setting_that_its_own_error_asks_for(speeds):
    quick = compared(speeds, "quick", "crisp_ssim")
    assert (quick["solver"], quick["solver_seconds"], quick["seconds"]) == ("solver at 0.1", 0.020, 0.005)
    assert quick["break_even"] == 150 / 0.015 + 1
    radius = compared(speeds, "quick", "mean_radius_error")
    assert (radius["solver"], radius["solver_seconds"]) == ("solver at 0.4", 0.010)
    assert radius["solver_error"] == 0.05
    assert compared(speeds, "slow", "mean_radius_error")["solver"] == "solver at 0.1"


def test_the_page_says_never_in_so_many_words(speeds):
    slow = section.sentence(compared(speeds, "slow", "crisp_ssim"))
    assert "is slower than the solver, by a factor of 1.5" in slow
    assert "never" in slow
    assert section.break_even(math.inf) == "never"


def test_the_page_says_how_many_sequences_repay_the_cost(speeds):
    quick = section.sentence(compared(speeds, "quick", "crisp_ssim"))
    assert "is faster than the solver, by a factor of 4:" in quick
    assert "repays 150 s of data and training from 10001 sequences on" in quick
    assert "for an error of 0.100 instead of 0.200" in quick


def test_a_model_that_the_solver_cannot_match_is_not_called_faster(speeds):
    row = compared(speeds, "best", "crisp_ssim")
    assert (row["solver"], math.isnan(row["break_even"])) == (None, True)
    words = section.sentence(row)
    assert "no setting of the solver that was tried reaches its error of 0.050" in words
    assert "faster" not in words


def test_a_model_on_a_gpu_has_rows_of_its_own(speeds):
    more = [
        {"model": "slow", "dataset": "d", "case": "c", "score": f"gpu_seconds_{way}_median", "value": 0.001}
        for way in ("alone", "together")
    ]
    both = pd.concat([speeds, pd.DataFrame(more)])
    found = {
        row["device"]: row["break_even"]
        for row in comparison.comparisons(both, ["quick", "slow", "best"])
        if (row["model"], row["criterion"]) == ("slow", "crisp_ssim")
    }
    assert found["cpu"] == math.inf
    assert found["gpu"] == math.floor(150 / 0.009) + 1


def test_works_are_timed_in_turn_after_one_round_that_does_not_count():
    done = []

    def work(name, sequences):
        return turns.Work("alone", sequences, {"count": lambda: float(len(done))}, lambda: done.append(name))

    taken = turns.in_turn([work("a", 1), work("b", 4)], rounds=3)
    assert done == ["a", "b"] * 4
    assert taken == [{"count": [1.0] * 3}, {"count": [0.25] * 3}]


def test_the_clock_of_the_cpu_runs_while_a_process_computes_and_not_while_it_waits():
    import time

    (waiting,) = turns.in_turn([turns.Work("alone", 1, turns.ON_CPU, lambda: time.sleep(0.05))], rounds=2)
    assert max(waiting["cpu"]) < 0.03
    assert min(waiting["wall"]) >= 0.05


def benchmark(path, seconds):
    path.write_text(f"s\th:m:s\tmax_rss\n{seconds}\t0:00:01\t1.0\n")
    return path


def test_data_cost_what_training_and_validation_simulations_took(tmp_path, project):
    from graincast.material import datasets

    tiny = datasets.load(project.root / "config/growth/datasets/tiny_normal.yaml")  # 6 train, 2 validate, 2 test
    files = [benchmark(tmp_path / f"{number}.tsv", seconds) for number, seconds in enumerate((3.0, 7.0))]
    assert costs.data_seconds(files, tiny) == pytest.approx(8.0)


def test_a_cost_whose_benchmark_is_gone_is_unknown_and_not_nought(tmp_path):
    files = [benchmark(tmp_path / "there.tsv", 3.0), tmp_path / "gone.tsv"]
    assert costs.job_seconds(files) is None
    assert costs.known(data_seconds=None, training_seconds=1.0) == {"training_seconds": 1.0}


def test_a_broken_benchmark_is_named(tmp_path):
    (tmp_path / "broken.tsv").write_text("nothing\nof\nthe kind\n")
    with pytest.raises(GraincastError, match=r"broken\.tsv: is no benchmark"):
        costs.job_seconds([tmp_path / "broken.tsv"])


@pytest.fixture
def tiny(finished, monkeypatch):
    """The tiny data set, the parts that it names and its test windows."""
    from graincast.material import datasets

    monkeypatch.chdir(finished.root)
    dataset = datasets.load(finished.root / "config/growth/datasets/tiny_normal.yaml")
    return (
        dataset,
        datasets.parts(dataset, "tiny"),
        windows.load(finished.root / "results/growth/data/tiny_normal/test.npz"),
    )


def test_the_solver_from_pixels_reaches_what_the_bound_of_that_name_says(finished, tiny):
    """The same start and the same segment, through the same scores as a model."""
    bound = table.read(finished.root / "results/growth/bounds/tiny_normal/tiny_normal.parquet").query(
        "model == 'pixels'"
    )
    wanted = bound[bound["score"].isin(entries.ERRORS)].groupby("score")["value"].mean()
    found = {entry.name: entry.measures for entry in entries.of_solver(*tiny)}
    assert list(found) == [f"front_tracking at {segment:g}" for segment in (0.08, 0.15, 0.25, 0.4)]
    assert found["front_tracking at 0.15"] == pytest.approx(dict(wanted), abs=0.005)
    assert found["front_tracking at 0.4"]["crisp_ssim"] < found["front_tracking at 0.15"]["crisp_ssim"] - 0.02


def test_the_solver_s_timed_work_makes_the_images_that_its_errors_are_of(tiny):
    from graincast.growth.timing import solver_runs

    _, parts, case = tiny
    _, pixels = next(solver_runs.solvers("front_tracking", parts, case))
    grown = pixels.grown(1)
    assert len(grown.networks) == case.frames - 1
    assert np.array_equal(pixels.forecast().images[1].numpy(), grown.images.astype(np.float32) / np.float32(255))


def test_the_tiny_run_times_every_model_and_every_setting(finished):
    rows = table.read(finished.root / TABLE)
    by_name = comparison.entries(rows)
    assert tuple(by_name)[4:] == names.MODELS
    for entry in by_name.values():
        for clock in ("cpu", "wall"):
            for way in ("alone", "together"):
                least, median = (entry[f"{clock}_seconds_{way}_{which}"] for which in ("least", "median"))
                assert 0 < least <= median < 5
        assert entry["sequences_together"] == 2
    assert by_name["persistence"]["data_seconds"] == by_name["persistence"]["training_seconds"] == 0
    for name in names.LEARNING:
        assert by_name[name]["data_seconds"] > 0
        assert by_name[name]["training_seconds"] > 0


def test_a_model_s_errors_are_those_of_its_scores(finished):
    scores = table.read(finished.root / f"results/growth/scores/{names.LEARNED}/tiny_normal/0/tiny_normal.parquet")
    timed = comparison.entries(table.read(finished.root / TABLE))[names.LEARNED]
    for score in entries.ERRORS:
        assert timed[score] == pytest.approx(scores.query("score == @score")["value"].mean())


def test_the_machine_is_named(finished):
    about = json.loads((finished.root / TABLE).with_suffix(".json").read_text())
    assert about["processor"]
    assert about["threads"] == 1
    assert (about["gpu"] is not None) == torch.cuda.is_available()
    assert about["processor"] in (finished.root / "results/growth/report/index.html").read_text()


def test_the_report_shows_a_line_a_model_and_a_table_of_comparisons(finished):
    page = (finished.root / "results/growth/report/index.html").read_text()
    shown = page[page.index('<h2 id="speed">') : page.index('<h2 id="training">')]
    assert tuple(re.findall(r"<li>(\w+) \(CPU\) takes", shown)) == names.MODELS
    rows = pd.read_csv(finished.root / "results/growth/report/tables/speed_compared_tiny_normal.csv")
    assert list(rows["model"]) == [name for name in names.MODELS for _ in range(2)]
    assert set(rows["equal in"]) == set(comparison.CRITERIA.values())


def test_benchmarks_that_were_deleted_train_nothing_again_and_leave_the_cost_unknown(reached):
    for path in (reached.root / "results/growth/benchmarks").rglob("*.tsv"):
        path.unlink()
    done = reached.snakemake(*TINY, "--cores", "2", "--dry-run")
    assert jobs_in(done.stdout + done.stderr) == []
    reached.snakemake(TABLE, *TINY, "--cores", "2", "--forcerun", "growth_speed", "--until", "growth_speed")
    timed = comparison.entries(table.read(reached.root / TABLE))[names.LEARNED]
    assert "training_seconds" not in timed
    assert "data_seconds" not in timed


def test_the_figure_has_a_point_a_model_and_the_solver_s_line(speeds):
    from graincast.growth.figures.cost_charts import SOLVER, error_against_seconds

    chart = error_against_seconds(comparison.entries(speeds), ["quick", "slow", "best"])
    found = chart_data(chart)
    found = found[found["criterion"] == comparison.CRITERIA["crisp_ssim"]]
    places = {model: rows[["seconds", "error"]].to_numpy() for model, rows in found.groupby("model")}
    assert set(places) == {SOLVER, "quick", "slow", "best"}
    assert places[SOLVER] == pytest.approx(np.array([[0.02, 0.1], [0.01, 0.3]]))
    assert places["quick"] == pytest.approx(np.array([[0.005, 0.2]]))
    assert set(found["device"]) == {"cpu"}
    assert len({(signs(chart.to_dict(), "color")[name], signs(chart.to_dict(), "shape")[name]) for name in places}) == 4
    assert "seconds per sequence" in rendered(chart)
