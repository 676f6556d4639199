"""Views of a picture: what is said of pairs of pixels in a mirror is brought back to the same pairs."""

import numpy as np
import pytest

from graincast.segmentation import views
from graincast.segmentation.layers.pixel_pairs import windows

OFFSETS = ((0, 1), (1, 0), (0, 3), (3, 0), (3, 3), (3, -3))


def said(grey):
    """Of pairs of pixels, what their own greys say."""
    found = np.zeros((len(OFFSETS), *grey.shape), np.float32)
    for at, offset in enumerate(OFFSETS):
        first, second = windows(grey.shape, offset)
        found[at][first] = np.abs(grey[first] - grey[second]) + 10
    return found


@pytest.mark.parametrize("view", views.ALL)
def test_pairs_keep_what_is_said_of_them_in_any_view(view):
    grey = np.random.default_rng(1).random((9, 14)).astype(np.float32)
    straight = said(grey)
    back = views.pairs_back(said(np.ascontiguousarray(view.seen(grey))), view, OFFSETS)
    for at, offset in enumerate(OFFSETS):
        first, _ = windows(grey.shape, offset)
        np.testing.assert_array_equal(back[at][first], straight[at][first])


def test_eight_views_are_eight_and_the_first_is_the_picture_itself():
    grey = np.arange(12.0).reshape(3, 4)
    assert len({view.seen(grey).tobytes() + bytes(view.seen(grey).shape) for view in views.some(8)}) == 8
    for count in views.COUNTS:
        assert len(views.some(count)) == count
        np.testing.assert_array_equal(views.some(count)[0].seen(grey), grey)
    for view in views.ALL:
        np.testing.assert_array_equal(view.back(view.seen(grey)), grey)
