"""The report's page for everybody: by axe-core's rules, by the keyboard alone, zoomed in, on paper, without scripts."""

from pathlib import Path

import axe_core_python
import pytest

from browser import NARROW, WIDE

AXE = Path(axe_core_python.__file__).parent / "axe.min.js"
RUN = """const [tags, done] = arguments;
axe.run(document, tags ? {runOnly: tags} : {}).then(done, (error) => done({error: String(error)}));"""


@pytest.fixture(scope="module")
def report(finished):
    return finished.root / "results/report"


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
