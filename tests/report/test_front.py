"""The front page: a sentence, a picture and a link of every study, made of what the studies leave, whatever it is."""

import dataclasses
import json
import re

import numpy as np
import pytest
from PIL import Image
from test_accessibility import judged, told

import front_page
from browser import NARROW, WIDE
from graincast.base.errors import GraincastError
from graincast.report import overview
from graincast.report.overview import StudyEntry
from page_reading import Read

HOSTILE = '<script>window.hacked = 1</script><b title="\'&amp;">'
GROWTH = StudyEntry("growth", "How?", "Trust it.", "figures/film.png", "A film at 0.7.", "index.html", "ab12")
OTHER = StudyEntry("other", "What?", HOSTILE, "figures/film.png", HOSTILE, "index.html", "")


def left(root, *entries):
    """Files as the reports of these studies leave them."""
    for entry in entries:
        folder = root / entry.study / "report"
        (folder / "figures").mkdir(parents=True)
        (folder / "index.html").write_text("<title>page</title>")
        pixels = np.random.default_rng(len(entry.study)).integers(0, 256, (40, 90, 3), np.uint8)
        Image.fromarray(pixels).save(folder / "figures/film.png")
        overview.write(folder, entry)
    return [root / entry.study / "report/front.json" for entry in entries]


def written(root, *entries):
    files = left(root, *entries)
    front_page.main(["--fronts", *map(str, files), "--page", str(root / "index.html")])
    return root / "index.html"


@pytest.fixture(scope="module")
def of_two(tmp_path_factory):
    return written(tmp_path_factory.mktemp("results"), GROWTH, OTHER)


def test_every_study_has_its_question_one_sentence_one_picture_and_one_link_in_order(of_two):
    text = of_two.read_text()
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", text) == ["How?", "What?", "Provenance"]
    assert len(re.findall(r'<p class="lead">', text)) == 2
    assert "Trust it." in text
    read = Read(text)
    assert [address for address in read.addresses if not address.startswith(("data:", "#"))] == [
        "growth/report/index.html",
        "other/report/index.html",
    ]
    assert [alt for alt in read.alts if alt] == ["A film at 0.7.", HOSTILE]
    assert all((of_two.parent / name).is_file() for name in ("growth/report/index.html", "other/report/index.html"))


def test_the_commit_of_each_study_is_told_or_that_there_is_none(of_two):
    text = of_two.read_text()
    assert "growth: commit ab12" in text
    assert "other: code that stands in no commit" in text


def test_texts_of_a_study_are_text(of_two):
    text = of_two.read_text()
    assert "<script" not in text
    assert "<b " not in text
    assert text.count("&lt;script&gt;window.hacked") == 2


def test_the_page_needs_nothing_beside_it_and_is_the_same_bytes_again(of_two, tmp_path):
    assert written(tmp_path, GROWTH, OTHER).read_bytes() == of_two.read_bytes()
    assert "default-src 'none'" in of_two.read_text()


def test_an_entry_is_read_back_as_it_was_written(tmp_path):
    (file,) = left(tmp_path, OTHER)
    assert overview.read(file) == OTHER


STORED = dataclasses.asdict(GROWTH)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no readable entry"),
        (b"{", "no readable entry"),
        (b"\xff\xfe", "no readable entry"),
        (b"3", "no readable entry"),
        (b'"text"', "no readable entry"),
        (b"[1, 2]", "no readable entry"),
        (b"null", "no readable entry"),
        (b"{}", "missing key 'study'"),
        (json.dumps(STORED | {"sentense": ""}).encode(), "unknown key 'sentense' .did you mean 'sentence'"),
        (json.dumps(STORED | {"alt": 3}).encode(), "key 'alt' is 3"),
        (json.dumps(STORED | {"picture": "figures/none.png"}).encode(), r"none\.png: cannot be read"),
        (json.dumps(STORED | {"picture": "front.json"}).encode(), r"front\.json: cannot be read"),
        (json.dumps(STORED | {"page": "none.html"}).encode(), "key 'page' is 'none.html'"),
        (json.dumps(STORED | {"page": "../../../outside.html"}).encode(), "key 'page'"),
    ],
)
def test_a_broken_entry_is_one_line_that_names_it(content, words, tmp_path):
    (file,) = left(tmp_path / "results", GROWTH)
    (tmp_path / "outside.html").write_text("")
    file.write_bytes(content)
    with pytest.raises(GraincastError, match=words) as error:
        overview.write_page(tmp_path / "results/index.html", [file])
    assert str(file.parent) in str(error.value)
    assert "\n" not in str(error.value)
    assert not (tmp_path / "results/index.html").exists()


def test_an_entry_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(GraincastError, match=r"front\.json: is no readable entry"):
        overview.write_page(tmp_path / "index.html", [tmp_path / "front.json"])


# --- of a real run, and in a browser


def test_the_front_page_of_an_experiment_shows_the_first_sentence_of_its_page(finished):
    root = finished.root / "results"
    entry = overview.read(root / "growth/report/front.json")
    front, page = (root / "index.html").read_text(), (root / "growth/report/index.html").read_text()
    read = Read(front)
    assert entry.study == "growth"
    assert len(entry.sentence) > 30
    for text in (front, page):
        assert entry.sentence in Words(text).text
    assert entry.alt in read.alts
    assert "growth/report/index.html" in read.addresses


class Words(Read):
    """A page whose text is kept."""

    def __init__(self, text):
        self.text = ""
        super().__init__(text)

    def handle_data(self, data):
        self.text += data
        super().handle_data(data)


def open_plain(browser, page, size, scheme):
    """A page without charts, which nothing waits for."""
    browser.driver.get("about:blank")
    for log in ("browser", "performance"):
        browser.driver.get_log(log)
    screen = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    browser.driver.get(page.as_uri())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing_wrong(browser, of_two, size, scheme):
    open_plain(browser, of_two, size, scheme)
    ground = browser.run("return getComputedStyle(document.body).backgroundColor")
    assert (np.mean([float(number) for number in re.findall(r"[\d.]+", ground)[:3]]) < 80) == (scheme == "dark")
    said = judged(browser)
    assert told(said["violations"]) == []
    assert len(said["passes"]) > 20, "axe looked at the page"
    assert browser.run("return document.documentElement.scrollWidth") <= size[0]


def test_the_browser_has_nothing_to_complain_of_and_asks_for_nothing(browser, of_two):
    open_plain(browser, of_two, WIDE, "light")
    assert browser.complaints() == []
    assert [address for address in browser.requests() if not address.startswith("data:")] == [of_two.as_uri()]
    assert browser.run("return [...document.images].map((one) => one.complete && one.naturalWidth)") == [90, 90]
    assert browser.run("return window.hacked ?? 'safe'") == "safe"


def test_the_link_leads_to_the_page_of_the_study(browser, of_two):
    open_plain(browser, of_two, WIDE, "light")
    browser.run("document.querySelector('main a').click()")
    browser.wait_for("return document.title === 'page'")
    assert browser.driver.current_url == (of_two.parent / "growth/report/index.html").as_uri()
