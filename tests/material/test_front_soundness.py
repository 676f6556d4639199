"""What can never happen to a network in growth, whatever it starts from."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from fronts_made import STARTS, TIMES, arc, areas, discs, evolved, front_of, grown, mean_area, pairs_of, two_lenses
from graincast.material.fronts import events, remeshing
from graincast.material.fronts import front as fronts
from graincast.material.networks import integrity, measures
from graincast.material.networks.evolution import Unsound
from graincast.material.networks.network import from_boundaries
from graincast.material.networks.tracing import trace
from graincast.material.solvers import front_tracking
from graincast.material.structures import abnormal, lognormal


@pytest.mark.parametrize("law", STARTS)
def test_every_network_of_a_simulation_is_sound(law):
    for network in grown(law):
        assert integrity.flaw(network) is None
        assert np.isclose(measures.areas(network).sum(), np.prod(network.box), rtol=1e-9)
        assert measures.euler_characteristic(network) == 0
        assert measures.sides(network)[network.present].mean() == pytest.approx(6, abs=1e-12)


@pytest.mark.parametrize("law", STARTS)
def test_length_and_grains_only_fall_and_no_grain_comes_back(law):
    networks = grown(law)
    length = [measures.lengths(network).sum() for network in networks]
    present = [set(network.present.tolist()) for network in networks]
    assert np.all(np.diff(length) < 0)
    assert len(present[-1]) < 0.6 * len(present[0]), "hardly anything moved"
    assert all(later <= now for now, later in pairwise(present))
    assert all(
        (area > 0).nonzero()[0].tolist() == sorted(grains)
        for area, grains in zip(areas(networks), present, strict=True)
    )


def test_mean_area_grows_linearly_once_growth_is_self_similar():
    mean = np.array([mean_area(network) for network in grown("lognormal")])
    half = len(mean) // 2
    fit = np.polyval(np.polyfit(TIMES[half:], mean[half:], 1), TIMES[half:])
    assert mean[-1] > 1.5 * mean[half] > 2
    assert 1 - np.var(mean[half:] - fit) / np.var(mean[half:]) > 0.99


def until_few_are_left(network, segment):
    """The networks on the way to three grains or fewer, in short steps, in which only small grains may vanish."""
    for _ in range(150):
        before = measures.areas(network)
        step, spacing = 0.002 + 0.12 * before[network.present].min(), segment * np.sqrt(mean_area(network))
        (network,) = evolved(network, [step], segment)
        vanished = (measures.areas(network) == 0) & (before > 0)
        assert before[vanished].max(initial=0) < 2 * np.pi * step + spacing**2, "a large grain vanished"
        yield network
        if len(network.present) <= 3:
            return


@pytest.mark.parametrize("law", ["lognormal", "abnormal"])
def test_few_grains_that_meet_their_own_images_stay_sound(law):
    """Where all but one are far smaller than a segment a network may break: then it must be given up."""
    few = given_up = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        count = int(rng.integers(5, 13))
        if law == "lognormal":
            start = lognormal.network(lognormal.Settings(count, 0.35), rng)
        else:
            start = abnormal.network(abnormal.Settings(count, 3.0, 0.2), rng)
        try:
            for network in until_few_are_left(start, 0.15):
                assert integrity.flaw(network) is None, seed
            few += len(network.present) <= 3
        except Unsound:
            given_up += 1
    assert few > 30
    assert given_up <= 2


def test_grains_inside_another_and_bands_around_the_box_stay_sound():
    """A cluster of a few grains inside one, and in every other box a grain that winds around it; islands are left."""
    y, x = np.mgrid[:40, :40] + 0.5
    islands = few = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        seeds = rng.uniform(10, 30, (int(rng.integers(3, 7)), 2))
        labels = 1 + np.argmin((x[..., None] - seeds[:, 0]) ** 2 + (y[..., None] - seeds[:, 1]) ** 2, axis=-1)
        labels[(x - 20) ** 2 + (y - 20) ** 2 > rng.uniform(8, 17) ** 2] = 0
        if seed % 2:
            labels[:, :4] = len(seeds) + 1
        labels = np.unique(labels, return_inverse=True)[1].reshape(labels.shape)
        for network in until_few_are_left(trace(labels, pixel=np.sqrt(labels.max() + 1) / 40), 0.1):
            assert integrity.flaw(network) is None, seed
            islands += (network.ends[:, 0] < 0).any()
        few += len(network.present) <= 3
    assert few > 50
    assert islands > 100


def nested(seed):
    """A cluster of one to four grains, in the largest of which lies another, and so on: two to four of them."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:48, :48] + 0.5
    labels, middle, radius = np.zeros((48, 48), int), np.array([24.0, 24.0]), rng.uniform(15, 21)
    for _ in range(int(rng.integers(2, 5))):
        seeds = middle + rng.uniform(-0.7, 0.7, (int(rng.integers(1, 5)), 2)) * radius
        nearest = np.argmin((x[..., None] - seeds[:, 0]) ** 2 + (y[..., None] - seeds[:, 1]) ** 2, axis=-1)
        labels = np.where(np.hypot(x - middle[0], y - middle[1]) < radius, labels.max() + 1 + nearest, labels)
        depth = distances_to_others(labels == np.bincount(labels.ravel())[1:].argmax() + 1)
        row, column = np.unravel_index(depth.argmax(), depth.shape)
        middle, radius = np.array([column + 0.5, row + 0.5]), (depth.max() - 1) * rng.uniform(0.6, 0.75)
        if radius < 2:
            break
    labels = np.unique(labels, return_inverse=True)[1].reshape(labels.shape)
    return trace(labels, pixel=np.sqrt(labels.max() + 1) / 48)


def distances_to_others(inside):
    """From each pixel inside to the nearest one that is not."""
    there, others = np.argwhere(inside), np.argwhere(~inside)
    distance = np.zeros(inside.shape)
    distance[inside] = np.sqrt(((there[:, None] - others) ** 2).sum(axis=-1).min(axis=1))
    return distance


def test_clusters_within_clusters_vanish_grain_by_grain_to_the_very_last():
    """Until one grain fills the box, which is no network and ends with that reason; no area is lost on the way."""
    ended = repairs = 0
    for seed in range(60):
        network = nested(seed)
        with pytest.raises(Unsound, match="one grain fills the box"):  # noqa: PT012
            for _ in range(400):
                before = measures.areas(network)
                step, spacing = 0.002 + 0.12 * before[network.present].min(), 0.1 * np.sqrt(mean_area(network))
                grown = front_tracking.evolve(network, front_tracking.Settings(0.1), np.array([step]))
                (network,), repairs = grown.networks, repairs + grown.repairs
                vanished = (measures.areas(network) == 0) & (before > 0)
                assert before[vanished].max(initial=0) < 2 * np.pi * step + spacing**2, "a large grain vanished"
                assert integrity.flaw(network) is None, seed
        assert len(network.present) <= 3
        ended += 1
    assert ended == 60
    assert repairs <= 3


@pytest.mark.parametrize("small", [0.06, 0.1])
def test_the_smaller_piece_of_a_grain_vanishes_and_the_larger_one_goes_on(small):
    """Each piece is a lens and loses 4 pi / 3 while it is there."""
    start, alone = two_lenses(0.8, small), measures.areas(two_lenses(0.8, 1e-9))[0]
    assert integrity.flaw(start) is None
    assert measures.sides(start)[0] == 4
    evolution = front_tracking.evolve(start, front_tracking.Settings(0.08), np.linspace(0, 0.02, 3))
    assert evolution.repairs == 0
    assert measures.sides(evolution.networks[-1])[0] == 2
    assert measures.areas(evolution.networks[-1])[0] == pytest.approx(alone - 4 * np.pi / 3 * 0.02, rel=0.004)


def test_a_lens_around_an_island_goes_only_after_the_island():
    front = front_of(two_lenses(0.1, 0.8, island=0.05))
    for lenses in (2, 1):
        events.settle(front, np.arange(len(front.counts)), 0.2)
        assert pairs_of(front) == [[0, 1]] * lenses + [[0, 2]] * lenses + [[1, 2]] * (lenses + 1)
        assert front.sides[:4].tolist() == [2 * lenses, 2 * lenses + 1, 2 * lenses + 1, 0]
    assert integrity.flaw(fronts.to_network(front)) is None


@pytest.mark.parametrize("copy", [0.0, -4.0, 8.0])
def test_a_disc_around_another_goes_only_after_it(copy):
    """Both are below the size at which discs vanish; another piece of the outer one lies elsewhere."""
    start = discs((1.0, 1.0, 0.1), (1.0 + copy, 1.0 - copy, 0.05), (3.0, 3.0, 0.8))
    start = replace(start, grains=np.array([[0, 2], [1, 0], [0, 2]], np.int32))
    assert integrity.flaw(start) is None
    front = front_of(start)
    for left in ([[0, 2], [0, 2]], [[0, 2]]):
        events.settle(front, np.arange(3), 0.2)
        assert pairs_of(front) == left
        assert front.sides[:3].tolist() == [len(left), 0, len(left)]


def test_a_grain_around_two_small_ones_stays_while_they_wait_for_their_islands():
    """Its contour around them has two corners and encloses little as well. It has another, around a disc."""
    lower, upper = arc(np.array([1.9, 2.0]), np.array([2.1, 2.0])), arc(np.array([1.9, 2.0]), np.array([2.1, 2.0]))
    upper[:, 1] = 4 - upper[:, 1]
    inner = discs((2.0, 1.97, 0.01), (2.0, 2.03, 0.01), (3.0, 3.0, 0.5))
    lines = [lower, upper, lower[[0, -1]], *(inner.points[a:b] for a, b in pairwise(inner.first))]
    grains = np.array([[1, 0], [0, 2], [2, 1], [3, 1], [4, 2], [5, 0]], np.int32)
    start = from_boundaries((4.0, 4.0), 6, lines, grains, np.array([[0, 1]] * 3 + [[-1, -1]] * 3, np.int32))
    assert integrity.flaw(start) is None
    front = front_of(start)
    events.settle(front, np.arange(3), 0.2)
    assert front.grains.tolist() == grains.tolist()
    assert (front.counts > 0).all()
    events.settle(front, np.arange(6)[::-1], 0.2)  # the islands first
    assert pairs_of(front) == [[0, 5]]


def test_a_lens_is_not_flipped_and_keeps_three_segments_a_side_though_it_is_a_piece_of_a_grain():
    front = front_of(two_lenses(0.1, 0.8))
    for boundary in (0, 1):
        events._exchange(front, boundary, 0.3)
    assert front.events[fronts.POSTPONED] == 2
    assert remeshing.remesh(front, 1.0)
    assert front.counts[[0, 1]].tolist() == [4, 4]


def test_the_smaller_bubble_of_two_vanishes_and_not_the_grain_around_them():
    """The grain around a double bubble has two corners as well, and its outline runs the other way around."""
    y, x = np.mgrid[:64, :64] + 0.5 - 32
    labels = np.where(x**2 + y**2 < 14**2, np.where(x < 4, 1, 2), 0)
    (network,) = evolved(trace(labels, pixel=np.sqrt(3) / 64), [0.044], segment=0.1)
    assert network.present.tolist() == [0, 1]
    assert measures.areas(network)[0] > 2.7


def test_a_simulation_in_which_one_single_grain_is_left_ends_with_a_reason():
    with pytest.raises(Unsound):
        evolved(discs((2.0, 2.0, 1.0)), [0.6])
