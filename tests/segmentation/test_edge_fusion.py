"""Detectors of edges: a step, a disc, a plain picture and noise, whose edges are known."""

import numpy as np
import pytest
from scipy import ndimage
from skimage import feature

from grain_pictures_made import drawn
from graincast.segmentation import edges
from graincast.segmentation.concepts.noise import Noise
from graincast.segmentation.data.crops import channels
from graincast.segmentation.data.known_pictures import luminance

STEP = 20  # the first white column
CUT = 1e-3  # what a plain white picture is bent by, since Gaussians are cut off


def step(high=1.0):
    grey = np.zeros((32, 40), np.float32)
    grey[:, STEP:] = high
    return grey


def disc(radius=14, side=48):
    rows, columns = np.indices((side, side)) - (side - 1) / 2
    away = np.hypot(rows, columns)
    return (away < radius).astype(np.float32), away


def test_the_slope_of_a_step_is_a_ridge_on_the_step():
    slope = edges.sobel(step())
    assert slope[:, STEP - 1] == pytest.approx(slope[:, STEP], rel=1e-5)
    assert (np.diff(slope[:, :STEP], axis=1) >= 0).all()
    assert (np.diff(slope[:, STEP:], axis=1) <= 0).all()
    assert 0.5 < slope.max() < 1.5
    assert slope[:, : STEP - 6].max() < 1e-3 * slope.max()
    assert edges.sobel(step(0.5)) == pytest.approx(slope / 2, abs=1e-6)
    assert edges.sobel(step().T) == pytest.approx(slope.T, abs=1e-6)


def test_the_laplacian_changes_its_sign_on_a_step_and_is_as_large_on_both_sides():
    bent = edges.laplacian(step())
    assert (bent[:, STEP - 6 : STEP] > 0).all()
    assert (bent[:, STEP : STEP + 6] < 0).all()
    assert bent[:, ::-1] == pytest.approx(-bent, abs=CUT)
    assert 0.1 < bent.max() < 1.5


def test_one_closed_line_runs_around_a_disc():
    grey, away = disc()
    line = edges.canny(grey) > 0
    assert ndimage.label(line, np.ones((3, 3)))[1] == 1
    inside, outside = ndimage.label(~line)[0][24, 24], ndimage.label(~line)[0][0, 0]
    assert inside != outside
    assert np.abs(away[line] - 14).max() < 1.5
    assert set(np.unique(edges.canny(grey))) == {0, 1}


def test_a_plain_picture_has_no_edges():
    assert np.abs(edges.fused(np.full((32, 32), 0.4, np.float32))).max() < CUT


def test_thresholds_follow_the_noise_of_a_picture():
    """With half of the contrast and half of the noise a picture has the same lines."""
    noise = np.random.default_rng(0).standard_normal((96, 96))
    loud, quiet = (edges.canny(0.5 + size * noise) for size in (0.1, 0.05))
    assert np.mean(loud != quiet) < 0.001
    assert 0.005 < loud.mean() < 0.12
    faint = edges.slope_noise(0.5 + 0.01 * noise)
    assert edges.slope_noise(0.5 + 0.02 * noise) == pytest.approx(2 * faint, rel=1e-3)


def test_a_picture_in_colours_is_seen_in_its_colours_and_by_the_edges_of_its_grey():
    rng = np.random.default_rng(1)
    picture = rng.random((24, 30, 3)).astype(np.float32)
    seen = channels(picture)
    assert seen.shape == (6, 24, 30)
    assert np.array_equal(seen[:3], np.moveaxis(picture, -1, 0))
    grey = 0.299 * picture[..., 0] + 0.587 * picture[..., 1] + 0.114 * picture[..., 2]
    assert luminance(picture) == pytest.approx(grey, abs=1e-6)
    assert np.array_equal(seen[3:], edges.fused(luminance(picture)))
    assert edges.DETECTORS == ("sobel", "laplacian", "canny")
    for at, detector in enumerate((edges.sobel, edges.laplacian, edges.canny)):
        assert np.array_equal(seen[3 + at], detector(luminance(picture)))


def test_a_grey_picture_is_one_whose_three_colours_are_alike():
    grey = np.random.default_rng(2).random((24, 30)).astype(np.float32)
    one, other = channels(grey), channels(np.repeat(grey[..., None], 3, axis=-1))
    assert np.array_equal(one[:3], other[:3])
    assert other[3:5] == pytest.approx(one[3:5], abs=1e-5)


@pytest.mark.parametrize("seed", range(4))
def test_lines_are_those_of_scikit_image(seed):
    """Up to pixels where two slopes are equal to the last digits, and what hangs on them."""
    grey = drawn(seed, noise=Noise(0.0, 0.002 * seed)).seen()
    low = edges.canny_threshold(grey)
    twin = feature.canny(grey, edges.CANNY_PX, low, 2 * low, mode="nearest")
    found = edges.canny(grey) > 0
    assert np.mean(found != twin) < 0.002
    assert found.mean() > 0.02
    assert np.array_equal(edges.canny(grey, low) > 0, found)


def test_a_higher_threshold_leaves_fewer_lines_and_no_new_one():
    grey = drawn(1, noise=Noise(0.0, 0.005)).seen()
    low = edges.canny_threshold(grey)
    all_lines, strong = edges.canny(grey, low) > 0, edges.canny(grey, 2 * low) > 0
    assert 0 < strong.sum() < all_lines.sum()
    assert not (strong & ~all_lines).any()


def test_a_weak_line_counts_where_it_is_linked_to_a_strong_one():
    grey = np.zeros((40, 60), np.float32)
    grey[20:] = np.linspace(1.0, 0.3, 60)  # an edge that grows faint
    alone = np.minimum(grey, 0.3)
    low = 0.2 * float(edges.smooth_slope(grey).max())
    assert edges.canny(grey, low)[:, 50].any()
    assert not edges.canny(alone, low).any()
