"""Measures, pictures and files of boundary networks, each against a slow count by hand."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from conftest import PROJECT
from graincast.base.errors import GraincastError
from graincast.material import datasets, trajectories
from graincast.material.networks import integrity, measures
from graincast.material.networks.network import arms_between, from_boundaries, ordered_arms
from graincast.material.networks.rendering import boundary_image, contradictions, label_map
from graincast.material.networks.tracing import trace
from graincast.material.solvers import front_tracking
from graincast.material.structures import bimodal, lognormal
from graincast.material.structures.power_diagram import network_of
from graincast.material.tessellation import fitting

BOX = (3.0, 2.0)


@cache
def grown(grains=200, seed=0):
    """A network with curved boundaries. Never changed."""
    start = lognormal.network(lognormal.Settings(grains, 0.35), np.random.default_rng(seed))
    return front_tracking.evolve(start, front_tracking.Settings(0.15), np.array([0.3])).networks[0]


def closed(lines, grains, count, box=BOX):
    """A network without junctions."""
    return from_boundaries(box, count, lines, np.array(grains, np.int32), np.full((len(lines), 2), -1, np.int32))


def star(x, y, radius, points=60):
    """A closed line with five bumps, counter-clockwise around (x, y)."""
    turn = np.linspace(0, 2 * np.pi, points + 1)
    turn[-1] = 0
    reach = radius * (1 + 0.25 * np.cos(5 * turn))
    return np.array([x, y]) + reach[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1)


def band(x, slope=0):
    """A line around the box from bottom to top, that also goes `slope` times around it from left to right, wavy."""
    along = np.linspace(0, 1, 31)
    wave = 0.1 * np.sin(2 * np.pi * along)
    return np.stack([x + wave + slope * BOX[0] * along, BOX[1] * along], axis=1)


def exchanged(network):
    """x for y, so left for right."""
    return replace(
        network, box=network.box[::-1], points=network.points[:, ::-1].copy(), grains=network.grains[:, ::-1].copy()
    )


def shoelace(line):
    x, y = (line - line[0]).T
    return 0.5 * np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])


STAR = shoelace(star(0, 0, 0.4))
SMALL = shoelace(star(0, 0, 0.15))
SPECIAL = {
    "disc": (closed([star(1.5, 1, 0.4)], [[0, 1]], 2), [STAR, 6 - STAR]),
    "disc in a corner of the box": (closed([star(0, 0, 0.4)], [[0, 1]], 2), [STAR, 6 - STAR]),
    "disc in another copy of the box": (closed([star(-7.9, 9.3, 0.4)], [[0, 1]], 2), [STAR, 6 - STAR]),
    "disc off the seam": (closed([star(0.618 * 3, 1.9, 0.4)], [[0, 1]], 2), [STAR, 6 - STAR]),
    "ring": (closed([star(0, 1, 0.4), star(0, 1, 0.15)], [[0, 2], [1, 0]], 3), [STAR - SMALL, SMALL, 6 - STAR]),
    "grain in two pieces": (
        closed([star(0.5, 1, 0.4), star(2, 1, 0.15)], [[0, 1], [0, 1]], 2),
        [STAR + SMALL, 6 - STAR - SMALL],
    ),
    "bands": (closed([band(0.9), band(2.4)], [[1, 0], [0, 1]], 2), [3, 3]),
    "bands off the middle": (closed([band(0.4), band(1.3)], [[1, 0], [0, 1]], 2), [0.9 * 2, 2.1 * 2]),
    "tilted bands": (closed([band(0.4, 1), band(1.3, 1)], [[1, 0], [0, 1]], 2), [0.9 * 2, 2.1 * 2]),
    "a disc in a band": (
        closed([band(0.4), band(1.8), star(1.1, 1.9, 0.4)], [[1, 0], [0, 1], [2, 0]], 3),
        [1.4 * 2 - STAR, 1.6 * 2, STAR],
    ),
}


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("name", SPECIAL)
def test_areas_of_grains_with_holes_in_pieces_and_around_the_box_are_those_drawn(name, turned):
    network, expected = SPECIAL[name]
    network = exchanged(network) if turned else network
    assert measures.areas(network) == pytest.approx(np.array(expected), rel=1e-12)
    assert integrity.flaw(network) is None


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("name", SPECIAL)
def test_a_fine_picture_of_them_has_the_same_areas(name, turned):
    network, expected = SPECIAL[name]
    network = exchanged(network) if turned else network
    labels = label_map(network, (407, 391))
    counted = np.bincount(labels.ravel(), minlength=network.grain_count) / labels.size * 6
    assert counted == pytest.approx(np.array(expected), abs=0.02)


@pytest.mark.parametrize("shift", [(0.0, 0.0), (3.3, -8.1), (-40.0, 13.7)])
def test_areas_in_a_grown_network_are_those_of_their_outlines(shift):
    network = replace(grown(), points=grown().points + np.array(shift))
    area = np.zeros(network.grain_count)
    for grain, outline in outlines(network):
        assert np.allclose(outline[0], outline[-1], atol=1e-9)
        area[grain] += shoelace(outline)
    assert len(network.present) < network.grain_count
    assert measures.areas(network) == pytest.approx(area, abs=1e-9)


def outlines(network):
    """(grain, its outline counter-clockwise), arm by arm."""
    lines = [network.points[begin:end] for begin, end in pairwise(network.first)]
    lines = [line for forward in lines for line in (forward, forward[::-1])]
    junction, grain = network.ends.ravel(), network.grains.ravel()
    todo = set(range(len(lines)))
    while todo:
        half_edge = first = min(todo)
        outline = [lines[first][:1]]
        while half_edge in todo:
            todo.remove(half_edge)
            outline.append(outline[-1][-1] + lines[half_edge][1:] - lines[half_edge][0])
            assert grain[half_edge] == grain[first]
            arms = network.arms[junction[half_edge ^ 1]].tolist()
            half_edge = arms[arms.index(half_edge ^ 1) - 1]
        yield int(grain[first]), np.concatenate(outline)


def test_sides_are_the_corners_of_the_outlines():
    network, counted = grown(), np.zeros(grown().grain_count, int)
    for corners in network.arms:
        for half_edge in corners:
            counted[network.grains.ravel()[half_edge]] += 1
    assert measures.sides(network).tolist() == counted.tolist()
    assert measures.sides(SPECIAL["ring"][0]).tolist() == [0, 0, 0]


def test_lengths_are_sums_of_steps():
    network = grown()
    by_hand = [
        sum(float(np.linalg.norm(b - a)) for a, b in pairwise(network.points[begin:end]))
        for begin, end in pairwise(network.first)
    ]
    assert measures.lengths(network) == pytest.approx(np.array(by_hand), rel=1e-9)


def test_the_angle_between_arcs_is_measured_at_the_junction_and_not_along_chords():
    """Three arcs of a circle each leave a junction at 120 degrees and end at one other junction."""
    lines = []
    for turn in np.radians([0, 120, 240]):
        bend = turn + np.cumsum(np.full(8, 0.1)) - 0.05  # directions of chords that turn by 0.1 each
        lines.append(np.concatenate([[[0, 0]], np.cumsum(0.1 * np.stack([np.cos(bend), np.sin(bend)], 1), axis=0)]))
    grains, ends = np.array([[0, 2], [1, 0], [2, 1]], np.int32), np.array([[0, 1]] * 3, np.int32)
    network = from_boundaries((9.0, 9.0), 3, lines, grains, ends)
    assert measures.junction_angles(network)[0] == pytest.approx(np.full(3, 120), abs=1e-9)
    bent = replace(network, points=network.points.copy())
    bent.points[1] += 0.01 * np.array([-np.sin(0.05), np.cos(0.05)])  # the first point of the first arm, to its left
    assert abs(measures.junction_angles(bent)[0] - 120).max() > 5


@pytest.mark.parametrize("shape", [(50, 50), (64, 37), (9, 131)])
def test_a_pixel_has_the_label_of_the_nearest_cell_of_a_power_diagram(shape):
    areas = np.random.default_rng(2).lognormal(0, 0.5, 60)
    diagram = fitting.fitted(areas / areas.mean(), np.random.default_rng(3), 0.01)
    labels = label_map(network_of(diagram.mesh, diagram.seeds, 1.0), shape)
    side = diagram.seeds.side
    y, x = ((np.arange(count) + 0.5) * side / count for count in shape)
    apart = [abs(one[:, None] - place) for one, place in zip((x, y), diagram.seeds.position.T, strict=True)]
    dx, dy = (np.minimum(away, side - away) for away in apart)
    power = dy[:, None] ** 2 + dx[None] ** 2 - diagram.seeds.weight
    assert labels.shape == shape
    assert np.array_equal(labels, power.argmin(axis=-1))


def test_a_pixel_lies_in_the_closed_line_that_winds_around_it():
    """The sum of the angles under which a pixel sees a line, over copies of the box."""
    line = star(0.1, 1.9, 0.7)
    labels = label_map(closed([line], [[0, 1]], 2), (21, 33))
    y, x = np.meshgrid((np.arange(21) + 0.5) * 2 / 21, (np.arange(33) + 0.5) * 3 / 33, indexing="ij")
    inside = np.zeros((21, 33), bool)
    for copy_x in (-3, 0, 3):
        for copy_y in (-2, 0, 2):
            ray = (line[:, 0, None, None] + copy_x - x) + 1j * (line[:, 1, None, None] + copy_y - y)
            inside |= np.abs(np.angle(ray[1:] / ray[:-1]).sum(axis=0)) > 1
    assert np.array_equal(labels == 0, inside)
    assert 0 < inside.mean() < 0.5


def test_a_picture_of_a_traced_map_is_the_map():
    labels = label_map(grown(), (80, 80))
    assert np.array_equal(label_map(trace(labels), labels.shape), labels)


def test_rows_without_boundaries_have_the_label_of_their_place():
    stripes = exchanged(closed([band(0.4) * [0, 1] + [0.4, 0], band(1.3) * [0, 1] + [1.3, 0]], [[1, 0], [0, 1]], 2))
    labels = label_map(stripes, (30, 20))  # 30 rows over a height of 3
    assert labels[:, 0].tolist() == [1] * 4 + [0] * 9 + [1] * 17
    assert (labels == labels[:, :1]).all()


def test_the_corners_around_a_disc_that_almost_fills_the_box_are_outside_it():
    disc = closed([circle(2, 2, 1.9)], [[0, 1]], 2, box=(4.0, 4.0))
    assert measures.areas(disc)[0] > measures.areas(disc)[1]
    assert label_map(disc, (20, 20))[0, 0] == 1


def circle(x, y, radius):
    turn = np.linspace(0, 2 * np.pi, 61)
    turn[-1] = 0
    return np.array([x, y]) + radius * np.stack([np.cos(turn), np.sin(turn)], axis=1)


def grain_of_discs(shape, box, discs):
    """The disc that each pixel's middle lies in, counted from 0; the number of discs where it lies in none."""
    y, x = ((np.arange(count) + 0.5) * side / count for count, side in zip(shape, box[::-1], strict=True))
    labels = np.full(shape, len(discs))
    for number, (at_x, at_y, radius) in enumerate(discs):
        dx, dy = (away - side * np.round(away / side) for away, side in zip((x - at_x, y - at_y), box, strict=True))
        labels[dx[None] ** 2 + dy[:, None] ** 2 < radius**2] = number
    return labels


def apart(box, rng):
    """Discs (x, y, radius) of all sizes that do not touch, over the box's edges too."""
    discs = []
    for _ in range(int(rng.integers(1, 12))):
        x, y, radius = *rng.uniform(-1, 2, 2) * box, rng.choice([0.01, 0.05, 0.2, 0.499]) * min(box)
        away = [np.array([x - at_x, y - at_y]) for at_x, at_y, _ in discs]
        gaps = [np.hypot(*(step - box * np.round(step / box))) - one[2] for step, one in zip(away, discs, strict=True)]
        if all(gap > 1.01 * radius for gap in gaps):
            discs.append((x, y, radius))
    return discs


def test_pixels_among_discs_of_any_size_lie_where_geometry_says():
    """Few pixels, so that most rows and columns miss most discs. Pixels on an edge, to a 20th of a radius, are left."""
    compared = unseen = background_smaller = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        box, shape = np.array([rng.uniform(1, 3), rng.uniform(1, 3)]), tuple(rng.integers(1, 9, 2).tolist())
        discs = apart(box, rng)
        network = closed(
            [circle(*disc) for disc in discs], [[n, len(discs)] for n in range(len(discs))], len(discs) + 1, tuple(box)
        )
        inner, outer = (
            grain_of_discs(shape, box, [(x, y, radius * part) for x, y, radius in discs]) for part in (0.99, 1.01)
        )
        clear = inner == outer
        labels = label_map(network, shape)
        assert np.array_equal(labels[clear], inner[clear]), (seed, shape)
        compared += clear.sum()
        unseen += (inner == len(discs)).all()
        background_smaller += measures.areas(network)[-1] < 0.5 * box.prod()
    assert compared > 6000
    assert unseen > 30
    assert background_smaller > 20


def test_what_is_around_a_disc_has_the_only_pixel_even_where_it_is_smaller():
    large = closed([circle(0, 0, 0.95)], [[0, 1]], 2, box=(2.0, 2.0))
    assert measures.areas(large)[0] > 2
    assert label_map(large, (1, 1)).tolist() == [[1]]


@pytest.mark.parametrize("shape", [(2, 2), (4, 2), (2, 8)])
def test_grains_within_grains_between_all_pixels_are_not_seen(shape):
    lines = [circle(0.01, 0.01, 0.004), circle(0.01, 0.01, 0.008), circle(0.01, 0.98, 0.006)]
    network = closed(lines, [[0, 1], [1, 3], [2, 3]], 4, box=(1.0, 1.0))
    assert (label_map(network, shape) == 3).all()


def tip(box=(4.0, 4.0)):
    """A triangle, grain 0, both sides of which rise from its leftmost corner: the lower is long, the upper steep."""
    return closed([np.array([[1, 1], [2, 1.9], [1.2, 1.5], [1, 1]])], [[0, 1]], 2, box)


@pytest.mark.parametrize("box", [(4.0, 4.0), (3.0, 5.0)])
def test_a_tip_has_on_its_far_side_what_is_around_it(box):
    """Seen from the left by areas; from below, after the exchange of axes, by rows that meet nothing."""
    area = shoelace(tip().points)
    assert measures.areas(tip(box)) == pytest.approx(np.array([area, box[0] * box[1] - area]))
    assert (label_map(exchanged(tip(box)), (2, 2)) == 1).all()
    assert measures.areas(exchanged(tip(box)))[0] == pytest.approx(area)


def test_a_picture_that_no_network_could_have_is_noticed():
    network = grown()
    assert contradictions(network, (100, 90)) == 0
    swapped = network.grains.copy()
    swapped[7] = swapped[7, ::-1]
    assert contradictions(replace(network, grains=swapped), (100, 90)) > 0


@pytest.mark.parametrize("line_width", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("shape", [(17, 12), (12, 29)])
def test_a_line_is_as_dark_as_its_distance_from_the_pixel_says(shape, line_width):
    """Full within half its width, none a pixel farther out; copies of the box are seen across its edges."""
    network = SPECIAL["disc in a corner of the box"][0]
    image = boundary_image(network, shape, line_width)
    assert image.dtype == np.uint8
    assert image.max() > 120
    scale = np.array([shape[1] / network.box[0], shape[0] / network.box[1]])
    points = network.points * scale
    for row in range(shape[0]):
        for column in range(shape[1]):
            middle = np.array([column + 0.5, row + 0.5])
            copies = [middle + np.array([i * shape[1], j * shape[0]]) for i in (-1, 0, 1) for j in (-1, 0, 1)]
            distance = min(distance_to(points, copy) for copy in copies)
            expected = 255 * np.clip(0.5 * line_width + 0.5 - distance, 0, 1)
            assert image[row, column] == pytest.approx(expected, abs=0.51)


def distance_to(line, point):
    step, away = np.diff(line, axis=0), point - line[:-1]
    along = np.clip((away * step).sum(axis=1) / (step**2).sum(axis=1), 0, 1)
    return float(np.linalg.norm(away - along[:, None] * step, axis=1).min())


def test_lines_that_cover_more_area_make_a_lighter_image():
    network = grown()
    means = [boundary_image(network, (64, 64), width).mean() / 255 for width in (1.0, 2.0)]
    share = measures.lengths(network).sum() / network.box[0] * 64 / 64**2
    assert means[0] == pytest.approx(share, rel=0.15)
    assert means[1] > 1.6 * means[0]


def same_but_for_the_first(one, other):
    """Whether each junction has the same arms in the same cyclic order."""
    turned = [np.roll(other, turn, axis=1) for turn in range(3)]
    return np.any([(one == arms).all(axis=1) for arms in turned], axis=0).all()


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_arms_follows_from_the_grains_alone(seed):
    rng = np.random.default_rng(seed)
    start = bimodal.network(bimodal.Settings(80, 0.1, 3.0, 0.2), rng)
    network = front_tracking.evolve(start, front_tracking.Settings(0.15), np.array([0.2])).networks[0]
    arms = arms_between(network.grains, network.ends)
    assert same_but_for_the_first(arms, ordered_arms(network.points, network.first, network.ends))
    assert same_but_for_the_first(arms, network.arms)
    assert not same_but_for_the_first(arms, arms[:, ::-1])


def test_a_junction_joins_three_boundaries():
    network = grown()
    ends = network.ends.copy()
    ends[0, 0] = ends[0, 1]
    with pytest.raises(ValueError, match="three boundaries"):
        ordered_arms(network.points, network.first, ends)


@pytest.fixture(scope="module")
def simulated():
    dataset = datasets.load(PROJECT / "config/growth/datasets/tiny_normal.yaml")
    parts = datasets.parts(dataset, "tiny")
    return dataset, [datasets.simulate(dataset, parts, index) for index in (4, 5)]


@pytest.fixture
def shard(simulated, tmp_path):
    dataset, simulations = simulated
    path = tmp_path / "shard.npz"
    trajectories.write(path, dataset, zip((4, 5), simulations, strict=True))
    return path


def test_trajectories_are_read_back_as_they_were(simulated, shard):
    dataset, simulations = simulated
    read = list(trajectories.read(shard, dataset))
    assert [one.simulation for one in read] == [4, 5]
    for one, simulation in zip(read, simulations, strict=True):
        assert one.repairs == simulation.repairs
        assert one.redrawn == simulation.redrawn
        assert len(one.networks) == dataset.frames.count
        for frame, (network, original) in enumerate(zip(one.networks, simulation.networks, strict=True)):
            assert network.box == original.box
            assert np.array_equal(network.points, original.points.astype(np.float32))
            for name in ("first", "grains", "ends"):
                assert np.array_equal(getattr(network, name), getattr(original, name))
            assert same_but_for_the_first(network.arms, original.arms)
            assert np.array_equal(one.area[frame], measures.areas(original))
            assert np.array_equal(one.sides[frame], measures.sides(original))
            assert integrity.flaw(network) is None


def test_one_trajectory_is_read_without_the_others(simulated, shard):
    alone, (_, second) = trajectories.read_one(shard, 5), trajectories.read(shard, simulated[0])
    assert np.array_equal(alone.area, second.area)
    assert all(np.array_equal(a.points, b.points) for a, b in zip(alone.networks, second.networks, strict=True))


def test_grains_keep_their_numbers_from_frame_to_frame(shard):
    """A grain of a later frame lies where it lay before."""
    read = trajectories.read_one(shard, 4)
    maps = [label_map(network, (64, 64)) for network in read.networks]
    assert np.mean(maps[0] == maps[1]) > 0.7
    for network, area in zip(read.networks, read.area, strict=True):
        assert np.array_equal(np.flatnonzero(area), network.present)
    assert np.all(np.diff((read.area > 0).astype(int), axis=0) <= 0)
    assert len(read.networks[-1].present) < len(read.networks[0].present)


def test_trajectories_of_another_data_set_are_refused(simulated, shard):
    with pytest.raises(GraincastError, match="another specification"):
        list(trajectories.read(shard, replace(simulated[0], seed=22)))
