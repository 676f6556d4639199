"""Data sets without a concept and models without an input are alike in all else, and what is left out is gone."""

import dataclasses

import numpy as np
import pytest
import yaml

from conftest import PROJECT
from graincast.segmentation import training_section
from graincast.segmentation.concepts import recipe
from graincast.segmentation.data import drawing
from graincast.segmentation.models import net2

DATASETS, MODELS = (PROJECT / "config/segmentation" / kind for kind in ("datasets", "models"))
WITHOUT = {
    "no_depth": {"depth.share": 0.0},
    "no_ties": {"greys.ties": 0.0},
    "one_size": {"sizes.reach": 1.0, "sizes.spread": 0.0},
    "one_throw": {"packing.tries": 1},
    "no_noise": {"noise.variance": 0.0},
}
SEEN = {
    "edges": ("sobel", "laplacian", "canny"),
    "grey": ("grey",),
    "sobel": ("sobel",),
    "laplacian": ("laplacian",),
    "canny": ("canny",),
}


def flat(values, before=""):
    """Settings by their whole names."""
    found = {}
    for key, value in values.items():
        found |= flat(value, f"{before}{key}.") if isinstance(value, dict) else {f"{before}{key}": value}
    return found


def unlike(one, other):
    """Settings of the first that are others, or none, of the second."""
    one, other = flat(one), flat(other)
    assert set(one) == set(other)
    return {key: value for key, value in one.items() if value != other[key]}


def loaded(name):
    return recipe.load(DATASETS / f"{name}.yaml")


def of_model(name):
    """What the YAML of a model says."""
    return dataclasses.asdict(training_section.load(MODELS / f"{name}.yaml"))


@pytest.mark.parametrize("path", sorted((PROJECT / "config").rglob("*.yaml")), ids=lambda path: path.stem)
def test_a_configuration_file_says_no_key_twice(path):
    def check(node):
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value]
            assert len(set(keys)) == len(keys), keys
        if isinstance(node, yaml.CollectionNode):
            for inner in node.value:
                for one in inner if isinstance(inner, tuple) else [inner]:
                    check(one)

    check(yaml.compose(path.read_text()))


@pytest.mark.parametrize("name", WITHOUT)
def test_a_data_set_without_a_concept_is_the_study_s_in_all_else(name):
    assert unlike(dataclasses.asdict(loaded(name)), dataclasses.asdict(loaded("concepts"))) == WITHOUT[name]


@pytest.fixture(scope="module")
def whole():
    """A picture of the study's data set, by its stages."""
    return recipe.drawn(loaded("concepts"), 3)


@pytest.mark.parametrize("name", ["no_depth", "no_ties", "no_noise"])
def test_grains_are_the_same_where_a_concept_of_what_is_seen_is_left_out(name, whole):
    found = recipe.drawn(loaded(name), 3)
    assert np.array_equal(found.labels, whole.labels)
    assert np.array_equal(found.flat, whole.flat) == (name != "no_ties")
    assert np.array_equal(found.clean, whole.clean) == (name == "no_noise")


def test_without_depth_nothing_shows_through(whole):
    found = recipe.drawn(loaded("no_depth"), 3)
    assert not found.through.any()
    assert np.array_equal(found.layered, found.flat)
    assert whole.through.any()


def test_without_ties_no_two_grains_have_one_grey(whole):
    found = recipe.drawn(loaded("no_ties"), 3)
    assert len(np.unique(found.flat)) == found.labels.max() + 1
    assert len(np.unique(whole.flat)) < whole.labels.max() + 1


def test_without_noise_a_picture_is_seen_as_it_is():
    (clean,), (noisy,) = (list(drawing.drawn(loaded(name), [3])) for name in ("no_noise", "concepts"))
    assert np.array_equal(clean.seen(), clean.grey)
    assert np.std(noisy.seen() - noisy.grey) == pytest.approx(0.1, rel=0.1)


def test_grains_of_one_size_have_one_radius(whole):
    radii = [recipe.drawn(loaded("one_size"), number).circles[:, 2] for number in (3, 4)]
    assert np.concatenate(radii) == pytest.approx(22.5 / 2)
    assert whole.circles[:, 2].std() > 0.2 * whole.circles[:, 2].mean()


def test_circles_of_one_throw_lie_upon_each_other(whole):
    def nearest(circles):
        """How far the nearest centre is, in radii of both."""
        away = np.hypot(*(circles[:, None, at] - circles[None, :, at] for at in (0, 1)))
        share = away / (circles[:, None, 2] + circles[None, :, 2])
        np.fill_diagonal(share, np.inf)
        return share.min(axis=1)

    thrown = recipe.drawn(loaded("one_throw"), 3).circles
    assert np.array_equal(thrown[:, 2], whole.circles[:, 2])
    assert np.mean(nearest(thrown)) < 0.6 * np.mean(nearest(whole.circles))


@pytest.mark.parametrize("name", WITHOUT)
def test_a_model_that_is_taught_without_a_concept_is_the_model(name):
    assert unlike(of_model(f"affinities_{name}"), of_model("affinities")) == {}


@pytest.mark.parametrize("name", SEEN)
def test_a_model_that_sees_less_is_the_model_in_all_else(name):
    assert unlike(of_model(f"affinities_{name}"), of_model("affinities")) == {"settings.inputs": list(SEEN[name])}


def test_the_ablations_of_the_folder_are_those_that_are_looked_at_here():
    found = {path.stem.removeprefix("affinities_") for path in MODELS.glob("affinities_*.yaml")}
    assert found == {*WITHOUT, *SEEN}


def test_a_model_with_looks_and_one_of_the_second_protocol_are_the_hour_s_in_all_else():
    assert unlike(of_model("hour_looks"), of_model("hour_affinities")) == {"training.looks": 0.5, "training.zoom": 1.6}
    assert unlike(of_model("traced_affinities"), of_model("hour_looks")) == {}


def test_another_network_in_place_of_the_light_one_is_as_large_as_the_first_and_trained_as_the_light_one():
    found, light, first = (
        training_section.load(MODELS / f"{name}.yaml") for name in ("hour_net2_bridge", "hour_net2", "hour_net1")
    )
    assert found.training == light.training
    assert {**found.settings, "widths": 0, "bridge": 0} == {**light.settings, "widths": 0, "bridge": 0}
    assert (found.settings["widths"], found.settings["bridge"]) == (first.settings["widths"], True)
    assert not light.checked_settings("light").bridge
    assert isinstance(found.build("found"), net2.Model)
