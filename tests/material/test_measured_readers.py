"""Readers of measured maps: every format gives back what was written."""

import subprocess
import sys

import numpy as np
import pytest

import measured_files as files
import orix_oracle
from conftest import PROJECT
from graincast.material.measured import formats, map_table
from graincast.material.measured.readers import symmetry
from measured_files import edited, refused

MADE = files.sample()
IRON, MAGNESIUM = ("Iron", "m-3m"), ("Mag nesium", "6/mmm")


@pytest.fixture(scope="module")
def orix_compiles_into_a_folder_of_its_own():
    """Two processes that fill orix's own cache at the same time leave one there that crashes every later import."""
    orix_oracle.orix()


WITH_ORIX = pytest.mark.usefixtures("orix_compiles_into_a_folder_of_its_own")


@pytest.mark.parametrize("name", files.WRITERS)
def test_a_map_is_read_as_it_was_written(name, tmp_path):
    scan = formats.read(files.WRITERS[name](tmp_path / name, MADE))
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
    assert np.array_equal(formats.read(path.with_suffix(".cpr")).euler, formats.read(path).euler)
    path.with_suffix(".cpr").unlink()
    refused(path, "map.cpr", "beside it")


def test_the_order_of_an_oxford_record_is_what_the_header_says(tmp_path):
    turned = files.crc(tmp_path / "turned.crc", MADE, fields=(12, 7, 6, 5, 4, 3))
    plain = formats.read(files.crc(tmp_path / "plain.crc", MADE))
    assert np.array_equal(formats.read(turned).euler, plain.euler)


def test_numbers_with_a_decimal_comma_are_numbers(tmp_path):
    plain, commas = files.ctf(tmp_path / "a.ctf", MADE), files.ctf(tmp_path / "b.ctf", MADE, decimal=",")
    assert "," in commas.read_text().splitlines()[-1]
    assert np.array_equal(formats.read(plain).euler, formats.read(commas).euler)


@WITH_ORIX
@pytest.mark.parametrize("points", [None, 1])
def test_files_of_orix_are_read_as_orix_reads_them(points, tmp_path):
    made, path = orix_map(), tmp_path / "map.h5"
    save(path, made if points is None else made[made.is_indexed])
    scan = formats.read(path)
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
    scan = formats.read(path, step=0.2)
    assert scan.step == pytest.approx(0.2)
    assert any("0.2" in decision for decision in scan.decisions)


@WITH_ORIX
def test_phases_of_orix_that_begin_at_zero_are_numbered_one_higher(tmp_path):
    path = tmp_path / "map.h5"
    save(path, orix_map(first=0))
    scan = formats.read(path)
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
    scan = formats.read(path)
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
    assert formats.read(path).phase[0, :3].tolist() == [0, 0, MADE.phase[0, 2]]


def test_phase_zero_of_a_map_with_one_phase_is_that_phase(tmp_path):
    alone = files.Sample(MADE.euler, np.zeros(MADE.shape, int), MADE.confidence, MADE.quality)
    path = files.ang(tmp_path / "map.ang", alone)
    refused(path, "phase", "no point", "indexed")  # two phases: 0 is none of them
    header, points = path.read_text().split("# Phase 2")
    path.write_text(header + "#" + points.split("# Symmetry  62")[1])
    scan = formats.read(path)
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
    assert list(formats.read(path).phases) == [1]


# ---- real maps

REAL = {
    "in100": ((201, 189), 0.25, {1: "m-3m"}),
    "ni_superalloy": ((243, 359), 0.12, {1: "m-3m"}),
    "copper": ((296, 293), 2.0, {1: "m-3m"}),
    "duplex_steel": ((100, 117), 1.5, {1: "m-3m", 2: "m-3m"}),
}


@pytest.mark.parametrize("name", REAL)
def test_real_maps_are_read(name):
    (row,) = [each for each in map_table.load(PROJECT / "config" / "maps.csv") if each.name == name]
    scan = formats.read(files.mirror() / row.main.file)
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
    theirs, ours = io.load(path), formats.read(path)
    assert np.array_equal(ours.phase.ravel(), theirs.phase_id)
    assert np.allclose(ours.confidence.ravel(), theirs.dp)
    matrices = theirs.rotations.to_matrix()
    from orix.quaternion import Rotation

    assert np.allclose(Rotation.from_euler(ours.euler.reshape(-1, 3)).to_matrix(), matrices, atol=1e-5)


def test_neither_orix_nor_torch_is_needed_to_read_a_map_and_to_compare_its_points():
    code = (
        f"import sys; sys.path.insert(0, {str(PROJECT / 'workflow')!r}); "
        "from graincast.material.measured import fetching, formats, orientations; orientations.crystal('m-3m'); "
        "print([name for name in ('orix', 'torch', 'numba') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
