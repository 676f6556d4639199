"""Generated structures: what is aimed at, the sheet, likeness to a map, a breath of growth, tables of periods."""

import dataclasses
import math

import numpy as np
import pytest
import torch

from graincast.base.errors import GraincastError
from graincast.generation import reading
from graincast.generation.data import patches
from graincast.generation.data.conditions import TYPICAL_PX, Conditions
from graincast.generation.generating import (
    asked_and_got,
    fine_tuning,
    grain_statistics,
    likeness,
    making,
    relaxing,
    sharing_out,
    spoken,
    whole_grains,
)
from graincast.generation.generating.asked import Asked, size_of
from graincast.generation.models import flow
from graincast.material import grain_table
from graincast.material.grains import geometry
from graincast.material.microstructure import Microstructure
from graincast.material.networks import measures, network_file
from graincast.material.networks.distances import distance_map
from graincast.material.networks.rendering import label_map
from graincast.material.networks.tracing import trace
from graincast.training.loop import fresh_model
from structures_made import Knowing, grown, power_diagram

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def network():
    return grown(350, np.random.default_rng(2))


@pytest.fixture(scope="module")
def period(network):
    """A periodic map of normal growth, 12 pixels to a mean grain."""
    side = round(12 * math.sqrt(len(network.present)))
    return reading.field(distance_map(network, (side, side)))


def made(generator, like=None, **asked):
    return making.by(generator, Asked(**{"tune": 0, **asked}), like, "map.tif", CPU)


def line(found, name):
    return next(one for one in found.sheet.lines if one.name == name)


def test_the_sheet_passes_the_simulator_and_names_what_a_power_diagram_has_wrong():
    true = made(Knowing(), mean_size=20.0, grains=600, count=2)
    assert not [one.name for one in true.sheet.lines if one.differs]
    assert true.sheet.verdict.startswith("all 8 statistics are as wanted")
    wrong = made(Knowing(power_diagram), mean_size=20.0, grains=600, count=2)
    assert line(wrong, "sides_variance").differs
    assert line(wrong, "sides_variance").got > 1.5 * line(wrong, "sides_variance").wanted
    assert "variance of n" in wrong.sheet.verdict


def test_the_sheet_passes_relaxed_structures_of_the_simulator():
    found = made(Knowing(), grains=600, count=2, relax=True)
    assert not [one.name for one in found.sheet.lines if one.differs]


def test_the_map_as_written_has_the_mean_diameter_and_the_number_of_grains_that_were_asked_for():
    found = made(Knowing(), mean_size=7.5, grains=500, count=2)
    for one in found.made:
        table = grain_table.columns(one.structure)
        whole = ~table["touches_edge"]
        assert table["equivalent_diameter_um"][whole].mean() == pytest.approx(7.5, rel=0.08)
        assert one.structure.grains == pytest.approx(500, rel=0.08)
    mean = np.mean([2 * geometry.equivalent_radii(one.structure.labels).mean() for one in found.made])
    assert mean * found.aim.step == pytest.approx(7.5, rel=0.04)
    assert line(found, "mean_diameter").asked == pytest.approx(7.5)
    assert line(found, "grains").asked == 500


def test_without_a_mean_size_lengths_are_pixels():
    found = made(Knowing(), grains=100)
    assert found.aim.step is None
    assert line(found, "mean_diameter").unit == "px"
    assert found.made[0].structure.step is None


def test_a_size_in_micrometres_is_kept_to_half_of_what_the_generator_steps_by():
    found = made(Knowing(), mean_size=10.0, size=(200.0, 200.0))
    rows, columns = found.aim.shape
    assert rows == columns
    assert columns % 8 == 0
    assert abs(columns * found.aim.step - 200) <= 4 * found.aim.step
    assert line(found, "width").asked == pytest.approx(200)
    assert line(found, "width").got == pytest.approx(columns * found.aim.step)


def test_the_spread_goes_to_the_generator_with_the_variance_of_sides_that_belongs_to_it():
    seen = []

    class Listening(Knowing):
        def draw(self, shape, asked, rng):
            seen.append(asked)
            return super().draw(shape, asked, rng)

    for spread in (0.35, 0.54, 0.65):
        made(Listening(), grains=50, spread=spread)
    assert [one.spread for one in seen] == [0.35, 0.54, 0.65]
    assert seen[0].sides_variance < seen[1].sides_variance < seen[2].sides_variance
    assert seen[1].sides_variance == pytest.approx(2.0, abs=0.3)
    assert {one.grain_px for one in seen} == {TYPICAL_PX}


def test_a_spread_that_was_not_trained_is_doubted_and_nonsense_is_refused():
    beyond = made(Knowing(), grains=50, spread=0.95)
    assert "beyond what the generator learned from" in beyond.sheet.doubts[0]
    assert beyond.aim.conditions.spread < 0.75  # a network goes astray beyond
    assert line(beyond, "spread").asked == 0.95
    assert not made(Knowing(), grains=50, spread=0.5).sheet.doubts
    for spread in (0.0, -1.0, 3.0, math.nan):
        with pytest.raises(GraincastError, match=r"--spread is .*, expected a standard deviation of ln R"):
            Asked(spread=spread)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"mean_size": 0.0}, "--mean-size is 0, expected micrometres above 0"),
        ({"mean_size": math.nan}, "--mean-size is nan"),
        ({"mean_size": -3.0}, "--mean-size is -3"),
        ({"grains": 1}, "--grains is 1, expected 12 or more"),
        ({"grains": 100, "size": (10.0, 10.0)}, "give one of them"),
        ({"size": (10.0, math.inf)}, "--size is inf"),
        ({"count": 0}, "--count is 0"),
        ({"seed": -1}, "--seed and --tune"),
        ({"threads": 0}, "--threads is 0"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(asked, words):
    with pytest.raises(GraincastError, match=words) as refused:
        Asked(**asked)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"size": (100.0, 100.0)}, "give the mean size of grains too"),
        ({"grains": 10**6}, "too large to draw in one go, expected 161,.* at most"),
        ({"mean_size": 10.0, "size": (30.0, 30.0)}, "expected 12 or more, and 3 along each side"),
        ({"mean_size": 10.0, "size": (2000.0, 5.0)}, "expected 12 or more, and 3 along each side"),
    ],
)
def test_a_map_too_small_or_too_large_is_refused_before_it_is_drawn(asked, words):
    class Never(Knowing):
        def draw(self, *_):
            pytest.fail("drawn")

    with pytest.raises(GraincastError, match=words):
        made(Never(), **asked)


@pytest.mark.parametrize("text", ["500x300", " 500X300 ", "5e2x3e2", "500*300"])
def test_a_size_is_read(text):
    assert size_of(text) == (500, 300)


@pytest.mark.parametrize("text", ["500", "x", "500x", "500x300x2", "1.2.3x4", "ax b"])
def test_a_size_that_is_none_is_refused(text):
    with pytest.raises(GraincastError, match="expected width and height"):
        size_of(text)


class Failing(Knowing):
    """Draws one single grain on the draws of these numbers."""

    def __init__(self, *odd, fewer=()):
        super().__init__()
        self.odd, self.fewer, self.draws = odd, fewer, 0

    def draw(self, shape, asked, rng):
        self.draws += 1
        if self.draws in self.odd:
            return torch.full(shape, 3.0)
        side = asked.grain_px * (2 if self.draws in self.fewer else 1)
        return super().draw(shape, asked._replace(grain_px=side), rng)


def test_a_draw_of_one_grain_is_told_and_the_others_are_made():
    found = made(Failing(2), grains=60, count=3)
    assert [one.number for one in found.made] == [1, 3]
    assert "one single grain" in found.failed[2]
    assert any("FAILED: structure 2" in said for said in spoken.told(found))
    with pytest.raises(GraincastError, match=r"structure 1 .* one single grain"):
        made(Failing(1), grains=60)


def test_a_draw_with_half_the_grains_is_told():
    found = made(Failing(fewer=(2,)), grains=200, count=2)
    assert [said for said in found.sheet.doubts if said.startswith("structure 2 has")]
    assert not [said for said in found.sheet.doubts if said.startswith("structure 1 has")]


def test_each_structure_has_its_own_chance_and_a_seed_gives_the_same_again():
    one, other = (made(Knowing(), grains=60, count=2, seed=5) for _ in range(2))
    first, second = (each.structure.labels for each in one.made)
    assert first.shape != second.shape or (first != second).mean() > 0.5
    assert np.array_equal(first, other.made[0].structure.labels)
    assert not np.array_equal(first, made(Knowing(), grains=60, seed=6).made[0].structure.labels)


# like a map


def test_a_map_is_shown_to_the_generator_at_its_size_whatever_its_pixels(network):
    shown = []
    for pixels in (11, 22, 55):
        side = round(pixels * math.sqrt(len(network.present)))
        seen = likeness.of(Microstructure(label_map(network, (side, side))), "map")
        assert seen.field.distance.shape[0] == pytest.approx(TYPICAL_PX * math.sqrt(len(network.present)), rel=0.05)
        shown.append(seen)
    for one in shown[1:]:
        assert one.conditions.spread == pytest.approx(shown[0].conditions.spread, rel=0.06)
        assert one.grains_per_square == pytest.approx(shown[0].grains_per_square, rel=0.04)
        shape = np.minimum(one.field.distance.shape, shown[0].field.distance.shape)
        pair = [each.field.distance[: shape[0], : shape[1]] for each in (one, shown[0])]
        assert np.corrcoef(pair[0].ravel(), pair[1].ravel())[0, 1] > 0.5


def test_a_map_of_normal_growth_wants_what_normal_growth_shows(period):
    part = period[10:-10, 10:-10]
    found = made(Knowing(), Microstructure(part, 0.5), grains=900)
    assert not [one.name for one in found.sheet.lines if one.differs]
    own = line(found, "mean_diameter")
    assert own.asked == pytest.approx(0.5 * likeness.of(Microstructure(part), "x").own.values["mean_diameter"])
    assert own.got == pytest.approx(own.asked, rel=0.05)


def test_like_a_map_without_further_words_has_its_grains_its_size_and_its_proportions(period):
    part = period[:150]
    seen = likeness.of(Microstructure(part, 2.0), "x")

    class Shapes(Knowing):
        def draw(self, shape, asked, rng):
            self.shape = shape
            return super().draw((160, 160), asked, rng)

    found = made(Shapes(), Microstructure(part, 2.0))
    rows, columns = found.aim.shape
    assert rows / columns == pytest.approx(150 / part.shape[1], rel=0.05)
    assert found.aim.grains == pytest.approx(seen.grains, rel=0.08)
    assert rows * found.aim.step == pytest.approx(150 * 2.0, rel=0.08)


def test_a_small_map_is_said_to_know_little_with_an_interval_that_holds_the_truth(period):
    true = 2 * geometry.equivalent_radii(period).mean()
    held = 0
    for top in range(0, 120, 20):
        small = period[top : top + 100, top : top + 100]
        found = made(
            Knowing(), Microstructure(np.unique(small, return_inverse=True)[1].reshape(100, 100).astype(np.int32), 1.0)
        )
        said = next(one for one in found.sheet.doubts if "too small to know its statistics" in one)
        low, high = (float(word) for word in said.split("interval of ")[1].split(" to "))
        held += low < true < high
    assert held >= 4
    assert not made(Knowing(), Microstructure(period, 1.0)).sheet.doubts


def test_what_a_map_cannot_give_is_refused(period):
    with pytest.raises(GraincastError, match=r"the spread is that of map\.tif"):
        made(Knowing(), Microstructure(period, 1.0), spread=0.4)
    with pytest.raises(GraincastError, match=r"map.tif: has no scale: .*--pixel-size.*--mean-size"):
        made(Knowing(), Microstructure(period), mean_size=3.0)
    with pytest.raises(GraincastError, match="grains lie clear of its edges, expected 6 or more"):
        made(Knowing(), Microstructure(np.arange(9, dtype=np.int32).reshape(3, 3).repeat(20, 0).repeat(20, 1)))
    assert made(Knowing(), Microstructure(period), grains=60).aim.step is None


def test_stretched_grains_show_along_the_axes(period):
    wide = likeness.of(Microstructure(period.repeat(2, axis=1)), "x").read.values
    assert wide["half_distance_x"] > 1.5 * wide["half_distance_y"]
    assert wide["aspect_ratio"] > 1.6


def test_a_fitted_generator_learns_the_map(period):
    settings = flow.Settings(width=8, depth=1, squares=4, cap_px=3.0, margin=8, passes=4, told=1.0)
    field = likeness.of(Microstructure(period), "x").field
    fitted = [
        fine_tuning.tuned(fresh_model(lambda: flow.Model(settings), 0), field, steps, 0, CPU, "map")
        for steps in (0, 24, 24)
    ]
    batch = fine_tuning.pieces(field, 1, "map").unchanged(np.arange(4))
    with torch.no_grad():
        before, after, again = (
            float(one.loss(batch, tuple(np.random.default_rng(number) for number in range(4))).mean()) for one in fitted
        )
    assert after < 0.9 * before
    assert again == after


def test_pieces_of_a_map_keep_its_directions(period):
    """Boundaries of stretched grains are crossed more often across the stretch, in each piece."""
    field = likeness.of(Microstructure(period.repeat(2, axis=1)), "x").field
    data = fine_tuning.pieces(field, 1, "map")
    kept = data.unchanged(np.arange(4)).distance[:, 0].numpy()
    assert min(crossings(one, 0) / crossings(one, 1) for one in kept) > 1.3
    turned = dataclasses.replace(data, cut=dataclasses.replace(data.cut, turn=patches.any_turn))
    lost = turned.unchanged(np.arange(4)).distance[:, 0].numpy()
    assert min(crossings(one, 0) / crossings(one, 1) for one in lost) < 1.2


def crossings(distance, axis):
    """How steep a relief is along an axis."""
    return np.abs(np.diff(distance, axis=axis)).mean()


# orientations and phases


@pytest.mark.parametrize("seed", range(8))
def test_new_grains_have_orientations_of_the_map_and_phases_keep_their_area(seed):
    rng = np.random.default_rng(seed)
    area, given = rng.integers(20, 400, 300), rng.integers(20, 400, 90)
    phase = (np.arange(90) % 3 == 0).astype(int)
    giver = sharing_out.givers(area, given, phase, rng)
    grain = area.max() / area.sum()
    share = area[phase[giver] == 1].sum() / area.sum()
    assert share == pytest.approx(given[phase == 1].sum() / given.sum(), abs=0.51 * grain)
    by_old = np.bincount(giver, area, minlength=90) / area.sum()
    assert np.abs(by_old - given / given.sum()).max() < 1.01 * grain
    assert len(np.unique(giver)) > 60


def test_a_new_grain_has_orientation_and_phase_of_one_and_the_same_old_grain(period):
    count = int(period.max()) + 1
    quaternions = np.random.default_rng(1).normal(size=(count, 4))
    quaternions /= np.linalg.norm(quaternions, axis=1)[:, None]
    names = tuple(f"phase {number % 2}" for number in range(count))
    found = made(Knowing(), Microstructure(period, 1.0, quaternions, names), grains=200)
    structure = found.made[0].structure
    assert len(structure.orientations) == len(structure.phases) == structure.grains
    for quaternion, phase in zip(structure.orientations, structure.phases, strict=True):
        (origin,) = np.flatnonzero((quaternions == quaternion).all(axis=1))
        assert names[origin] == phase
    shares = [one for one in found.sheet.lines if one.name.startswith("share of")]
    assert len(shares) == 2
    assert sum(one.got for one in shares) == pytest.approx(1)
    assert not any(one.differs for one in shares)
    assert spoken.UNMATCHED in spoken.told(found)


# a breath of growth, files, tables


def test_relaxing_brings_junctions_to_120_degrees_and_keeps_map_and_boundaries_together():
    labels = reading.field(
        torch.from_numpy(
            np.ascontiguousarray(
                Knowing(power_diagram).draw((240, 240), Conditions(10.0, 0.5, 2.0), np.random.default_rng(0))
            )
        ).numpy()
    )
    before = np.abs(measures.junction_angles(trace(labels)) - 120).mean()
    shape = (226, 226)
    relaxed, boundaries = relaxing.relaxed(labels, shape)
    assert np.abs(measures.junction_angles(boundaries) - 120).mean() < 0.3 * before
    assert relaxed.shape == shape
    assert boundaries.box == shape
    assert 0.7 < (relaxed.max() + 1) / (labels.max() + 1) < 0.97
    area, pixels = measures.areas(boundaries), geometry.areas(relaxed)
    assert area.sum() == pytest.approx(226**2)
    assert np.abs(area[: len(pixels)] - pixels).max() < 12
    assert (pixels > 0).all()


def test_boundaries_come_back_from_their_file(network, tmp_path):
    network_file.write(tmp_path / "b.npz", network, 0.25)
    read, step = network_file.read(tmp_path / "b.npz")
    assert step == 0.25
    for name in ("box", "grain_count", "points", "first", "grains", "ends"):
        assert np.array_equal(getattr(read, name), getattr(network, name)), name
    assert np.array_equal(np.sort(read.arms, axis=1), np.sort(network.arms, axis=1))
    assert measures.areas(read) == pytest.approx(measures.areas(network))
    assert np.abs(measures.junction_angles(read) - measures.junction_angles(network)).max() < 360
    network_file.write(tmp_path / "b.npz", network, None)
    assert network_file.read(tmp_path / "b.npz")[1] is None


def test_the_table_of_a_period_does_not_care_where_its_edges_are(period):
    """Grains that an edge cuts are measured whole."""
    here = whole_grains.columns(Microstructure(period, 0.5))
    moved = whole_grains.columns(Microstructure(np.roll(period, (37, 81), (0, 1)), 0.5))
    for name in ("area_um2", "perimeter_um", "aspect_ratio", "neighbours", "major_axis_degrees"):
        assert here[name] == pytest.approx(moved[name]), name
    height, width = (0.5 * side for side in period.shape)
    assert here["area_um2"].sum() == pytest.approx(height * width)
    assert np.array_equal(here["neighbours"], geometry.sides(period))
    assert moved["x_um"] == pytest.approx((here["x_um"] + 81 * 0.5) % width)
    assert moved["y_um"] == pytest.approx((here["y_um"] + 37 * 0.5) % height)
    cut = grain_table.columns(Microstructure(period, 0.5))
    assert not np.allclose(cut["aspect_ratio"], here["aspect_ratio"])
    inside = ~here["touches_edge"]
    assert 0 < inside.sum() < len(inside)
    assert cut["aspect_ratio"][inside] == pytest.approx(here["aspect_ratio"][inside])


def test_the_chance_to_share_a_grain_is_exact_in_squares():
    """Along an axis of a lattice of squares of side a it is 1 - d / a up to a, and 0 beyond."""
    squares = np.arange(36, dtype=np.int32).reshape(6, 6).repeat(20, 0).repeat(20, 1)
    diameter = 40 / math.sqrt(math.pi)
    curves = grain_statistics.same_grain([squares], True, diameter)
    expected = np.maximum(1 - grain_statistics.PLACES * diameter / 20, 0)
    assert curves == pytest.approx(np.stack([expected, expected]), abs=1e-9)
    assert grain_statistics.half_distances(curves) == pytest.approx([10 / diameter] * 2, rel=0.02)


def test_a_difference_counts_beyond_chance_and_beyond_what_matters():
    def differs(got, error, wanted=2.0):
        return asked_and_got.Line("sides_variance", "", math.nan, wanted, 0.0, got, error).differs

    assert differs(2.3, 0.1)
    assert not differs(2.3, 0.2)
    assert not differs(2.05, 0.001)
    assert differs(2.07, 0.001)
    assert differs(1.7, 0.1)


def test_mean_and_errors_of_a_sheet_are_those_of_its_grains(period):
    said = grain_statistics.of_maps([period], True, np.random.default_rng(0))
    diameter = 2 * geometry.equivalent_radii(period)
    assert said.grains == len(diameter)
    assert said.values["mean_diameter"] == pytest.approx(diameter.mean())
    assert said.values["spread"] == pytest.approx(np.log(diameter).std())
    assert said.values["sides_variance"] == pytest.approx(geometry.sides(period).var())
    assert said.errors["mean_diameter"] == pytest.approx(diameter.std() / math.sqrt(len(diameter)), rel=0.2)
