"""Grain size by ASTM E112: numbers, counting rules on maps of a few pixels, known structures, fields, scope."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import cKDTree

from graincast.base.errors import GraincastError
from graincast.material.grain_size import hits, number, scope
from graincast.material.grain_size.every_line import direction_ratio, mean_intercepts
from graincast.material.grain_size.intercepts import Intercepts
from graincast.material.grain_size.one_picture import measured, record
from graincast.material.grain_size.planimetry import planimetry
from graincast.material.grain_size.probes import Probe, circles, straight
from graincast.material.grain_size.several_fields import Statistic, over_fields, record_of_fields
from graincast.material.grain_size.telling import sentences
from graincast.material.microstructure import Microstructure


def voronoi(side, width, seed, stretch=1.0):
    """Cells of so many pixels' width on average; points lie as densely beyond the edges. Stretched along the rows."""
    chance = np.random.default_rng(seed)
    margin = 4 * width
    reach = side + 2 * margin
    seeds = chance.random((chance.poisson((reach / width) ** 2 / stretch), 2)) * (reach, reach / stretch) - margin
    rows, columns = np.mgrid[:side, :side]
    nearest = cKDTree(seeds).query(np.stack([rows.ravel(), columns.ravel() / stretch], axis=1))[1]
    return numbered(nearest.reshape(side, side))


def numbered(labels):
    return np.unique(labels, return_inverse=True)[1].reshape(labels.shape).astype(np.int32)


def squares(cells, width):
    """Whole squares inside, halves along the edge, quarters in the corners; a row and a column more."""
    rows, columns = (np.mgrid[: cells * width + 1, : cells * width + 1] + width // 2) // width
    return numbered(rows * (cells + 1) + columns)


def along(row, three=hits.THREE_ON_LINE):
    """Counts along a row of pixels, a letter each; the rows above and below are alike."""
    labels = np.array([[ord(letter) for letter in row]] * 5)
    line = straight(labels.shape, 0, 1)[0]
    found = hits.hits(labels, line)
    if three != hits.THREE_ON_LINE:
        return [count for _, count in hits.meetings(hits.grains_at(labels, line.places), line.spacing, three)]
    return found.counts.tolist()


@pytest.mark.parametrize(("grains_per_mm2", "expected"), [(7.75, 0.0), (1984, 8.0)])
def test_the_number_of_a_density_is_that_of_the_standards_table(grains_per_mm2, expected):
    assert number.of_density(grains_per_mm2) == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize(("intercept_mm", "expected"), [(0.32, 0.0), (0.020, 8.0)])
def test_the_number_of_an_intercept_is_that_of_the_standards_table(intercept_mm, expected):
    assert number.of_intercept(intercept_mm) == pytest.approx(expected, abs=0.005)


def test_a_tenth_of_the_intercept_is_three_tenths_of_a_number():
    assert number.of_intercept(0.020) - number.of_intercept(0.022) == pytest.approx(0.275, abs=0.001)
    assert number.of_intercept(0.018 / 0.9 * 0.905) - number.of_intercept(0.020) == pytest.approx(0.29, abs=0.01)


def test_equal_discs_have_one_number_by_grains_and_by_intercepts():
    diameter = 0.05
    by_grains = number.of_density(4 / (math.pi * diameter**2))
    assert number.of_intercept(math.pi / 4 * diameter) == pytest.approx(by_grains, abs=0.02)


def test_grains_that_the_edge_cuts_are_half_a_grain_each():
    counted = planimetry(squares(4, 10), 2.0)
    assert (counted.inside, counted.cut) == (9, 16)
    assert counted.counted == 17
    assert counted.area_mm2 == pytest.approx((41 * 0.002) ** 2)
    assert counted.grains_per_mm2 == pytest.approx(17 / 0.006724)
    assert "17 grains, expected 50" in counted.inadequate
    assert not planimetry(squares(8, 10), 2.0).inadequate


def test_a_crossing_counts_one():
    assert along("AAAAABBBBB") == [1]
    assert along("AAAABBBBAAAA") == [1, 1]
    assert along("AAABBCCC") == [1, 1]


def test_a_brief_visit_between_stretches_of_one_grain_is_a_tangent_and_counts_one():
    assert along("AAAABAAAA") == [1]


def test_a_brief_visit_to_a_third_grain_is_a_meeting_of_three():
    assert along("AAAABCCCC") == [1.5]
    assert along("AAAABCCCC", hits.THREE_ON_CIRCLE) == [2]


def test_a_boundary_that_wavers_about_the_line_is_crossed_once():
    assert along("AAAABABBBB") == [1]


def test_a_line_that_ends_on_a_boundary_counts_a_half():
    assert along("ABBBBBBB") == [0.5]
    assert along("AAAAAAAB") == [0.5]
    assert along("ABBBCCCD") == [0.5, 1, 0.5]


def test_within_one_grain_nothing_is_counted():
    assert along("AAAAAAAA") == []
    whole = np.zeros((60, 60), np.int32)
    assert hits.hits(whole, circles(whole.shape, 1)[0]).counts.tolist() == []
    size = measured(Microstructure(whole, 1.0))
    assert size.lines.intercept_mm is None
    assert any("no number" in line for line in sentences(over_fields([size])))


@pytest.mark.parametrize("turn", range(4))
def test_a_circle_about_a_point_where_four_meet_crosses_four_boundaries(turn):
    rows, columns = np.mgrid[:61, :61]
    labels = np.rot90(2 * (rows > 30) + (columns > 30), turn)
    found = [hits.hits(labels, circle) for circle in circles(labels.shape, 1)]
    assert [each.counts.tolist() for each in found] == [[1, 1, 1, 1]] * 3
    off = np.concatenate([np.abs(each.places - 30).min(axis=1) for each in found])
    assert off.max() < 1


def test_a_circle_through_a_point_where_three_meet_counts_two():
    """Three grains meet where the circle is lowest: below it two, and one that only just reaches it."""
    rows, columns = np.mgrid[:61, :61]
    circle = circles(labels_shape := rows.shape, 1)[0]
    bottom = 30 + circle.length / (2 * math.pi)
    labels = np.where(columns > 30, 1, 0)
    labels[rows > bottom - 0.6 + np.abs(columns - 30) * 2] = 2
    assert labels.shape == labels_shape
    assert hits.hits(labels, circle).counts.tolist() in ([1, 2], [2, 1])


@pytest.mark.parametrize("direction", [0, 90])
def test_lines_across_squares_give_their_side_exactly(direction):
    labels = squares(8, 12)
    lines = straight(labels.shape, direction, 3)
    found = Intercepts(tuple(lines), tuple(hits.hits(labels, line) for line in lines), 1.0)
    assert found.counted == 24
    assert found.intercept_mm == pytest.approx(0.012, rel=1e-12)


@pytest.mark.parametrize("direction", [45, 135])
def test_diagonals_of_squares_cross_both_families_of_boundaries(direction):
    """Away from corners, a side of a square along a diagonal holds two crossings."""
    rows, columns = np.mgrid[:109, :109]
    labels = numbered((rows + 8) // 12 * 10 + (columns + 8) // 12)
    labels = labels if direction == 45 else labels[:, ::-1]
    lines = [line for line in straight(labels.shape, direction, 217) if round(line.length / math.sqrt(2)) == 96]
    assert len(lines) == 2
    for line in lines:
        assert hits.hits(labels, line).counts.tolist() == [1] * 16
        assert line.length / 16 == pytest.approx(12 / math.sqrt(2))


def test_lines_of_each_direction_run_as_they_are_called_and_from_edge_to_edge():
    rising = {0: (0, 1), 45: (-1, 1), 90: (-1, 0), 135: (-1, -1)}
    for direction, way in rising.items():
        for line in straight((40, 70), direction, 3):
            assert np.sign(line.places[-1] - line.places[0]).tolist() == list(way)
            assert line.spacing <= 0.5
            ends = np.stack([line.places[0], line.places[-1]])
            assert np.array_equal(ends, ends.round())
            assert all(row in (0, 39) or column in (0, 69) for row, column in ends)


def test_circles_are_three_to_two_to_one_and_stay_in_the_field():
    laid = circles((60, 125), 1)
    assert len(laid) == 6
    assert [line.length / laid[2].length for line in laid[:3]] == pytest.approx([3, 2, 1])
    places = np.concatenate([line.places for line in laid])
    assert places.min() >= -1e-9
    assert (places.max(axis=0) <= (59, 124)).all()


def test_straight_boundaries_at_any_angle_are_met_as_often_as_they_are():
    """A circle crosses a band of two parallel lines four times, however the pixels make stairs of them."""
    rows, columns = np.mgrid[:101, :101] - 50
    for degrees in range(0, 180, 3):
        across = rows * math.cos(math.radians(degrees)) + columns * math.sin(math.radians(degrees))
        found = hits.hits((across > -20).astype(int) + (across > 17), circles(rows.shape, 1)[0])
        assert found.counts.sum() == 4


def test_every_line_of_a_voronoi_map_has_the_intercept_that_its_boundary_length_gives():
    """L_A = 2 sqrt(N_A), so l = pi / (2 L_A) = (pi / 4) / sqrt(N_A) for Poisson-Voronoi cells."""
    found = [np.mean([1 / each for each in mean_intercepts(voronoi(600, 20, seed)).values()]) for seed in range(8)]
    assert 1 / np.mean(found) == pytest.approx(math.pi / 4 * 20, rel=0.03)


@pytest.mark.parametrize("direction", [0, 45, 90, 135])
def test_bands_are_never_left_along_themselves(direction):
    rows, columns = np.mgrid[:60, :60]
    across = {0: rows, 45: rows + columns, 90: columns, 135: columns - rows + 60}[direction]
    along = mean_intercepts(across // 6)
    assert max(along, key=along.get) == direction
    assert along[direction] > 1000
    assert along[(direction + 90) % 180] == pytest.approx(6 / math.sqrt(2) if direction % 90 else 6, rel=0.1)


@pytest.mark.parametrize("kind", ["lines", "circles"])
def test_what_is_counted_on_a_voronoi_map_agrees_with_every_line(kind):
    """On lines, points where three meet lengthen the mean intercept by 0.3 pixels: here by 0.02 of it."""
    ratios = []
    for seed in range(12):
        labels = voronoi(500, 20, seed)
        truth = np.mean([1 / each for each in mean_intercepts(labels).values()])
        if kind == "lines":
            laid = [line for direction in (0, 45, 90, 135) for line in straight(labels.shape, direction, 10)]
        else:
            laid = [line for times in (1, 2, 3, 4) for line in circles(labels.shape, times)]
        counted = sum(hits.hits(labels, line).counts.sum() for line in laid)
        ratios.append(sum(line.length for line in laid) / counted * truth)
    expected = 1.02 if kind == "lines" else 0.993
    assert np.mean(ratios) == pytest.approx(expected, abs=0.01)


def test_lines_are_laid_until_fifty_are_hit_or_the_field_is_full():
    size = measured(Microstructure(voronoi(500, 40, 0), 1.0))
    each = {direction: size.lines.along(direction) for direction in (0, 45, 90, 135)}
    counts = {len(part.lines) for part in each.values()}
    assert len(counts) == 1
    assert counts.pop() > 2
    assert min(part.counted for part in each.values()) >= 50
    small = measured(Microstructure(voronoi(120, 40, 0), 1.0))
    assert small.circles.counted < 50
    assert "expected 50" in small.circles.inadequate
    assert "expected 50" in small.grains.inadequate


def test_numbers_follow_the_size_of_a_pixel():
    labels = voronoi(300, 20, 0)
    fine, coarse = (measured(Microstructure(labels, step)) for step in (0.5, 1.0))
    for kind in ("grains", "lines", "circles"):
        assert getattr(fine, kind).number - getattr(coarse, kind).number == pytest.approx(2, abs=1e-5)


def test_a_structure_in_space_or_without_a_scale_or_room_is_refused():
    with pytest.raises(GraincastError, match="3 axes"):
        measured(Microstructure(np.zeros((4, 4, 4), np.int32), 1.0))
    with pytest.raises(GraincastError, match="give micrometres"):
        measured(Microstructure(np.zeros((40, 40), np.int32)))
    with pytest.raises(GraincastError, match="1 x 40"):
        measured(Microstructure(np.zeros((1, 40), np.int32), 1.0))


def test_statistics_over_fields_are_those_by_hand():
    """Values 18 to 22: s = sqrt(10 / 4), t = 2.776."""
    found = Statistic((0.018, 0.019, 0.020, 0.021, 0.022), number.of_intercept, ())
    assert found.mean == pytest.approx(0.020)
    assert found.deviation == pytest.approx(0.0015811, rel=1e-4)
    assert found.interval == pytest.approx(2.7764 * 0.0015811 / math.sqrt(5), rel=1e-4)
    assert found.accuracy_percent == pytest.approx(9.816, abs=0.001)
    assert found.number == pytest.approx(8.0, abs=0.005)
    assert found.inadequate == ""
    assert "only 4 of the 5 fields" in replace(found, values=found.values[1:]).inadequate
    wide = replace(found, values=(0.01, 0.02, 0.02, 0.02, 0.03))
    assert "relative accuracy 44 %" in wide.inadequate
    assert "field 2" in replace(found, lacking=("field 2 has 41 grains, expected 50",)).inadequate


def test_the_number_over_fields_is_that_of_the_mean_and_not_the_mean_of_numbers():
    values = (0.01, 0.04)
    found = Statistic(values, number.of_intercept, ())
    assert found.number == pytest.approx(number.of_intercept(0.025))
    assert abs(found.number - np.mean([number.of_intercept(value) for value in values])) > 0.5


def test_one_picture_is_one_field_and_says_so():
    over = over_fields([measured(Microstructure(voronoi(300, 20, 0), 1.0))])
    assert (over.grains.interval, over.lines.accuracy_percent) == (None, None)
    assert "only 1 of the 5 fields" in over.grains.inadequate
    said = "\n".join(sentences(over))
    assert "within this picture" in said
    assert "inadequate: only 1 of the 5 fields" in said
    assert record_of_fields(over)["over_fields"]["line_intercept_mm"]["interval_95"] is None


def test_five_pictures_of_one_material_are_adequate_and_a_poor_one_is_named():
    fields = [measured(Microstructure(voronoi(400, 20, seed), 1.0)) for seed in range(5)]
    over = over_fields(fields)
    for statistic in (over.grains, over.lines, over.circles):
        assert statistic.inadequate == ""
        assert 0 < statistic.accuracy_percent < 10
    assert over.grains.mean == pytest.approx(np.mean([field.grains.grains_per_mm2 for field in fields]))
    assert sum("adequate" in line for line in sentences(over)) == 3
    poor = over_fields([*fields, measured(Microstructure(voronoi(80, 20, 9), 1.0))])
    assert "field 6 has" in poor.grains.inadequate
    assert "field 6 has" in "\n".join(sentences(poor))


def test_large_and_small_values_are_told_without_powers_of_ten():
    fields = [measured(Microstructure(voronoi(300, 20, seed), 0.05)) for seed in range(2)]
    said = "\n".join(sentences(over_fields(fields)))
    assert ",000 +- " in said
    assert "e+" not in said


def test_plain_values_are_those_of_the_result():
    size = measured(Microstructure(voronoi(300, 20, 0), 1.0))
    plain = record(size)
    assert plain["grains"]["inside"] == size.grains.inside
    assert plain["lines"]["intersections"] == size.lines.counted
    assert plain["circles"]["astm_number"] == round(size.circles.number, 1)
    assert list(plain["intercept_mm_by_direction"]) == [0, 45, 90, 135]
    assert np.mean(list(size.by_direction_mm.values())) == pytest.approx(size.lines.intercept_mm, rel=0.1)
    assert plain["direction_ratio"] == direction_ratio(size.by_direction_mm)


def test_equiaxed_grains_of_one_phase_are_within_the_scope():
    assert measured(Microstructure(voronoi(400, 20, 1), 1.0)).notes == ()


def test_stretched_grains_are_said_to_be_elongated():
    labels = voronoi(400, 20, 1, stretch=2.0)
    along = mean_intercepts(labels)
    assert along[0] / along[90] == pytest.approx(direction_ratio(along))
    assert direction_ratio(along) > 1.5
    assert "elongated" in measured(Microstructure(labels, 1.0)).notes[0]


def test_of_few_or_unresolved_grains_no_direction_is_told():
    bands = np.arange(40)[:, None].repeat(40, axis=1).astype(np.int32)
    assert "elongated" in scope.notes(Microstructure(bands, 1.0), 5.0, 20.0)[0]
    assert scope.notes(Microstructure(bands // 5, 1.0), 5.0, 20.0) == ()
    assert "elongated" not in scope.notes(Microstructure(bands, 1.0), 5.0, 2.0)[0]


def test_a_second_phase_is_named_from_a_twentieth_of_the_area():
    labels = squares(10, 12)
    for share, named in ((0.3, True), (0.02, False)):
        phases = tuple("ferrite" if grain < share * labels.max() else "austenite" for grain in range(labels.max() + 1))
        found = scope.notes(Microstructure(labels, 1.0, phases=phases), 1.0, 20.0)
        assert bool(found) == named
        assert not named or ("austenite" in found[0] and "ferrite" in found[0])


def test_coarse_grains_are_outliers_up_to_a_twentieth_of_the_area_and_two_sizes_beyond():
    fine = np.full(1000, 10)
    assert scope.coarse_grains(fine) == (0, 0)
    assert scope.coarse_grains(np.append(fine, 79)) == (0, 0)
    assert scope.coarse_grains(np.append(fine, [80, 90, 0])) == (2, pytest.approx(170 / 10170))
    assert scope.coarse_grains(np.append(fine, [100] * 100)) == (100, 0.5)


@pytest.mark.parametrize(("width", "said"), [(30, "outliers"), (120, "two sizes")])
def test_a_large_grain_in_fine_ones_is_named(width, said):
    labels = voronoi(400, 8, 0)
    labels[100 : 100 + width, 100 : 100 + width] = labels.max() + 1
    found = measured(Microstructure(numbered(labels), 1.0)).notes
    assert found[0].startswith(said)
    assert found[1].startswith("coarse pixels")


def test_a_probe_of_even_spacing_knows_it():
    assert Probe(np.zeros((11, 2)), 5.0, 0).spacing == 0.5
    assert Probe(np.zeros((10, 2)), 5.0).spacing == 0.5
