"""Every number that the page of an experiment shows, read back in a browser, is the one in the report's files."""

import re

import numpy as np
import pandas as pd
import pytest

from graincast.base import table
from graincast.growth.sections.score_tables import BOUNDS, ROOTED, SCORES

READ_TABLES = """return [...document.querySelectorAll("table[id]")].map((table) => ({
  name: table.id.replace("table-", ""),
  heads: [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim()),
  rows: [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => [cell.textContent, cell.dataset.value])),
}));"""
READ_CHARTS = """const figures = [...document.querySelectorAll(".chart")].map((chart) => chart.closest("figure"));
return figures.map((figure) => ({
  name: figure.id.replace("figure-", ""),
  caption: figure.querySelector("figcaption").textContent,
  rows: Object.values(JSON.parse(figure.querySelector(".specification").textContent).datasets).flat(),
}));"""
READ_POINTS = """return [...document.querySelectorAll(`#figure-${arguments[0]} .mark-symbol.role-mark path`)]
  .map((point) => point.__data__)  // what Vega drew it from, and where
  .map(({datum, x, y}) => [datum.case, datum.model, datum.step, datum.mean, x, y]);"""
INTERVAL = " (95% interval)"
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]\d+)?%?")


@pytest.fixture(scope="module")
def opened(browser, finished):
    browser.open(finished.root / "results/growth/report/index.html")
    return browser


@pytest.fixture(scope="module")
def stored(finished):
    """What the Parquet files hold, by name."""
    files = (finished.root / "results/growth/report/tables").glob("[!.]*.parquet")
    return {path.stem: pd.read_parquet(path) for path in files}


def read(written):
    """A number as it is written, and how far the one that it was made from may be."""
    mantissa, _, exponent = written.removesuffix("%").partition("e")
    unit = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    percent = 0.01 if written.endswith("%") else 1.0
    return float(f"{mantissa}e{exponent or 0}") * percent, 0.500001 * unit * percent


def check_cell(text, full, column, row):
    """Words are those of the file; a number is in full behind the cell, and rounded in it, with its interval."""
    if full is None:
        assert text == str(row[column])
        return
    np.testing.assert_equal(float(full), float(row[column]))
    values = (row.get(f"{column}{end}", np.nan) for end in ("", " low", " high"))
    expected = [value for value in values if np.isfinite(value)]
    written = NUMBER.findall(text)
    assert len(written) == len(expected), text
    for (number, error), value in zip(map(read, written), expected, strict=True):
        assert number == pytest.approx(value, rel=0, abs=error), text


def test_every_table_shows_the_numbers_of_its_file_to_the_digits_that_it_shows(opened, stored):
    tables = opened.run(READ_TABLES)
    assert len(tables) > 6
    for shown in tables:
        frame = stored[shown["name"]]
        assert len(shown["rows"]) == len(frame) > 0
        columns = [head.removesuffix(INTERVAL) for head in shown["heads"]]
        assert {column for column in frame if not column.endswith((" low", " high"))} == set(columns)
        for cells, row in zip(shown["rows"], frame.to_dict("records"), strict=True):
            for column, (text, full) in zip(columns, cells, strict=True):
                check_cell(text, full, column, row)


def test_every_chart_holds_exactly_the_numbers_of_the_table_that_its_caption_names(opened, stored):
    charts = opened.run(READ_CHARTS)
    assert len(charts) >= len(SCORES)
    for chart in charts:
        name = re.search(r"tables/(\w+)\.csv", chart["caption"]).group(1)
        held, file = pd.DataFrame(chart["rows"]), stored[name]
        found = held.merge(file.drop_duplicates(), on=list(held), how="left", indicator=True)
        assert len(held) > 0
        assert (found["_merge"] == "both").all(), f"{chart['name']}: not all of its rows are in {name}"
        assert name == "through_time" or len(held) == len(file)


@pytest.mark.parametrize("score", SCORES)
def test_a_score_is_drawn_where_its_mean_belongs(opened, stored, score):
    drawn = pd.DataFrame(opened.run(READ_POINTS, score), columns=["case", "model", "step", "mean", "x", "y"])
    file = stored["through_time"].query("score == @score")
    key = ["case", "model", "step", "mean"]
    assert sorted(map(tuple, drawn[key].to_numpy())) == sorted(map(tuple, file[key].to_numpy()))
    drawn["place"] = np.sqrt(drawn["mean"]) if score in ROOTED else drawn["mean"]
    for across, along, sign in (("x", "step", 1), ("y", "place", -1)):
        slope, start = np.polyfit(drawn[along], drawn[across], 1)
        assert sign * slope > 0
        np.testing.assert_allclose(drawn[across], slope * drawn[along] + start, atol=0.01)


def test_scores_through_time_are_the_means_of_the_scores(finished, stored):
    scores = table.read(finished.root / "results/growth/report/tables/scores.parquet")
    scores = scores.rename(columns={"dataset": "trained on"})
    key = ["score", "case", "model", "trained on", "step"]
    means = scores.groupby([*key, "sample"])["value"].mean().groupby(key).mean()
    shown = stored["through_time"]
    assert set(shown["score"]) == set(SCORES)
    np.testing.assert_allclose(shown["mean"], means[list(map(tuple, shown[key].to_numpy()))], rtol=1e-12)
    models = shown[~shown["model"].isin(BOUNDS)]
    assert (models["low"] <= models["mean"] + 1e-12).all()
    assert (models["mean"] <= models["high"] + 1e-12).all()
