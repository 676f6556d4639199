"""Starting structures: grains of the sizes asked for, in a network that is a power diagram."""

import shutil
from functools import cache

import numpy as np
import pytest

from conftest import PROJECT
from graincast.base import specs, wording
from graincast.base.errors import GraincastError
from graincast.material import datasets
from graincast.material.structures import abnormal, bimodal, lognormal, power_diagram
from graincast.material.tessellation import fitting, insertion
from graincast.material.tessellation.cells import measured
from graincast.material.tessellation.laplacian import weight_change
from graincast.material.tessellation.mesh import Mesh, Seeds, repair
from graincast.material.tessellation.placing import placed

TOLERANCE = 0.005
GRAINS = 1000
SIZES = {
    "lognormal": (lognormal, lognormal.Settings(grains=GRAINS, spread=0.35)),
    "bimodal": (bimodal, bimodal.Settings(grains=GRAINS, coarse_share=0.12, size_ratio=3.0, spread=0.12)),
    "abnormal": (abnormal, abnormal.Settings(grains=GRAINS, size_ratio=8.0, spread=0.2)),
}


@cache
def made(law):
    """One structure of a size law; never changed."""
    module, settings = SIZES[law]
    return module.network(settings, np.random.default_rng(7))


def grain_sizes(network):
    """Equivalent radii [grains] of a network of which every grain is one piece."""
    return np.sqrt(areas_of(outlines(network)) / np.pi)


def outlines(network):
    """Outline [corners, 2] of each piece of a grain by its label: from arm to arm, the grain on the left."""
    steps = network.points[1::2] - network.points[::2]
    step = np.stack([steps, -steps], axis=1).reshape(-1, 2)
    turn = {int(arm): int(arms[k - 1]) for arms in network.arms for k, arm in enumerate(arms)}
    grains, pieces, done = network.grains.ravel(), {}, set()
    for first in range(2 * network.boundaries):
        h, corners = first, []
        here = network.points[first]  # of two points a boundary; half-edge 2 e + 1 starts at the second
        while h not in done:
            done.add(h)
            assert grains[h] == grains[first]
            corners.append(here)
            here = here + step[h]
            h = turn[h ^ 1]
        if corners:
            assert np.allclose(here, corners[0], atol=1e-6)
            pieces.setdefault(int(grains[first]), []).append(np.array(corners))
    return pieces


def area_of(outline):
    """Shoelace."""
    x, y = (outline - outline[0]).T
    return 0.5 * np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))


def areas_of(pieces):
    """Area by label."""
    return np.array([sum(area_of(piece) for piece in pieces[grain]) for grain in range(len(pieces))])


def random_diagram(seeds, rng, spread=0.3):
    """A power diagram of independent seeds and weights, not fitted to any areas."""
    side = np.sqrt(seeds)
    return fitting.drawn(Seeds(side, rng.random((seeds, 2)) * side, rng.normal(0, spread, seeds)), np.zeros(seeds))


def nearest_by_power(points, seeds):
    """The seed of least power for each point, over all its images; brute force."""
    boxes = np.stack(np.meshgrid(*[np.arange(-3, 4)] * 2), axis=-1).reshape(-1, 1, 1, 2) * seeds.side
    way = points[:, None] - seeds.position - boxes
    return np.argmin(((way**2).sum(axis=-1) - seeds.weight).min(axis=0), axis=1)


def holds(outline, points, side):
    """Does a convex outline, or one of its images, hold the points?"""
    inside = np.zeros(len(points), bool)
    for boxes in np.stack(np.meshgrid(*[np.arange(-2, 3)] * 2), axis=-1).reshape(-1, 2):
        way = points[:, None] + boxes * side - outline
        step = np.roll(outline, -1, axis=0) - outline
        inside |= (step[:, 0] * way[..., 1] - step[:, 1] * way[..., 0] >= 0).all(axis=1)
    return inside


@pytest.mark.parametrize("law", SIZES)
def test_every_grain_has_the_area_that_its_law_drew(law, monkeypatch):
    module, settings = SIZES[law]
    asked = []
    real = power_diagram.fitted
    monkeypatch.setattr(power_diagram, "fitted", lambda areas, rng: real(asked.append(areas) or areas, rng))
    network = module.network(settings, np.random.default_rng(7))
    assert asked[0].mean() == pytest.approx(1)
    assert np.abs(areas_of(outlines(network)) / asked[0] - 1).max() < TOLERANCE


def test_ten_thousand_grains_have_their_areas_too():
    areas = np.random.default_rng(3).lognormal(0, 0.7, 10_000)
    network = power_diagram.fitted(areas, np.random.default_rng(4))
    assert network.box == pytest.approx((np.sqrt(areas.sum()),) * 2)
    assert np.abs(areas_of(outlines(network)) / areas - 1).max() < TOLERANCE


@pytest.mark.parametrize("law", SIZES)
def test_the_grains_fill_the_box(law):
    areas = areas_of(outlines(made(law)))
    assert areas.min() > 0
    assert areas.sum() == pytest.approx(np.prod(made(law).box), rel=1e-9)


def test_lognormal_grains_spread_as_asked():
    assert np.log(grain_sizes(made("lognormal"))).std() == pytest.approx(0.35, rel=0.1)


def test_coarse_grains_come_first_and_are_as_much_larger_as_asked():
    radius = grain_sizes(made("bimodal"))
    assert radius[:120].mean() / radius[120:].mean() == pytest.approx(3, rel=0.05)
    assert radius[:120].min() > 1.3 * radius[120:].max()


def test_the_giant_is_grain_0_and_as_much_larger_as_asked():
    radius = grain_sizes(made("abnormal"))
    assert len(radius) == GRAINS + 1
    assert radius[0] / radius[1:].mean() == pytest.approx(8, rel=0.01)


@pytest.mark.parametrize("law", SIZES)
def test_three_boundaries_meet_at_every_junction_of_the_torus(law):
    network = made(law)
    pieces = outlines(network)
    assert sorted(pieces) == list(range(network.grain_count))
    assert all(len(piece) == 1 for piece in pieces.values())
    assert len(network.arms) - network.boundaries + len(pieces) == 0
    assert np.array_equal(np.sort(network.arms, axis=None), np.arange(2 * network.boundaries))
    assert np.array_equal(network.ends.ravel()[network.arms], np.tile(np.arange(len(network.arms)), (3, 1)).T)


@pytest.mark.parametrize("law", SIZES)
def test_the_grain_left_of_an_arm_is_right_of_the_next_one(law):
    network = made(law)
    left, right = network.grains.ravel(), network.grains[:, ::-1].ravel()
    assert np.array_equal(left[network.arms], right[np.roll(network.arms, -1, axis=1)])


@pytest.mark.parametrize("law", SIZES)
def test_the_arms_of_a_junction_start_at_one_place_and_go_counter_clockwise(law):
    network = made(law)
    steps = network.points[1::2] - network.points[::2]
    arm = np.stack([steps, -steps], axis=1).reshape(-1, 2)[network.arms]
    following = np.roll(arm, -1, axis=1)
    assert (arm[..., 0] * following[..., 1] - arm[..., 1] * following[..., 0] > 0).all()
    gap = np.diff(network.points[network.arms], axis=1) / network.box
    assert np.abs(gap - np.round(gap)).max() < 1e-9


@pytest.mark.parametrize("law", SIZES)
def test_no_boundary_has_length_zero(law):
    network = made(law)
    assert np.linalg.norm(network.points[1::2] - network.points[::2], axis=1).min() > 1e-9


@pytest.mark.parametrize("law", SIZES)
def test_grains_are_roundish(law):
    pieces = outlines(made(law))
    roundness = [
        4 * np.pi * area_of(outline) / np.linalg.norm(outline - np.roll(outline, 1, axis=0), axis=1).sum() ** 2
        for (outline,) in pieces.values()
    ]
    assert np.mean(roundness) > 0.8  # a random Voronoi diagram: 0.71; a square: 0.79; a hexagon: 0.91
    assert np.min(roundness) > 0.4


def test_neighbours_stand_near_each_other_in_memory():
    network = made("lognormal")
    junctions = network.points[network.arms[:, 0]]
    step = np.linalg.norm(np.diff(junctions, axis=0), axis=1)
    assert np.median(step) < 1  # the width of a grain; half a box, 16, without any order
    assert (np.diff(network.ends.min(axis=1)) >= 0).all()


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not():
    areas = np.random.default_rng(1).lognormal(0, 0.5, 100)
    one, same, other = (power_diagram.fitted(areas, np.random.default_rng(seed)) for seed in (5, 5, 6))
    for name in ("points", "first", "grains", "ends", "arms"):
        assert getattr(one, name).tobytes() == getattr(same, name).tobytes()
    assert one.points.tobytes() != other.points.tobytes()


@pytest.mark.parametrize("grains", [2, 3, 4, 5, 8, 20, 300])
def test_a_point_lies_in_the_cell_whose_seed_is_nearest_by_power(grains):
    rng = np.random.default_rng(grains)
    for diagram in (random_diagram(grains, rng), fitting.fitted(rng.lognormal(0, 0.5, grains), rng, 0.004)):
        mesh, seeds, _ = diagram
        pieces = outlines(power_diagram.network_of(mesh, seeds, 1.0))
        points = rng.random((200, 2)) * seeds.side
        nearest = nearest_by_power(points, seeds)
        assert len(pieces) == grains
        for grain, (outline,) in pieces.items():
            assert np.array_equal(holds(outline, points, seeds.side), nearest == grain)


@pytest.mark.parametrize("grains", [2, 3, 4, 5, 8, 20])
def test_a_few_grains_fill_a_small_box_even_where_they_meet_themselves(grains):
    meeting = 0
    for seed in range(20):
        areas = np.append(4.0 * grains, np.random.default_rng(seed).lognormal(0, 0.35, grains - 1))
        network = power_diagram.fitted(areas, np.random.default_rng(seed))
        meeting += np.any(network.grains[:, 0] == network.grains[:, 1])
        pieces = outlines(network)
        assert all(len(piece) == 1 for piece in pieces.values())
        assert np.abs(areas_of(pieces) / areas - 1).max() < TOLERANCE
    assert meeting == 20


@pytest.mark.parametrize("grains", [5, 50, 500])
def test_flips_after_a_change_of_weights_lead_to_the_diagram_of_a_fresh_start(grains):
    rng = np.random.default_rng(grains)
    mesh, seeds, cells = random_diagram(grains, rng, spread=0.05)
    changed = seeds._replace(weight=seeds.weight + rng.normal(0, 0.02, grains))
    before = mesh.origin.copy()
    assert repair(mesh, changed)
    assert np.any(mesh.origin != before) or grains == 5
    fresh = insertion.triangulated(changed)
    assert np.allclose(measured(mesh, changed).area, measured(fresh, changed).area, atol=1e-9)
    assert not np.allclose(measured(mesh, changed).area, cells.area, atol=1e-3)


def test_a_seed_without_a_cell_is_noticed():
    rng = np.random.default_rng(2)
    mesh, seeds, _ = random_diagram(50, rng, spread=0.0)
    weight = seeds.weight.copy()
    weight[0] = 20.0  # a disc of radius 4.5 in a box of side 7
    assert insertion.triangulated(seeds._replace(weight=weight)) is None
    assert not repair(Mesh(*(part.copy() for part in mesh)), seeds._replace(weight=weight))


@pytest.mark.parametrize("grains", [3, 30, 1000])
def test_areas_change_by_what_was_missing_when_the_weights_follow(grains):
    rng = np.random.default_rng(grains)
    mesh, seeds, cells = fitting.fitted(rng.lognormal(0, 0.5, grains), rng, 0.004)
    missing = rng.normal(0, 1e-5, grains)
    missing -= missing.mean()
    moved = seeds._replace(weight=seeds.weight + weight_change(mesh, cells, missing))
    assert repair(mesh, moved)
    left = missing - (measured(mesh, moved).area - cells.area)
    assert np.linalg.norm(left) < 0.05 * np.linalg.norm(missing)


def test_large_grains_are_placed_so_that_they_do_not_overlap():
    areas = np.where(np.arange(1000) < 120, 9.0, 1.0)
    position = placed(areas, np.random.default_rng(0))
    way = position[:120, None] - position[:120]
    side = np.sqrt(areas.sum())
    distance = np.linalg.norm(way - side * np.round(way / side), axis=-1)
    assert distance[~np.eye(120, dtype=bool)].min() > 0.8 * 2 * np.sqrt(0.5 * 9 / np.pi)


def test_areas_out_of_reach_are_an_error():
    with pytest.raises(power_diagram.NotFitted, match="20 grains cannot be given areas from 1 to 1"):
        power_diagram.fitted(np.ones(20), np.random.default_rng(0), tolerance=0.0)


LAWS = specs.choices("material/structures")


@pytest.mark.parametrize("law", LAWS)
def test_every_size_law_says_in_a_sentence_what_it_is(law):
    said = specs.text(specs.part_file("material/structures", law, "here"), "DESCRIPTION")
    assert said[0].isupper()
    assert said.endswith(".")
    assert "\n" not in said


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ('"""Bimodal grain structure:', '"""Two kinds of grains:', False),
        ('= "Bimodal grain', '= "A two-sized grain', True),
    ],
    ids=["docstring", "declared text"],
)
def test_a_page_says_of_a_size_law_what_it_declares_whatever_its_docstring(
    before, after, changes, tmp_path, monkeypatch
):
    described = datasets.load(PROJECT / "config/growth/datasets/bimodal.yaml")
    said = datasets.description(described)
    assert said.startswith("Bimodal grain structure: a coarse population")
    shutil.copytree(specs.LIBRARY / "material/structures", tmp_path / "material/structures")
    file = tmp_path / "material/structures/bimodal.py"
    code = file.read_text()
    assert code.count(before) == 1
    file.write_text(code.replace(before, after))
    monkeypatch.setattr(specs, "LIBRARY", tmp_path)
    assert (datasets.description(described) != said) is changes
    done = [wording.removed(text.encode(), file.name) for text in (code, file.read_text())]
    assert done[0] == done[1], "a sentence simulates nothing anew"


def test_a_size_law_without_a_sentence_is_an_error_that_names_it(tmp_path):
    (tmp_path / "mute.py").write_text('"""Mute."""\nDESCRIBED = "no"\n')
    with pytest.raises(GraincastError, match=r'mute\.py: has no line DESCRIPTION = "\.\.\."'):
        specs.text(tmp_path / "mute.py", "DESCRIPTION")
