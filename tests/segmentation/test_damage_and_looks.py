"""What is done to crops by chance: damage to boundaries, and the looks of real pictures."""

import numpy as np
import pytest
from scipy import ndimage

from grain_pictures_made import cells, drawn, painted
from graincast.segmentation.data import crops, damage, looks
from graincast.segmentation.data.known_pictures import lines

KINDS = ("GAPS", "SPURS", "ISLANDS", "SHIFTED")
LOOKS = ("_flattened", "_shaded", "_contoured", "_scratched", "_pitted", "_blurred", "_toned")


def chance(seed=0):
    return np.random.default_rng(seed)


@pytest.fixture
def mask():
    return lines(cells(6, 8, 16))


@pytest.fixture
def only(monkeypatch):
    """Damage of one kind alone."""

    def chosen(kind):
        for other in KINDS:
            if other != kind:
                monkeypatch.setattr(damage, other, 0)

    return chosen


def test_damage_of_no_strength_changes_nothing(mask):
    for seed in range(10):
        assert np.array_equal(damage.damaged(mask, 0.0, chance(seed)), mask)


def test_damage_of_full_strength_makes_gaps_and_spurs_and_leaves_the_truth_alone(mask):
    before = mask.copy()
    found = damage.damaged(mask, 1.0, chance())
    assert np.array_equal(mask, before)
    assert (mask & ~found).sum() > 0.2 * mask.sum()
    assert (found & ~mask).sum() > 0.2 * mask.sum()
    assert not np.array_equal(found, damage.damaged(mask, 1.0, chance(1)))
    assert np.array_equal(found, damage.damaged(mask, 1.0, chance()))


def test_more_strength_is_more_damage(mask):
    wrong = [
        np.mean([(damage.damaged(mask, share, chance(at)) != mask).mean() for at in range(10)])
        for share in (0.1, 0.4, 1.0)
    ]
    assert 0 < wrong[0] < wrong[1] < wrong[2]


def test_gaps_only_take_away(mask, only):
    only("GAPS")
    found = damage.damaged(mask, 0.3, chance())
    assert not (found & ~mask).any()
    gaps, count = ndimage.label(mask & ~found, np.ones((3, 3)))
    assert count > 5
    assert np.bincount(gaps.ravel())[1:].max() >= 3


def test_spurs_start_on_boundaries_and_islands_anywhere(mask, only, monkeypatch):
    only("SPURS")
    found = damage.damaged(mask, 0.3, chance())
    assert not (mask & ~found).any()
    assert (found & ~mask).sum() > 20
    assert ndimage.label(found, np.ones((3, 3)))[1] == 1  # all hang on the network
    monkeypatch.setattr(damage, "SPURS", 0)
    monkeypatch.setattr(damage, "ISLANDS", 40)
    islands = damage.damaged(np.zeros_like(mask), 0.3, chance())
    sizes = np.bincount(ndimage.label(islands, np.ones((3, 3)))[0].ravel())[1:]
    assert len(sizes) > 3
    assert sizes.min() >= 1
    assert np.median(sizes) > 3


def test_a_piece_is_moved_by_three_pixels_at_most(mask, only):
    only("SHIFTED")
    found = damage.damaged(mask, 1.0, chance())
    assert (found != mask).any()
    near = ndimage.distance_transform_cdt(~mask, "chessboard")
    assert near[found].max() <= 3


def test_a_mask_without_a_boundary_can_be_damaged():
    for seed in range(5):
        assert damage.damaged(np.zeros((80, 90), bool), 1.0, chance(seed)).any()
        assert not damage.damaged(np.ones((80, 90), bool), 1.0, chance(seed)).all()


@pytest.mark.parametrize("error", [0.0, 0.01])
@pytest.mark.parametrize("shape", [(32, 48), (48, 32)])
def test_a_picture_with_looks_is_one_in_colours_between_black_and_white(shape, error):
    picture = drawn(0)
    grey, labels = picture.grey[: shape[0], : shape[1]].astype(float), picture.labels[: shape[0], : shape[1]]
    before = grey.copy()
    seen = [looks.changed(grey, labels, error, chance(seed)) for seed in range(60)]
    assert np.array_equal(grey, before)
    assert {one.shape for one in seen} == {(*shape, 3)}
    assert min(one.min() for one in seen) >= 0
    assert max(one.max() for one in seen) <= 1
    assert np.isfinite(seen).all()
    assert np.array_equal(seen[3], looks.changed(grey, labels, error, chance(3)))
    assert len({one.tobytes() for one in seen}) > 55
    tinted = np.mean([one.std(axis=-1).max() > 1e-6 for one in seen])
    assert 0.2 < tinted < 0.6


@pytest.mark.parametrize("name", LOOKS)
def test_each_look_keeps_the_shape_and_changes_the_picture(name):
    grey = drawn(0).grey[:40, :50].astype(float)
    for seed in range(12):
        found = getattr(looks, name)(grey, chance(seed))
        assert found.shape == grey.shape
        assert np.isfinite(found).all()
        assert not np.array_equal(found, grey)


def halves():
    """Two grains, one above the other, and the line between them."""
    labels = (np.indices((40, 60))[0] >= 12).astype(np.int32)
    return labels, lines(labels)


@pytest.mark.parametrize(("wide", "reach"), [(0.5, 3), (1.2, 6), (3.0, 12)])
def test_etched_boundaries_are_where_boundaries_are(monkeypatch, wide, reach):
    """A groove as wide as grooves once were ends within 6 pixels, the widest within 12."""
    monkeypatch.setattr(looks, "_between", lambda _least, _most, _rng: wide)
    labels, line = halves()
    far = ndimage.distance_transform_edt(~line) > reach
    for seed in range(30):
        away = looks._etched(np.full(labels.shape, 0.5), labels, chance(seed)) - 0.5
        assert np.abs(away[far]).max() < 0.01
        assert np.abs(away[line]).max() > 0.1


def test_most_etched_boundaries_are_dark_and_without_a_boundary_nothing_is_etched():
    labels, line = halves()
    signs = []
    for seed in range(30):
        away = looks._etched(np.full(labels.shape, 0.5), labels, chance(seed)) - 0.5
        assert np.abs(away[line]).max() > 0.1
        signs.append(np.sign(away[line].sum()))
    assert 0.5 < np.mean(np.array(signs) < 0) < 0.95
    nothing = looks._etched(np.full((20, 20), 0.5), np.zeros((20, 20), np.int32), chance())
    assert (nothing == 0.5).all()


def test_a_groove_is_narrow_or_wide_and_a_gaussian_across(monkeypatch):
    monkeypatch.setattr(looks, "_smooth", lambda shape, _reach, _rng: np.zeros(shape))  # of one strength all along
    labels, _ = halves()
    widths = []
    for seed in range(80):
        across = np.abs(looks._etched(np.full(labels.shape, 0.5), labels, chance(seed))[:, 30] - 0.5)
        widths.append(np.sqrt((across * (np.arange(40) - 11) ** 2).sum() / across.sum()))
    assert 0.45 < min(widths) < 0.6
    assert 2.6 < max(widths) < 3.01
    assert np.median(widths) == pytest.approx(np.sqrt(0.5 * 3.0), rel=0.15)


def test_most_crops_have_some_looks_and_few_have_all(monkeypatch):
    met = []
    for name in LOOKS:
        plain = getattr(looks, name)
        monkeypatch.setattr(
            looks, name, lambda grey, rng, name=name, plain=plain: (met.append(name), plain(grey, rng))[1]
        )
    counts = []
    for seed in range(80):
        met.clear()
        looks.changed(np.full((32, 32), 0.5), cells(2, 2, 16), 0.0, chance(seed))
        counts.append(len(met))
    assert np.mean(np.array(counts) >= 1) > 0.9
    assert np.mean(np.array(counts) == len(LOOKS)) < 0.05
    assert np.mean(counts) == pytest.approx(looks.CHANCE * len(LOOKS), rel=0.25)


def test_what_is_flat_is_etched_and_of_the_rest_every_other(monkeypatch):
    met = []
    for name in ("_flattened", "_etched"):
        plain = getattr(looks, name)
        monkeypatch.setattr(looks, name, lambda *given, name=name, plain=plain: (met.append(name), plain(*given))[1])
    etched = {True: [], False: []}
    for seed in range(300):
        met.clear()
        looks.changed(np.full((32, 32), 0.5), cells(2, 2, 16), 0.0, chance(seed))
        etched["_flattened" in met].append("_etched" in met)
    assert len(etched[True]) / 300 == pytest.approx(looks.CHANCE, abs=0.1)
    assert all(etched[True])
    assert np.mean(etched[False]) == pytest.approx(looks.ETCHED, abs=0.1)


@pytest.mark.parametrize("shape", [(33, 50), (50, 33)])
def test_coarse_points_keep_the_shape_and_leave_the_picture_alone(shape):
    grey = drawn(0).grey[: shape[0], : shape[1]].astype(float)
    before = grey.copy()
    for seed in range(12):
        found = looks._coarse(grey, 0.01, chance(seed))
        assert found.shape == shape
        assert np.isfinite(found).all()
    assert np.array_equal(grey, before)


def in_steps(found):
    """Whether neighbours are of one point."""
    return bool((found[:, 1:] == found[:, :-1]).any())


def test_coarse_points_are_seen_in_steps_or_in_slopes_between_them():
    ramp = 0.02 * np.arange(60)[:, None] + 0.01 * np.arange(80)
    stepped = []
    for seed in range(40):
        found = looks._coarse(ramp, 0.0, chance(seed))
        away = np.abs(found - ramp)
        assert away.max() <= 3 / 2 * 0.03 + 1e-9  # half a pitch
        stepped.append(in_steps(found))
        rows = len(np.unique(found[:, 0]))
        assert 60 / 3 <= rows <= 60 / 1.2 + 1 if stepped[-1] else away[:-3, :-3].max() < 1e-9
    assert 0.25 < np.mean(stepped) < 0.75


def test_coarse_points_err_as_much_as_is_asked_for_in_steps_and_less_between_them():
    found = [looks._coarse(np.full((150, 180), 0.5), 0.01, chance(seed)) for seed in range(40)]
    steps = [one for one in found if in_steps(one)]
    slopes = [one for one in found if not in_steps(one)]
    assert min(len(steps), len(slopes)) > 5
    assert np.mean([one.var() for one in steps]) == pytest.approx(0.01, rel=0.04)
    assert np.mean([one.var() for one in slopes]) == pytest.approx(4 / 9 * 0.01, rel=0.1)  # of weights 1 - t and t
    assert np.mean(found) == pytest.approx(0.5, abs=0.001)
    for one in steps:
        assert len(np.unique(one)) < 150 * 180 / 1.2**2 * 1.05  # an error a point, not a pixel


def test_points_are_coarse_where_they_err_and_nowhere_else(monkeypatch):
    asked = []
    monkeypatch.setattr(looks, "_coarse", lambda grey, error, _rng: (asked.append(error), grey)[1])
    for seed in range(40):
        looks.changed(np.full((32, 32), 0.5), cells(2, 2, 16), 0.0, chance(seed))
    assert asked == []
    for seed in range(40):
        looks.changed(np.full((32, 32), 0.5), cells(2, 2, 16), 0.003, chance(seed))
    assert asked == [0.003] * 40


@pytest.fixture
def shared(monkeypatch):
    """What a crop's error is shared between: `points` and `pixels` of the crops that were cut."""
    points, pixels = [], []

    def changed(grey, _labels, error, _rng):
        points.append(error)
        return np.repeat(grey[..., None], 3, axis=-1)

    monkeypatch.setattr(crops.looks, "changed", changed)
    monkeypatch.setattr(crops.noise, "noisy", lambda grey, error, _rng: (pixels.append(error), np.float32(grey))[1])
    return points, pixels


def test_points_and_pixels_share_an_error_that_is_never_above_that_of_the_picture(shared):
    points, pixels = shared
    picture = painted(cells(2, 2, 16), [0.2, 0.4, 0.6, 0.8], variance=0.02)
    for seed in range(400):
        crops.CropCut(32, 32, 1.0).crop(picture, chance(seed))
    both = np.array(points) + np.array(pixels)
    assert min(*points, *pixels) >= 0
    assert 0.019 < both.max() <= 0.02
    assert both.mean() == pytest.approx(0.01, rel=0.08)
    coarse = np.array(points) > 0
    assert coarse.mean() == pytest.approx(looks.CHANCE, abs=0.08)
    assert (np.array(points)[coarse] / both[coarse]).mean() == pytest.approx(0.5, abs=0.08)
    assert both[coarse].mean() == pytest.approx(both[~coarse].mean(), rel=0.2)


def test_a_crop_without_looks_has_all_of_its_error_on_pixels(shared):
    points, pixels = shared
    plain = painted(cells(2, 2, 16), [0.2, 0.4, 0.6, 0.8], variance=0.02)
    for seed in range(60):
        crops.CropCut(32, 32, 0.0).crop(plain, chance(seed))
    assert points == []
    assert np.mean(pixels) == pytest.approx(0.01, rel=0.25)


def test_a_crop_of_a_flat_picture_errs_no_more_than_the_picture_whatever_its_points(monkeypatch):
    def only_coarse(grey, _labels, error, rng):
        return np.repeat((looks._coarse(grey, error, rng) if error else grey)[..., None], 3, axis=-1)

    monkeypatch.setattr(crops.looks, "changed", only_coarse)
    flat = painted(np.zeros((96, 96)), [0.5], variance=0.01)
    found = [crops.CropCut(96, 96, 1.0).crop(flat, chance(seed))[0][0] for seed in range(60)]
    assert max(one.var() for one in found) < 1.06 * 0.01
    assert 0.25 * 0.01 < np.mean([one.var() for one in found]) < 0.55 * 0.01


@pytest.mark.parametrize("reach", [1.0, 2.5, 8.0, 20.0])
def test_a_smooth_field_has_mean_0_deviation_1_and_the_length_that_is_asked_for(reach):
    """The correlation of noise that was smoothed over a length s falls to 1/e at a distance of 2 s."""
    lag, shape = round(2 * reach), (round(24 * reach) + 60, round(24 * reach) + 90)
    expected = np.exp(-(lag**2) / (4 * reach**2))
    along = {0: [], 1: []}
    for seed in range(24):
        field = looks._smooth(shape, reach, chance(seed))
        assert field.shape == shape
        assert field.mean() == pytest.approx(0, abs=1e-9)
        assert field.std() == pytest.approx(1, abs=1e-9)
        along[0].append((field[lag:] * field[:-lag]).mean())
        along[1].append((field[:, lag:] * field[:, :-lag]).mean())
    for found in along.values():
        assert np.mean(found) == pytest.approx(expected, abs=0.07)


def test_a_size_between_two_is_even_in_its_logarithm():
    rng = chance()
    found = np.array([looks._between(0.5, 32.0, rng) for _ in range(4000)])
    assert 0.5 <= found.min() < 0.51
    assert 31 < found.max() <= 32.0
    counts = np.histogram(np.log2(found), np.arange(-1, 6))[0]
    assert counts == pytest.approx(np.full(6, 4000 / 6), rel=0.12)
