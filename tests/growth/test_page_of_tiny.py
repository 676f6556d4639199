"""The report's page of the finished tiny experiment: its numbers are those of the files, and it opens in a browser."""

import re

import numpy as np
import pandas as pd
import pytest

import tiny
from graincast.base import table
from graincast.growth.sections.score_tables import BOUNDS, LISTED, SCORES
from page_reading import IN_A_FILM, Read


@pytest.fixture(scope="module")
def report(finished):
    return finished.root / "results/growth/report"


def test_the_report_of_an_experiment_needs_nothing_beside_it_and_says_its_numbers(report):
    read = Read((report / "index.html").read_text())
    panels = [alt for alt in read.alts if alt.endswith(IN_A_FILM)]  # the numbers of all times stand below them
    # of each case the initial state, the truth and models with their errors; of each data set its growth
    assert len(panels) == len(tiny.CASES) * (2 + 2 * len(tiny.MODELS)) + len({tiny.DATASET, *tiny.CASES})
    others = [alt for alt in read.alts if alt not in panels]
    # maps of doubt, rates of the ground truth, attention on each case; charts with what is shown without scripts
    attended = [alt for alt in others if alt.startswith("Maps of boundaries of one structure")]
    assert len(attended) in (0, len(tiny.CASES)), "where a model attends"
    assert len(others) == 1 + 1 + len(attended) + 2 * len(read.charts)
    assert len(read.charts) > 10
    assert all(address.startswith(("data:", "#")) for address in read.addresses)
    assert all(re.search(r"\d", alt) for alt in others), "a picture's text must carry its numbers"


def test_settings_are_told_in_words(report):
    text = (report / "index.html").read_text()
    assert "Its settings: grains 20, coarse share 0.2, size ratio 3.0" in text


def test_numbers_in_the_page_are_those_of_the_files(report):
    tables = Read((report / "index.html").read_text()).tables
    assert {"main_scores", "differences", "equivariance", "doubt_of_models", "data_sheets"} <= set(tables)
    for name, (heads, *rows) in tables.items():
        stored = pd.read_parquet(report / f"tables/{name}.parquet")
        from_csv = pd.read_csv(report / f"tables/{name}.csv")
        assert len(rows) == len(stored) == len(from_csv) > 0
        for place, (_, words) in enumerate(heads):
            for frame in (stored, from_csv):
                values = frame[words.removesuffix(" (95% interval)")]
                if rows[0][place][0] is not None:
                    assert [float(row[place][0]) for row in rows] == pytest.approx(values.to_list(), rel=0, nan_ok=True)
                else:
                    assert [row[place][1] for row in rows] == values.astype(str).to_list()


def test_numbers_of_the_table_of_scores_are_means_of_the_scores(report):
    scores = table.read(report / "tables/scores.parquet")
    scores = scores[scores["score"].isin(LISTED)]
    by_structure = scores.groupby(["case", "model", "score", "sample"])["value"].mean()
    means = by_structure.groupby(["case", "model", "score"]).mean()
    _, *rows = Read((report / "index.html").read_text()).tables["main_scores"]
    assert len(rows) == len(means)
    for row in rows:
        case, model, _, score = (words for _, words in row[:4])
        assert float(row[4][0]) == pytest.approx(means[case, model, score])


def test_charts_show_the_scores_through_time(report):
    charts = Read((report / "index.html").read_text()).charts
    stored = pd.read_parquet(report / "tables/through_time.parquet")
    scores = table.read(report / "tables/scores.parquet")
    assert set(SCORES) < set(charts)
    for score in SCORES:
        (data,) = charts[score]["datasets"].values()
        rows = stored[stored["score"] == score]
        assert [row["mean"] for row in data] == rows["mean"].to_list()
        for row in data:
            chosen = scores[(scores["score"] == score) & (scores["model"] == row["model"])]
            chosen = chosen[(chosen["case"] == row["case"]) & (chosen["step"] == row["step"])]
            assert row["mean"] == pytest.approx(chosen.groupby("sample")["value"].mean().mean())
            assert row["low"] is None or row["low"] <= row["mean"] <= row["high"]
    floors = stored[stored["model"].isin(BOUNDS)]
    assert set(floors.groupby("case").groups) == {"tiny_normal", "tiny_bimodal"}, "no panel without its bounds"


def test_charts_of_distributions_and_rates_show_what_the_scores_say(report):
    charts = Read((report / "index.html").read_text()).charts
    scores = table.read(report / "tables/scores.parquet")
    by_structure = scores.groupby(["case", "model", "score", "sample"])["value"].mean()
    means = by_structure.groupby(["case", "model", "score"]).mean()
    for name, start, form in (("radii", "radius_share_from_", ".1f"), ("sides", "sides_share_of_", ".0f")):
        (data,) = charts[f"shares_{name}"]["datasets"].values()
        assert {row["model"] for row in data} == {*tiny.MODELS, "truth", "pixels"}
        for row in data:
            assert row["mean"] == pytest.approx(means[row["case"], row["model"], f"{start}{row['from']:{form}}"])
    (data,) = charts["mullins_models"]["datasets"].values()
    grains = scores.groupby(["case", "model", "score"])["value"].sum()
    for row in data:
        assert row["grains"] == grains[row["case"], row["model"], f"calm_grains_of_{row['sides']}"]
    truth = [row for row in data if row["model"] == "truth"]
    assert np.average([row["mean"] * row["exact"] for row in truth], weights=[row["grains"] for row in truth]) > 0


def test_the_report_of_an_experiment_opens_in_a_browser(browser, report):
    browser.open(report / "index.html")
    assert browser.complaints() == []
    assert all(address.startswith("data:") for address in browser.requests()[1:])
    assert browser.run("return [...document.images].every((image) => image.complete && image.naturalWidth > 0)")
    charts = Read((report / "index.html").read_text()).charts
    assert browser.run("return document.querySelectorAll('.chart svg').length") == len(charts) > len(SCORES)


def test_every_figure_and_table_of_an_experiment_is_written_in_both_kinds(report):
    for folder, kinds in (("figures", {".png", ".pdf", ".rst"}), ("tables", {".csv", ".parquet", ".rst"})):
        made = [path for path in (report / folder).iterdir() if not path.name.startswith(".")]
        names = {path.name.partition(".")[0] for path in made}
        assert {path.name.removesuffix(".gz") for path in made} == {name + kind for name in names for kind in kinds}
        assert len(names) > 10


def test_merged_tables_are_the_same_as_compressed_csv(report):
    for name in ("scores", "reliability", "truth", "learning", "solvers"):
        from_csv = pd.read_csv(report / f"tables/{name}.csv.gz", dtype={"case": str})
        stored = table.read(report / f"tables/{name}.parquet")
        pd.testing.assert_frame_equal(from_csv, stored, check_exact=True, check_dtype=False)
