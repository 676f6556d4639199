"""Pictures drawn from concepts: every stage keeps its law, and a setting changes nothing of the stages before it."""

import dataclasses
import math

import numpy as np
import pytest
from scipy.stats import kstest

from conftest import PROJECT
from grain_pictures_made import EASY, cells
from graincast.base.errors import GraincastError
from graincast.material.grains.bordering import touching_pairs
from graincast.segmentation.concepts import circles, depth, diagram, greys, noise, recipe, sizes
from graincast.segmentation.concepts.circles import Packing
from graincast.segmentation.concepts.depth import Depth
from graincast.segmentation.concepts.greys import Greys
from graincast.segmentation.concepts.noise import Noise
from graincast.segmentation.concepts.sizes import Sizes
from graincast.segmentation.data import drawing

TINY = PROJECT / "config/segmentation/datasets/tiny_concepts.yaml"
BOX = (90.0, 140.0)


def chance(seed=0):
    return np.random.default_rng(seed)


def overlap(centres, radii):
    """How deep circles lie in each other, summed over pairs, in mean radii."""
    apart = np.hypot(*(centres[:, None] - centres).T)
    deep = np.maximum(radii[:, None] + radii - apart, 0)
    return np.triu(deep, 1).sum() / radii.mean()


def test_radii_are_lognormal_with_the_mean_and_spread_that_are_asked_for():
    radii = sizes.radii(Sizes(20.0, 1.0, 0.35), 3e6, chance())
    assert len(radii) > 5000
    assert radii.mean() == pytest.approx(10, rel=0.02)
    assert np.log(radii).std() == pytest.approx(0.35, rel=0.03)
    assert kstest(np.log(radii), "norm", (math.log(10) - 0.35**2 / 2, 0.35)).statistic < 0.02


@pytest.mark.parametrize("spread", [0.0, 0.35, 0.8])
def test_circles_cover_the_picture_and_not_one_is_too_many(spread):
    for seed in range(20):
        radii = sizes.radii(Sizes(20.0, 1.5, spread), 2e4, chance(seed))
        area = math.pi * radii**2
        assert area.sum() >= 2e4 > area.sum() - area.max()
        assert (np.diff(radii) <= 0).all()


def test_the_mean_size_differs_from_picture_to_picture_and_stays_within_its_reach():
    means = [2 * sizes.radii(Sizes(20.0, 1.6, 0.0), 1e4, chance(seed)).mean() for seed in range(200)]
    assert 20 / 1.6 <= min(means) < 13
    assert 31 < max(means) <= 20 * 1.6
    assert np.median(means) == pytest.approx(20, rel=0.1)


def test_packed_circles_overlap_less_than_circles_at_random():
    radii = sizes.radii(Sizes(16.0, 1.0, 0.3), BOX[0] * BOX[1], chance(1))
    deep = {
        tries: np.mean(
            [overlap(circles.centres(Packing(0.1, tries), radii, BOX, chance(at)), radii) for at in range(5)]
        )
        for tries in (1, 100)
    }
    assert 0 < deep[100] < 0.5 * deep[1]


def test_where_there_is_room_no_circle_lies_deeper_in_others_than_it_may():
    radii = np.linspace(8, 4, 20)
    centres = circles.centres(Packing(0.2, 200), radii, BOX, chance())
    apart = np.hypot(*(centres[:, None] - centres).T)
    gap = np.tril(apart - radii[:, None] - radii, -1)
    assert (gap >= -0.2 * radii[:, None]).all()
    assert (gap < 0).any()


class Told:
    """Chance that is told what to draw."""

    def __init__(self, places):
        self.places = np.array(places, float)

    def random(self, shape):
        assert shape == self.places.shape
        return self.places


def test_a_circle_goes_to_the_first_place_that_will_do_or_else_to_the_best():
    first = [[0.1, 0.1]] * 3
    free = [[0.1, 0.2], [0.5, 0.5], [0.9, 0.9]]
    crowded = [[0.1, 0.11], [0.1, 0.2], [0.1, 0.12]]
    for places, expected in ((free, [5, 5]), (crowded, [1, 2])):
        laid = circles.centres(Packing(0.1, 3), np.array([2.0, 2.0]), (10.0, 10.0), Told([first, places]))
        assert laid.tolist() == pytest.approx(np.array([[1, 1], expected]))


def test_a_pixel_is_of_the_circle_with_the_least_power():
    rng = chance(3)
    centres, radii = rng.uniform(-5, 60, (40, 2)), rng.uniform(2, 9, 40)
    rows, columns = np.indices((50, 55)) + 0.5
    power = (rows[..., None] - centres[:, 0]) ** 2 + (columns[..., None] - centres[:, 1]) ** 2 - radii**2
    there, expected = np.unique(power.argmin(axis=-1), return_inverse=True)
    found = diagram.labels(centres, radii, (50, 55))
    assert np.array_equal(found, expected.reshape(50, 55))
    assert len(there) > 20


def test_grains_are_convex():
    """What lies half-way between two pixels of a grain is of that grain."""
    for number in range(3):
        labels = recipe.drawn(EASY, number).labels
        for grain in range(labels.max() + 1):
            at = np.argwhere(labels == grain)
            one, other = (at[chance(seed).integers(0, len(at), 400)] for seed in (0, 1))
            middle = (one + other)[((one + other) % 2 == 0).all(axis=1)] // 2
            assert (labels[tuple(middle.T)] == grain).all()
        assert labels.max() >= 15


def test_a_tie_is_exactly_the_grey_of_a_neighbour_and_there_are_as_many_as_asked_for():
    labels = cells(40, 40, 2)
    pairs = touching_pairs(labels)
    free, tied = (greys.levels(Greys(0.1, 0.9, share), labels, chance(5)) for share in (0.0, 0.05))
    assert 0.1 <= free.min() < 0.11
    assert 0.89 < free.max() <= 0.9
    assert not np.any(free[pairs[:, 0]] == free[pairs[:, 1]])
    changed = free != tied
    assert changed.mean() == pytest.approx(0.05, abs=0.015)
    alike = pairs[tied[pairs[:, 0]] == tied[pairs[:, 1]]]
    assert np.isin(np.flatnonzero(changed), alike).mean() > 0.95  # the neighbour may have taken another's since
    assert np.isin(alike, np.flatnonzero(changed)).any(axis=1).all()


def test_a_second_layer_shows_through_where_it_is_asked_for_and_nowhere_without_a_share():
    through = depth.weights(Depth(0.4, 0.3), (90, 110), 12.0, chance())
    assert through.min() == 0
    assert 0.09 <= through.max() <= 0.3
    assert np.mean(through > through.max() / 2) == pytest.approx(0.4, abs=0.01)
    steps = [np.abs(np.diff(through, axis=axis)).max() for axis in (0, 1)]
    assert max(steps) < through.max()  # rims are soft
    single = recipe.drawn(dataclasses.replace(EASY, depth=Depth(0.0, 0.3)), 0)
    assert not single.through.any()
    assert np.array_equal(single.layered, single.flat)


def test_both_layers_are_seen_by_their_weights():
    stages = recipe.drawn(dataclasses.replace(EASY, depth=Depth(0.5, 0.4)), 0)
    assert np.unique(stages.below).size > 5
    deep = stages.through == stages.through.max()
    weight = stages.through.max()
    assert stages.layered[deep] == pytest.approx((1 - weight) * stages.flat[deep] + weight * stages.below[deep])
    assert np.array_equal(stages.layered[stages.through == 0], stages.flat[stages.through == 0])


def test_noise_has_its_variance_and_stays_between_black_and_white():
    grey = np.full((200, 200), 0.5)
    for variance in (0.0025, 0.01):
        seen = noise.noisy(grey, variance, chance())
        assert seen.var() == pytest.approx(variance, rel=0.03)
        assert seen.mean() == pytest.approx(0.5, abs=0.002)
    loud = noise.noisy(grey, 0.25, chance())
    assert (loud.min(), loud.max()) == (0, 1)
    assert np.array_equal(noise.noisy(grey, 0.0, chance()), grey.astype(np.float32))


def test_optics_spread_a_point_by_their_width_and_lose_nothing():
    point = np.zeros((41, 41))
    point[20, 20] = 1
    seen = noise.blurred(Noise(2.0, 0.0), point)
    rows, _ = np.indices(point.shape) - 20
    assert seen.sum() == pytest.approx(1)
    assert np.sqrt((seen * rows**2).sum()) == pytest.approx(2, rel=0.02)
    assert noise.blurred(Noise(0.0, 0.0), point) is point


ALIKE = {  # what stays as it is when a setting is turned, and what does not
    ("noise.variance", 0.03): ("circles labels flat through below layered clean", ""),
    ("noise.blur_px", 1.5): ("circles labels flat through below layered", "clean"),
    ("depth.share", 0.8): ("circles labels flat below", "through layered clean"),
    ("depth.weight", 0.1): ("circles labels flat below", "through layered clean"),
    ("greys.highest", 0.5): ("circles labels through", "flat below layered clean"),
    ("greys.ties", 0.5): ("circles labels through", "flat layered clean"),
    ("packing.tries", 1): ("radii", "labels flat below layered clean"),
    ("sizes.middle_px", 20.0): ("", "labels flat through below layered clean"),
}


def stage(stages, name):
    return stages.circles[:, 2] if name == "radii" else getattr(stages, name)


@pytest.mark.parametrize(("key", "value"), ALIKE)
def test_a_turned_setting_changes_nothing_of_the_stages_before_it(key, value):
    plain, turned = (recipe.drawn(one, 3) for one in (recipe.load(TINY), recipe.turned(TINY, key, value)))
    alike, changed = (names.split() for names in ALIKE[key, value])
    assert [name for name in alike if not np.array_equal(stage(plain, name), stage(turned, name))] == []
    assert [name for name in changed if np.array_equal(stage(plain, name), stage(turned, name))] == []


def test_a_turned_contrast_stretches_the_same_greys():
    plain, turned = (
        recipe.drawn(one, 3).flat for one in (recipe.load(TINY), recipe.turned(TINY, "greys.highest", 0.5))
    )
    assert turned - 0.1 == pytest.approx((plain - 0.1) / 2)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("noise.varaince", 0.1, "has no setting 'noise.varaince' to turn"),
        ("nosie.variance", 0.1, "has no setting 'nosie.variance' to turn"),
        ("seed", 3.0, "has no setting 'seed' to turn"),
        ("noise.variance", 0.3, r"noise.variance = 0.3, 'noise': expected .* a 'variance' of 0 to 0.25"),
        ("packing.tries", 2.5, "'tries' is 2.5 .float., expected int"),
    ],
)
def test_a_setting_that_cannot_be_turned_is_one_line_that_names_file_and_key(key, value, words):
    with pytest.raises(GraincastError, match=words) as refusal:
        recipe.turned(TINY, key, value)
    assert str(refusal.value).startswith(str(TINY))
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("overlap: 0.1", "overlpa: 0.1", "'packing': unknown key 'overlpa' .did you mean 'overlap'"),
        ("ties: 0.05", "ties: 1.5", "'greys': expected .* 'ties' in 0..1"),
        ("height: 64", "height: 8", "'requirements': expected 'height' and 'width' of 32"),
        ("middle_px: 15.0", "middle_px: 1.0", "'sizes': expected 'middle_px' of 4 or more"),
        ("weight: 0.3", "weight: 0.9", "'depth': expected .* 'weight' in 0..0.5"),
        ("tries: 20", "tries: 0", "'packing': expected .* 'tries' of 1 or more"),
        ("test: 4", "test: 0", "'pictures': expected one picture or more"),
    ],
)
def test_an_impossible_recipe_is_one_line_that_names_file_and_key(tmp_path, before, after, words):
    text = TINY.read_text()
    assert before in text
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace(before, after))
    with pytest.raises(GraincastError, match=words) as refusal:
        recipe.load(path)
    assert str(refusal.value).startswith(str(path))
    assert "\n" not in str(refusal.value)


def test_splits_share_no_picture():
    tiny = recipe.load(TINY)
    numbers = [number for split in recipe.SPLITS for number in tiny.of_split(split)]
    assert len(set(numbers)) == len(numbers) == tiny.pictures.total == 14
    pictures = list(drawing.drawn(tiny, numbers))
    assert [picture.number for picture in pictures] == numbers
    assert len({picture.labels.tobytes() for picture in pictures}) == len(numbers)
    assert len({picture.grey.tobytes() for picture in pictures}) == len(numbers)


def test_a_picture_is_the_same_whichever_are_drawn_before_it():
    alone, after = (list(drawing.drawn(EASY, numbers))[-1] for numbers in ([2], [0, 1, 2]))
    assert np.array_equal(alone.labels, after.labels)
    assert np.array_equal(alone.seen(), after.seen())
