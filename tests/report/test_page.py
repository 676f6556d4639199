"""The report's page: what it is made of, that it is safe and whole, and what it does in a real browser."""

import io
import re
from html import unescape
from itertools import pairwise
from urllib.parse import unquote

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import vl_convert
from docutils.core import publish_parts
from markupsafe import escape
from PIL import Image
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import NARROW
from chart_reading import signs
from graincast.base.errors import GraincastError
from graincast.growth.figures.score_curves import score_through_time
from graincast.growth.sections.score_tables import BOUNDS
from graincast.report import addresses, captions, page, shown
from graincast.report.parts import Chart, Film, Listing, Picture, Section, Table, Words
from page_reading import Read

HOSTILE = '<script>window.hacked = 1</script><b title="\'&amp;">'


def drawn(words="picture"):
    figure, panel = plt.subplots()
    panel.plot([0, 1], label=words)
    return figure


def curves(model=HOSTILE, case=HOSTILE):
    """A model that gets worse and one that does not, on two cases; and a floor."""
    rows = [
        (one, name, frame, 0.9 - slope * frame, 0.8 - slope * frame, 0.95 - slope * frame, 20)
        for one in (case, "other")
        for name, slope in ((model, 0.1), ("good", 0.0))
        for frame in (1, 2, 3)
    ]
    rows += [(case, "pixels", frame, 0.97, np.nan, np.nan, 20) for frame in (1, 2, 3)]
    return pd.DataFrame(rows, columns=["case", "model", "step", "mean", "low", "high", "structures"])


def numbers():
    return pd.DataFrame(
        {
            "case": [HOSTILE, "Alpha", "beta", "gamma"],
            "mean": [0.123456789012345, 100.0, np.nan, 9.0],
            "mean low": [0.1, 99.0, np.nan, np.nan],
            "mean high": [0.2, 101.5, np.nan, np.nan],
            "repaid": [np.inf, 3.0, np.nan, 20.0],
            "count": [10, 9, 100, 1],
        }
    )


def every_part():
    """One of every kind, hostile wherever a name or a text of a user's could stand."""
    chart = score_through_time(curves(), "ssim", [HOSTILE, "other"], [HOSTILE, "good"], BOUNDS)
    film = Film(
        "film", {HOSTILE: np.zeros((2, 4, 4), np.uint8)}, [HOSTILE] * 2, drawn(), HOSTILE, [HOSTILE] * 2, HOSTILE
    )
    return [
        Words([HOSTILE], "lead", HOSTILE),
        Words([HOSTILE, HOSTILE]),
        Picture("picture", drawn(), HOSTILE, HOSTILE, HOSTILE),
        Chart("chart", chart, HOSTILE, HOSTILE, HOSTILE),
        film,
        Table("numbers", numbers(), HOSTILE, {"mean": "{:.3f}", "repaid": "{:.0f}"}, HOSTILE),
        Listing(HOSTILE, HOSTILE, HOSTILE),
    ]


BESIDE = Table("beside", numbers(), "Numbers that the page does not show")


def a_page(parts):
    return page.Page(HOSTILE, [HOSTILE, "good"], [Section("scores", HOSTILE, parts)])


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A folder with a page of every kind of part."""
    folder = tmp_path_factory.mktemp("report")
    page.write(folder, a_page(every_part()), [BESIDE])
    return folder


@pytest.fixture(scope="module")
def text(written):
    return (written / "index.html").read_text()


@pytest.fixture(autouse=True)
def figures_are_closed():
    yield
    plt.close("all")


# --- what it is made of


def test_hostile_names_are_escaped_in_every_kind_of_part(text):
    assert "<script>window" not in text
    assert "<b " not in text
    assert text.count("&lt;script&gt;window.hacked") > 20


def test_the_page_needs_nothing_beside_it(text):
    read = Read(text)
    assert len(read.addresses) > 4
    assert all(address.startswith(("data:", "#")) for address in read.addresses)
    assert "default-src 'none'" in text


def test_headings_do_not_skip_a_level(text):
    levels = Read(text).levels
    assert levels[:3] == [1, 2, 3]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_figure_is_written_for_papers(written):
    names = {path.stem for path in (written / "figures").iterdir()}
    assert names == {"picture", "chart", "film"}
    for name in names:
        assert (written / f"figures/{name}.png").read_bytes().startswith(b"\x89PNG")
        assert (written / f"figures/{name}.pdf").read_bytes().startswith(b"%PDF")


def test_every_table_is_written_as_csv_and_parquet_with_the_same_numbers(written):
    files = [path for path in (written / "tables").iterdir() if path.suffix != ".rst"]
    assert {path.stem for path in files} == {"numbers", "beside", "chart_chart"}
    for name in ("numbers", "beside"):
        from_csv = pd.read_csv(written / f"tables/{name}.csv")
        pd.testing.assert_frame_equal(from_csv, numbers(), check_exact=True, check_dtype=False)
        from_parquet = pd.read_parquet(written / f"tables/{name}.parquet")
        pd.testing.assert_frame_equal(from_parquet, numbers(), check_exact=True, check_dtype=False)


def test_the_numbers_of_a_chart_stand_in_a_table_that_its_caption_names(written, text):
    plotted = pd.read_parquet(written / "tables/chart_chart.parquet")
    pd.testing.assert_frame_equal(plotted, curves(), check_exact=True, check_dtype=False)
    assert f"{escape(HOSTILE)} Its numbers: tables/chart_chart.csv and .parquet." in text


def test_a_table_keeps_its_order_and_its_numbers_in_full(text):
    heads, *rows = Read(text).tables["numbers"]
    assert [words for _, words in heads] == ["case", "mean (95% interval)", "repaid", "count"]
    assert [row[0][1] for row in rows] == [HOSTILE, "Alpha", "beta", "gamma"]
    assert [row[1][1] for row in rows] == [
        "0.123 (0.100 to 0.200)",
        "100.000 (99.000 to 101.500)",
        shown.ABSENT,
        "9.000",
    ]
    assert [row[1][0] for row in rows] == ["0.123456789012345", "100.0", "nan", "9.0"]
    assert [row[2] for row in rows[:2]] == [("Infinity", "inf"), ("3.0", "3")]


def test_a_format_may_say_that_there_is_nothing():
    told = Table("t", numbers(), "", {"mean": lambda value: "none" if np.isnan(value) else "some"})
    assert [row[1].text for row in shown.rows(told)] == ["some (some to some)", "some (some to some)", "none", "some"]


def test_the_same_page_is_the_same_bytes(written, tmp_path):
    page.write(tmp_path, a_page(every_part()), [BESIDE])
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.*"))
    assert len(made) == 1 + 3 * 3 + 3 * 3
    for path in made:
        one, other = ((folder / path).read_bytes() for folder in (tmp_path, written))
        if path.name == "chart.pdf":  # vl-convert lists the objects of a PDF in another order each time
            one, other = sorted(one), sorted(other)
        assert one == other, path


@pytest.mark.parametrize("names", [("same", "same"), ("../elsewhere",), ("",)], ids=str)
def test_names_that_are_no_files_of_their_own_are_refused(names, tmp_path):
    parts = [Table(name, numbers(), "") for name in names]
    with pytest.raises(GraincastError, match=f"'{names[0]}' is twice the name of a file, or cannot be one"):
        page.write(tmp_path, a_page(parts), [])
    assert list(tmp_path.iterdir()) == []


def test_a_page_without_charts_carries_no_charting_library(tmp_path, text):
    page.write(tmp_path, a_page([Words(["Nothing."])]), [])
    assert (tmp_path / "index.html").stat().st_size < 30_000 < 500_000 < len(text)


def test_a_chart_draws_every_model_in_the_colour_and_dash_of_all_figures_and_with_a_shape_of_its_own(text):
    chart = Read(text).charts["chart"]
    assert signs(chart, "color") == {
        HOSTILE: "#0072B2",
        "good": "#D55E00",
        "pixels": "#777777",  # and no mean field, which was not measured
    }
    assert signs(chart, "strokeDash") == {HOSTILE: (1, 0), "good": (1, 0), "pixels": (6, 3)}
    assert len(set(signs(chart, "shape").values())) == 3
    (data,) = chart["datasets"].values()
    assert [row["mean"] for row in data] == curves()["mean"].to_list()


# --- in a browser


@pytest.fixture
def opened(browser, written):
    browser.open(written / "index.html")
    return browser


def column(browser, place):
    rows = "[...document.querySelectorAll('#table-numbers tbody tr')]"
    return browser.run(f"const place = arguments[0]; return {rows}.map((row) => row.cells[place].innerText)", place)


def visible_lines(browser):
    """How many lines and points of models the chart shows."""
    return browser.run("return document.querySelectorAll('.chart svg .mark-symbol.role-mark path').length")


def luminance(browser, element, property):
    """How light a colour is, from 0 to 1."""
    found = browser.run(f"return getComputedStyle(document.querySelector('{element}')).{property}")
    return np.mean([float(number) for number in re.findall(r"[\d.]+", found)[:3]]) / 255


def test_the_browser_has_nothing_to_complain_of_and_asks_for_nothing(opened, written):
    assert opened.complaints() == []
    addresses = opened.requests()
    assert addresses[0] == (written / "index.html").as_uri()
    assert all(address.startswith("data:") for address in addresses[1:])
    loaded = opened.run("return [...document.images].map((image) => image.complete && image.naturalWidth > 0)")
    assert loaded == [True] * 2  # a picture and a film
    assert opened.run("return window.hacked ?? 'safe'") == "safe"
    assert opened.run("return document.querySelectorAll('main b').length") == 0


def test_a_chart_is_drawn_with_its_case_and_models_in_words(opened):
    words = opened.run("return [...document.querySelectorAll('.chart svg text')].map((text) => text.textContent)")
    assert {HOSTILE, "other", "good", "pixels", "frame", "ssim"} <= set(words)
    assert visible_lines(opened) == len(curves())


def test_a_model_can_be_hidden_and_shown_again(opened):
    click = "document.querySelector('#models input[value=good]').click()"
    opened.run(click)
    opened.run("return new Promise((done) => setTimeout(done, 300))")
    assert visible_lines(opened) == (curves()["model"] != "good").sum()
    opened.run(click)
    opened.run("return new Promise((done) => setTimeout(done, 300))")
    assert visible_lines(opened) == len(curves())


def test_a_click_on_the_legend_fades_all_others(opened):
    marks = "[...document.querySelectorAll('.chart svg .mark-symbol.role-mark path')]"
    faded = f"{marks}.filter((mark) => mark.getAttribute('opacity') < 0.5)"
    assert opened.run(f"return {faded}.length") == 0
    names = opened.driver.find_elements("css selector", ".chart svg .role-legend-label text")
    ActionChains(opened.driver).click(next(name for name in names if name.text == "good")).perform()
    opened.run("return new Promise((done) => setTimeout(done, 300))")
    assert opened.run(f"return {faded}.length") == (curves()["model"] != "good").sum()


def test_a_table_is_sorted_by_its_numbers_with_the_keyboard(opened):
    words, button, *_ = opened.driver.find_elements("css selector", "#table-numbers th button")
    words.send_keys("\n\n")
    assert column(opened, 0) == ["gamma", "beta", "Alpha", HOSTILE]  # what is missing not last
    button.send_keys("\n")
    assert column(opened, 0) == [HOSTILE, "gamma", "Alpha", "beta"]
    assert opened.run("return document.querySelectorAll('#table-numbers th')[1].ariaSort") == "ascending"
    button.send_keys("\n")
    assert column(opened, 0) == ["Alpha", "gamma", HOSTILE, "beta"]  # what is missing stays last
    assert opened.run("return document.querySelectorAll('[aria-sort]').length") == 1


@pytest.mark.parametrize(("place", "order"), [(2, ["3", "20", "inf", shown.ABSENT]), (3, ["1", "9", "10", "100"])])
def test_numbers_are_sorted_as_numbers(opened, place, order):
    opened.driver.find_elements("css selector", "#table-numbers th button")[place].click()
    assert column(opened, place) == order


def test_words_are_sorted_as_words(opened):
    opened.driver.find_elements("css selector", "#table-numbers th button")[0].click()
    assert column(opened, 0)[1:] == ["Alpha", "beta", "gamma"]


@pytest.mark.parametrize(("system", "other"), [("light", "dark"), ("dark", "light")])
def test_the_page_is_light_or_dark_as_the_system_says_and_as_the_reader_chose(browser, written, system, other):
    browser.open(written / "index.html", scheme=system)
    for expected in (system, other):
        is_dark = expected == "dark"
        assert (luminance(browser, "body", "backgroundColor") < 0.3) == is_dark
        assert (luminance(browser, ".chart svg text", "fill") > 0.7) == is_dark
        button = browser.driver.find_element("id", "theme")
        assert button.get_attribute("aria-pressed") == str(is_dark).lower()
        button.click()
    assert browser.complaints() == []


def test_the_reader_s_choice_of_theme_is_remembered(opened):
    opened.driver.find_element("id", "theme").click()
    opened.driver.refresh()
    opened.wait()
    assert luminance(opened, "body", "backgroundColor") < 0.3


def test_on_paper_the_page_is_light_without_controls_and_folds_stay_folded(browser, written):
    browser.open(written / "index.html", scheme="dark")
    assert browser.run("return document.querySelector('details:not(.numbers)').open") is False
    browser.driver.print_page()
    assert browser.run("return document.querySelector('details:not(.numbers)').open") is False
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": dark})
    assert luminance(browser, "body", "backgroundColor") > 0.9
    assert luminance(browser, ".chart svg text", "fill") < 0.3
    assert browser.run("return document.querySelector('.controls').checkVisibility()") is False
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_a_long_table_is_folded_away_and_a_short_one_is_not(tmp_path):
    short, long = (Table(f"of_{rows}", pd.DataFrame({"a": range(rows)}), "Of one") for rows in (20, 21))
    page.write(tmp_path, a_page([short, long]), [])
    around = {name: [tag for tag, _ in path] for name, path in Read((tmp_path / "index.html").read_text()).around}
    assert "details" in around["of_21"]
    assert "details" not in around["of_20"]


def test_the_numbers_of_a_chart_can_be_read_and_sorted_by_the_keyboard(opened):
    expected = curves()
    summary = opened.driver.find_element(By.CSS_SELECTOR, ".numbers summary")
    assert summary.text == "Numbers of the chart chart"
    summary.send_keys(Keys.ENTER)
    opened.wait_for("return document.querySelector('.numbers table')")
    table = "document.querySelector('.numbers table')"
    heads = opened.run(f"return [...{table}.tHead.rows[0].cells].map((one) => one.textContent)")
    assert heads == list(expected)
    held = "[...row.cells].map((one) => one.dataset.value ?? one.innerText)"
    cells = f"return [...{table}.tBodies[0].rows].map((row) => {held})"
    read = pd.DataFrame(opened.run(cells), columns=heads).astype(expected.dtypes)
    pd.testing.assert_frame_equal(read, expected, check_exact=True)
    opened.driver.find_elements(By.CSS_SELECTOR, ".numbers th button")[3].send_keys(Keys.ENTER)
    assert [float(row[3]) for row in opened.run(cells)] == sorted(expected["mean"])
    summary.send_keys(Keys.ENTER)
    summary.send_keys(Keys.ENTER)
    assert opened.run("return document.querySelectorAll('.numbers table').length") == 1


def test_the_drawing_for_readers_without_scripts_looks_as_its_file_does_and_weighs_less():
    chart = score_through_time(curves("bad", "here"), "ssim", ["here", "other"], ["bad", "good"], BOUNDS)
    svg = vl_convert.vegalite_to_svg(chart.to_dict())
    address = addresses.of_drawing(svg)
    kept = unquote(address.partition(",")[2])
    drawings = (Image.open(io.BytesIO(vl_convert.svg_to_png(one))) for one in (svg, kept))
    whole, light = (np.asarray(drawing.convert("RGBA"), int)[..., 3] for drawing in drawings)
    assert whole.std() > 5
    assert np.abs(whole - light).max() < 40
    assert np.abs(whole - light).mean() < 0.1
    assert len(address) < 0.6 * len(svg) * 4 / 3


def test_words_of_figures_and_tables_stand_beside_them_as_plain_text(written):
    for name in ("figures/chart", "figures/film", "figures/picture", "tables/numbers", "tables/chart_chart"):
        told = publish_parts((written / f"{name}.rst").read_text(), writer="html")["body"]
        assert HOSTILE not in told
        assert HOSTILE in unescape(told), name
    marked = "a *b* `c`_ d_ |e| x_y\n\n.. raw:: html"
    assert publish_parts(captions.plain(marked), writer="html")["body"].split("p>")[1] == (
        "a *b* `c`_ d_ |e| x_y .. raw:: html</"
    )
    assert (written / "tables/beside.rst").read_text() == "Numbers that the page does not show.\n"


def test_on_a_phone_nothing_stands_out_of_the_page(browser, written):
    browser.open(written / "index.html", NARROW)
    assert browser.run("return document.documentElement.scrollWidth") <= NARROW[0]


def test_the_keyboard_goes_first_past_the_contents(opened):
    opened.driver.switch_to.active_element.send_keys("\t")
    assert opened.run("return document.activeElement.textContent") == "Skip to the report"
    assert opened.run("return document.activeElement.getBoundingClientRect().left") >= 0
