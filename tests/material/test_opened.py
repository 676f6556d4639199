"""Any file of grains, opened by one reader: lines between labels, sizes of pixels, chains of neighbours."""

import numpy as np
import pytest
import tifffile
from PIL import Image
from scipy import ndimage
from scipy.spatial.transform import Rotation

import measured_files as files
from graincast.base import pictures
from graincast.base.errors import GraincastError
from graincast.material import opened
from graincast.material.measured import formats, orientations
from graincast.material.measured.map_rows import Cleaning
from graincast.material.specimens import pixel_size
from graincast.material.structures import label_image


def outlined(side=120, cells=5):
    """Square grains from 1 on, as Cellpose writes them: int32, with lines of 0 between them."""
    place = np.arange(side) * cells // side
    labels = (1 + place[:, None] * cells + place).astype(np.int32)
    line = np.diff(place, prepend=place[0]) != 0
    labels[line] = 0
    labels[:, line] = 0
    return labels


def test_lines_of_zero_between_labels_are_filled_by_every_reader(tmp_path):
    path = tmp_path / "masks.tif"
    tifffile.imwrite(path, outlined())
    found = opened.opened(path)
    assert found.structure.grains == 25
    assert np.ptp(np.bincount(found.structure.labels.ravel())) < 0.2 * 24**2
    assert "lines between labels filled, 6.6 % of the pixels" in found.said[0]
    measured = formats.read(path)
    assert len(np.unique(measured.labels)) == 25
    assert measured.decisions == ("Lines between labels filled, 6.6 % of the pixels.",)
    assert len(np.unique(label_image.read(path))) == 25


def test_a_grain_numbered_zero_stays_a_grain(tmp_path):
    labels = outlined()
    labels[:] = np.arange(5).repeat(24)[:, None] * 5 + np.arange(5).repeat(24)
    np.save(tmp_path / "map.npy", labels)
    assert opened.opened(tmp_path / "map.npy").structure.grains == 25
    assert formats.read(tmp_path / "map.npy").decisions == ()


def test_a_rectangle_stays_one(tmp_path):
    np.save(tmp_path / "map.npy", np.concatenate([outlined(), outlined() + 30], axis=1))
    assert opened.opened(tmp_path / "map.npy").structure.labels.shape == (120, 240)


def faded(labels, fade):
    """Dark lines around grains in a light that fades across the picture."""
    grey = np.where(labels == 0, 80.0, 180.0) * np.linspace(1, 1 - fade, labels.shape[1])
    return np.clip(grey + np.random.default_rng(0).normal(0, 3, grey.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("fade", [0.0, 0.3, 0.5])
def test_dark_lines_stay_dark_in_a_light_that_fades(tmp_path, fade):
    Image.fromarray(faded(outlined(240, 8), fade)).save(tmp_path / "lines.png")
    found = opened.opened(tmp_path / "lines.png")
    assert "dark lines" in found.said[0]
    assert abs(found.structure.grains - 64) <= 1


def test_what_the_user_says_of_the_lines_is_heeded(tmp_path):
    Image.fromarray(faded(outlined(240, 8), 0.5)).save(tmp_path / "lines.png")
    found = opened.opened(tmp_path / "lines.png", kind="dark")
    assert "dark lines" in found.said[0]
    assert abs(found.structure.grains - 64) <= 1
    with pytest.raises(GraincastError, match="--kind"):
        opened.opened(tmp_path / "lines.png", kind="light")


# --- what files hold


def in_16_bits(side=120, cells=5):
    """Colours of grains that differ in their lower bytes alone."""
    place = np.arange(side) * cells // side
    labels = place[:, None] * cells + place
    return np.stack([0x4000 + labels, 0x8000 + labels % 7, np.full_like(labels, 0x1234)], axis=-1).astype(np.uint16)


@pytest.mark.parametrize("planar", [False, True])
def test_colours_of_16_bits_that_bytes_would_merge_stay_apart(tmp_path, planar):
    colours = in_16_bits()
    assert len(np.unique((colours >> 8).reshape(-1, 3), axis=0)) == 1
    stored = np.moveaxis(colours, -1, 0) if planar else colours
    config = "separate" if planar else "contig"
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric="rgb", planarconfig=config)
    assert opened.opened(tmp_path / "a.tif").structure.grains == 25


def test_colours_that_lie_one_after_the_other_in_a_tiff_are_read_as_colours(tmp_path):
    colours = np.random.default_rng(0).integers(0, 256, (40, 50, 3)).astype(np.uint8)
    tifffile.imwrite(tmp_path / "a.tif", np.moveaxis(colours, -1, 0), photometric="rgb", planarconfig="separate")
    assert np.array_equal(pictures.read(tmp_path / "a.tif"), colours)
    tifffile.imwrite(tmp_path / "b.tif", np.moveaxis(colours, -1, 0), photometric="minisblack")  # three pictures
    with pytest.raises(GraincastError, match="expected one image"):
        pictures.read(tmp_path / "b.tif")


@pytest.mark.parametrize("name", ["a.tif", "a.npy"])
def test_a_stack_of_one_picture_is_that_picture(tmp_path, name):
    stack = outlined()[None]
    write = tifffile.imwrite if name == "a.tif" else np.save
    write(tmp_path / name, stack)
    assert np.array_equal(pictures.read(tmp_path / name), stack[0])


def test_grey_in_three_colours_of_16_bits_keeps_all_of_them(tmp_path):
    grey = np.arange(40 * 50, dtype=np.uint16).reshape(40, 50)
    tifffile.imwrite(tmp_path / "a.tif", np.stack([grey] * 3, axis=-1), photometric="rgb")
    assert np.array_equal(pictures.read(tmp_path / "a.tif"), grey)


# --- the size of a pixel


@pytest.mark.parametrize(
    ("given", "um"),
    [
        ({"imagej": True, "resolution": (4, 4), "metadata": {"unit": "um"}}, 0.25),
        ({"imagej": True, "resolution": (4, 4), "metadata": {"unit": "nm"}}, 0.00025),
        ({"imagej": True, "resolution": (4, 4)}, None),
        ({"resolution": (20_000, 20_000), "resolutionunit": "CENTIMETER"}, 0.5),
        ({"resolution": (300, 300), "resolutionunit": "INCH"}, None),  # a printer's
        ({}, None),
    ],
)
def test_a_tiff_says_how_large_its_pixels_are_if_its_unit_is_given(tmp_path, given, um):
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.zeros((20, 30), np.uint8), **given)
    found = pixel_size.of_file(path)
    assert (found and found.um) == (um and pytest.approx(um))


ZEISS = "\r\n".join(["0", "1", "AP_IMAGE_PIXEL_SIZE", "Image Pixel Size = 125.0 nm", ""]).encode()
FEI = b"[User]\nUser=me\n[Scan]\nPixelWidth=2.5e-07\nPixelHeight=2.5e-07\n"


@pytest.mark.parametrize(("tag", "content", "um"), [(34118, ZEISS, 0.125), (34682, FEI, 0.25)])
def test_tags_of_microscopes_say_how_large_pixels_are_before_the_resolution_does(tmp_path, tag, content, um):
    path = tmp_path / "a.tif"
    extra = [(tag, "s", len(content) + 1, content, True)]
    tifffile.imwrite(path, np.zeros((20, 30), np.uint8), extratags=extra, resolution=(9999, 9999), resolutionunit=3)
    assert pixel_size.of_file(path).um == pytest.approx(um)


@pytest.mark.parametrize(
    ("sizes", "um"),
    [
        ({"X": 0.25, "Y": 0.25}, 0.25),
        ({"X": 250.0, "Y": 250.0, "XUnit": "nm", "YUnit": "nm"}, 0.25),
        ({"X": 0.25, "Y": 250.0, "XUnit": "\u00b5m", "YUnit": "nm"}, 0.25),
        ({"X": 1.0, "Y": 1.0, "XUnit": "pixel", "YUnit": "pixel"}, None),
    ],
)
def test_ome_tiff_says_how_large_its_pixels_are(tmp_path, sizes, um):
    path = tmp_path / "a.ome.tif"
    metadata = {"axes": "YX", **{f"PhysicalSize{name}": value for name, value in sizes.items()}}
    tifffile.imwrite(path, np.zeros((20, 30), np.uint8), ome=True, metadata=metadata)
    found = pixel_size.of_file(path)
    assert (found and found.um) == (um and pytest.approx(um))
    assert found is None or found.source == "its OME metadata"


def test_ome_pixels_that_are_not_square_are_refused(tmp_path):
    metadata = {"axes": "YX", "PhysicalSizeX": 0.5, "PhysicalSizeY": 0.25}
    tifffile.imwrite(tmp_path / "a.ome.tif", np.zeros((20, 30), np.uint8), ome=True, metadata=metadata)
    with pytest.raises(GraincastError, match=r"0\.5 um wide and 0\.25 um high by its OME metadata"):
        pixel_size.of_file(tmp_path / "a.ome.tif")


def test_pixels_that_are_not_square_are_refused(tmp_path):
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.zeros((20, 30), np.uint8), imagej=True, resolution=(2, 4), metadata={"unit": "um"})
    with pytest.raises(GraincastError, match=r"a\.tif: its pixels are 0\.5 um wide and 0\.25 um high"):
        pixel_size.of_file(path)


def test_a_png_of_a_printer_has_no_size_of_a_pixel_and_one_with_pixels_a_metre_has(tmp_path):
    for dots, um in ((96, None), (72, None), (144, None), (25_400, 1.0), (50_800, 0.5)):
        Image.fromarray(np.zeros((20, 30), np.uint8)).save(tmp_path / "a.png", dpi=(dots, dots))
        found = pixel_size.of_file(tmp_path / "a.png")
        assert (found and found.um) == (um and pytest.approx(um, rel=1e-4))


def test_a_size_that_is_given_overrides_the_file(tmp_path):
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, outlined().astype(np.uint16), imagej=True, resolution=(2, 2), metadata={"unit": "um"})
    assert opened.opened(path).structure.step == 0.5
    assert opened.opened(path, 3.0).structure.step == 3.0


# --- maps of orientations


def bent(rows=20, columns=60, a_column=1.0):
    """A map of one crystal that turns by a little from column to column, above one that does not turn."""
    made = files.sample(rows, columns)
    turned = np.radians(a_column) * np.arange(columns)
    made.euler[:] = 0.3
    made.euler[: rows // 2, :, 0] += turned + 0.5
    made.phase[:] = 1
    return made


def test_a_grain_that_is_a_chain_of_neighbours_is_named_with_the_cure(tmp_path):
    found = opened.opened(files.ang(tmp_path / "map.ang", bent(a_column=0.7)), rules=Cleaning(smallest=2))
    (warning,) = [sentence for sentence in found.said if sentence.startswith("WARNING")]
    assert "grain 1 covers 50 % of the map and reaches over 100 % of its side, its points 11 degrees" in warning
    assert "try --misorientation 2.5" in warning
    straight = opened.opened(files.ang(tmp_path / "map.ang", bent(a_column=0.0)), rules=Cleaning(smallest=2))
    assert not [sentence for sentence in straight.said if sentence.startswith("WARNING")]


def test_a_grain_has_the_mean_orientation_of_its_points(tmp_path):
    found = opened.opened(files.ang(tmp_path / "map.ang", bent(a_column=0.1)), rules=Cleaning(smallest=2)).structure
    assert found.phases == ("Iron", "Iron")
    middle = [0.3 + 0.5 + np.radians(0.1) * 29.5, 0.3, 0.3], [0.3, 0.3, 0.3]
    expected = orientations.quaternions(np.array(middle, np.float32))
    angles = orientations.misorientations(found.orientations, expected, orientations.crystal("m-3m"))
    assert angles == pytest.approx([0, 0], abs=0.01)


def test_orientations_that_a_crystal_cannot_tell_apart_are_averaged_as_one(tmp_path):
    made = bent(a_column=0.0)
    quarter = Rotation.from_euler("ZXZ", made.euler[0, 0]) * Rotation.from_rotvec([0, 0, np.pi / 2])
    made.euler[:10, ::2] = np.mod(quarter.as_euler("ZXZ"), 2 * np.pi)
    found = opened.opened(files.ang(tmp_path / "map.ang", made), rules=Cleaning(smallest=2)).structure
    assert found.grains == 2
    expected = orientations.quaternions(np.array([[0.8, 0.3, 0.3]], np.float32))
    angle = orientations.misorientations(found.orientations[:1], expected, orientations.crystal("m-3m"))
    assert angle == pytest.approx([0], abs=0.01)


def test_phases_that_an_exporter_numbers_from_zero_are_indexed(tmp_path):
    made = files.sample()
    path = files.ang(tmp_path / "map.ang", made)
    text = path.read_text().replace("# Phase 1", "# Phase 0").replace("# Phase 2", "# Phase 1")
    header, points = (
        [line for line in text.splitlines() if line.startswith("#") is header] for header in (True, False)
    )
    words = [line.split() for line in points]
    lowered = [" ".join([*each[:7], str(int(each[7]) - 1), *each[8:]]) for each in words]
    (tmp_path / "zero.ang").write_text("\n".join([*header, *lowered]) + "\n")
    found, usual = formats.read(tmp_path / "zero.ang"), formats.read(path)
    assert np.array_equal(found.phase, usual.phase)
    assert found.phases == usual.phases
    assert any("numbered from 0" in sentence for sentence in found.decisions)


def test_specks_that_a_grain_took_in_do_not_turn_its_mean(tmp_path):
    made = bent(a_column=0.0)
    made.euler[0, 0] = made.euler[3, 7] = [2.0, 1.0, 0.5]  # the first point of the grain is one of them
    found = opened.opened(files.ang(tmp_path / "map.ang", made), rules=Cleaning(smallest=2)).structure
    expected = orientations.quaternions(np.array([[0.8, 0.3, 0.3]], np.float32))
    assert found.grains == 2
    angle = orientations.misorientations(found.orientations[:1], expected, orientations.crystal("m-3m"))
    assert angle == pytest.approx([0], abs=0.01)


def test_a_mean_is_of_the_larger_twin_and_merged_twins_are_no_chain(tmp_path):
    made = bent(a_column=0.0)
    twin = Rotation.from_euler("ZXZ", made.euler[0, 0]) * Rotation.from_rotvec(np.pi / 3 / np.sqrt(3) * np.ones(3))
    made.euler[:10, :20] = np.mod(twin.as_euler("ZXZ"), 2 * np.pi)
    rules = Cleaning(smallest=2, merge_twins=True)
    found = opened.opened(files.ang(tmp_path / "map.ang", made), rules=rules)
    assert found.structure.grains == 2
    expected = orientations.quaternions(np.array([[0.8, 0.3, 0.3]], np.float32))
    angle = orientations.misorientations(found.structure.orientations[:1], expected, orientations.crystal("m-3m"))
    assert angle == pytest.approx([0], abs=0.01)
    assert not [sentence for sentence in found.said if sentence.startswith("WARNING")]


def test_a_heap_of_specks_is_named(tmp_path):
    made = bent(a_column=0.0)
    made.euler[:10, 30:] = np.random.default_rng(0).random((10, 30, 3)) * files.SPAN
    made.euler[:10, :30] = np.random.default_rng(1).random((10, 30, 3)) * files.SPAN
    found = opened.opened(files.ang(tmp_path / "map.ang", made), rules=Cleaning(smallest=100))
    (warning,) = [sentence for sentence in found.said if sentence.startswith("WARNING")]
    assert "mostly specks" in warning


def test_a_large_picture_keeps_its_resolution(tmp_path):
    labels = np.kron(outlined(100, 5), np.ones((2, 40), np.int32))  # 200 x 4000
    np.save(tmp_path / "map.npy", labels)
    found = opened.opened(tmp_path / "map.npy", kind="labels")
    assert found.structure.labels.shape == labels.shape
    assert "grains were found on every 2th row and column" in found.said


def test_a_label_map_that_was_smoothed_is_refused(tmp_path):
    labels = (400 * np.random.default_rng(0).permutation(26)[outlined()]).astype(float)
    np.save(tmp_path / "map.npy", ndimage.zoom(labels, 3.3, order=1).astype(np.uint16))
    with pytest.raises(GraincastError, match=r"specks|mean grain has"):
        opened.opened(tmp_path / "map.npy", kind="labels")


@pytest.mark.parametrize("size", [0, -1, np.nan, np.inf, 1e9])
def test_an_impossible_size_of_a_point_is_refused_for_maps_too(tmp_path, size):
    with pytest.raises(GraincastError, match="--pixel-size is"):
        opened.opened(files.ang(tmp_path / "map.ang", bent()), size)


def test_options_for_maps_are_refused_for_a_picture(tmp_path):
    np.save(tmp_path / "map.npy", outlined())
    with pytest.raises(GraincastError, match="is a picture"):
        opened.opened(tmp_path / "map.npy", rules=Cleaning(misorientation=2))
