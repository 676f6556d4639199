"""Exported structures, read back by other programs or by plain readers that share no code with the writers.

All structures have sides of different lengths and a grain of one pixel in a corner, so that nothing can be flipped or
transposed and look the same.
"""

import base64
import io
import re
import struct
import xml.etree.ElementTree as ElementTree
import zlib
from dataclasses import replace

import meshio
import numpy as np
import pytest
import tifffile
import yaml
from scipy import ndimage

from graincast.base.errors import GraincastError
from graincast.material.exports import conventions, inp, materials, named, tesr, tiff, vti
from graincast.material.exports.number_lines import lines
from graincast.material.exports.stray_pieces import mended, pieces
from graincast.material.measured import formats, orientations
from graincast.material.microstructure import Microstructure
from orix_oracle import orix

SHAPES = {"map": (5, 7), "volume": (3, 5, 7)}
STEP = 0.25
BUNGE = np.array([[0.1, 0.2, 0.3], [3.0, 1.0, 6.0], [5.5, 3.1, 0.2], [2.0, 2.0, 2.0]], np.float32)


@pytest.fixture(params=SHAPES)
def structure(request):
    """Four grains: two halves, left and right, a bar in the first row on the right, and a corner on its left."""
    labels = np.zeros(SHAPES[request.param], np.int32)
    labels[..., 3:] = 1
    labels[..., 0, 4:] = 2
    labels[(0,) * labels.ndim] = 3
    turned = orientations.quaternions(BUNGE).astype(float)
    turned /= np.linalg.norm(turned, axis=1, keepdims=True)
    return Microstructure(labels, STEP, turned, ("ferrite", "No", "ferrite", "a: b"))


def known_by_place(structure):
    """The grain, counted from 1, of each (x, y, z) in pixels: y is 0 in the last row."""
    labels = np.atleast_3d(structure.labels.T).T
    layers, rows, columns = labels.shape
    return {
        (x, rows - 1 - row, z): int(labels[z, row, x]) + 1
        for z in range(layers)
        for row in range(rows)
        for x in range(columns)
    }


def by_place(numbers, sides):
    """The number of each (x, y, z) from a list in which x varies fastest."""
    columns, rows = sides[:2]
    return {(at % columns, at // columns % rows, at // columns // rows): int(n) for at, n in enumerate(numbers)}


def read_vti(path):
    """Extent, spacing, origin, comments and cells of a VTK image whose data are inline and packed by zlib."""
    root = ElementTree.parse(path).getroot()
    assert (root.get("type"), root.get("byte_order"), root.get("header_type")) == (
        "ImageData",
        "LittleEndian",
        "UInt64",
    )
    image = root.find("ImageData")
    said = bytes(int(code) for code in image.find("FieldData/Array").text.split()).decode().split("\0")[:-1]
    array = image.find("Piece/CellData/DataArray")
    assert (array.get("type"), array.get("Name"), array.get("format")) == ("Int32", "material", "binary")
    text = array.text.strip()
    (blocks,) = struct.unpack("<Q", base64.b64decode(text[:12])[:8])
    length = -(-8 * (3 + blocks) // 3) * 4
    head = struct.unpack(f"<{3 + blocks}Q", base64.b64decode(text[:length]))
    packed, data = io.BytesIO(base64.b64decode(text[length:])), b""
    for size in head[3:]:
        block = zlib.decompress(packed.read(size))
        assert len(block) == head[1]
        data += block
    extent = [int(number) for number in image.get("WholeExtent").split()]
    assert image.find("Piece").get("Extent") == image.get("WholeExtent")
    assert extent[::2] == [0, 0, 0]
    spacing = [float(number) for number in image.get("Spacing").split()]
    assert image.get("Origin").split() == ["0", "0", "0"]
    return extent[1::2], spacing, said, struct.unpack(f"<{len(data) // 4}i", data)


def read_tesr(path):
    """The fields of a raster tessellation, each a list of words."""
    text = path.read_text()
    found = re.findall(r"(\*+\w+)\n([^*]*)", text)
    assert [name for name, _ in found][:4] == ["***tesr", "**format", "**general", "**cell"]
    assert text.endswith("***end\n")
    return {name: body.split() for name, body in found}


def read_sets(path, keyword):
    """The numbers in each set of an Abaqus file."""
    found = {}
    for block in re.split(r"^(?=\*\w)", path.read_text(), flags=re.MULTILINE):
        head, _, body = block.partition("\n")
        if head.startswith(f"*{keyword},"):
            rows = [[int(word) for word in line.split(",")] for line in body.splitlines()]
            assert max(map(len, rows)) <= 16
            found[head.split("=")[1]] = [number for row in rows for number in row]
    return found


def test_a_tiff_is_read_as_it_was_with_scale_and_unit(structure, tmp_path):
    assert tiff.write(tmp_path / "grains.tif", structure) == [tmp_path / "grains.tif"]
    with tifffile.TiffFile(tmp_path / "grains.tif") as file:
        assert file.is_imagej
        found, page = file.asarray(), file.pages[0]
        said, series = file.imagej_metadata, file.series[0]
    assert found.dtype == np.uint16
    assert np.array_equal(found, structure.labels + 1)
    assert series.axes == "ZYX"[-found.ndim :]
    assert said["unit"] == "um"
    assert said.get("spacing") == (STEP if found.ndim == 3 else None)
    for tag in ("XResolution", "YResolution"):
        pixels, per = page.tags[tag].value
        assert pixels / per == pytest.approx(1 / STEP)
    assert said["Info"].splitlines() == list(conventions.STATEMENT)


def test_our_own_reader_takes_an_exported_map(tmp_path):
    labels = np.arange(20 * 24, dtype=np.int32).reshape(20, 24) // 6
    tiff.write(tmp_path / "grains.tif", Microstructure(labels, STEP))
    assert np.array_equal(formats.read(tmp_path / "grains.tif", STEP).labels, labels)


def test_more_grains_than_16_bits_count_are_exact_in_a_tiff(tmp_path):
    labels = np.arange(70_000, dtype=np.int32).reshape(250, 280)
    tiff.write(tmp_path / "grains.tif", Microstructure(labels))
    found = tifffile.imread(tmp_path / "grains.tif")
    assert found.dtype == np.float32
    assert np.array_equal(found, labels + 1)


def test_a_tiff_without_a_step_has_no_scale(structure, tmp_path):
    tiff.write(tmp_path / "grains.tif", replace(structure, step=None))
    with tifffile.TiffFile(tmp_path / "grains.tif") as file:
        assert "unit" not in file.imagej_metadata
        assert file.pages[0].tags["XResolution"].value in ((1, 1), (0, 1))


def test_every_cell_of_a_vti_is_where_it_is_in_the_picture(structure, tmp_path):
    written = vti.write(tmp_path / "grains.vti", structure)
    assert [path.name for path in written] == ["grains.vti", "grains_material.yaml"]
    sides, spacing, said, cells = read_vti(tmp_path / "grains.vti")
    assert sides == [7, 5, 3 if structure.labels.ndim == 3 else 1]
    assert spacing == pytest.approx([STEP * 1e-6] * 3)
    assert {place: cell + 1 for place, cell in by_place(cells, sides).items()} == known_by_place(structure)
    assert said == list(conventions.STATEMENT)


def test_damask_finds_each_array_on_a_line_of_its_own(structure, tmp_path):
    """Its reader takes the line after the one that names the array, and knows a tag by its line."""
    vti.write(tmp_path / "grains.vti", structure)
    rows = (tmp_path / "grains.vti").read_text().splitlines()
    (at,) = [number for number, row in enumerate(rows) if 'Name="material"' in row]
    assert re.fullmatch(r"[A-Za-z0-9+/=]+", rows[at + 1])
    assert rows[at + 2] == "</DataArray>"
    assert any(row.startswith("<ImageData WholeExtent=") and "Spacing=" in row and "Origin=" in row for row in rows)


def test_a_material_has_the_phase_of_its_grain_and_the_quaternion_of_its_angles_of_bunge(structure, tmp_path):
    path = materials.write(tmp_path / "material.yaml", structure)
    found = yaml.safe_load(path.read_text())
    assert set(found) == {"homogenization", "phase", "material"}
    assert {material["homogenization"] for material in found["material"]} == set(found["homogenization"]) == {"SX"}
    (constituents,) = zip(*(material["constituents"] for material in found["material"]), strict=True)
    assert [each["phase"] for each in constituents] == ["ferrite", "No", "ferrite", "a: b"]
    assert set(found["phase"]) == {"ferrite", "No", "a: b"}
    assert [each["v"] for each in constituents] == [1.0] * 4
    first, middle, second = BUNGE.astype(float).T
    plus, minus = (first + second) / 2, (first - second) / 2
    cosine, sine = np.cos(middle / 2), np.sin(middle / 2)
    # Rowenhorst et al., equation A.5 with P = -1
    known = np.stack([cosine * np.cos(plus), sine * np.cos(minus), sine * np.sin(minus), cosine * np.sin(plus)], axis=1)
    known *= np.sign(known[:, :1])
    assert np.abs([each["O"] for each in constituents] - known).max() < 1e-6


def test_the_exported_quaternion_turns_the_axes_of_the_specimen_onto_those_of_the_crystal(structure):
    """orix has it the other way round: its orientation turns the components of a vector."""
    rotation = orix().quaternion.Rotation.from_euler(BUNGE.astype(float), direction="lab2crystal")
    exported = orix().quaternion.Rotation(conventions.quaternions(structure.orientations))
    assert np.abs(rotation.to_matrix() @ exported.to_matrix() - np.eye(3)).max() < 1e-6


def test_orientations_that_are_not_known_are_random_and_the_file_says_so(structure, tmp_path):
    path = materials.write(tmp_path / "material.yaml", replace(structure, orientations=None, phases=()))
    text = path.read_text()
    turned = np.array([each["constituents"][0]["O"] for each in yaml.safe_load(text)["material"]])
    assert np.abs(np.linalg.norm(turned, axis=1) - 1).max() < 1e-14
    assert len(np.unique(turned[:, 0])) == 4
    assert turned[:, 0].min() >= 0
    assert f"drawn from the seed {materials.SEED}" in text
    assert "drawn from" not in materials.write(tmp_path / "known.yaml", structure).read_text()
    assert [row[2:] for row in text.splitlines()[:4]] == list(conventions.STATEMENT)


def test_every_voxel_of_a_tesr_is_where_it_is_in_the_picture(structure, tmp_path):
    written = tesr.write(tmp_path / "grains.tesr", structure)
    assert [path.name for path in written] == ["grains.tesr", "grains.tesr.txt"]
    found, dimension = read_tesr(tmp_path / "grains.tesr"), structure.labels.ndim
    assert found["**format"] == ["2.1"]
    sides = [7, 5, 3][:dimension]
    assert found["**general"] == [str(dimension), *map(str, sides), *["0.25"] * dimension]
    assert found["**cell"] == ["4"]
    assert found["*id"] == ["1", "2", "3", "4"]
    assert found["**data"][0] == "ascii"
    assert by_place(found["**data"][1:], sides) == known_by_place(structure)
    assert (tmp_path / "grains.tesr.txt").read_text().splitlines() == list(conventions.STATEMENT)


def test_a_tesr_has_the_orientations_of_the_materials_if_they_are_known(structure, tmp_path):
    tesr.write(tmp_path / "grains.tesr", structure)
    descriptor, *numbers = read_tesr(tmp_path / "grains.tesr")["*ori"]
    assert descriptor == "quaternion:active"
    found = yaml.safe_load(materials.write(tmp_path / "material.yaml", structure).read_text())["material"]
    known = [each["constituents"][0]["O"] for each in found]
    assert np.array(numbers, float).reshape(-1, 4) == pytest.approx(np.array(known), abs=1e-11)
    tesr.write(tmp_path / "bare.tesr", replace(structure, orientations=None))
    assert "*ori" not in read_tesr(tmp_path / "bare.tesr")


def test_every_element_of_an_inp_is_where_it_is_in_the_picture(structure, tmp_path):
    assert inp.write(tmp_path / "grains.inp", structure) == [tmp_path / "grains.inp"]
    mesh = meshio.read(tmp_path / "grains.inp")
    (block,) = mesh.cells
    assert block.type == ("hexahedron" if structure.labels.ndim == 3 else "quad")
    centres = mesh.points[block.data].mean(axis=1) / STEP - 0.5
    centres = np.pad(centres, ((0, 0), (0, 3 - centres.shape[1])))
    sets = read_sets(tmp_path / "grains.inp", "ELSET")
    assert list(sets) == ["GRAIN_1", "GRAIN_2", "GRAIN_3", "GRAIN_4"]
    found = {
        tuple(round(float(at)) for at in np.clip(centres[element - 1], 0, None)): grain
        for grain, elements in enumerate(sets.values(), 1)
        for element in elements
    }
    assert found == known_by_place(structure)
    assert sum(map(len, sets.values())) == len(block.data)
    said = [row[3:] for row in (tmp_path / "grains.inp").read_text().splitlines() if row.startswith("** ")]
    assert said == list(conventions.STATEMENT)
    assert max(map(len, (tmp_path / "grains.inp").read_text().splitlines())) <= 256


def test_elements_are_cubes_turned_the_right_way_out(structure, tmp_path):
    """The corners go round against the clock, seen from the end of z, and from below upwards."""
    inp.write(tmp_path / "grains.inp", structure)
    mesh = meshio.read(tmp_path / "grains.inp")
    corners = (mesh.points[mesh.cells[0].data] / STEP)[..., : structure.labels.ndim]
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
    known = square if structure.labels.ndim == 2 else np.array([[x, y, z] for z in (0, 1) for x, y in square])
    assert np.allclose(corners - corners[:, :1], known)


def test_the_faces_of_the_box_are_node_sets(structure, tmp_path):
    inp.write(tmp_path / "grains.inp", structure)
    points = meshio.read(tmp_path / "grains.inp").points / STEP
    sets = read_sets(tmp_path / "grains.inp", "NSET")
    sides = dict(zip("XYZ", (7, 5, 3)[: structure.labels.ndim], strict=False))
    assert set(sets) == {f"{axis}{end}" for axis in sides for end in "01"}
    for axis, side in sides.items():
        along = points[:, "XYZ".index(axis)]
        assert sorted(sets[f"{axis}0"]) == (np.flatnonzero(along == 0) + 1).tolist()
        assert sorted(sets[f"{axis}1"]) == (np.flatnonzero(along == side) + 1).tolist()


def test_numbers_become_the_text_that_python_would_write():
    numbers = np.array([[0, 10, 999], [1000, 7, 4_294_967_295]])
    rows = lines(numbers, ",").decode().splitlines()
    assert [[int(word) for word in row.split(",")] for row in rows] == numbers.tolist()
    assert lines(numbers[:1], " ") == b"  0  10 999\n"


def test_stray_pieces_go_to_the_neighbour_that_they_share_most_with():
    labels = np.zeros((6, 8), np.int32)
    labels[:, 4:] = 1
    labels[2, 1] = 1  # in the middle of grain 0
    labels[0:3, 4] = 2
    labels[5, 5] = 2  # borders on grain 1 on three sides, alone
    found, count = mended(Microstructure(labels))
    assert count == 2
    assert found.labels[2, 1] == 0
    assert found.labels[5, 5] == 1
    assert np.sum(found.labels != labels) == 2


def test_corners_do_not_connect():
    labels = np.array([[0, 1, 1], [1, 0, 0], [1, 0, 0]], np.int32)
    found, count = mended(Microstructure(labels))
    assert count == 2
    assert found.labels.tolist() == [[1, 1, 1], [1, 0, 0], [1, 0, 0]]
    assert pieces(labels).tolist() == [[0, 1, 1], [2, 3, 3], [2, 3, 3]]


@pytest.mark.parametrize("shape", [(40, 50), (12, 13, 14), (1, 9, 1)])
def test_after_mending_each_grain_is_one_piece_and_the_largest_pieces_stay(shape):
    labels = np.random.default_rng(3).integers(0, 5, shape).astype(np.int32)
    labels = np.unique(labels, return_inverse=True)[1].reshape(shape).astype(np.int32)
    count = labels.max() + 1
    by_grain = [ndimage.label(labels == grain) for grain in range(count)]
    found, stray = mended(Microstructure(labels))
    assert stray == sum(number for _, number in by_grain) - count > 0
    assert pieces(labels).max() + 1 == sum(number for _, number in by_grain)
    for grain, (region, _) in enumerate(by_grain):
        assert ndimage.label(found.labels == grain)[1] == 1
        largest = np.bincount(region.ravel())[1:].max()
        kept = np.bincount(region[found.labels == grain], minlength=2)[1:]
        assert kept.max() == largest


def test_a_sound_structure_is_left_alone(structure):
    assert mended(structure) == (structure, 0)


@pytest.mark.parametrize("name", named.EXPORTS)
def test_a_gap_in_the_numbers_is_an_error_of_every_format(name, structure, tmp_path):
    labels = np.where(structure.labels == 1, 4, structure.labels)
    with pytest.raises(GraincastError, match=r"grains\.\w+: .* no grain 1"):
        named.write((name,), tmp_path, "grains", replace(structure, labels=labels, orientations=None, phases=()))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("labels", [np.array([[-1, 0]]), np.empty((0, 4), int)])
def test_what_is_no_grain_is_an_error(labels, tmp_path):
    with pytest.raises(GraincastError, match="expected grains from 0"):
        tiff.write(tmp_path / "grains.tif", Microstructure(labels))


def test_orientations_of_fewer_grains_are_an_error(structure, tmp_path):
    with pytest.raises(GraincastError, match="4 grains, 3 orientations and 4 phases"):
        tesr.write(tmp_path / "grains.tesr", replace(structure, orientations=structure.orientations[:3]))


def test_a_format_that_needs_a_scale_names_the_cure_before_anything_is_written(structure, tmp_path):
    with pytest.raises(GraincastError, match=r"grains\.inp: .*--pixel-size"):
        named.write(("tiff", "inp"), tmp_path, "grains", replace(structure, step=None))
    assert list(tmp_path.iterdir()) == []


def test_formats_are_asked_for_by_name():
    assert named.parse("tiff, vti,tiff") == ("tiff", "vti")
    with pytest.raises(GraincastError, match="'vtk' is no format to export, expected some of tiff, vti, tesr, inp"):
        named.parse("tiff,vtk")


def test_all_formats_are_written_and_all_files_are_told(structure, tmp_path):
    found = named.write(named.EXPORTS, tmp_path / "new", "grains", structure)
    assert sorted(found) == sorted((tmp_path / "new").iterdir())
    assert len(found) == 6
