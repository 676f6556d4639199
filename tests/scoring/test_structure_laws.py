"""Laws of structures: exact on populations made to keep them, about right on what the solver grew."""

from dataclasses import fields, replace

import numpy as np
import pytest
from scipy.stats import ks_2samp, wasserstein_distance

from graincast.scoring import structure_laws
from graincast.scoring.grain_descriptors import Descriptors, described, pooled
from label_maps_made import grown, voronoi

SIDES = np.array([3, 4, 5, 5, 6, 6, 6, 7, 7, 8, 9])
A = 1.2  # of Aboav and Weaire


def lawful():
    """A population that keeps every law exactly."""
    area = 10.0 * (SIDES - 2)
    around = ((6 - A) * SIDES + 6 * A + SIDES.var()) / SIDES
    ones = np.ones(len(SIDES))
    return Descriptors(area, 2.0 * SIDES + 1, SIDES, 1.5 * ones, 30 * ones, around, ones, ones, ones)


def grains_of(maps):
    return pooled(described(labels, periodic=True) for labels in maps)


def stretched(labels, factor):
    """The map stretched along x."""
    width = labels.shape[1]
    return labels[:, np.minimum((np.arange(round(factor * width)) + 0.5) / factor, width - 1).astype(int)]


def test_a_population_that_keeps_the_laws_has_their_slopes():
    found = structure_laws.laws(lawful())
    assert found["mean_sides"] == pytest.approx(6)
    assert found["radius_slope_px"] == pytest.approx(2)
    assert found["relative_radius_slope"] == pytest.approx(2 / 13)
    assert found["lewis_slope"] == pytest.approx(10 / 40)
    assert found["aboav_weaire_a"] == pytest.approx(A)
    assert [found[f"relative_area_of_{n}_sides"] for n in (3, 6, 9)] == pytest.approx([0.25, 1, 1.75])
    assert (found["axis_resultant"], found["axis_degrees"]) == pytest.approx((1, 30))
    assert (found["stretch"], found["stretch_degrees"]) == pytest.approx((1.5, 30))


def test_a_grain_of_weight_two_counts_as_two_grains():
    grains = replace(lawful(), radius=np.sqrt(lawful().area), axis_degrees=15.0 * np.arange(len(SIDES)))
    twice = replace(grains, weight=np.where(SIDES == 7, 2.0, 1.0))
    again = pooled([grains, Descriptors(*(getattr(grains, entry.name)[SIDES == 7] for entry in fields(grains)))])
    assert structure_laws.laws(twice) == pytest.approx(structure_laws.laws(again))
    assert structure_laws.laws(twice)["mean_sides"] > 6
    assert structure_laws.distances(twice, again) == pytest.approx(
        dict.fromkeys(structure_laws.distances(again, twice), 0)
    )


def test_axes_across_each_other_have_no_resultant_and_no_stretch():
    grains = lawful()
    crossed = pooled([grains, replace(grains, axis_degrees=grains.axis_degrees + 90)])
    found = structure_laws.laws(crossed)
    assert (found["axis_resultant"], found["stretch"]) == pytest.approx((0, 1), abs=1e-6)
    assert found["mean_aspect_ratio"] == pytest.approx(1.5)


def test_grown_structures_have_six_sides_and_keep_the_laws_of_cells():
    found = structure_laws.laws(grains_of([grown(seed) for seed in range(3)]))
    assert found["mean_sides"] == pytest.approx(6, abs=0.02)
    assert found["aboav_weaire_a"] == pytest.approx(1.1, abs=0.25)
    assert found["lewis_slope"] == pytest.approx(0.55, abs=0.1)
    areas = [found[f"relative_area_of_{n}_sides"] for n in range(4, 9)]
    assert areas == sorted(areas)
    assert 0 < areas[0] < 0.4
    assert found["stretch"] < 1.06


@pytest.mark.parametrize(("turned", "degrees"), [(False, 0), (True, 90)])
def test_a_structure_stretched_by_one_and_a_half_says_so(turned, degrees):
    maps = [stretched(voronoi(128, 128, 110, seed), 1.5) for seed in range(4)]
    found = structure_laws.laws(grains_of([labels.T if turned else labels for labels in maps]))
    assert found["stretch"] == pytest.approx(1.5, abs=0.06)
    assert (found["stretch_degrees"] - degrees + 90) % 180 - 90 == pytest.approx(0, abs=4)
    assert (found["axis_degrees"] - degrees + 90) % 180 - 90 == pytest.approx(0, abs=6)
    assert found["axis_resultant"] > 0.3
    assert structure_laws.laws(grains_of([voronoi(128, 128, 110, 0)]))["axis_resultant"] < 0.2


def test_a_population_has_no_distance_from_itself_and_one_from_another():
    truth, diagrams = grains_of([grown(0)]), grains_of([voronoi(128, 128, 113, 0)])
    same = structure_laws.distances(truth, truth)
    assert same == pytest.approx(dict.fromkeys(same, 0), abs=1e-12)
    apart = structure_laws.distances(diagrams, truth)
    assert apart["relative_radius_kolmogorov_smirnov"] > 0.1
    assert apart["relative_radius_wasserstein"] > 0.1
    more = replace(truth, sides=truth.sides + 1)
    assert structure_laws.distances(more, truth)["sides_wasserstein"] == pytest.approx(1)


def test_distances_are_those_of_scipy():
    one, other = grains_of([grown(0)]), grains_of([voronoi(128, 128, 113, 0)])
    found = structure_laws.distances(one, other)
    pairs = {
        "sides": (one.sides, other.sides),
        "relative_radius": (one.radius / one.radius.mean(), other.radius / other.radius.mean()),
    }
    for name, pair in pairs.items():
        assert found[f"{name}_kolmogorov_smirnov"] == pytest.approx(ks_2samp(*pair, method="asymp").statistic)
        assert found[f"{name}_wasserstein"] == pytest.approx(wasserstein_distance(*pair))


def test_what_a_population_cannot_say_is_not_a_number():
    alone = described(np.zeros((16, 16), np.int32), periodic=True)
    nothing = described(np.zeros((16, 16), np.int32), periodic=False)
    assert np.isnan([structure_laws.laws(alone)[name] for name in ("lewis_slope", "aboav_weaire_a")]).all()
    assert np.isnan(list(structure_laws.laws(nothing).values())).all()
    assert np.isnan(list(structure_laws.distances(nothing, alone).values())).all()
