"""Readers of measured maps: every format gives back what was written, and what cannot be a map is named and refused."""

import resource
import struct
import subprocess
import sys
import time
import zlib

import h5py
import numpy as np
import pytest

import measured_files as files
from conftest import PROJECT
from graincast.errors import GraincastError
from graincast.measured import library, reading, table
from graincast.measured.readers import hexagonal, limits, symmetry
from graincast.measured.scan import GrainMap

MADE = files.sample()
IRON, MAGNESIUM = ("Iron", "m-3m"), ("Mag nesium", "6/mmm")


@pytest.fixture(scope="module")
def orix_compiles_into_a_folder_of_its_own():
    """Two processes that fill orix's own cache at the same time leave one there that crashes every later import."""
    library.orix()


WITH_ORIX = pytest.mark.usefixtures("orix_compiles_into_a_folder_of_its_own")


def refused(path, *words, **options):
    with pytest.raises(GraincastError) as error:
        reading.read(path, **options)
    message = str(error.value)
    assert "\n" not in message
    assert path.name.rsplit(".", 1)[0] in message
    for word in words:
        assert word in message
    return message


def edited(path, before, after):
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
    return path


@pytest.mark.parametrize("name", files.WRITERS)
def test_a_map_is_read_as_it_was_written(name, tmp_path):
    scan = reading.read(files.WRITERS[name](tmp_path / name, MADE))
    assert {number: (phase.name, phase.point_group) for number, phase in scan.phases.items()} == {1: IRON, 2: MAGNESIUM}
    assert np.array_equal(scan.phase, MADE.phase)
    there = MADE.phase > 0
    assert np.allclose(scan.euler[there], MADE.euler[there], atol=2e-5)
    assert not scan.euler[~there].any()
    assert scan.step == pytest.approx(MADE.step)
    assert np.allclose(scan.quality, MADE.quality)
    surer = scan.confidence - MADE.confidence  # of Oxford's formats: 1 less everywhere, since the deviation is 1 - it
    assert np.allclose(surer, surer[0, 0], atol=1e-4)
    assert scan.decisions[0].startswith("Euler angles are in")
    assert scan.euler.dtype == np.float32
    assert scan.phase.dtype == np.int16


def test_either_file_of_an_oxford_pair_can_be_named(tmp_path):
    path = files.crc(tmp_path / "map.crc", MADE)
    assert np.array_equal(reading.read(path.with_suffix(".cpr")).euler, reading.read(path).euler)
    path.with_suffix(".cpr").unlink()
    refused(path, "map.cpr", "beside it")


def test_the_order_of_an_oxford_record_is_what_the_header_says(tmp_path):
    turned = files.crc(tmp_path / "turned.crc", MADE, fields=(12, 7, 6, 5, 4, 3))
    plain = reading.read(files.crc(tmp_path / "plain.crc", MADE))
    assert np.array_equal(reading.read(turned).euler, plain.euler)


def test_numbers_with_a_decimal_comma_are_numbers(tmp_path):
    plain, commas = files.ctf(tmp_path / "a.ctf", MADE), files.ctf(tmp_path / "b.ctf", MADE, decimal=",")
    assert "," in commas.read_text().splitlines()[-1]
    assert np.array_equal(reading.read(plain).euler, reading.read(commas).euler)


@WITH_ORIX
@pytest.mark.parametrize("points", [None, 1])
def test_files_of_orix_are_read_as_orix_reads_them(points, tmp_path):
    made, path = orix_map(), tmp_path / "map.h5"
    save(path, made if points is None else made[made.is_indexed])
    scan = reading.read(path)
    assert scan.step == 0.5
    assert np.array_equal(scan.phase, np.where(MADE.phase > 0, MADE.phase, 0))
    assert {each.point_group for each in scan.phases.values()} == {"m-3m", "6/mmm"}
    there = MADE.phase > 0
    assert np.allclose(scan.euler[there], MADE.euler[there], atol=1e-4)
    assert np.allclose(scan.quality[there], MADE.quality[there])


@WITH_ORIX
def test_pixels_of_orix_need_a_step_from_the_table(tmp_path):
    made, path = orix_map(), tmp_path / "map.h5"
    made.scan_unit = "px"
    save(path, made)
    refused(path, "scan_unit", "px")
    scan = reading.read(path, step=0.2)
    assert scan.step == pytest.approx(0.2)
    assert any("0.2" in decision for decision in scan.decisions)


@WITH_ORIX
def test_phases_of_orix_that_begin_at_zero_are_numbered_one_higher(tmp_path):
    path = tmp_path / "map.h5"
    save(path, orix_map(first=0))
    scan = reading.read(path)
    assert np.array_equal(scan.phase, MADE.phase)
    assert scan.phases[1].point_group == "m-3m"
    assert any("one higher" in decision for decision in scan.decisions)


def orix_map(first=1):
    from orix.crystal_map import CrystalMap, PhaseList
    from orix.quaternion import Rotation

    euler, phase, confidence, quality = MADE.flat
    x, y = MADE.places
    phases = PhaseList(names=["Iron", "Mag nesium"], point_groups=["m-3m", "6/mmm"], ids=[first, first + 1])
    return CrystalMap(
        rotations=Rotation.from_euler(euler),
        phase_id=np.where(phase > 0, phase - 1 + first, -1),
        x=x,
        y=y,
        phase_list=phases,
        prop={"iq": quality, "ci": confidence},
        scan_unit="um",
    )


def save(path, made):
    from orix import io

    io.save(path, made, overwrite=True)


@WITH_ORIX
def test_an_ang_file_written_by_orix_is_read(tmp_path):
    path = tmp_path / "map.ang"
    save(path, orix_map())
    scan = reading.read(path)
    there = MADE.phase > 0
    assert np.array_equal(scan.phase, np.where(there, MADE.phase, 0))
    assert np.allclose(scan.euler[there], MADE.euler[there], atol=1e-3)


@WITH_ORIX
def test_laue_groups_are_those_of_orix():
    from orix.quaternion.symmetry import get_point_group

    for number in range(1, 231):
        group = get_point_group(number)
        theirs = group.laue.name or "2/m"  # orix has no name for that of "m"
        assert symmetry.of_space_group(number) == theirs, number
        assert symmetry.of_symbol(group.name) == symmetry.of_space_group(number), number
    assert symmetry.of_space_group(0) is symmetry.of_space_group(231) is symmetry.of_laue_number(12) is None


# ---- grids


@pytest.mark.parametrize(("rows", "odd", "even"), [(9, 7, 6), (8, 7, 7), (30, 5, 4)])
def test_a_hexagonal_grid_becomes_a_square_one_of_nearest_points(rows, odd, even):
    row, along = hexagonal.positions(rows, odd, even)
    places = np.stack([along, row * hexagonal.ASPECT], axis=1)
    near = hexagonal.nearest(rows, odd, even, hexagonal.ASPECT)
    square = np.stack(np.indices(near.shape)[::-1], axis=-1).reshape(-1, 2)
    distances = np.linalg.norm(square[:, None] - places, axis=2)
    assert np.allclose(distances[np.arange(len(square)), near.ravel()], distances.min(axis=1))
    assert near.shape[0] == int((rows - 1) * hexagonal.ASPECT) + 1


def hexagonal_ang(path, rows=9, odd=7, even=6):
    row, along = hexagonal.positions(rows, odd, even)
    chance = np.random.default_rng(2)
    euler = chance.random((len(row), 3)) * files.SPAN
    header = files.ang_header("HexGrid", rows, odd, even, 0.5, 0.5 * hexagonal.ASPECT)
    ones = np.ones(len(row))
    x, y = along * 0.5, row * 0.5 * hexagonal.ASPECT
    path.write_text(header + files.ang_lines(euler, x, y, 100 * chance.random(len(row)), ones, ones))
    return path, euler


def test_a_hexagonal_ang_file_keeps_its_orientations_and_says_what_was_done(tmp_path):
    path, euler = hexagonal_ang(tmp_path / "hex.ang")
    scan = reading.read(path)
    assert scan.phase.shape == (7, 7)
    assert any("hexagonal" in decision for decision in scan.decisions)
    assert np.allclose(scan.euler[0], euler[:7], atol=2e-5)  # the first row lies on the square grid
    measured = {tuple(angles) for angles in np.round(euler, 3)}
    assert sum(tuple(angles) in measured for angles in np.round(scan.euler.reshape(-1, 3).astype(float), 3)) > 40


def test_a_hexagonal_grid_of_edax_hdf5_is_read_as_that_of_an_ang_file(tmp_path):
    text, euler = hexagonal_ang(tmp_path / "hex.ang")
    ones = np.ones(len(euler))
    whole = files.Sample(euler[:, None], ones[:, None], ones[:, None], ones[:, None])
    path = files.edax(tmp_path / "hex.h5", whole)
    with h5py.File(path, "r+") as root:
        header = root["Scan 1/EBSD/Header"]
        for name, value in (
            ("nRows", 9),
            ("nColumns", 7),
            ("Step Y", 0.5 * hexagonal.ASPECT),
            ("Grid Type", b"HexGrid"),
        ):
            del header[name]
            header[name] = np.array([value])
    scan = reading.read(path)
    assert np.allclose(scan.euler, reading.read(text).euler, atol=2e-5)
    assert any("hexagonal" in decision for decision in scan.decisions)


def test_lengths_of_astar_are_nanometres(tmp_path):
    path = edited(files.ang(tmp_path / "map.ang", MADE), "# OPERATOR: me", "# File created from ACOM RES results")
    assert reading.read(path).step == pytest.approx(MADE.step / 1000)


def test_the_deviation_in_a_ctf_file_of_emsoft_is_a_dot_product(tmp_path):
    path = edited(files.ctf(tmp_path / "map.ctf", MADE), "Author\t[me]", "Author\tEMsoft v. 5_0; BANDS=pattern index")
    assert np.allclose(reading.read(path).confidence, 1 - MADE.confidence, atol=1e-4)


def test_a_hexagonal_grid_of_another_shape_is_refused(tmp_path):
    path, _ = hexagonal_ang(tmp_path / "hex.ang")
    refused(edited(path, "YSTEP: 0.433013", "YSTEP: 0.500000"), "YSTEP", "hexagonal")


def test_points_that_are_not_square_are_refused(tmp_path):
    path = files.crc(tmp_path / "map.crc", MADE)
    edited(path.with_suffix(".cpr"), "GridDistY=0.5", "GridDistY=0.6")
    refused(path, "0.5", "0.6", "square")


# ---- units of angles


def test_degrees_in_a_file_of_radians_are_seen_and_said(tmp_path):
    turned = files.Sample(np.degrees(MADE.euler), MADE.phase, MADE.confidence, MADE.quality)
    scan = reading.read(files.ang(tmp_path / "map.ang", turned))
    assert np.allclose(scan.euler[0, 0], MADE.euler[0, 0], atol=1e-5)
    assert "taken as degrees" in scan.decisions[0]


def test_radians_in_a_file_of_degrees_are_seen_and_said(tmp_path):
    turned = files.Sample(np.radians(MADE.euler), MADE.phase, MADE.confidence, MADE.quality)
    scan = reading.read(files.ctf(tmp_path / "map.ctf", turned))
    assert np.allclose(scan.euler[0, 0], MADE.euler[0, 0], atol=1e-3)
    assert "taken as radians" in scan.decisions[0]


def test_a_crystal_near_the_reference_stays_in_degrees(tmp_path):
    near = files.Sample(np.radians(1 + MADE.euler / 7), MADE.phase, MADE.confidence, MADE.quality)
    scan = reading.read(files.ctf(tmp_path / "map.ctf", near))
    assert np.allclose(scan.euler[0, 0], near.euler[0, 0], atol=1e-5)


# ---- what is not indexed


def test_points_without_a_solution_are_not_indexed(tmp_path):
    path = files.ang(tmp_path / "map.ang", MADE)
    lines = path.read_text().splitlines()
    first = next(number for number, line in enumerate(lines) if not line.startswith("#"))
    cells = lines[first].split()
    lines[first] = " ".join([*cells[:6], "-1.0", *cells[7:]])
    cells = lines[first + 1].split()
    lines[first + 1] = " ".join(["12.56637"] * 3 + cells[3:])
    path.write_text("\n".join(lines) + "\n")
    assert reading.read(path).phase[0, :3].tolist() == [0, 0, MADE.phase[0, 2]]


def test_phase_zero_of_a_map_with_one_phase_is_that_phase(tmp_path):
    alone = files.Sample(MADE.euler, np.zeros(MADE.shape, int), MADE.confidence, MADE.quality)
    path = files.ang(tmp_path / "map.ang", alone)
    refused(path, "phase", "no point", "indexed")  # two phases: 0 is none of them
    header, points = path.read_text().split("# Phase 2")
    path.write_text(header + "#" + points.split("# Symmetry  62")[1])
    scan = reading.read(path)
    assert (scan.phase == 1).all()
    assert any("only one" in decision for decision in scan.decisions)


@pytest.mark.parametrize("name", files.WRITERS)
def test_a_map_without_an_indexed_point_is_refused(name, tmp_path):
    lost = files.Sample(MADE.euler, np.zeros(MADE.shape, int), MADE.confidence, MADE.quality)
    refused(files.WRITERS[name](tmp_path / name, lost), "phase", "indexed")


@pytest.mark.parametrize("name", files.WRITERS)
def test_points_of_a_phase_that_the_header_does_not_have_are_refused(name, tmp_path):
    mixed = files.Sample(MADE.euler, np.where(MADE.phase == 2, 7, MADE.phase), MADE.confidence, MADE.quality)
    refused(files.WRITERS[name](tmp_path / name, mixed), "phase", "7", "1, 2")


def test_a_crystal_class_that_is_not_known_is_refused_only_if_points_have_it(tmp_path):
    path = edited(files.ang(tmp_path / "map.ang", MADE), "Symmetry  62", "Symmetry  nonsense")
    refused(path, "phase 2", "nonsense")
    alone = files.Sample(MADE.euler, np.minimum(MADE.phase, 1), MADE.confidence, MADE.quality)
    path = edited(files.ang(tmp_path / "map.ang", alone), "Symmetry  62", "Symmetry  nonsense")
    assert list(reading.read(path).phases) == [1]


# ---- malformed files


@pytest.mark.parametrize("name", files.WRITERS)
@pytest.mark.parametrize("share", [0.0, 0.05, 0.5, 0.98])
def test_a_truncated_file_is_refused(name, share, tmp_path):
    path = files.WRITERS[name](tmp_path / name, MADE)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    refused(path)


@pytest.mark.parametrize(
    ("name", "before", "after", "words"),
    [
        ("map.ang", "NROWS: 6", "NROWS: 7", ("54", "63", "truncated")),
        ("map.ang", "NROWS: 6", "NROWS: 5", ("more", "45")),
        ("map.ang", "NROWS: 6", "NROWS: 4000", ("NROWS", "bytes")),
        ("map.ang", "NROWS: 6", "NROWS: -6", ("NROWS", "'-6'")),
        ("map.ang", "NROWS: 6", "NROWS: 99999999999999999999", ("NROWS",)),
        ("map.ang", "# NROWS: 6", "#", ("NROWS",)),
        ("map.ang", "SqrGrid", "TriGrid", ("GRID", "TriGrid")),
        ("map.ang", "XSTEP: 0.5", "XSTEP: 0.7", ("column x",)),
        ("map.ang", "XSTEP: 0.5", "XSTEP: nan", ("XSTEP",)),
        ("map.ang", "XSTEP: 0.5", "XSTEP: 1e30", ("XSTEP",)),
        ("map.ctf", "XCells\t9", "XCells\t10000000", ("XCells", "25000000")),
        ("map.ctf", "XCells\t9", "XCells\t6", ("more", "36")),
        ("map.ctf", "XCells\t9\nYCells\t6", "XCells\t6\nYCells\t9", ("column X",)),
        ("map.ctf", "JobMode\tGrid", "JobMode\tInteractive", ("JobMode", "Interactive")),
        ("map.ctf", "Phases\t2", "Phases\t1000000", ("Phases",)),
        ("map.ctf", "Euler1\t", "Eulerone\t", ("Euler1",)),
        ("map.cpr", "xCells=9", "xCells=10", ("bytes", "60 points")),
        ("map.cpr", "xCells=9", "xCells=0", ("xCells",)),
        ("map.cpr", "Field1=3", "Field1=2", ("field 3",)),
        ("map.cpr", "Field1=3", "Field1=4", ("twice",)),
        ("map.cpr", "Count=9", "Count=99999", ("Count",)),
        ("map.cpr", "RegularGrid", "LineScan", ("JobMode", "LineScan")),
        ("map.cpr", "LaueGroup=11\nSpaceGroup=229", "LaueGroup=99\nSpaceGroup=0", ("symmetry of phase 1", "99")),
    ],
)
def test_a_lying_header_is_refused(name, before, after, words, tmp_path):
    writer = files.WRITERS[name.replace("cpr", "crc")]
    path = writer(tmp_path / name.replace("cpr", "crc"), MADE).with_name(name)
    refused(edited(path, before, after), *words)


@pytest.mark.parametrize("value", ["nan", "inf", "1e39", "hello", "", "9999"])
def test_an_angle_that_is_none_is_refused(value, tmp_path):
    path = files.ang(tmp_path / "map.ang", MADE)
    lines = path.read_text().splitlines()
    lines[-1] = " ".join([value, *lines[-1].split()[1:]])
    path.write_text("\n".join(lines))
    refused(path)


def test_one_hundred_million_points_are_refused_before_any_is_read(tmp_path):
    path = files.ang(tmp_path / "map.ang", MADE)
    edited(path, "NROWS: 6", "NROWS: 10000")
    edited(path, "NCOLS_ODD: 9", "NCOLS_ODD: 10000")
    with open(path, "ab") as stream:
        stream.truncate(3_000_000_000)  # a hole: no disk is used
    begun = time.monotonic()
    refused(path, "100000000 points", str(limits.MOST_POINTS))
    assert time.monotonic() - begun < 1


def bomb(path, shape):
    """A DREAM.3D file of a few kilobytes whose angles claim gigabytes."""
    files.dream3d(path, MADE)
    with h5py.File(path, "r+") as root:
        section = root["DataContainers/Section"]
        section["_SIMPL_GEOMETRY/DIMENSIONS"][...] = [shape[1], shape[0], 1]
        points = section["EBSD Scan Data"]
        del points["Confidence Index"]
        for name, components, kind in (("EulerAngles", 3, "f4"), ("Phases", 1, "i4"), ("Image Quality", 1, "f4")):
            del points[name]
            whole = (1, *shape, components)
            points.create_dataset(name, whole, kind, chunks=(1, 500, 500, components), compression="gzip", fillvalue=1)
    return path


@pytest.mark.parametrize(("shape", "word"), [((4000, 4000), "are stored"), ((20000, 20000), str(limits.MOST_POINTS))])
def test_a_bomb_is_refused_within_bounded_memory(shape, word, tmp_path):
    path = bomb(tmp_path / "map.dream3d", shape)
    assert path.stat().st_size < 100_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused(path, word)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB


def png_bomb(path, side):
    """A PNG that says side x side of one grey, a thousandth of its size."""
    packer = zlib.compressobj(9)
    row = bytes(side + 1)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b""))
    return path


def test_a_picture_that_unpacks_to_too_much_is_refused(tmp_path):
    path = png_bomb(tmp_path / "map.png", 10_000)
    assert path.stat().st_size < 300_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused(path, "100 million pixels")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_hdf5_is_not_followed_out_of_the_file(tmp_path):
    files.dream3d(tmp_path / "secret.dream3d", MADE)
    path = files.dream3d(tmp_path / "map.dream3d", MADE)
    with h5py.File(path, "r+") as root:
        points = root["DataContainers/Section/EBSD Scan Data"]
        del points["EulerAngles"]
        points["EulerAngles"] = h5py.ExternalLink("secret.dream3d", "DataContainers/Section/EBSD Scan Data/EulerAngles")
        assert points["EulerAngles"].shape == (1, 6, 9, 3)  # h5py itself would follow
    refused(path, "EulerAngles")


@pytest.mark.parametrize("kind", ["virtual", "external"])
def test_numbers_that_lie_in_another_file_are_refused(kind, tmp_path):
    files.dream3d(tmp_path / "secret.dream3d", MADE)
    path = files.dream3d(tmp_path / "map.dream3d", MADE)
    with h5py.File(path, "r+") as root:
        points = root["DataContainers/Section/EBSD Scan Data"]
        del points["EulerAngles"]
        if kind == "virtual":
            layout = h5py.VirtualLayout((1, 6, 9, 3), "f4")
            name = "DataContainers/Section/EBSD Scan Data/EulerAngles"
            layout[...] = h5py.VirtualSource(str(tmp_path / "secret.dream3d"), name, (1, 6, 9, 3))
            points.create_virtual_dataset("EulerAngles", layout)
        else:
            external = [(str(tmp_path / "secret.dream3d"), 0, 648)]
            points.create_dataset("EulerAngles", (1, 6, 9, 3), "f4", external=external)
    refused(path, "another file")


def test_an_unknown_layout_names_the_groups_that_there_are(tmp_path):
    refused(files.tree(tmp_path / "map.h5", {"Something/else": 1}), "Something", "orix")


def test_the_first_of_several_maps_in_a_file_is_read_and_named(tmp_path):
    path = files.h5oina(tmp_path / "map.h5oina", MADE)
    with h5py.File(path, "r+") as root:
        root.copy("1", "2")
    assert any("'1' is read, 2 not" in decision for decision in reading.read(path).decisions)


@pytest.mark.parametrize("name", ["map.doc", "map", "map.ang.gz"])
def test_a_suffix_that_no_reader_knows_is_refused(name, tmp_path):
    (tmp_path / name).write_bytes(b"content")
    refused(tmp_path / name, "suffix", ".ang")


# ---- grains without orientations


@pytest.mark.parametrize("name", ["map.npy", "map.png", "map.tif"])
def test_label_images_are_grain_maps(name, tmp_path):
    labels = files.grain_map()
    found = reading.read(files.label_image(tmp_path / name, labels), step=0.3)
    assert isinstance(found, GrainMap)
    assert found.step == 0.3
    pairs = {(int(a), int(b)) for a, b in zip(labels.ravel(), found.labels.ravel(), strict=True)}
    assert len(pairs) == len(np.unique(labels)) == len(np.unique(found.labels))


def test_feature_ids_of_dream3d_are_a_grain_map(tmp_path):
    labels = files.grain_map()
    path = files.tree(
        tmp_path / "map.dream3d",
        {
            "DataContainers/Section/_SIMPL_GEOMETRY/DIMENSIONS": np.array([30, 24, 1]),
            "DataContainers/Section/_SIMPL_GEOMETRY/SPACING": np.array([0.25, 0.25, 1], np.float32),
            "DataContainers/Section/Cells/FeatureIds": labels[None, ..., None],
        },
    )
    found = reading.read(path)
    assert found.step == 0.25
    assert len(np.unique(found.labels)) == len(np.unique(labels))


@pytest.mark.parametrize(
    ("labels", "word"),
    [
        (np.ones((20, 20), int), "one single value"),
        (np.arange(400).reshape(20, 20), "photograph"),
        (np.ones((3, 20), int), "3"),
        (np.full((20, 20), np.nan), "finite"),
    ],
)
def test_what_is_no_grain_map_is_refused(labels, word, tmp_path):
    refused(files.label_image(tmp_path / "map.npy", labels), word)


# ---- real maps

REAL = {
    "in100": ((201, 189), 0.25, {1: "m-3m"}),
    "ni_superalloy": ((243, 359), 0.12, {1: "m-3m"}),
    "copper": ((296, 293), 2.0, {1: "m-3m"}),
    "duplex_steel": ((100, 117), 1.5, {1: "m-3m", 2: "m-3m"}),
}


@pytest.mark.parametrize("name", REAL)
def test_real_maps_are_read(name):
    (row,) = [each for each in table.load(PROJECT / "config" / "measured.csv") if each.name == name]
    scan = reading.read(files.mirror() / row.main.file)
    shape, step, groups = REAL[name]
    assert scan.phase.shape == shape
    assert scan.step == pytest.approx(step)
    assert {number: phase.point_group for number, phase in scan.phases.items()} == groups
    assert (scan.phase > 0).mean() > 0.8
    assert scan.quality.shape == shape
    assert scan.quality.std() > 1


@WITH_ORIX
def test_a_real_map_of_two_phases_is_what_orix_reads():
    from orix import io

    path = files.mirror() / "ebsd_duplex_steel" / "sdss_ferrite_austenite.ang"
    theirs, ours = io.load(path), reading.read(path)
    assert np.array_equal(ours.phase.ravel(), theirs.phase_id)
    assert np.allclose(ours.confidence.ravel(), theirs.dp)
    matrices = theirs.rotations.to_matrix()
    from orix.quaternion import Rotation

    assert np.allclose(Rotation.from_euler(ours.euler.reshape(-1, 3)).to_matrix(), matrices, atol=1e-5)


def test_neither_orix_nor_torch_is_needed_to_read_a_map():
    code = (
        f"import sys; sys.path.insert(0, {str(PROJECT / 'workflow')!r}); "
        "from graincast.measured import reading, fetching; "
        "print([name for name in ('orix', 'torch', 'numba') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
