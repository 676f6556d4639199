"""Films of the report: every pixel is kept, the slider moves the frames, names of a user's are text."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import NARROW, WIDE
from graincast.growth.experiment import Experiment, Solvers
from graincast.growth.sections import films
from graincast.report import addresses, film, page
from graincast.report.parts import Section
from graincast.scoring.images import similarities

FRAMES, HEIGHT, WIDTH = 4, 24, 16  # measured maps are no squares
TIMES = films.time_names(np.array([0, 0.5, 1.0, 1.5]), "mean grain areas / k")
HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture(scope="module")
def truth():
    """Boundary images that differ from time to time."""
    return np.random.default_rng(0).random((FRAMES, HEIGHT, WIDTH)).astype(np.float32)


@pytest.fixture(scope="module")
def made(truth):
    """A film of a model that is right and one that is not."""
    return films.film("bimodal", truth, {"right": truth[1:], "wrong": 1 - truth[1:]}, TIMES, "Two sizes.")


def decoded(source):
    kind, _, content = source.partition(",")
    assert kind in ("data:image/webp;base64", "data:image/png;base64")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(content))).convert("RGB"))


def test_every_pixel_of_every_panel_is_in_the_page(made):
    rolls = {roll.name: roll for column in film.view(made).columns for roll in column.rolls}
    names = {"initial state", "truth", "right", "right: error", "wrong", "wrong: error"}
    assert set(rolls) == set(made.panels) == names
    for name, images in made.panels.items():
        shown = decoded(rolls[name].source).reshape(FRAMES, HEIGHT, WIDTH, 3)
        expected = images if images.ndim == 4 else np.repeat(images[..., None], 3, axis=-1)
        np.testing.assert_array_equal(shown, expected)
        assert (rolls[name].width, rolls[name].height) == (WIDTH, HEIGHT)


def test_boundaries_are_dark_and_the_initial_state_stays(made, truth):
    np.testing.assert_array_equal(made.panels["truth"], np.round(255 * (1 - truth)))
    np.testing.assert_array_equal(made.panels["initial state"], np.repeat(made.panels["truth"][:1], FRAMES, axis=0))
    np.testing.assert_array_equal(made.panels["right"], made.panels["truth"])


def test_a_missed_boundary_is_blue_an_invented_one_red_and_none_white():
    missed, right, invented = films.error_colours(np.array([-1.0, 0.0, 1.0])).astype(int)
    assert missed[2] > missed[0] + 50
    assert invented[0] > invented[2] + 50
    assert right.min() > 240


def test_the_errors_are_what_the_model_adds_to_the_truth(made, truth):
    np.testing.assert_array_equal(made.panels["wrong: error"][1:], films.error_colours(1 - 2 * truth[1:]))
    assert (made.panels["right: error"] == films.error_colours(np.zeros(1))).all()


def test_a_forecast_of_fewer_frames_starts_from_true_ones(truth):
    late = films.film("normal", truth, {"late": 1 - truth[2:]}, TIMES, "").panels["late"]
    np.testing.assert_array_equal(late[:2], films.greys(truth[:2]))
    np.testing.assert_array_equal(late[2:], films.greys(1 - truth[2:]))


def test_the_words_of_a_time_come_from_its_images(made, truth):
    expected = similarities(1 - truth[2], truth[2])
    assert f"right 1.000, wrong {expected:.3f}." in made.alts[2]
    assert "t = 1 mean grain areas / k" in made.alts[2]
    assert "initial state" in made.alts[0]
    assert len(set(made.alts)) == len(made.times) == FRAMES


@pytest.mark.parametrize("height", [80, addresses.LONGEST_WEBP + 1], ids=["short", "too long for WebP"])
def test_many_colours_are_kept_too(height):
    colours = np.random.default_rng(0).integers(0, 256, (height, 4, 3), np.uint8)
    np.testing.assert_array_equal(decoded(addresses.of_pixels(colours)), colours)


def test_a_film_of_each_case_shows_its_own_structure(truth):
    cases = ("normal", "bimodal")
    experiment = Experiment(("normal",), cases, ("model",), (0,), Solvers(30, 1, 0.1, (8.0,)))
    images = {"normal": truth, "bimodal": 1 - truth}
    examples = {("model", case): {"truth": images[case], "predicted": images[case][1:]} for case in cases}
    growths = {case: {"times": np.arange(FRAMES), "unit": np.array("minutes")} for case in cases}
    shown = films.films(examples, experiment, growths, dict.fromkeys(cases, "Described."))
    assert [one.title for one in shown] == list(cases)
    for one, case in zip(shown, cases, strict=True):
        np.testing.assert_array_equal(one.panels["truth"], films.greys(images[case]))
        assert one.times[-1] == "t = 3 minutes"
        assert one.caption.startswith("Described.")


@pytest.fixture(scope="module")
def written(truth, tmp_path_factory):
    """A page of one film; a model's name and the description are meant to do harm."""
    folder = tmp_path_factory.mktemp("films")
    shown = films.film("bimodal", truth, {"wrong": 1 - truth[1:], HOSTILE: truth[1:]}, TIMES, HOSTILE)
    page.write(folder, page.Page("films", ("wrong",), [Section("answer", "Films", [shown])]), [])
    return folder / "index.html"


@pytest.fixture
def opened(browser, written):
    """The page as it is when opened."""
    browser.open(written)
    return browser


def slider(browser):
    return browser.driver.find_element(By.CSS_SELECTOR, ".film input[type=range]")


def seen(browser):
    """By panel: which of the times stands in its window, from where the images are on the screen."""
    script = """return [...document.querySelectorAll(".film-panel")].map(panel => {
        const [frame, image] = [panel.querySelector(".film-window"), panel.querySelector("img")]
            .map(part => part.getBoundingClientRect());
        return [panel.querySelector(".film-name").textContent, (frame.top - image.top) / frame.height,
                image.height / frame.height];
    });"""
    return {name: (round(at, 2), round(times, 2)) for name, at, times in browser.run(script)}


def test_the_last_time_is_seen_first(opened, truth):
    assert set(seen(opened).values()) == {(FRAMES - 1, FRAMES)}
    told = opened.driver.find_element(By.CSS_SELECTOR, ".film-moments").text
    assert f"wrong {similarities(1 - truth[-1], truth[-1]):.3f}" in told
    assert told.count("Structural similarity") == 1


def test_keys_move_the_frames_and_say_the_time(opened):
    slider(opened).send_keys(Keys.HOME)
    assert set(seen(opened).values()) == {(0, FRAMES)}
    assert slider(opened).get_attribute("aria-valuetext") == "initial state"
    slider(opened).send_keys(Keys.ARROW_RIGHT)
    assert set(seen(opened).values()) == {(1, FRAMES)}
    assert slider(opened).get_attribute("aria-valuetext") == TIMES[1]
    assert TIMES[1] in opened.driver.find_element(By.CSS_SELECTOR, ".film-moments").text


def test_playing_goes_through_time_until_paused(opened):
    button = opened.driver.find_element(By.CSS_SELECTOR, ".film-play")
    button.click()
    word = button.find_element(By.TAG_NAME, "span")
    assert word.text == "Pause"
    at = opened.driver.execute_async_script("setTimeout(arguments[0], 600)") or slider(opened).get_property("value")
    assert at != str(FRAMES - 1)
    button.click()
    assert word.text == "Play"
    rested = slider(opened).get_property("value")
    opened.driver.execute_async_script("setTimeout(arguments[0], 600)")
    assert slider(opened).get_property("value") == rested


def test_a_box_hides_a_model_and_its_error(opened):
    boxes = opened.driver.find_elements(By.CSS_SELECTOR, ".film input[type=checkbox]")
    names = [box.find_element(By.XPATH, "..").text for box in boxes]
    assert names == ["initial state", "truth", "wrong", HOSTILE]
    boxes[2].click()
    visible = [part.text for part in opened.driver.find_elements(By.CSS_SELECTOR, ".film-name") if part.is_displayed()]
    assert visible == ["initial state", "truth", HOSTILE, f"{HOSTILE}: error"]
    boxes[2].click()
    assert all(part.is_displayed() for part in opened.driver.find_elements(By.CSS_SELECTOR, ".film-name"))


def test_every_image_loads_and_nothing_is_complained_of_or_asked_for(opened, written):
    loaded = opened.run("return [...document.images].map(one => one.complete && one.naturalWidth > 0)")
    assert len(loaded) == 6
    assert all(loaded)
    assert not opened.driver.find_elements(By.CSS_SELECTOR, "img[onerror]")
    assert opened.complaints() == []
    assert [address for address in opened.requests() if not address.startswith("data:")] == [written.as_uri()]


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_film_stays_within_the_page(browser, written, size):
    browser.open(written, size)
    widths = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    needed, given = browser.run(widths)
    assert needed <= given
