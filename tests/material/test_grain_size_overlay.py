"""The picture to check a grain size by: what was counted is where it was counted, and large enough to see."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from conftest import PROJECT
from graincast.material.grain_size import overlay
from graincast.material.grain_size.one_picture import measured
from graincast.material.microstructure import Microstructure

DISC, DIAMOND, SQUARE = (colour for _, colour in overlay.MARKS.values())


@pytest.fixture(scope="module")
def bands():
    """Bands of 20 pixels, and one of a single pixel between two others and one at the edge."""
    labels = np.repeat(np.arange(10), 20)[None].repeat(200, axis=0).astype(np.int32)
    labels[:, 100] = 10
    labels[:, 0] = 11
    return labels


@pytest.fixture(scope="module")
def picture(bands):
    return overlay.drawn(bands, measured(Microstructure(bands, 1.0)))


def test_a_small_map_is_enlarged_by_a_whole_factor(picture):
    assert picture.width == 7 * 200
    assert picture.height > picture.width


def test_each_count_has_its_mark_where_it_was_counted(bands, picture):
    size = measured(Microstructure(bands, 1.0))
    pixels = np.asarray(picture)
    seen = set()
    for counted in (size.lines, size.circles):
        for found in counted.hits:
            for (row, column), count in zip(found.places, found.counts, strict=True):
                y, x = int((row + 0.5) * 7), int((column + 0.5) * 7)
                near = pixels[max(y - 6, 0) : y + 7, max(x - 6, 0) : x + 7].reshape(-1, 3)
                colour = {1.0: DISC, 0.5: SQUARE}.get(count, DIAMOND)
                over = DISC if colour == DIAMOND else DIAMOND  # another mark may lie on it
                assert (near == colour).all(axis=1).any() or (near == over).all(axis=1).any()
                seen.add(colour)
    assert seen == {DISC, DIAMOND, SQUARE}


def test_an_end_on_a_boundary_has_a_mark_of_its_own(bands, picture):
    """The first line of all starts in the band at the edge, where no other line is."""
    size = measured(Microstructure(bands, 1.0))
    row, column = size.lines.hits[0].places[0]
    assert (column, size.lines.hits[0].counts[0]) == (0, 0.5)
    near = np.asarray(picture)[int(row * 7) - 10 : int(row * 7) + 18, :14].reshape(-1, 3)
    assert (near == SQUARE).all(axis=1).any()
    assert not (near == DIAMOND).all(axis=1).any()


def test_the_marks_are_explained_below_the_map(picture):
    legend = np.asarray(picture)[7 * 200 :].reshape(-1, 3)
    for colour in (DISC, DIAMOND, SQUARE, overlay.STRAIGHT, overlay.ROUND):
        assert (legend == colour).all(axis=1).any()


def test_neighbouring_grains_are_parted_by_a_line(picture):
    pixels = np.asarray(picture)[: 7 * 200]
    row = pixels[3]
    assert (row[7 * 20 - 1] == overlay.BOUNDARY).all()
    assert (row[7 * 20] == overlay.BOUNDARY).all()
    assert len(np.unique(row, axis=0)) > 9


def test_the_picture_is_written_whole(tmp_path, bands):
    path = tmp_path / "made" / "count.png"
    overlay.write(path, bands, measured(Microstructure(bands, 1.0)))
    with Image.open(path) as image:
        assert image.format == "PNG"
    assert [file.name for file in path.parent.iterdir()] == ["count.png"]


def test_no_plotting_library_is_needed():
    code = "import sys, graincast.material.grain_size.overlay; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT / "workflow").returncode == 0
