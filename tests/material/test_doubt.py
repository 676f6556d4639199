"""Pictures that are no drawing of lines or labels are refused with the reason; what a user says makes it a warning."""

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

import pictures_made as made
from graincast.base.errors import GraincastError
from graincast.material import opened
from graincast.material.specimens import drawn_boundaries, line_contrast, specimen

SIZE = {"rows": 320, "columns": 320, "grains": 60}
LINES = made.cells(0, **SIZE)[1]


def noise(sd):
    return np.random.default_rng(0).normal(0, sd, LINES.shape)


GOOD = {
    "drawn": made.as_bytes(255 - 255 * LINES),
    "two values": made.as_bytes(255 * (LINES > 0.5)),
    "soft": made.as_bytes(ndimage.gaussian_filter(255 - 255 * LINES, 2)),
    "noisy": made.dark_lines(0, 20, **SIZE),
    "noisier": made.dark_lines(0, 30, **SIZE),
    "faint in uneven light": made.as_bytes(np.linspace(60, 190, 320)[:, None] - 60 * LINES + noise(15)),
    "light lines in uneven light": made.as_bytes(60 + 100 * LINES + np.linspace(-40, 40, 320) + noise(10)),
    "JPEG of lines": made.as_jpeg(made.dark_lines(0, 5, **SIZE)),
}


def share(picture):
    lines = drawn_boundaries.lines(picture, 1)
    labels = drawn_boundaries.grains_between(lines, periodic=False)[0]
    return line_contrast.clear_share(lines.image, lines.threshold, labels)


@pytest.mark.parametrize("name", GOOD)
def test_lines_that_are_there_stand_out_and_are_read_without_a_doubt(name):
    assert share(GOOD[name]) > 0.8
    found = specimen.read(GOOD[name], "auto", False, "x")
    assert found.warnings == ()
    assert abs(found.grains - 60) <= 3


@pytest.mark.parametrize(("grains", "sd"), [(60, 3), (60, 10), (100, 3), (100, 10)])
def test_a_photograph_with_a_shade_a_grain_and_no_lines_is_refused(grains, sd):
    picture = made.photograph(grains, sd, rows=400, columns=400, grains=grains)
    with pytest.raises(GraincastError, match=r"x.*: is a photograph of grains .* segment it first") as refused:
        specimen.read(picture, "auto", False, "x")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("quality", [75, 92])
def test_coloured_labels_that_were_saved_as_jpeg_are_refused(quality):
    labels = made.photograph(1, 0, (3,), rows=400, columns=400, grains=100)
    assert abs(specimen.read(labels, "auto", False, "x").grains - 100) < 10
    with pytest.raises(GraincastError, match="JPEG"):
        specimen.read(made.as_jpeg(labels, quality), "auto", False, "x")


def gradients():
    along = np.linspace(0, 255, 600)
    yield np.broadcast_to(along[:, None], (600, 600)).astype(np.uint8)
    yield np.broadcast_to(along, (600, 600)).astype(np.uint8)
    yield made.as_bytes(along[:, None] / 2 + along / 2)
    yield np.broadcast_to(257 * along[:, None], (600, 600)).astype(np.uint16)
    yield made.as_bytes(np.hypot(*(np.indices((600, 600)) - 300)) / 2)


@pytest.mark.parametrize("picture", list(gradients()))
def test_a_smooth_gradient_is_no_label_map(picture):
    with pytest.raises(GraincastError, match="a smooth gradient"):
        specimen.read(picture, "auto", False, "x")


def test_labels_in_the_order_of_their_places_are_labels():
    columns = np.broadcast_to(np.arange(600) // 10, (200, 600)).astype(np.int32)
    assert specimen.read(columns, "auto", False, "x").grains == 60


def test_dark_lines_with_light_rims_are_read_when_their_user_says_which_are_the_boundaries():
    narrow, wide = (ndimage.gaussian_filter(made.cells(2, 600, 600, 60)[1], sigma) for sigma in (1.0, 2.5))
    rims = made.as_bytes(150 + 250 * (wide - narrow))
    with pytest.raises(GraincastError, match="explain it about as well as dark ones: say which, --kind dark or light"):
        specimen.read(rims, "auto", False, "x")
    found = specimen.read(rims, "dark", False, "x")
    assert "dark lines" in found.kind
    assert found.grains > 45


def test_lines_that_leave_next_to_one_grain_are_refused():
    rows, columns = np.indices((400, 400))
    rings = np.zeros((400, 400), bool)
    for place in range(60, 400, 70):
        for along in (60, 130, 200, 270):
            rings |= abs(np.hypot(rows - place, columns - along) - 10) < 1.5
    with pytest.raises(GraincastError, match=r"one grain covers 9\d %: the lines have gaps, close them"):
        specimen.read(made.as_bytes(255 * ~rings), "auto", False, "x")


def test_a_doubt_is_a_warning_to_a_user_who_says_what_the_picture_shows(tmp_path):
    picture = made.photograph(60, 10, rows=400, columns=400, grains=60)
    Image.fromarray(picture).save(tmp_path / "a.png")
    told = opened.opened(tmp_path / "a.png", kind="boundaries").said
    (warning,) = [sentence for sentence in told if sentence.startswith("WARNING")]
    assert warning.startswith("WARNING: segmentation doubtful: lines stand out from grains on ")


def test_wide_lines_of_two_shades_are_not_taken_for_grains():
    picture = made.as_bytes(255 * (made.cells(3, 400, 400, 400)[1] < 0.5))
    with pytest.raises(GraincastError, match=r"has two shades, .* --kind"):
        specimen.read(picture, "auto", False, "x")
