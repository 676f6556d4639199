"""The multi-phase-field solver against exact laws in two and three dimensions, and against a dense twin in numpy."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from graincast.material.grains import laws
from graincast.material.phases.field import Field
from graincast.material.phases.step import DRAG


def centres(shape):
    return np.stack(np.indices(shape), axis=-1).reshape(-1, len(shape)) + 0.5


def nearest(shape, points):
    """Labels of the nearest of `points`, periodic."""
    return cKDTree(points, boxsize=shape).query(centres(shape))[1].reshape(shape).astype(np.int32)


def voronoi(shape, grains, seed=0):
    return nearest(shape, np.random.default_rng(seed).random((grains, len(shape))) * shape)


def ball(radius, cells, axes):
    return (np.sum((np.indices((cells,) * axes) + 0.5 - cells / 2) ** 2, axis=0) < radius**2).astype(np.int32)


def history(field, interval, count, measure):
    """`measure` of a field now and `count` times later."""
    values = [measure(field)]
    for _ in range(count):
        field.advance(interval)
        values.append(measure(field))
    return np.array(values)


@pytest.mark.parametrize("radius", [15, 25, 40])
def test_a_disc_loses_area_at_the_exact_rate(radius):
    field = Field.from_labels(ball(radius, 112, axes=2), width=6)
    field.advance(9)
    interval = radius**2 / 32
    areas = history(field, interval, 8, lambda now: now.volumes(2)[1])
    assert areas[0] > areas[-1]
    assert np.polyfit(interval * np.arange(9), areas, 1)[0] == pytest.approx(laws.disc_rate(1.0), rel=0.03)


@pytest.mark.parametrize("radius", [15, 20])
def test_a_sphere_shrinks_at_the_exact_rate(radius):
    field = Field.from_labels(ball(radius, 56, axes=3), width=5)
    field.advance(6)
    interval = radius**2 / 32
    squares = history(field, interval, 4, lambda now: (now.volumes(2)[1] * 3 / (4 * np.pi)) ** (2 / 3))
    assert squares[0] > squares[-1]
    assert np.polyfit(interval * np.arange(5), squares, 1)[0] == pytest.approx(-4, rel=0.03)


def touching(labels, count):
    """[grains, grains] whether two grains share a side of a cell."""
    matrix = np.zeros((count, count), bool)
    for axis in range(labels.ndim):
        matrix[labels, np.roll(labels, -1, axis)] = True
    matrix |= matrix.T
    np.fill_diagonal(matrix, False)
    return matrix


def mullins_line(cells, grains, width, seed):
    """Slope of dA/dt over the exact one, and scatter, for grains that keep their neighbours and are not tiny."""
    field = Field.from_labels(voronoi((cells, cells), grains, seed), width)
    while np.sum(field.volumes(grains) > 0) > 0.6 * grains:
        field.advance(0.05 * cells**2 / grains)
    mean = cells**2 / np.sum(field.volumes(grains) > 0)
    interval = 0.015 * mean
    frames = history(field, interval, 8, lambda now: (now.volumes(grains), touching(now.labels(), grains)).__getitem__)
    volumes, neighbours = (np.array([frame(part) for frame in frames]) for part in (0, 1))
    calm = np.all(neighbours[1:] == neighbours[:-1], axis=2) & (volumes[1:] > 0.3 * mean)
    excess = neighbours[1:].sum(axis=2)[calm] - 6
    rates = np.diff(volumes, axis=0)[calm] / interval / laws.mullins_rate(7, 1.0)
    assert len(rates) > 500
    return np.polyfit(excess, rates, 1)[0], np.std(rates - excess)


def test_grains_grow_at_the_von_neumann_mullins_rate_and_scatter_less_on_a_finer_grid():
    """At 17 and at 28 cells to the mean side of a grain; the scatter is that of grains that just lost a neighbour."""
    coarse, coarse_scatter = mullins_line(cells=192, grains=225, width=5, seed=1)
    fine, fine_scatter = mullins_line(cells=320, grains=225, width=6, seed=1)
    assert coarse == pytest.approx(1, abs=0.03)
    assert fine == pytest.approx(1, abs=0.02)
    assert fine_scatter < 0.7 * coarse_scatter


@pytest.mark.parametrize(("shape", "grains", "durations"), [((128, 128), 120, 20), ((48, 48, 48), 50, 6)])
def test_volume_is_conserved_while_grains_vanish_for_good_and_boundaries_shorten(shape, grains, durations):
    field = Field.from_labels(voronoi(shape, grains), width=5)
    field.advance(4)

    def measure(now):
        labels = now.labels()
        boundary = sum(np.sum(labels != np.roll(labels, 1, axis)) for axis in range(len(shape)))
        return [now.volumes(grains).sum(), boundary, *(now.volumes(grains) > 0)]

    values = history(field, 12, durations, measure)
    totals, boundary, present = values[:, 0], values[:, 1], values[:, 2:]
    assert totals == pytest.approx(np.prod(shape), rel=1e-6)
    assert np.all(np.diff(boundary) < 0)
    assert np.all(np.diff(present, axis=0) <= 0)
    assert 5 < present[-1].sum() < 0.8 * grains


def dense_step(shares, width, length):
    """One step [phases, *grid] of the whole grid, term by term."""
    smooth = shares
    for axis in range(1, shares.ndim):
        smooth = (np.roll(smooth, 1, axis) + 4 * smooth + np.roll(smooth, -1, axis)) / 6
    sums = [np.sum(shares**power, axis=0) for power in (1, 2, 3)]
    triples = (sums[0] ** 3 - 3 * sums[0] * sums[1] + 2 * sums[2]) / 6
    force = 6 * (smooth - shares) + 2 * (1 - np.cos(np.pi / width)) * shares
    return nearest_in_simplex(shares + length * force / (1 + DRAG * 27 * triples))


def nearest_in_simplex(shares):
    """The common loss, by bisection."""
    low, high = np.zeros(shares.shape[1:]), shares.max(axis=0)
    for _ in range(60):
        middle = (low + high) / 2
        over = np.maximum(shares - middle, 0).sum(axis=0) > 1
        low, high = np.where(over, middle, low), np.where(over, high, middle)
    return np.maximum(shares - low, 0)


@pytest.mark.parametrize(
    ("shape", "grains", "width"), [((40, 32), 30, 5.0), ((16, 16, 24), 25, 4.0), ((8, 16), 3, 4.5)]
)
def test_the_sparse_solver_is_the_dense_one(shape, grains, width):
    labels = voronoi(shape, grains, seed=3)
    field, dense = Field.from_labels(labels, width), (labels == np.arange(grains)[(...,) + (None,) * len(shape)]) * 1.0
    for _ in range(3):
        speed = 1 - (1 - np.cos(np.pi / width)) / 3
        field.advance(7 * 0.15 * speed)
        for _ in range(7):
            dense = dense_step(dense, width, 0.15)
        sparse = np.stack([field.shares(grain) for grain in range(grains)])
        assert np.abs(sparse - dense).max() < 1e-5
    names, shares = field.strongest_two()
    assert np.abs(shares - np.sort(dense, axis=0)[-1:-3:-1]).max() < 1e-5
    assert np.array_equal(names[0], field.labels())
    assert field.volumes(grains) == pytest.approx(dense.reshape(grains, -1).sum(axis=1), abs=1e-3)


def height_of_boundary(field, above, below, column):
    """Where the shares of two grains are equal in a column, between cells."""
    difference = field.shares(above)[:, column] - field.shares(below)[:, column].astype(float)
    row = np.flatnonzero((difference[:-1] > 0) & (difference[1:] < 0))
    return float(np.squeeze(row + difference[row] / (difference[row] - difference[row + 1])))


def test_bricks_relax_until_three_boundaries_meet_at_120_degrees():
    """Bricks start at 90 and 180 degrees. Their joints stay upright; the bed joints tilt by half of 180 - 120."""
    row, column = np.indices((96, 128))
    labels = np.where(row < 48, column // 64, 2 + (column + 32) // 64 % 2).astype(np.int32)
    field = Field.from_labels(labels, width=5)
    field.advance(1500)
    columns = np.arange(43, 54)  # between the junctions at 32 and 64, a width off both
    heights = [height_of_boundary(field, 0, 3, x) for x in columns]
    tilt = np.degrees(np.arctan(abs(np.polyfit(columns, heights, 1)[0])))
    assert 180 - 2 * tilt == pytest.approx(120, abs=2)
    assert field.shares(0)[:, columns] + field.shares(3)[:, columns] == pytest.approx(1, abs=1e-6)  # and no third


def friction(shares):
    """What the shares [phases, *grid] dissipate when they move as a whole, for each mean direction, over the grid."""
    slopes = [(np.roll(shares, -1, axis) - np.roll(shares, 1, axis)) / 2 for axis in (1, 2)]
    triples = 27 / 6 * (1 - 3 * np.sum(shares**2, axis=0) + 2 * np.sum(shares**3, axis=0))
    return np.sum((slopes[0] ** 2 + slopes[1] ** 2) * (1 + DRAG * triples))


def test_a_moving_junction_dissipates_what_its_sharp_boundaries_would():
    """This is what DRAG is computed from, on a honeycomb at rest: without it the length felt is 9 % too short."""
    height, breadth, width = 96, 168, 16
    rows, columns = np.meshgrid([0.125, 0.375, 0.625, 0.875], [0.0, 0.5], indexing="ij")
    columns = columns + np.array([[0.125], [0.375]] * 2)
    comb = nearest((height, breadth), np.stack([rows.ravel() * height, columns.ravel() * breadth], axis=1))
    strip = np.repeat(np.arange(128) >= 64, 8).reshape(128, 8).astype(np.int32)
    felt = []
    for labels in (comb, strip):
        field = Field.from_labels(labels, width)
        field.advance(2.5 * width**2)
        felt.append(friction(np.stack([field.shares(grain) for grain in range(labels.max() + 1)]).astype(float)))
    slanted = height / 4 / np.sin(np.pi / 3)
    level = (breadth / 2 - slanted) / 2
    assert felt[0] / (felt[1] / 16) == pytest.approx(4 * (4 * slanted + 2 * level), rel=0.01)


def test_a_sharp_start_relaxes_to_the_sine_profile_where_it_stands():
    labels = np.repeat(np.arange(64) >= 32, 8).reshape(64, 8).astype(np.int32)
    field = Field.from_labels(labels, width=6)
    field.advance(60)
    distance = np.clip(np.arange(64) + 0.5 - 32, -3, 3)
    middle = slice(16, 48)
    profile = field.shares(1)[middle]
    assert profile == pytest.approx(
        np.repeat(0.5 + 0.5 * np.sin(np.pi * distance / 6), 8).reshape(64, 8)[middle], abs=0.02
    )
    assert field.volumes(2) == pytest.approx([256, 256], abs=1e-3)
    assert np.array_equal(field.labels(), labels)


def test_a_second_means_the_same_however_it_is_cut():
    labels = voronoi((64, 64), 30)
    whole, parts = Field.from_labels(labels, 5.0), Field.from_labels(labels, 5.0)
    whole.advance(20)
    for _ in range(8):
        parts.advance(2.5)
    assert whole.updates > 0
    assert np.abs(whole.volumes(30) - parts.volumes(30)).max() < 1


@pytest.mark.parametrize(
    ("labels", "width", "cure"),
    [
        (np.zeros((20, 32), np.int32), 5, "multiples"),
        (np.zeros(32, np.int32), 5, "two or three"),
        (np.zeros((32, 32), np.int32), 2, "3.0 or more"),
        (np.full((32, 32), -1, np.int32), 5, "0 or more"),
    ],
)
def test_what_cannot_be_solved_is_refused_with_a_cure(labels, width, cure):
    with pytest.raises(ValueError, match=cure):
        Field.from_labels(labels, width)
