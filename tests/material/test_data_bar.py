"""What a picture shows beside grains: a data bar is cut off, a caption is named, and grains are neither."""

import numpy as np
import pytest
from PIL import Image

import pictures_made as made
from graincast.base.errors import GraincastError
from graincast.material import opened
from graincast.material.specimens import data_bar, specimen

ROWS, COLUMNS = 320, 480
SIZE = {"rows": ROWS, "columns": COLUMNS}
LINES = made.cells(2, **SIZE)[1]
FIELDS = {
    "drawing of dark lines": made.as_bytes(255 - 255 * LINES),
    "drawing of light lines": made.as_bytes(255 * LINES),
    "noisy dark lines": made.dark_lines(2, **SIZE),
    "photograph": made.photograph(2, **SIZE),
}
BARS = {"frames": made.bar_with_frames, "a scale": made.bar_with_a_scale}
STORED = {
    "plain": lambda picture: picture,
    "JPEG": made.as_jpeg,
    "colours": lambda picture: np.stack([picture, picture, picture // 2], axis=-1),
}


@pytest.mark.parametrize("stored", STORED)
@pytest.mark.parametrize(("plain", "ink"), [(0, 255), (255, 0), (40, 230)])
@pytest.mark.parametrize("bar", BARS)
@pytest.mark.parametrize("name", FIELDS)
def test_a_data_bar_is_cut_off_to_the_row_or_named_where_it_has_no_edge(name, bar, plain, ink, stored):
    below = np.concatenate([FIELDS[name], BARS[bar](COLUMNS, 44, plain, ink)])
    found = data_bar.cut(STORED[stored](below))
    same_shade = (name, plain) in (("drawing of dark lines", 255), ("drawing of light lines", 0))
    if same_shade and not found.said:  # white on white has no straight edge
        assert "text in rows" in found.doubt
        return
    assert (found.rows.start, found.rows.stop) == (0, ROWS)
    assert found.said == "a data bar of 44 rows at its bottom cut off"
    assert found.doubt == ""


def test_a_data_bar_at_the_top_is_cut_off():
    above = np.concatenate([made.bar_with_frames(COLUMNS, 40, 0, 255), FIELDS["noisy dark lines"]])
    found = data_bar.cut(above)
    assert found == data_bar.Cut(slice(40, 40 + ROWS), "a data bar of 40 rows at its top cut off", "")


def clean(seed):
    """Pictures of grains alone, with what looks like a bar or like text to a careless eye."""
    rng = np.random.default_rng(seed)
    for rows, grains in ((320, 60), (320, 300), (500, 1500), (300, 12)):
        labels, lines = made.cells(seed, rows, rows, grains, 2.0)
        large = labels.copy()
        large[int(0.85 * rows) :] = grains
        flat = np.where(lines > 0.5, 0, 255)
        flat[int(0.85 * rows) :] = 255
        flat[int(0.85 * rows) - 2 : int(0.85 * rows)] = 0
        yield from (labels, rng.permutation(grains)[labels], large, rng.permutation(grains + 1)[large])
        yield from (made.as_bytes(255 * (lines < 0.5)), made.as_bytes(255 * (lines > 0.5)), made.as_bytes(flat))
        yield rng.integers(0, 256, (grains, 3)).astype(np.uint8)[labels]
        for noise in (5, 15, 30, 60):
            yield made.as_bytes(180 - 110 * lines + rng.normal(0, noise, lines.shape))
        yield made.as_bytes(250 - 200 * lines + rng.normal(0, 25, lines.shape))  # saturated
        yield made.photograph(seed, rows=rows, columns=rows, grains=grains)
    for cells in (5, 13, 40):
        place = np.arange(200) * cells // 200
        lines = np.diff(place, prepend=place[0]) != 0
        yield made.as_bytes(np.where(lines[:, None] | lines, 0, 255))
        yield place[:, None] * cells + place
    yield rng.integers(0, 256, (300, 300)).astype(np.uint8)


@pytest.mark.parametrize("seed", range(2))
def test_no_grain_is_taken_for_a_bar_or_for_text(seed):
    for number, picture in enumerate(clean(seed)):
        found = data_bar.cut(picture)
        assert found == data_bar.Cut(slice(0, len(picture)), "", ""), number


@pytest.mark.parametrize(("ink", "box"), [(255, 0), (0, 255)])
@pytest.mark.parametrize("name", FIELDS)
def test_a_scale_bar_on_a_box_in_the_field_is_refused_with_its_place_and_the_cure(name, ink, box):
    picture = made.scale_bar_in(FIELDS[name], ink, box)
    with pytest.raises(GraincastError, match=r"x: shows (light|dark) text in rows 2\d\d to .* crop it") as refused:
        specimen.read(picture, "auto", False, "x")
    assert "\n" not in str(refused.value)


def test_a_caption_is_a_warning_to_a_user_who_says_what_the_picture_shows():
    found = specimen.read(made.scale_bar_in(FIELDS["noisy dark lines"], 255, 0), "dark", False, "x")
    (warning,) = found.warnings
    assert warning.startswith("WARNING: segmentation doubtful: shows light text in rows")
    assert found.grains > 40


def test_the_grains_above_a_data_bar_are_those_of_the_field_alone(tmp_path):
    field = FIELDS["noisy dark lines"]
    Image.fromarray(np.concatenate([field, made.bar_with_frames(COLUMNS, 44, 0, 255)])).save(tmp_path / "a.png")
    found = opened.opened(tmp_path / "a.png")
    assert found.structure.labels.shape == (ROWS, COLUMNS)
    assert "dark lines, a data bar of 44 rows at its bottom cut off" in found.said[0]
    assert found.structure.grains == specimen.read(field, "auto", False, "x").grains == 60


def test_a_picture_with_a_data_bar_has_no_period():
    picture = np.concatenate([FIELDS["noisy dark lines"], made.bar_with_frames(COLUMNS, 44, 0, 255)])
    with pytest.raises(GraincastError, match="x: has a data bar, and so no period: crop it"):
        specimen.read(picture, "auto", True, "x")
