"""What is done to crops by chance: damage to boundaries, and the looks of real pictures."""

import numpy as np
import pytest
from scipy import ndimage

from grain_pictures_made import cells, drawn
from graincast.segmentation.data import damage, looks
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


@pytest.mark.parametrize("shape", [(32, 48), (48, 32)])
def test_a_picture_with_looks_is_one_in_colours_between_black_and_white(shape):
    picture = drawn(0)
    grey, labels = picture.grey[: shape[0], : shape[1]].astype(float), picture.labels[: shape[0], : shape[1]]
    before = grey.copy()
    seen = [looks.changed(grey, labels, chance(seed)) for seed in range(60)]
    assert np.array_equal(grey, before)
    assert {one.shape for one in seen} == {(*shape, 3)}
    assert min(one.min() for one in seen) >= 0
    assert max(one.max() for one in seen) <= 1
    assert np.isfinite(seen).all()
    assert np.array_equal(seen[3], looks.changed(grey, labels, chance(3)))
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


def test_etched_boundaries_are_where_boundaries_are():
    labels = (np.indices((40, 60))[0] >= 12).astype(np.int32)
    line = lines(labels)
    far = ndimage.distance_transform_edt(~line) > 6
    signs = []
    for seed in range(30):
        away = looks._etched(np.full(labels.shape, 0.5), labels, chance(seed)) - 0.5
        assert np.abs(away[far]).max() < 0.01
        assert np.abs(away[line]).max() > 0.1
        signs.append(np.sign(away[line].sum()))
    assert 0.5 < np.mean(np.array(signs) < 0) < 0.95  # most are dark
    nothing = looks._etched(np.full((20, 20), 0.5), np.zeros((20, 20), np.int32), chance())
    assert (nothing == 0.5).all()


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
        looks.changed(np.full((32, 32), 0.5), cells(2, 2, 16), chance(seed))
        counts.append(len(met))
    assert np.mean(np.array(counts) >= 1) > 0.9
    assert np.mean(np.array(counts) == len(LOOKS)) < 0.05
    assert np.mean(counts) == pytest.approx(looks.CHANCE * len(LOOKS), rel=0.25)
