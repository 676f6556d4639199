"""What readers of measured maps decide: hexagonal grids become square ones, units of angles are seen."""

import h5py
import numpy as np
import pytest

import measured_files as files
from graincast.material.measured import formats
from graincast.material.measured.readers import hexagonal
from measured_files import edited, refused

MADE = files.sample()


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
    scan = formats.read(path)
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
    scan = formats.read(path)
    assert np.allclose(scan.euler, formats.read(text).euler, atol=2e-5)
    assert any("hexagonal" in decision for decision in scan.decisions)


def test_lengths_of_astar_are_nanometres(tmp_path):
    path = edited(files.ang(tmp_path / "map.ang", MADE), "# OPERATOR: me", "# File created from ACOM RES results")
    assert formats.read(path).step == pytest.approx(MADE.step / 1000)


def test_the_deviation_in_a_ctf_file_of_emsoft_is_a_dot_product(tmp_path):
    path = edited(files.ctf(tmp_path / "map.ctf", MADE), "Author\t[me]", "Author\tEMsoft v. 5_0; BANDS=pattern index")
    assert np.allclose(formats.read(path).confidence, 1 - MADE.confidence, atol=1e-4)


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
    scan = formats.read(files.ang(tmp_path / "map.ang", turned))
    assert np.allclose(scan.euler[0, 0], MADE.euler[0, 0], atol=1e-5)
    assert "taken as degrees" in scan.decisions[0]


def test_radians_in_a_file_of_degrees_are_seen_and_said(tmp_path):
    turned = files.Sample(np.radians(MADE.euler), MADE.phase, MADE.confidence, MADE.quality)
    scan = formats.read(files.ctf(tmp_path / "map.ctf", turned))
    assert np.allclose(scan.euler[0, 0], MADE.euler[0, 0], atol=1e-3)
    assert "taken as radians" in scan.decisions[0]


def test_a_crystal_near_the_reference_stays_in_degrees(tmp_path):
    near = files.Sample(np.radians(1 + MADE.euler / 7), MADE.phase, MADE.confidence, MADE.quality)
    scan = formats.read(files.ctf(tmp_path / "map.ctf", near))
    assert np.allclose(scan.euler[0, 0], near.euler[0, 0], atol=1e-5)
