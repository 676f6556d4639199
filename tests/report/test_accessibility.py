"""The report's page for everybody: by axe-core's rules, by the keyboard alone, zoomed in, on paper, without scripts."""

import re
from base64 import b64decode
from itertools import pairwise
from pathlib import Path

import axe_core_python
import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.common.print_page_options import PrintOptions

from browser import NARROW, WIDE

AXE = Path(axe_core_python.__file__).parent / "axe.min.js"
RUN = """const [tags, done] = arguments;
axe.run(document, tags ? {runOnly: tags} : {}).then(done, (error) => done({error: String(error)}));"""


@pytest.fixture(scope="module")
def report(finished):
    return finished.root / "results/growth/report"


def judged(browser, *rules):
    """What axe-core says of the page as it is now: of all its rules, best practices too, or of some."""
    browser.run(AXE.read_text())
    browser.driver.set_script_timeout(120)
    said = browser.driver.execute_async_script(RUN, list(rules) or None)
    assert "error" not in said
    return said


def told(findings):
    """Findings in words: the rule, and where."""
    return [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in findings]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing_wrong(browser, report, size, scheme):
    browser.open(report / "index.html", size, scheme)
    said = judged(browser)
    assert told(said["violations"]) == []
    assert len(said["passes"]) > 30, "axe looked at the page"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(browser, report, scheme):
    """axe cannot tell while the long images of films lie behind all texts; of texts in charts it never can."""
    browser.open(report / "index.html", WIDE, scheme)
    browser.run("for (const window of document.querySelectorAll('.film-window')) window.hidden = true")
    browser.run("for (const folded of document.querySelectorAll('details:not(.numbers)')) folded.open = true")
    said = judged(browser, "color-contrast")
    assert told(said["violations"]) == []
    assert sum(len(one["nodes"]) for one in said["passes"]) > 200
    untold = [node["html"] for one in said["incomplete"] for node in one["nodes"]]
    assert [html for html in untold if not html.startswith("<text")] == []


def test_a_chart_is_one_image_told_in_numbers(browser, report):
    browser.open(report / "index.html")
    tree = browser.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    named = {node["name"]["value"] for node in tree if node.get("role", {}).get("value") == "image" and "name" in node}
    charts = browser.run("return [...document.querySelectorAll('.chart')].map((one) => one.parentElement.ariaLabel)")
    assert len(charts) > 4
    assert set(charts) <= named
    assert not any("Vega" in name for name in named)


def test_every_slider_and_every_play_button_has_a_name_of_its_own(browser, report):
    browser.open(report / "index.html")
    films = browser.run("return document.querySelectorAll('.film').length")
    tree = browser.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    named = [(node["role"]["value"], node["name"]["value"]) for node in tree if "name" in node and "role" in node]
    sliders = [name for role, name in named if role == "slider"]
    players = [name for role, name in named if role == "button" and name.startswith("Play")]
    assert len(set(sliders)) == len(set(players)) == films > 2
    assert any("tiny_bimodal" in name for name in sliders), sliders


def test_the_numbers_of_every_chart_are_a_table_below_it(browser, report):
    """What the pointer tells, for those who do not point; axe looks at one of them."""
    browser.open(report / "index.html")
    browser.run("document.querySelectorAll('.numbers').forEach((one) => (one.open = true))")
    rows = """return [...document.querySelectorAll('.chart')].map((chart) => {
      const figure = chart.closest('figure');
      const held = Object.values(JSON.parse(figure.querySelector('.specification').textContent).datasets).flat();
      return [held.length, figure.querySelectorAll('.numbers tbody tr').length];
    })"""
    browser.wait_for("return document.querySelectorAll('.numbers table').length > 4")
    counts = browser.run(rows)
    assert len(counts) > 4
    assert all(held == shown > 0 for held, shown in counts), counts
    pointed = "document.getElementById(one.parentElement.getAttribute('aria-details'))?.tagName"
    assert set(browser.run(f"return [...document.querySelectorAll('.chart')].map((one) => {pointed})")) == {"DETAILS"}
    browser.run("document.querySelectorAll('.numbers').forEach((one, place) => (one.open = place === 0))")
    assert told(judged(browser)["violations"]) == []


# --- at any size, on paper, by keyboard, without scripts

PAPER = (718, 1047)  # A4 less Chromium's margins, at 96 px an inch
TOO_WIDE = """return [...document.querySelectorAll('main *')]
  .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .filter((one) => !one.closest('.film-window, .vega-embed') || one.matches('svg'))
  .map((one) => one.outerHTML.slice(0, 100));"""
BOXES = ".map((one) => one.getBoundingClientRect()).map((one) => [one.top, one.right, one.left])"
FOCUSED = """const one = document.activeElement, box = one.getBoundingClientRect();
const down = box.height > innerHeight ? innerHeight / 2 : box.top + Math.min(box.height, 20) / 2;  // larger than all
const seen = document.elementFromPoint(box.left + Math.min(box.width, 20) / 2, down);
return [one.localName, one.type ?? '', one.contains(seen) || seen?.contains(one) && !seen.closest('.controls')];"""
ZOOMED = (700, 450)  # a small laptop at 200 %
PHONE = (320, 640)  # the smallest that has to do
LAPTOP, HALF = (1300, 900), (700, 900)  # a window, and one beside another
SHEETS = 15  # A4, of the default's page, which has two and a half times as many cases as the tiny one


def sized(browser, size, **media):
    screen = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)


@pytest.fixture
def on_paper(browser, report):
    """The page as it is laid out for A4."""
    browser.open(report / "index.html")
    sized(browser, PAPER, media="print")
    yield browser
    sized(browser, WIDE, media="")


def test_nothing_is_cut_on_paper(on_paper):
    assert on_paper.run("return document.querySelectorAll('table').length") > 6
    on_paper.run("document.querySelectorAll('.chart svg').forEach((one) => one.setAttribute('width', 2000))")
    assert on_paper.run(TOO_WIDE) == []
    assert on_paper.run(
        "return [...document.querySelectorAll('.rows')].every((one) => one.scrollHeight <= one.offsetHeight)"
    )


def test_films_can_be_read_on_paper(on_paper):
    widths = on_paper.run("return [...document.querySelectorAll('.film-window')].map((one) => one.clientWidth)")
    assert len(widths) > 10
    assert min(widths) > 75  # two centimetres


def sheets(browser):
    """How many the page prints on, as Chromium prints it."""
    paper = PrintOptions()
    paper.page_width, paper.page_height = 21.0, 29.7
    return len(re.findall(rb"/Type\s*/Page\b", b64decode(browser.driver.print_page(paper))))


def test_the_page_prints_on_a_few_sheets_and_a_fold_that_the_reader_opened_is_on_them(browser, report):
    browser.open(report / "index.html")
    folded = sheets(browser)
    assert 3 < folded <= SHEETS * 4 // 5
    browser.run("for (const one of document.querySelectorAll('details:not(.numbers)')) one.open = true")
    assert sheets(browser) > folded + 1, "long tables and the provenance"


def test_small_figures_stand_beside_each_other_on_paper(on_paper):
    tops = on_paper.run("return [...document.querySelectorAll('.part > figure:not(.film)')]" + BOXES)
    assert len(tops) > 6
    assert any(one[0] == other[0] and one[1] < other[2] for one, other in pairwise(tops)), tops


@pytest.mark.parametrize("size", [LAPTOP, HALF], ids=["laptop", "half"])
def test_whatever_does_not_fit_scrolls_under_a_bar_that_is_seen_on_every_system(browser, report, size):
    browser.open(report / "index.html", size)
    browser.run("for (const one of document.querySelectorAll('details')) one.open = true")
    browser.wait_for("return document.querySelectorAll('.numbers table').length > 4")
    shown = browser.run(
        "return [...document.querySelectorAll('.wide')].map((one) => [one.ariaLabel, one.scrollWidth, one.clientWidth,"
        " one.offsetHeight - one.clientHeight, getComputedStyle(one, '::-webkit-scrollbar').height])"
    )
    cut = [row for row in shown if row[1] > row[2] + 1]
    assert len(shown) > 20
    assert cut
    assert [row for row in cut if row[3:] != [12, "12px"]] == []
    out = browser.run(TOO_WIDE.replace("'.film-window,", "'.film-window, .wide,").replace("|| one.matches('svg')", ""))
    assert out == []


def test_a_table_that_is_wider_than_the_text_and_fits_the_window_is_not_cut(browser, report):
    browser.open(report / "index.html", LAPTOP)
    browser.run("for (const one of document.querySelectorAll('details')) one.open = true")
    tables = browser.run(
        "return [...document.querySelectorAll('.rows > table')].map((one) => [one.parentElement.ariaLabel,"
        " one.scrollWidth, one.parentElement.clientWidth, document.querySelector('main').clientWidth])"
    )
    room = LAPTOP[0] - 200  # from the text's left edge on
    assert any(text < width <= room for _, width, _, text in tables), tables
    assert [name for name, width, seen, _ in tables if seen < width <= room] == []


@pytest.mark.parametrize("size", [PHONE, ZOOMED], ids=["phone", "zoomed"])
def test_only_tables_and_charts_scroll_sideways_and_only_within_themselves(browser, report, size):
    browser.open(report / "index.html", size)
    assert browser.run("return document.documentElement.scrollWidth") <= size[0]
    scrolling = browser.run(
        "return [...document.querySelectorAll('main *:not(.unseen)')]"
        ".filter((one) => one.scrollWidth > one.clientWidth + 1"
        " && getComputedStyle(one).overflowX !== 'visible').map((one) => [one.className, one.tabIndex])"
    )
    assert {name for name, _ in scrolling} <= {"wide", "wide rows", ""}  # the last: the provenance as it is
    assert {place for _, place in scrolling} == {0}, "reached by the keyboard"


def test_charts_have_no_more_panels_beside_each_other_than_there_is_room_for(browser, report):
    width = "return document.querySelector('#figure-ssim .chart svg').clientWidth"
    browser.open(report / "index.html", WIDE)
    wide = browser.run(width)
    browser.open(report / "index.html", NARROW)
    assert browser.run(width) <= NARROW[0] < wide


def test_on_a_phone_charts_shrink_to_it_and_pictures_stay_large_enough_to_be_read(browser, report):
    browser.open(report / "index.html", PHONE)
    ssim = "document.querySelector('#figure-ssim .wide')"
    assert browser.run(f"return {ssim}.scrollWidth - {ssim}.clientWidth") <= 1
    widths = browser.run("return [...document.querySelectorAll('.wide > img')].map((one) => one.clientWidth)")
    assert widths
    assert min(widths) >= 600


@pytest.mark.parametrize("back", [False, True], ids=["forwards", "backwards"])
def test_whatever_the_keyboard_reaches_is_in_sight(browser, report, back):
    browser.open(report / "index.html", WIDE)
    if back:
        browser.run("scrollTo(0, document.documentElement.scrollHeight)")
        browser.run("[...document.querySelectorAll('summary')].at(-1).focus()")
    reached = []
    while len(reached) < 400 and (not reached or reached[-1][0] != "body"):
        press = ActionChains(browser.driver)
        press = press.key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT) if back else press.send_keys(Keys.TAB)
        press.perform()
        reached.append(tuple(browser.run(FOCUSED)))
    kinds = {(name, kind) for name, kind, _ in reached}
    assert {("a", ""), ("button", "button"), ("input", "checkbox"), ("input", "range"), ("div", "")} <= kinds
    assert [one for one in reached if one[0] != "body" and not one[2]] == []


def test_without_scripts_all_is_seen_and_nothing_offered_that_would_not_work(browser, report):
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.driver.get((report / "index.html").as_uri())
        charts = browser.run("return document.querySelectorAll('.chart').length")
        pictures = "[...document.querySelectorAll('noscript img')]"
        assert browser.run(f"return {pictures}.filter((one) => one.naturalWidth > 0 && one.alt).length") == charts > 4
        offered = "[...document.querySelectorAll('button, input')].filter((one) => one.checkVisibility())"
        assert browser.run(f"return {offered}.length") == 0
        assert browser.run("return [...document.images].every((one) => one.naturalWidth > 0)")
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_nothing_moves_by_itself(browser, report):
    browser.open(report / "index.html")
    assert browser.run("return document.getAnimations().length") == 0
    moments = "return [...document.querySelectorAll('.film')].map((one) => one.style.getPropertyValue('--frame'))"
    before = browser.run(moments)
    browser.driver.execute_async_script("setTimeout(arguments[0], 900)")
    assert browser.run(moments) == before
