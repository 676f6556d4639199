"""The table of grains on shapes whose size, outline and axes are known."""

import csv
import math

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from graincast.material import grain_table
from graincast.material.measured.orientations import quaternions
from graincast.material.microstructure import Microstructure


def ellipse(major, minor, degrees, side=401):
    """Grain 1 is an ellipse whose major axis is turned counter-clockwise from the rows."""
    rows, columns = np.mgrid[:side, :side] - side // 2
    angle = math.radians(degrees)
    along = columns * math.cos(angle) - rows * math.sin(angle)
    across = columns * math.sin(angle) + rows * math.cos(angle)
    return ((along / major) ** 2 + (across / minor) ** 2 <= 1).astype(np.int32)


def table(labels, **known):
    return grain_table.columns(Microstructure(labels, **known))


@pytest.mark.parametrize("degrees", [0, 30, 45, 90, 120, 179])
def test_an_ellipse_has_its_axes_and_its_direction(degrees):
    found = table(ellipse(120, 40, degrees))
    assert found["aspect_ratio"][1] == pytest.approx(3, rel=0.01)
    off = (found["major_axis_degrees"][1] - degrees + 90) % 180 - 90
    assert abs(off) < 0.2
    assert found["area_px2"][1] == pytest.approx(math.pi * 120 * 40, rel=0.01)


@pytest.mark.parametrize("radius", [5, 10, 50, 150])
def test_a_disc_has_the_diameter_and_the_perimeter_of_one(radius):
    rows, columns = np.mgrid[:401, :401]
    found = table((np.hypot(rows - 200.31, columns - 200.17) <= radius).astype(np.int32))
    assert found["equivalent_diameter_px"][1] == pytest.approx(2 * radius, rel=0.02)
    assert found["perimeter_px"][1] == pytest.approx(2 * math.pi * radius, rel=0.01)
    assert found["aspect_ratio"][1] == pytest.approx(1, abs=0.03)


def test_the_perimeter_of_a_square_is_within_six_percent_of_its_sides():
    labels = np.zeros((100, 100), np.int32)
    labels[30:70, 20:60] = 1
    assert table(labels)["perimeter_px"][1] == pytest.approx(160, rel=0.06)
    assert table(np.zeros((40, 40), np.int32))["perimeter_px"][0] == pytest.approx(160, rel=0.06)


def test_a_rectangle_is_measured_in_micrometres_where_they_are_known():
    labels = np.zeros((20, 30), np.int32)
    labels[4:8, 10:22] = 1
    found = table(labels, step=0.5)
    assert found["area_um2"][1] == 12
    assert found["equivalent_diameter_um"][1] == pytest.approx(2 * math.sqrt(12 / math.pi))
    assert (found["x_um"][1], found["y_um"][1]) == (8, 3)
    assert found["aspect_ratio"][1] == pytest.approx(3)
    assert found["major_axis_degrees"][1] == pytest.approx(0, abs=1e-9)
    assert found["grain"].tolist() == [1, 2]
    assert not any("px" in name for name in found)
    pixels = table(labels)
    assert (pixels["area_px2"][1], pixels["x_px"][1], pixels["y_px"][1]) == (48, 16, 6)
    assert not any("um" in name for name in pixels)


def test_a_single_pixel_is_as_long_as_it_is_wide():
    labels = np.zeros((5, 5), np.int32)
    labels[2, 3] = 1
    assert table(labels)["aspect_ratio"][1] == pytest.approx(1)


def test_neighbours_share_a_side_and_the_edge_is_none():
    labels = np.array([[0, 0, 1], [0, 4, 2], [3, 2, 2]], np.int32)
    found = table(labels)
    expected = {0: {1, 4, 3}, 1: {0, 2}, 2: {1, 4, 3}, 3: {0, 2}, 4: {0, 2}}
    assert found["neighbours"].tolist() == [len(expected[grain]) for grain in range(5)]
    assert found["touches_edge"].tolist() == [True, True, True, True, False]


def test_a_number_without_a_pixel_has_no_row():
    labels = np.array([[0, 0], [2, 2]], np.int32)
    found = table(labels, phases=("ferrite", "none", "austenite"))
    assert found["grain"].tolist() == [1, 3]
    assert found["phase"].tolist() == ["ferrite", "austenite"]


@pytest.mark.parametrize(
    ("way", "azimuth", "elevation"), [((1, 0, 0), 0, 0), ((0, 0, 1), None, 90), ((1, -1, math.sqrt(2)), 45, 45)]
)
def test_an_ellipsoid_in_space_has_its_axis(way, azimuth, elevation):
    """`way` is x to the right, y down, z up."""
    layers, rows, columns = np.mgrid[:81, :81, :81] - 40
    place = np.stack([columns, rows, layers])
    along = np.tensordot(np.array(way) / np.linalg.norm(way), place, 1)
    across = (place**2).sum(axis=0) - along**2
    found = table(((along / 36) ** 2 + across / 12**2 <= 1).astype(np.int32), step=2.0)
    assert found["volume_um3"][1] == pytest.approx(8 * 4 / 3 * math.pi * 36 * 144, rel=0.02)
    assert found["equivalent_diameter_um"][1] == pytest.approx(4 * (36 * 144) ** (1 / 3), rel=0.01)
    assert found["aspect_ratio"][1] == pytest.approx(3, rel=0.02)
    assert found["major_axis_elevation_degrees"][1] == pytest.approx(elevation, abs=0.5)
    if azimuth is not None:
        assert (found["major_axis_azimuth_degrees"][1] - azimuth + 90) % 180 - 90 == pytest.approx(0, abs=0.5)
    assert [found[name][1] for name in ("x_um", "y_um", "z_um")] == [81, 81, 81]
    assert found["neighbours"].tolist() == [1, 1]
    assert found["touches_edge"].tolist() == [True, False]
    assert "perimeter_um" not in found


def test_orientations_come_back_as_the_angles_that_they_were_made_of():
    angles = np.array([[10, 20, 30], [350, 90, 200], [40, 0, 0], [70, 180, 0]], np.float32)
    labels = np.arange(4, dtype=np.int32).reshape(2, 2)
    found = table(labels, orientations=quaternions(np.deg2rad(angles)).astype(np.float64))
    back = np.stack([found[f"{name}_degrees"] for name in ("phi1", "Phi", "phi2")], axis=1)
    turned = Rotation.from_euler("ZXZ", back, degrees=True) * Rotation.from_euler("ZXZ", angles, degrees=True).inv()
    assert turned.magnitude().max() < 1e-3
    assert np.allclose(back[:2], angles[:2], atol=1e-3)


def test_the_written_table_is_the_table(tmp_path):
    labels = ellipse(40, 20, 30, 101)
    structure = Microstructure(labels, 0.25, phases=("ferrite", "austenite, retained"))
    path = tmp_path / "grains.csv"
    grain_table.write_csv(path, structure)
    with open(path, newline="") as stream:
        rows = list(csv.DictReader(stream))
    expected = grain_table.columns(structure)
    assert list(rows[0]) == list(expected)
    assert [row["phase"] for row in rows] == ["ferrite", "austenite, retained"]
    assert [row["touches_edge"] for row in rows] == ["True", "False"]
    assert [row["grain"] for row in rows] == ["1", "2"]
    assert float(rows[1]["area_um2"]) == pytest.approx(expected["area_um2"][1], rel=1e-5)
