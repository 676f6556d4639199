"""Ways from a picture to grains: floors on an easy picture, what an oracle sees, repairs that stop, models that say."""

import dataclasses
import importlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter

from grain_pictures_made import cells, drawn, painted, saved
from graincast.scoring import maps
from graincast.segmentation import catalogue, tiling
from graincast.segmentation.catalogue import WAYS
from graincast.segmentation.data import known_pictures
from graincast.segmentation.data.known_pictures import UNKNOWN, lines
from graincast.segmentation.judging import truth_of
from graincast.segmentation.judging.scores import scores
from graincast.segmentation.layers import truth
from graincast.segmentation.sections import way_names
from graincast.segmentation.segmenting import options
from graincast.segmentation.ways import (
    forest,
    instances,
    net1,
    net1_watershed,
    net2,
    net2_watershed,
    oracle,
    shipped,
)
from graincast.segmentation.ways.given import WayGiven

OFFSETS = ((0, 1), (1, 0), (0, 3), (3, 0), (3, 3), (3, -3), (0, 8), (8, 0), (8, 8), (8, -8))
# largest mean error of three easy pictures; measured: 0.10, 0.25, 0.08, 0.15, and 0.05 for dark lines
FLOORS = {"canny": 0.15, "ridges": 0.3, "sobel": 0.12, "vote": 0.2, "darkness": 0.08}


def etched(picture):
    """The same grains with dark lines between them, and no other contrast."""
    groove = np.clip(1.5 * gaussian_filter(lines(picture.labels).astype(float), 0.7), 0, 1)
    return dataclasses.replace(picture, grey=(0.8 - 0.6 * groove).astype(np.float32))


def shown(name, number):
    return etched(drawn(number)) if name == "darkness" else drawn(number)


def error(way, picture):
    return scores(way(picture).labels, truth_of.known(picture))["rand_error"]


def nothing(_way=None):
    """What a way that needs no model is given."""
    return WayGiven(None, {}, torch.device("cpu"))


@pytest.mark.parametrize("name", FLOORS)
def test_a_floor_finds_most_grains_of_an_easy_picture(name):
    way = importlib.import_module(f"graincast.segmentation.ways.{name}").way(nothing())
    pictures = [shown(name, number) for number in range(3)]
    assert np.mean([error(way, picture) for picture in pictures]) < FLOORS[name]
    assert way(pictures[0]).labels.min() == 0
    mirrored = dataclasses.replace(pictures[0], grey=pictures[0].grey[:, ::-1], labels=pictures[0].labels[:, ::-1])
    assert error(way, mirrored) < 1.5 * FLOORS[name]


def test_every_floor_of_the_folder_is_measured_here():
    everything = SimpleNamespace(ways=WAYS.names(), of_kind=lambda kind: (f"a_{kind}",))
    found = way_names.of(everything)
    assert set(found.floors) - {"forest"} == set(FLOORS)
    assert set(found.ceilings) == {"oracle", "closed"}


def test_a_floor_sees_a_picture_in_colours_by_its_grey():
    picture = drawn(0)
    coloured = dataclasses.replace(picture, grey=picture.grey[..., None] * np.array([0.2, 1.1, 0.8], np.float32))
    way = importlib.import_module("graincast.segmentation.ways.sobel").way(nothing())
    assert error(way, coloured) < FLOORS["sobel"]


def test_a_forest_learns_boundaries_from_the_training_pictures(tmp_path, monkeypatch):
    for name, value in {"PICTURES": 2, "PIXELS": 600, "TREES": 12}.items():
        monkeypatch.setattr(forest, name, value)
    known_pictures.write(tmp_path / "train.npz", [drawn(2), drawn(3), painted(cells(2, 2, 32), [0, 0, 1, 1])])
    way = forest.way(WayGiven(tmp_path / "train.npz", {}, torch.device("cpu")))
    found = way(drawn(0))
    assert error(way, drawn(0)) < 0.25
    line = lines(drawn(0).labels)
    assert found.chance[line].mean() > 3 * found.chance[~line].mean()


def test_an_oracle_joins_grains_of_exactly_one_grey_and_no_others():
    labels = cells(2, 3, 12)
    picture = painted(labels, [0.2, 0.2, 0.6, 0.6, 0.61, 0.605])
    found = oracle.way(nothing())(picture).labels
    expected = np.array([0, 0, 1, 2, 3, 4])[labels]  # of equal greys only those that border on each other
    assert maps.partition(found, expected).rand_error == 0
    assert maps.partition(oracle.way(nothing())(drawn(0)).labels, drawn(0).labels).rand_error == 0


def test_an_oracle_does_not_see_the_noise():
    picture = painted(cells(2, 3, 12), [0.2, 0.2, 0.6, 0.6, 0.7, 0.8], variance=0.01)
    assert oracle.way(nothing())(picture).labels.max() == 4


class Scripted:
    """Given models that say what a test wrote down."""

    offsets = OFFSETS
    guessed = WayGiven.guessed

    def __init__(self, first, passes=()):
        self.first, self.passes, self.shown = first, list(passes), []

    def guesser(self):
        return "guesser"

    def repairer(self):
        return "repairer"

    def asked(self, model, _picture, *more):
        if model == "guesser":
            assert not more
            return self.first[None]
        self.shown.append(more[0])
        return self.passes[min(len(self.shown), len(self.passes)) - 1][None]


@pytest.fixture
def picture():
    return painted(cells(3, 4, 16), np.linspace(0.1, 0.9, 12))


@pytest.fixture
def chance(picture):
    """A sure guess, but for a gap of one pixel in a boundary."""
    found = 0.05 + 0.9 * lines(picture.labels)
    found[8, 15] = 0.05
    return found


def test_what_a_gap_joins_is_one_grain_when_a_guess_is_cut(picture, chance):
    found = net1.way(Scripted(chance))(picture)
    assert found.labels.max() == 12 - 2
    assert np.array_equal(found.line, chance > 0.5)
    assert np.array_equal(found.chance, chance)


def test_a_watershed_on_the_guess_closes_the_gap(picture, chance):
    found = net1_watershed.way(Scripted(chance))(picture)
    assert found.labels.max() == 12 - 1
    assert maps.partition(found.labels, picture.labels).rand_error < 0.2
    assert found.line is None  # it has no picture of boundaries other than its grains


def test_a_repair_stops_where_nothing_flips(picture, chance):
    given = Scripted(chance, [chance])
    found = net2.way(given)(picture)
    assert found.passes == 1
    assert found.labels.max() == 12 - 2
    assert set(found.stages) == {"pass 0", "pass 1"}
    assert np.array_equal(given.shown[0], (chance > 0.5).astype(np.float32))


def test_each_pass_sees_what_the_pass_before_left(picture, chance):
    true = 0.05 + 0.9 * lines(picture.labels)
    much = true.copy()
    much[:, 30:34] = 0.95
    given = Scripted(chance, [much, true, true])
    found = net2.way(given)(picture)
    assert found.passes == 3
    assert found.labels.max() == 12 - 1  # the gap is closed
    for shown_then, before in zip(given.shown, (chance, much, true), strict=True):
        assert np.array_equal(shown_then > 0, before > 0.5)
    assert np.array_equal(found.stages["pass 1"], much > 0.5)
    assert np.array_equal(found.line, true > 0.5)


def test_a_repair_that_flips_one_pixel_in_a_thousand_goes_on_and_fewer_ends_it(picture, chance):
    pixels = round(net2.STILL * chance.size)
    few, more = chance.copy(), chance.copy()
    few[40, 20 : 20 + pixels - 1] = 0.95
    more[40, 20 : 20 + pixels + 1] = 0.95
    assert net2.way(Scripted(chance, [few]))(picture).passes == 1
    assert net2.way(Scripted(chance, [more, more]))(picture).passes == 2


def test_a_repair_that_never_comes_to_rest_ends_at_the_cap(picture, chance):
    given = Scripted(chance, [np.full_like(chance, at % 2) for at in range(100)])
    found = net2.way(given)(picture)
    assert found.passes == net2.MOST == len(given.shown) == 40
    assert set(found.stages) == {f"pass {at}" for at in net2.KEPT}


@pytest.fixture
def misled(picture):
    """The same picture with a guess of its own: the truth, but for a gap of 1 x 4 pixels."""
    guess = lines(picture.labels).astype(np.float32)
    guess[22:26, 15] = 0
    return dataclasses.replace(picture, guess=guess)


def test_a_repair_starts_from_the_guess_that_a_picture_brings_along(picture, misled):
    said = 0.05 + 0.9 * lines(picture.labels)
    given = Scripted(np.full(misled.guess.shape, 0.05), [said, said])
    found = net2.way(given)(misled)
    assert np.array_equal(found.stages["pass 0"], misled.guess > 0.5)
    assert np.array_equal(given.shown[0], misled.guess)
    assert maps.partition(found.labels, net2.way(given)(picture).labels).rand_error == 0  # both are mended
    assert net2.way(given)(picture).stages["pass 0"].sum() == 0  # it has none: the network is asked


def test_a_watershed_starts_from_the_guess_that_a_picture_brings_along(picture, misled):
    given = Scripted(np.full(misled.guess.shape, 0.05))
    found = net1_watershed.way(given)(misled)
    assert np.array_equal(found.chance, misled.guess)
    assert found.labels.max() == 12 - 1
    assert net1_watershed.way(given)(picture).labels.max() == 0


@pytest.mark.parametrize("name", ["net1", "net1_watershed", "net2"])
def test_what_a_way_by_networks_finds_hangs_on_a_guess_that_comes_along_only_if_it_mends(tmp_path, name):
    kinds = {"guesser": "net1", "repairer": "net2"}
    weights = {kind: saved(tmp_path, kinds[kind]) for kind in catalogue.needs(name)}
    way = importlib.import_module(f"graincast.segmentation.ways.{name}").way(
        WayGiven(None, weights, torch.device("cpu"))
    )
    small = dataclasses.replace(painted(cells(2, 2, 16), [0.1, 0.3, 0.6, 0.9]), guess=lines(cells(2, 2, 16)) * 1.0)
    start = way(small).stages["pass 0"] if name == "net2" else way(small).chance
    assert np.array_equal(start, small.guess) == catalogue.mends(name)


def test_only_ways_that_start_from_a_guess_mend():
    assert {name for name in WAYS.names() if catalogue.mends(name)} == {"net2", "net2_watershed", "net1_watershed"}


def test_one_way_takes_the_file_of_weights_that_comes_along():
    fixed = {name: catalogue.fixed(name) for name in WAYS.names() if catalogue.fixed(name)}
    assert {name: Path(file).resolve() for name, file in fixed.items()} == {"shipped": options.SHIPPED.resolve()}
    assert catalogue.needs("shipped") == ()


def test_the_shipped_way_says_how_wide_its_interval_is_and_whether_it_doubts(picture):
    found = shipped.way(WayGiven(Path("none"), {"segmenter": options.SHIPPED}, torch.device("cpu")))(picture)
    assert found.labels.shape == picture.labels.shape
    assert set(found.more) == {"g_half_width", "doubted"}
    assert found.more["g_half_width"] > 0
    assert found.more["doubted"] in (0.0, 1.0)


def test_a_repair_decoded_by_a_watershed_has_the_passes_of_the_plain_one(picture):
    line = lines(picture.labels).astype(np.float32)
    said = [0.9 * line, 0.8 * line]
    plain, flooded = (way.way(Scripted(line, said))(picture) for way in (net2, net2_watershed))
    assert plain.passes == flooded.passes
    assert np.array_equal(plain.chance, flooded.chance)
    assert flooded.line is None
    assert maps.partition(flooded.labels, picture.labels).rand_error < 0.2


def test_grains_are_made_out_of_what_is_said_of_pairs(monkeypatch, picture):
    said = truth.pairs(torch.from_numpy(picture.labels.astype(np.int64))[None], OFFSETS)[0][0].numpy()
    given = Scripted(None)
    given.partitioner = lambda: given
    monkeypatch.setattr(tiling, "together", lambda _model, _seen, _views: said)
    found = instances.way(given)(picture)
    assert maps.partition(found.labels, picture.labels).rand_error == 0
    assert found.chance[lines(picture.labels)].mean() > 3 * found.chance[~lines(picture.labels)].mean()


@pytest.mark.parametrize("name", ["instances", "net1", "net1_watershed", "net2"])
def test_a_way_by_models_needs_nothing_but_their_weights(tmp_path, name):
    kinds = {"guesser": "net1", "repairer": "net2", "partitioner": "affinities"}
    weights = {kind: saved(tmp_path, kinds[kind]) for kind in catalogue.needs(name)}
    way = importlib.import_module(f"graincast.segmentation.ways.{name}").way(
        WayGiven(None, weights, torch.device("cpu"))
    )
    found = way(drawn(0))
    assert found.labels.shape == drawn(0).labels.shape
    assert np.array_equal(found.labels, way(drawn(0)).labels)
    unknown = dataclasses.replace(drawn(0), labels=np.full_like(drawn(0).labels, UNKNOWN))
    assert np.array_equal(way(unknown).labels, found.labels)  # no way but the oracle looks at the truth


def test_what_a_way_is_called_says_by_which_model():
    assert catalogue.name("canny", catalogue.NO_MODEL) == "canny"
    assert catalogue.name("net2", "hour_net2") == "net2/hour_net2"
    assert catalogue.needs("net2") == ("guesser", "repairer")
    assert catalogue.needs("canny") == ()
    assert WAYS.said("canny", "LABEL") == "Canny, watershed"
