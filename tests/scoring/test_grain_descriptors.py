"""Descriptors of grains against hexagons, ellipses, counts by hand, and maps that are cut elsewhere."""

from dataclasses import fields

import numpy as np
import pytest
from scipy.special import ellipe

from graincast.material import grain_table
from graincast.material.grains import geometry
from graincast.scoring import grain_descriptors
from graincast.scoring.grain_descriptors import FEATURES, described, features, pooled
from label_maps_made import grown, hexagons, voronoi


def ellipse(aspect_ratio, degrees, middle=(32.3, 31.6), size=64, radius=14.0):
    """A grain 1 in a periodic box, its major axis so many degrees counter-clockwise from x as the map is looked at."""
    y, x = ((at + 0.5 - to + size / 2) % size - size / 2 for at, to in zip(np.mgrid[:size, :size], middle, strict=True))
    turn, stretch = np.deg2rad(degrees), np.sqrt(aspect_ratio)
    along, across = np.cos(turn) * x - np.sin(turn) * y, np.sin(turn) * x + np.cos(turn) * y
    return (np.hypot(along / stretch, across * stretch) < radius).astype(np.int32)


def blocks(count, side=4):
    return np.kron(np.arange(count**2).reshape(count, count), np.ones((side, side), int)).astype(np.int32)


def test_every_hexagon_has_six_neighbours_of_its_own_size():
    grains = described(hexagons(6, 16), periodic=True)
    assert len(grains.area) == 36
    assert np.unique(grains.sides).tolist() == [6]
    assert np.unique(grains.sides_of_neighbours).tolist() == [6]
    assert grains.radius_of_neighbours == pytest.approx(grains.radius)
    assert grains.radius == pytest.approx(np.sqrt(14 * 16 / np.pi))
    assert grains.roundness == pytest.approx(np.pi / (2 * np.sqrt(3)), rel=0.06)
    assert grains.weight.tolist() == [1] * 36


@pytest.mark.parametrize("degrees", [0, 30, 90, 150])
@pytest.mark.parametrize("middle", [(32.3, 31.6), (0.4, 63.1)])
def test_an_ellipse_has_its_aspect_ratio_and_direction_wherever_the_box_is_cut(degrees, middle):
    grains = described(ellipse(1.5, degrees, middle), periodic=True)
    assert grains.aspect_ratio[1] == pytest.approx(1.5, rel=0.02)
    assert (grains.axis_degrees[1] - degrees + 90) % 180 - 90 == pytest.approx(0, abs=1.5)
    assert grains.area[1] == pytest.approx(np.pi * 14**2, rel=0.02)


def test_a_disc_is_round_and_a_long_ellipse_is_not():
    assert described(ellipse(1, 0), periodic=True).roundness[1] == pytest.approx(1, abs=0.03)
    assert described(ellipse(1, 0), periodic=True).aspect_ratio[1] == pytest.approx(1, abs=0.02)
    perimeter = 4 * 14 * np.sqrt(3) * ellipe(1 - 1 / 3**2)
    expected = 4 * np.pi * np.pi * 14**2 / perimeter**2
    assert described(ellipse(3, 40), periodic=True).roundness[1] == pytest.approx(expected, rel=0.04)


def test_a_roll_of_the_box_changes_no_grain():
    labels = grown(0)
    one, other = described(labels, periodic=True), described(np.roll(labels, (37, 55), (0, 1)), periodic=True)
    assert len(one.area) > 100
    for entry in fields(one):
        assert getattr(other, entry.name) == pytest.approx(getattr(one, entry.name), nan_ok=True), entry.name


def test_neighbours_are_those_that_a_walk_over_the_pixels_meets():
    labels = voronoi(40, 48, 40, 3)
    met = {grain: set() for grain in range(labels.max() + 1)}
    for (y, x), grain in np.ndenumerate(labels):
        for other in (labels[(y + 1) % 40, x], labels[y, (x + 1) % 48]):
            if other != grain:
                met[grain].add(other)
                met[other].add(grain)
    grains = described(labels, periodic=True)
    assert grains.sides.tolist() == [len(others) for others in met.values()]
    for values, found in (
        (grains.sides, grains.sides_of_neighbours),
        (grains.radius, grains.radius_of_neighbours),
    ):
        assert found == pytest.approx([np.mean(values[list(others)]) for others in met.values()])


def test_perimeters_are_those_of_the_grain_table():
    labels = voronoi(64, 64, 30, 0)
    clear = np.setdiff1d(np.arange(labels.max() + 1), geometry.on_edge(labels))
    expected = 4 * np.pi * geometry.areas(labels)[clear] / grain_table.perimeters(labels)[clear] ** 2
    assert described(labels, periodic=False).roundness == pytest.approx(expected)
    assert described(labels, periodic=True).roundness[clear] == pytest.approx(expected)


def test_a_field_describes_grains_clear_of_its_edges_and_knows_neighbours_that_are_clear_too():
    three, five = (described(blocks(count), periodic=False) for count in (3, 5))
    assert (three.sides.tolist(), np.isnan(three.sides_of_neighbours).tolist()) == ([4], [True])
    assert five.sides.tolist() == [4] * 9
    assert np.flatnonzero(~np.isnan(five.sides_of_neighbours)).tolist() == [4]
    assert (five.sides_of_neighbours[4], five.radius_of_neighbours[4]) == (4, five.radius[4])
    assert five.weight == pytest.approx(1 / (16 / 20) ** 2)


def test_weights_give_the_mean_radius_of_the_material_from_what_fields_hold_whole():
    labels, rng = grown(1, 192), np.random.default_rng(0)
    places = rng.integers(192, size=(150, 2))
    fields_of_view = pooled(described(np.roll(labels, place, (0, 1))[:60, :60], False) for place in places)
    truth = described(labels, periodic=True).mean_radius
    assert fields_of_view.mean_radius == pytest.approx(truth, rel=0.02)
    assert fields_of_view.radius.mean() < 0.95 * truth


def test_features_do_not_know_how_large_a_pixel_is():
    coarse, fine = (described(np.kron(voronoi(48, 48, 20, 1), np.ones((n, n), np.int32)), True) for n in (1, 3))
    one, other = (features(grains, grains.mean_radius) for grains in (coarse, fine))
    assert one.shape == (20, len(FEATURES))
    for name in ("relative_radius", "sides", "sides_of_neighbours", "relative_radius_of_neighbours"):
        at = FEATURES.index(name)
        assert other[:, at] == pytest.approx(one[:, at])
    for name in ("aspect_ratio", "along_x", "along_diagonal"):  # fine pixels draw the stairs of coarse ones
        at = FEATURES.index(name)
        assert other[:, at] == pytest.approx(one[:, at], rel=0.05, abs=0.02)
    assert features(coarse, 2 * coarse.mean_radius)[:, 0] == pytest.approx(one[:, 0] / 2)


def test_the_axis_stands_in_the_features_as_a_doubled_angle():
    along, diagonal = FEATURES.index("along_x"), FEATURES.index("along_diagonal")
    for degrees, expected in ((0, (1, 0)), (45, (0, 1)), (90, (-1, 0)), (135, (0, -1))):
        row = features(described(ellipse(2, degrees), periodic=True), 1.0)[1]
        assert (row[along], row[diagonal]) == pytest.approx(0.5 * np.array(expected), abs=0.03)


def test_one_grain_that_fills_the_box_has_no_neighbour_and_a_field_of_it_no_grain():
    alone = np.zeros((16, 16), np.int32)
    grains = described(alone, periodic=True)
    assert (grains.sides.tolist(), grains.area.tolist()) == ([0], [256])
    assert np.isnan(grains.sides_of_neighbours).all()
    assert len(grain_descriptors.described(alone, periodic=False).area) == 0
