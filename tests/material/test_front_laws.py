"""The front tracker against exact laws, and against itself at other resolutions.

Times are in units where the reduced mobility is 1; the mean grain of a structure as drawn has the area 1.
"""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from fronts_made import areas, discs, drawn, evolved, front_of, grown, mean_area, two_lenses
from graincast.material.fronts import joints, motion
from graincast.material.grains import laws
from graincast.material.networks import measures
from graincast.material.networks.network import from_boundaries
from graincast.material.networks.rendering import label_map
from graincast.material.networks.surroundings import mirrored
from graincast.material.networks.tracing import trace
from graincast.material.solvers import front_tracking, unequal_front_tracking


def unequally_evolved(network, times, segment, mobility, energy):
    """Networks at the times given, boundaries of grain 0 being others."""
    settings = unequal_front_tracking.Settings(segment, mobility, energy)
    return unequal_front_tracking.evolve(network, settings, np.asarray(times)).networks


def pixel_disc(radius, width):
    """A disc of pixels, grain 0, in grain 1."""
    y, x = np.mgrid[:width, :width] + 0.5 - width / 2
    return np.where(x**2 + y**2 < radius**2, 0, 1)


# --- exact laws


@pytest.mark.parametrize("centre", [(2.0, 2.0), (0.0, 0.0), (2.47, 3.9)])
def test_a_disc_loses_area_at_the_exact_rate_wherever_it_lies(centre):
    start = discs((*centre, 1.0))
    life = measures.areas(start)[0] / (2 * np.pi)
    times = life * np.array([0, 0.2, 0.4, 0.6, 0.8])
    area = areas(evolved(start, times, segment=0.1))[:, 0]
    assert area[0] == pytest.approx(np.pi, rel=0.005)
    assert np.diff(area) / np.diff(times) == pytest.approx(np.full(4, laws.disc_rate(1.0)), rel=0.002)


def test_a_disc_of_pixels_loses_area_at_the_exact_rate():
    start = trace(pixel_disc(20, 64), pixel=1 / 20)
    times = 0.5 * np.array([0, 0.2, 0.4, 0.6, 0.8])
    area = areas(evolved(start, times, segment=0.05))[:, 0]
    assert area[0] == pytest.approx(np.pi, rel=0.01)
    assert np.diff(area) / np.diff(times) == pytest.approx(np.full(4, laws.disc_rate(1.0)), rel=0.003)


def test_a_disc_vanishes_after_half_its_radius_squared_and_never_returns():
    start = discs((1.0, 1.0, 0.8), (2.8, 2.8, 1.1))
    times = 0.32 * np.linspace(0.9, 1.2, 31)
    there = [0 in network.present for network in evolved(start, times, segment=0.08)]
    assert there[0]
    assert not there[-1]
    assert times[there.index(False)] == pytest.approx(0.32, rel=0.03)
    assert there == sorted(there, reverse=True)


def test_a_disc_vanishes_in_time_however_often_it_is_looked_at():
    """Between two of these times there is only a part of a long step."""
    times = np.linspace(0, 0.06, 300)
    evolution = front_tracking.evolve(discs((1.0, 1.0, 0.3), (2.8, 2.8, 1.1)), front_tracking.Settings(0.08), times)
    there = [0 in network.present for network in evolution.networks]
    assert times[there.index(False)] == pytest.approx(0.045, rel=0.15)
    assert evolution.repairs == 0


@pytest.mark.parametrize(("mobility", "energy"), [(3.0, 1.0), (0.5, 1.0), (1.0, 1.5), (2.0, 0.5)])
def test_a_disc_of_another_mobility_or_energy_shrinks_so_many_times_as_fast(mobility, energy):
    start = discs((1.0, 1.0, 0.8), (2.8, 2.8, 1.1))
    times = 0.1 * np.array([0.0, 0.5, 1.0]) / (mobility * energy)
    area = areas(unequally_evolved(start, times, 0.08, mobility, energy))
    rates = np.diff(area, axis=0) / np.diff(times)[:, None]
    assert rates[:, 0] == pytest.approx(np.full(2, laws.disc_rate(mobility * energy)), rel=0.002)
    assert rates[:, 1] == pytest.approx(np.full(2, laws.disc_rate(1.0)), rel=0.002)


@pytest.mark.parametrize("closed", [False, True])
def test_a_node_of_an_arc_sweeps_the_exact_area_in_a_long_step(closed):
    """All nodes of a regular arc come nearer to its centre: a ring is swept, whose inner edge is shorter."""
    start, row, radius = two_lenses(0.8, 0.8), 7, 0.8 / np.sin(np.pi / 3)
    turn, duration = 2 * np.pi / 3 / 14, 0.04
    if closed:
        start, radius, turn = discs((2.0, 2.0, 0.9)), 0.9, 2 * np.pi / 40
    front = front_of(start)
    plan = np.zeros_like(front.points)
    motion.plan_boundaries(front, np.array([0]), duration, 1.0, plan)
    inner = radius - np.hypot(*plan[front.starts[0] + row])
    assert inner < 0.97 * radius
    assert 0.5 * np.sin(turn) * (radius**2 - inner**2) == pytest.approx(duration * turn, rel=0.002)


def swept_by_arm(arm, move):
    """Area between an arm and where its junction's `move` takes it, less what its far end sweeps as a node.

    The far end goes across the arm as far as the junction does.
    """
    across = move - (move @ arm) / (arm @ arm) * arm
    corners = np.array([0 * arm, arm, arm + across, move, 0 * arm])
    return shoelace(corners) - 0.5 * (arm[0] * across[1] - arm[1] * across[0])


def shoelace(line):
    x, y = line.T
    return 0.5 * np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])


@pytest.mark.parametrize("angles", [(0, 100, 230), (10, 140, 240), (-30, 80, 215)])
def test_a_junction_gives_each_grain_its_area_also_in_a_long_step(angles):
    """What the arms sweep along themselves counts; it is taken to second order in the displacement."""
    sizes, swept = (1.0, 1.3, 0.8), 0.2
    arms = [size * np.array([np.cos(turn), np.sin(turn)]) for size, turn in zip(sizes, np.radians(angles), strict=True)]
    x, y, defined = joints.equal_step(*np.ravel(arms), swept)
    move = np.array([x, y])
    assert defined
    for one, other, angle in zip(arms, [*arms[1:], arms[0]], np.diff([*angles, angles[0] + 360]), strict=True):
        gained = swept_by_arm(other, move) - swept_by_arm(one, move)
        assert gained == pytest.approx(swept * np.radians(angle - 120), abs=0.1 * move @ move)


def calm_grains(now, later, least):
    """Grains that, with all their neighbours, keep their sides, and no corner of which has a boundary below `least`.

    Next to a flip a junction may not go as fast as the law asks. Nor has a calm grain a boundary of one segment: it may
    just have been made straight, which moves area.
    """
    unsettled = (measures.sides(now) != measures.sides(later)) | (measures.sides(now) == 0)
    stirred = unsettled.copy()
    for network in (now, later):
        left, right = network.grains.T
        np.logical_or.at(stirred, left, unsettled[right])
        np.logical_or.at(stirred, right, unsettled[left])
        stirred[network.grains[network.arms[_at_short(network, least)] >> 1].ravel()] = True
        stirred[network.grains[np.diff(network.first) == 2].ravel()] = True
    return ~stirred


def _at_short(network, least):
    """Junctions at the ends of boundaries shorter than `least`."""
    junctions = np.unique(network.ends[measures.lengths(network) < least])
    return junctions[junctions >= 0]


@pytest.mark.parametrize(("segment", "grains"), [(0.1, 2000), (0.15, 2000), (0.3, 6000)])
@pytest.mark.parametrize("moment", [0.3, 0.9])
def test_grains_grow_at_the_von_neumann_mullins_rate_at_any_resolution(segment, grains, moment):
    duration = 0.002 * (1 + 1.35 * moment)  # of the mean grain area by then
    now, later = _at_moments(grains, segment)[moment]
    chosen = calm_grains(now, later, 0.25 * np.sqrt(mean_area(now)))
    assert chosen.sum() > 100
    sides = measures.sides(now)[chosen] - 6
    rates = (measures.areas(later) - measures.areas(now))[chosen] / duration
    slope, offset = np.polyfit(sides, rates, 1)
    unexplained = np.var(rates - slope * sides - offset) / np.var(rates)
    assert slope == pytest.approx(float(laws.mullins_rate(7, 1.0)), rel=0.005)
    assert offset == pytest.approx(0, abs=0.01)
    assert unexplained < 0.0001


@cache
def _at_moments(grains, segment):
    """Pairs of networks a short time apart."""
    times = [[moment, moment + 0.002 * (1 + 1.35 * moment)] for moment in (0.3, 0.9)]
    networks = evolved(drawn(grains, 1), np.ravel(times), segment)
    return {0.3: networks[:2], 0.9: networks[2:]}


@pytest.mark.parametrize("frame", [5, 15])
def test_triple_junctions_open_to_120_degrees(frame):
    """Away from events: no arm is shorter than 0.4 mean sides, no grain there has just changed its sides."""
    before, now = grown("lognormal")[frame - 1 : frame + 1]
    angles = measures.junction_angles(now)
    assert angles.sum(axis=1) == pytest.approx(np.full(len(angles), 360))
    settled = measures.sides(before) == measures.sides(now)
    calm = settled[now.grains[now.arms >> 1]].all(axis=(1, 2))
    calm &= measures.lengths(now)[now.arms >> 1].min(axis=1) > 0.4 * np.sqrt(mean_area(now))
    assert calm.sum() > 100
    assert angles[calm].std() < 1
    assert 0.01 < angles.std() < 5  # all of them


# --- against itself


def test_the_same_start_gives_the_same_bytes():
    one, other = (evolved(drawn(300, 2), [0.2, 0.6]) for _ in range(2))
    for network, again in zip(one, other, strict=True):
        for name in ("points", "first", "grains", "ends", "arms"):
            assert getattr(network, name).tobytes() == getattr(again, name).tobytes()
    assert not np.array_equal(one[0].first, one[1].first)


def test_a_simulation_continued_from_its_network_goes_on_in_the_same_way():
    """Not bit by bit: remeshing starts anew, and a boundary's shrinking is not known from its network."""
    half, whole = evolved(drawn(500, 3), [0.4, 0.8])
    (continued,) = evolved(half, [0.4])
    assert len(continued.present) == pytest.approx(len(whole.present), rel=0.02)
    assert len(whole.present) < 0.8 * len(half.present)
    assert np.mean(label_map(continued, (200, 200)) != label_map(whole, (200, 200))) < 0.02


def test_finer_segments_converge():
    """Share of pixels with another label than at segment 0.06, at half the grains."""
    errors = []
    for seed in range(3):
        maps = [label_map(evolved(drawn(300, seed), [0.75], segment)[0], (200, 200)) for segment in (0.3, 0.15, 0.06)]
        errors.append([np.mean(labels != maps[-1]) for labels in maps])
    coarse, middle, _ = np.mean(errors, axis=0)
    assert 0.001 < middle < 0.04
    assert 1.5 * middle < coarse < 0.09


def test_a_mirrored_specimen_stays_mirrored_and_boundaries_meet_its_edges_at_right_angles():
    """At half the grains rounding has grown, by some flips that came a little earlier, to a percent."""
    labels, original = mirrored(label_map(drawn(100, 0), (80, 80)))
    start = trace(labels, pixel=float(np.sqrt((labels.max() + 1) / labels.size)))
    early, half = evolved(start, [0.1, 0.85])
    assert len(half.present) == pytest.approx(0.5 * len(start.present), rel=0.1)
    for network, alike in ((early, 0.998), (half, 0.98)):
        picture = original[label_map(network, labels.shape)]
        assert np.mean(picture == picture[:, ::-1]) > alike
        assert np.mean(picture == picture[::-1]) > alike
    slopes = slopes_on_mirrors(early)
    assert len(slopes) > 20
    assert np.mean(slopes) < 3


def slopes_on_mirrors(network):
    """Degrees by which boundaries that cross a mirror away from junctions are off its normal."""
    slopes = []
    for begin, end in pairwise(network.first):
        line = network.points[begin:end]
        for axis in (0, 1):
            side = np.floor(line[:, axis] / (network.box[axis] / 2))
            for row in np.flatnonzero(np.diff(side)):
                if 2 <= row < len(line) - 3:
                    step = np.abs(line[row + 1] - line[row])
                    slopes.append(np.degrees(np.arctan2(step[1 - axis], step[axis])))
    return slopes


# --- boundaries that differ


def columns(turned, width=1.0, height=2.0, thickness=0.3):
    """Grain 0 is a band; beyond it stand two columns, grains 1 and 2, so that six boundaries meet at four junctions.

    Turned, x is y and left is right.
    """
    low, high, middle = (height - thickness) / 2, (height + thickness) / 2, width / 2
    chords = [
        ((0, low), (middle, low)),
        ((middle, low), (width, low)),
        ((0, high), (middle, high)),
        ((middle, high), (width, high)),
        ((0, high), (0, low + height)),
        ((middle, high), (middle, low + height)),
    ]
    grains = np.array([[0, 1], [0, 2], [1, 0], [2, 0], [2, 1], [1, 2]], np.int32)
    ends = np.array([[0, 1], [1, 0], [2, 3], [3, 2], [2, 0], [3, 1]], np.int32)
    lines = [np.linspace(*chord, 11) for chord in chords]
    if turned:
        return from_boundaries((height, width), 3, [line[:, ::-1] for line in lines], grains[:, ::-1].copy(), ends)
    return from_boundaries((width, height), 3, lines, grains, ends)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("mobility", "energy"), [(1.0, 0.8), (1.0, 1.0), (1.0, 1.5), (0.5, 0.8), (2.0, 1.0), (3.0, 1.5)]
)
def test_grooves_move_at_the_steady_rate_and_open_to_herrings_angle(mobility, energy, turned):
    """A band of energy e eats columns whose common boundaries have energy 1: cos(psi / 2) = 1 / (2 e) at its corners.

    Each of its four arcs turns by pi - psi and so sweeps area at m e (pi - psi).
    """
    times = np.linspace(0.03, 0.05, 3) / mobility
    networks = unequally_evolved(columns(turned), times, 0.05, mobility, energy)
    psi = 2 * np.arccos(1 / (2 * energy))
    rate = np.diff(areas(networks)[:, 0]) / np.diff(times)
    assert rate == pytest.approx(np.full(2, 4 * mobility * energy * (np.pi - psi)), rel=0.009)
    network = networks[-1]
    of_band = network.grains[network.arms >> 1, network.arms & 1] == 0
    assert measures.junction_angles(network)[of_band] == pytest.approx(np.full(4, np.degrees(psi)), abs=0.5)


def test_boundaries_that_differ_in_nothing_move_as_equal_ones():
    start = drawn(200, 4)
    equal, other = evolved(start, [0.3]), unequally_evolved(start, [0.3], 0.15, 1.0, 1.0)
    assert np.array_equal(equal[0].points, other[0].points)
    assert len(equal[0].present) < 190
