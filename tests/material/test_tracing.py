"""Tracing label maps: areas, planarity, junctions, and what becomes of the staircase."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from graincast.base.errors import GraincastError
from graincast.material.grains.geometry import connected_regions
from graincast.material.networks import measures, rendering
from graincast.material.networks.surroundings import mirrored
from graincast.material.networks.tracing import trace

ROW, COLUMN = np.mgrid[:24, :24]


def voronoi(width, grains, seed):
    rows, columns = np.mgrid[:width, :width] + 0.5
    seeds = np.random.default_rng(seed).random((grains, 2)) * width
    nearest = cKDTree(seeds, boxsize=width).query(np.stack([columns.ravel(), rows.ravel()], axis=1))[1]
    return nearest.reshape(width, width)


def noise(labels, seed):
    return np.random.default_rng(seed).integers(0, labels, (16, 16))


def disc(radius, width):
    rows, columns = np.mgrid[:width, :width] + 0.5
    return (np.hypot(columns - width / 2 - 0.2, rows - width / 2 + 0.3) < radius).astype(int)


def islands():
    labels = np.zeros((24, 24), int)
    labels[4:12, 3:11] = 1
    labels[6:9, 5:8] = 2
    labels[7, 6] = 3
    labels[15, 15] = 4
    labels[18:20, 2] = labels[18, 3] = 5
    labels[18:20, 10:13] = 6
    labels[12:22, 20] = 7
    return labels


def corridors():
    """One pixel wide, and around the box."""
    labels = np.zeros((24, 24), int)
    labels[:, 5] = labels[7, :] = 1
    labels[12:20, 10:20] = 2
    labels[14, 8:24] = 3
    return labels


MAPS = {
    "five grains": voronoi(32, 5, 0),
    "grains of 20 pixels": voronoi(48, 115, 1),
    "grains of 12 pixels": voronoi(48, 192, 3),
    "grains of 5 pixels": voronoi(32, 205, 2),
    "noise of 2": noise(2, 0),
    "noise of 3": noise(3, 1),
    "noise of 5": noise(5, 2),
    "noise of 50": noise(50, 3),
    "every pixel its own grain": np.arange(256).reshape(16, 16),
    "islands": islands(),
    "corridors": corridors(),
    "strip": (ROW // 6 == 1).astype(int),
    "leaning strip": ((ROW + COLUMN) % 24 < 8).astype(int),
    "leaning corridor": ((ROW + COLUMN) % 24 < 1).astype(int),
    "leaning columns": np.roll((ROW + 3 * COLUMN) % 24, 1, axis=0) // 6,
    "chessboard": (ROW // 3 + COLUMN // 3) % 2,
    "chessboard of pixels": (ROW + COLUMN) % 2,
    "quadruple points": ROW // 6 * 4 + COLUMN // 6,
    "oblong": voronoi(40, 30, 4)[:16],
    "four pixels": np.array([[0, 1], [2, 3]]),
    "two pixels": np.array([[0, 1]]),
}
each_map = pytest.mark.parametrize("labels", MAPS.values(), ids=MAPS.keys())


def areas(network):
    """Areas of the network moved in its box, so that no junction stands on the box's edge."""
    return measures.areas(replace(network, points=network.points + np.array([0.012345, 0.0456789])))


def segments(network):
    """Starts and steps [segments, 2], and the boundary of each."""
    boundary = np.repeat(np.arange(network.boundaries), np.diff(network.first))
    inside = boundary[1:] == boundary[:-1]
    return network.points[:-1][inside], np.diff(network.points, axis=0)[inside], boundary[1:][inside]


def cross(one, other):
    return one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0]


def wrapped(steps, box):
    return steps - box * np.round(steps / box)


def rasterised(network, shape):
    """Brute-force twin: each pixel's middle is on that side of the nearest segment; at a corner, of the one that it
    stands farthest to the side of."""
    start, step, boundary = segments(network)
    rows, columns = np.mgrid[: shape[0], : shape[1]] + 0.5
    labels = np.empty(rows.size, int)
    for index, middle in enumerate(np.stack([columns.ravel(), rows.ravel()], axis=1)):
        away = wrapped(middle - start - 0.5 * step, np.array(network.box)) + 0.5 * step
        share = np.clip((away * step).sum(axis=1) / (step**2).sum(axis=1), 0, 1)
        distance = np.hypot(*(away - share[:, None] * step).T)
        beside = cross(step, away) / np.hypot(*step.T)
        nearest = np.flatnonzero(distance < distance.min() + 1e-9)
        chosen = nearest[np.argmax(np.abs(beside[nearest]))]
        labels[index] = network.grains[boundary[chosen], 0 if beside[chosen] > 0 else 1]
    return labels.reshape(shape)


def crossings(network):
    """Brute force: pairs of segments that meet anywhere but at a common end."""
    start, step, _ = segments(network)
    box, found = np.array(network.box), 0
    for index in range(len(start)):
        between = wrapped(start[index + 1 :] + 0.5 * (step[index + 1 :] - step[index]) - start[index], box)
        between += 0.5 * (step[index] - step[index + 1 :])
        denominator = cross(step[index], step[index + 1 :])
        denominator = np.where(np.abs(denominator) < 1e-12, np.inf, denominator)
        here, there = cross(between, step[index + 1 :]) / denominator, cross(between, step[index]) / denominator
        within = (np.abs(here - 0.5) < 0.5 - 1e-7) & (np.abs(there - 0.5) < 0.5 + 1e-7)
        within |= (np.abs(here - 0.5) < 0.5 + 1e-7) & (np.abs(there - 0.5) < 0.5 - 1e-7)
        found += int(np.sum(within & np.isfinite(denominator)))
    return found


@pytest.mark.parametrize("pixels_a_grain", [200, 50, 20, 5])
def test_no_grain_changes_its_area(pixels_a_grain):
    labels = voronoi(128, 128**2 // pixels_a_grain, 0)
    pixels = np.bincount(labels.ravel())
    error = np.abs(areas(trace(labels)) - pixels)
    assert np.all(error <= 1e-6 * pixels)


@each_map
def test_areas_of_any_map_are_its_pixels(labels):
    assert areas(trace(labels)) == pytest.approx(np.bincount(labels.ravel()), abs=1e-6)


@each_map
def test_the_middle_of_every_pixel_stays_in_its_grain(labels):
    assert np.array_equal(rasterised(trace(labels), labels.shape), labels)


@each_map
def test_boundaries_meet_only_at_junctions(labels):
    assert crossings(trace(labels)) == 0


@pytest.mark.parametrize("seed", range(20))
def test_any_noise_becomes_a_sound_network(seed):
    labels = noise(2 + seed % 7, seed)
    network = trace(labels)
    assert areas(network) == pytest.approx(np.bincount(labels.ravel()), abs=1e-6)
    assert rendering.contradictions(network, (112, 112)) == 0


@each_map
def test_around_a_junction_each_grain_lies_between_two_arms(labels):
    network = trace(labels)
    backwards = network.arms % 2
    left = network.grains[network.arms // 2, backwards]
    right = network.grains[network.arms // 2, 1 - backwards]
    assert np.array_equal(left, np.roll(right, -1, axis=1))
    assert np.array_equal(network.ends[network.arms // 2, backwards], np.indices(network.arms.shape)[0])


@each_map
def test_no_grain_borders_on_itself(labels):
    network = trace(labels)
    assert np.all(network.grains[:, 0] != network.grains[:, 1])


def test_junctions_less_boundaries_and_grains_is_that_of_a_torus():
    labels = connected_regions(voronoi(64, 200, 5))
    assert measures.euler_characteristic(trace(labels)) == 0


def test_a_boundary_ends_where_its_junctions_are():
    network = trace(MAPS["grains of 20 pixels"])
    place = np.stack([network.points[network.first[:-1]], network.points[network.first[1:] - 1]], axis=1)
    for junction in range(len(network.arms)):
        met = place[network.ends == junction]
        assert np.abs(wrapped(met - met[0], np.array(network.box))).max() < 1e-9


@pytest.mark.parametrize("slope", [1, 2, 3, 5, 10])
def test_an_inclined_straight_boundary_is_straight(slope):
    rows, columns = np.mgrid[:12, : 12 * slope]
    network = trace(((slope * rows + columns) % (12 * slope) < 6 * slope).astype(int))
    _, step, _ = segments(network)
    direction = np.degrees(np.arctan(step[:, 1] / step[:, 0]))
    assert np.abs(direction + np.degrees(np.arctan(1 / slope))).max() < 0.5


@pytest.mark.parametrize(("radius", "farthest"), [(4, 0.35), (8, 0.35), (20, 0.4)])
def test_a_disc_is_round(radius, farthest):
    points = trace(disc(radius, 48)).points
    away = points - np.array([24.2, 23.7])
    assert 0 < np.abs(np.hypot(*away.T) - radius).max() < farthest
    step = np.diff(points, axis=0)
    turn = np.arctan2(cross(step, np.roll(step, -1, axis=0)), (step * np.roll(step, -1, axis=0)).sum(axis=1))
    assert np.abs(np.degrees(turn)).max() < 45


@pytest.mark.parametrize(("wavelength", "kept"), [(6, 0.5), (8, 0.7), (12, 0.8), (16, 0.8)])
def test_roughness_of_a_pixel_survives(wavelength, kept):
    middles = np.arange(48) + 0.5
    wave = np.exp(2j * np.pi * middles / wavelength)
    tops = np.round(24 + 1.2 * wave.imag).astype(int)
    labels = (np.arange(40)[:, None] < tops) & (np.arange(40)[:, None] >= 10)
    network = trace(labels.astype(int))
    line = next(line for line in np.split(network.points, network.first[1:-1]) if line[0, 1] > 15)
    x, y = line[np.argsort(line[:, 0])].T
    fine = x[0] + 48 * np.arange(2000) / 2000
    height = np.interp(fine, x, y)
    amplitude = 2 * abs(np.mean((height - height.mean()) * np.exp(2j * np.pi * fine / wavelength)))
    before = 2 * abs(np.mean((tops - tops.mean()) * wave))
    assert kept * before < amplitude < 1.05 * before


def test_four_grains_that_meet_become_two_junctions_and_a_short_boundary():
    network = trace(MAPS["quadruple points"])
    assert (len(network.arms), network.boundaries) == (32, 48)
    lengths = np.sort(measures.lengths(network))
    assert 0 < lengths[15] < 0.5 < 4 < lengths[16]


@pytest.mark.parametrize("label", [0, 1])
def test_diagonal_pixels_of_a_label_do_not_touch(label):
    labels = np.full((8, 8), 1 - label)
    labels[3, 3] = labels[4, 4] = label
    network = trace(labels)
    assert network.boundaries == 2
    assert measures.lengths(network) == pytest.approx(measures.lengths(network)[0])


def test_diagonal_pixels_of_a_label_part_for_two_other_grains():
    labels = np.full((8, 8), 0)
    labels[2:4, 2:4] = labels[4:6, 4:6] = 3
    labels[2:4, 4:6], labels[4:6, 2:4] = 1, 2
    network = trace(labels)
    between = {tuple(sorted(pair)) for pair in network.grains.tolist()}
    assert (1, 2) in between


def test_an_island_has_a_closed_boundary_without_junctions():
    network = trace(disc(5, 20))
    assert network.ends.tolist() == [[-1, -1]]
    assert np.allclose(network.points[0], network.points[-1])


def test_a_boundary_around_the_box_closes_up_to_a_box_vector():
    network = trace(MAPS["leaning strip"])
    step = network.points[network.first[1:] - 1] - network.points[network.first[:-1]]
    assert np.all(network.ends == -1)
    assert np.allclose(np.abs(step), 24)


def test_left_is_left_with_x_along_columns_and_y_along_rows():
    network = trace(disc(5, 20))
    x, y = (network.points - 10).T
    counter_clockwise = 0.5 * np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])
    assert network.grains[0, 0] == int(counter_clockwise > 0)


def test_a_map_shifted_in_its_box_has_the_same_network():
    labels = voronoi(48, 40, 6)
    here, there = trace(labels), trace(np.roll(labels, (17, 30), axis=(0, 1)))
    tree = cKDTree((here.points + np.array([30, 17])) % 48, boxsize=48)
    assert tree.query(there.points % 48)[0].max() < 1e-6


def test_pixels_have_a_size():
    labels = MAPS["oblong"]
    assert trace(labels, 0.5).box == (20, 8)
    assert np.allclose(trace(labels, 0.5).points, 0.5 * trace(labels).points)


def test_a_map_of_one_grain_has_no_network():
    with pytest.raises(GraincastError, match="one label 7"):
        trace(np.full((8, 8), 7))


def test_labels_are_not_negative():
    with pytest.raises(GraincastError, match="-1"):
        trace(np.array([[0, -1], [1, 2]]))


def test_mirrors_keep_the_labels_of_the_map():
    labels = voronoi(32, 20, 7)[:, :24]
    labels[10, 10] = labels[15, 15] = 20  # one label in two regions
    doubled, origin = mirrored(labels)
    whole = origin[doubled]
    assert np.array_equal(whole[:32, :24], labels)
    assert np.array_equal(whole, whole[::-1])
    assert np.array_equal(whole, whole[:, ::-1])
    assert len(np.unique(doubled)) == connected_regions(whole).max() + 1
    for label in np.unique(labels):
        assert label in doubled[:32, :24][labels == label]


def test_a_mirrored_network_is_its_own_mirror_image():
    doubled, _ = mirrored(voronoi(32, 20, 7))
    points = trace(doubled).points % 64
    tree = cKDTree(points, boxsize=64)
    assert tree.query((64 - points) % 64)[0].max() < 1e-6
    assert tree.query(np.stack([points[:, 0], (64 - points[:, 1]) % 64], axis=1))[0].max() < 1e-6


def measured_map(folder):
    """Copper: neighbours of nearly equal Euler angles, as far as that goes without its symmetry."""
    record = np.dtype([("phase", "u1"), ("angles", "<f4", 3), ("rest", "V12")])
    angles = np.fromfile(folder / "ebsd_copper" / "copperSquare.crc", record)["angles"].reshape(296, 293, 3)
    number = np.arange(angles[..., 0].size).reshape(angles.shape[:2])
    pairs = [(number[:, 1:], number[:, :-1]), (number[1:], number[:-1])]
    one, other = (np.concatenate([pair[side].ravel() for pair in pairs]) for side in (0, 1))
    flat = angles.reshape(-1, 3)
    near = np.abs(flat[one] - flat[other]).max(axis=1) < np.radians(5)
    joined = coo_matrix((np.ones(near.sum()), (one[near], other[near])), shape=(len(flat), len(flat)))
    return connected_components(joined, directed=False)[1].reshape(angles.shape[:2])


def test_a_measured_map_keeps_its_areas_and_pixels():
    folder = Path(os.environ.get("GRAINCAST_DATA", "-"))
    if not (folder / "ebsd_copper").is_dir():
        pytest.skip("GRAINCAST_DATA names no folder with ebsd_copper")
    doubled, _ = mirrored(measured_map(folder))
    network = trace(doubled)
    assert 1000 < network.grain_count < 50000
    assert areas(network) == pytest.approx(np.bincount(doubled.ravel()), abs=1e-6)
    assert rendering.contradictions(network, doubled.shape) == 0
