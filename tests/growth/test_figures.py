"""Figures say what the numbers say: colours, densities, slopes and fits are read back from what is drawn."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from chart_reading import chart_data, rendered
from graincast.growth.figures import distribution_curves, evolution_strip, law_charts
from graincast.material.grains.laws import mullins_rate

NONE = np.array([])


@pytest.fixture(autouse=True)
def figures_are_closed():
    yield
    plt.close("all")


@pytest.fixture
def growth():
    """Labels [8, 64, 64] of eighty grains beside one that grows, and blank boundaries."""
    rows, columns = np.indices((64, 64))
    small = 1 + rows // 8 * 10 + columns * 10 // 64
    labels = np.stack([np.where(columns < 16 + 4 * frame, 0, small) for frame in range(8)]).astype(np.int32)
    return labels, np.zeros(labels.shape, np.uint8)


def legend_of(panel):
    return [text.get_text() for text in panel.get_legend().get_texts()]


def drawn(panel, label):
    """The line with this label."""
    return next(line for line in panel.get_lines() if line.get_label().startswith(label))


def test_a_grain_keeps_its_own_colour_through_all_frames(growth):
    labels, boundaries = growth
    palette = evolution_strip.grain_colours(labels.max() + 1)
    np.testing.assert_array_equal(evolution_strip.coloured_frames(labels, boundaries), palette[labels])
    assert len(np.unique(palette[np.unique(labels)], axis=0)) == len(np.unique(labels)) > 20


def test_grains_of_near_numbers_differ_in_colour():
    colours = evolution_strip.grain_colours(300).astype(int)
    for apart in (1, 2, 3):
        assert np.abs(colours[apart:] - colours[:-apart]).max(axis=1).min() > 20


def test_a_boundary_is_darker_than_any_grain():
    palette = evolution_strip.grain_colours(300)
    labels = np.arange(300, dtype=np.int32)[None]
    on_boundary = evolution_strip.coloured(labels, np.full(labels.shape, 255, np.uint8), palette)
    assert on_boundary.max() < palette.min() / 2


def test_a_strip_shows_the_first_and_the_last_frame_with_their_counts(growth):
    labels, boundaries = growth
    counts = np.array([len(np.unique(frame)) for frame in labels])
    figure = evolution_strip.evolution_strip(labels, boundaries, np.linspace(0, 0.7, 8), counts)
    titles = [panel.get_title() for panel in figure.axes]
    assert len(titles) == 6
    assert titles[0] == f"t = 0\n{counts[0]} grains"
    assert titles[-1] == f"t = 0.7\n{counts[-1]} grains"
    palette = evolution_strip.grain_colours(labels.max() + 1)
    assert np.array_equal(figure.axes[-1].images[0].get_array(), palette[labels[-1]])


def test_a_strip_of_one_frame_has_one_panel(growth):
    labels, boundaries = growth
    figure = evolution_strip.evolution_strip(labels[:1], boundaries[:1], np.zeros(1), np.array([81]))
    assert len(figure.axes) == 1


def test_hillert_s_density_integrates_to_one_with_mean_one_and_its_mode_at_two_over_root_three():
    u = np.linspace(0, 2.5, 250_001)
    density = distribution_curves.hillert(u)
    assert np.trapezoid(density, u) == pytest.approx(1, abs=1e-6)
    assert np.trapezoid(u * density, u) == pytest.approx(1, abs=1e-6)
    assert u[density.argmax()] == pytest.approx(2 / np.sqrt(3), abs=1e-4)


def test_densities_by_number_and_by_area_both_integrate_to_one_and_big_grains_weigh_more_by_area():
    radii = np.concatenate([np.full(90, 0.5), np.full(10, 5.5)])
    shares = []
    for weighting in (distribution_curves.BY_NUMBER, distribution_curves.BY_AREA):
        found = chart_data(distribution_curves.size_distributions({"bimodal": (radii, radii)}, weighting))
        found = found[found["when"] == distribution_curves.END]
        widths = np.diff(found["value"]).mean()
        assert np.sum(found["mean"] * widths) == pytest.approx(1)
        shares.append(np.sum(found.loc[found["value"] > 3, "mean"] * widths))
    assert shares == pytest.approx([0.1, 10 * 5.5**2 / (10 * 5.5**2 + 90 * 0.5**2)])


def test_hillert_s_line_stands_in_every_panel_by_number_alone():
    ends = {name: (np.ones(30), np.ones(20)) for name in ("one", "other")}
    found = chart_data(distribution_curves.size_distributions(ends, distribution_curves.BY_NUMBER))
    line = found[found["when"] == distribution_curves.HILLERT]
    assert set(line["data set"]) == set(ends)
    assert line["mean"].to_numpy() == pytest.approx(distribution_curves.hillert(line["value"].to_numpy()))
    by_area = chart_data(distribution_curves.size_distributions(ends, distribution_curves.BY_AREA))
    assert set(by_area["when"]) == {distribution_curves.START, distribution_curves.END}


def test_every_data_set_states_its_own_number_of_grains():
    ends = {"many": (np.ones(30), np.ones(20)), "few": (np.ones(3), np.ones(2))}
    for chart in (
        distribution_curves.size_distributions(ends, distribution_curves.BY_AREA),
        distribution_curves.side_distributions(ends),
    ):
        found = chart_data(chart).groupby(["data set", "when"])["grains"].agg(["min", "max"])
        assert found.loc[("many", "t = 0")].to_list() == [30, 30]
        assert found.loc[("few", "end")].to_list() == [2, 2]


def test_shares_of_sides_sum_to_one_and_those_beyond_the_axis_stand_in_its_last_step():
    sides = np.array([3, 6, 6, 40])
    found = chart_data(distribution_curves.side_distributions({"some": (sides, sides)}))
    shares = found[found["when"] == distribution_curves.START].set_index("value")["mean"]
    assert (shares[3], shares[6], shares[12]) == (0.25, 0.5, 0.25)
    assert shares.sum() == 1


def test_an_end_without_grains_is_not_drawn():
    ends = {"gone": (np.array([1, 2, 3]), NONE), "never": (NONE, NONE)}
    for chart in (
        distribution_curves.size_distributions(ends, distribution_curves.BY_AREA),
        distribution_curves.side_distributions(ends),
    ):
        assert set(chart_data(chart)[["data set", "when"]].itertuples(index=False, name=None)) == {("gone", "t = 0")}


def test_the_mullins_panel_states_and_draws_the_slope_that_the_points_have():
    sides = np.arange(3, 10).repeat(5)
    panel = law_charts.mullins({"slow": (sides, 0.9 * mullins_rate(sides, 1.0))}).axes[0]
    assert panel.get_title() == "slow\nslope / exact 0.9000, R$^2$ 1.0000, 35 grains"
    for label, factor in (("exact", 1.0), ("least squares", 0.9)):
        x, y = drawn(panel, label).get_data()
        assert np.diff(y) / np.diff(x) == pytest.approx(factor * np.pi / 3)


def test_a_spread_about_the_mullins_line_lowers_r_squared_by_its_share_of_the_variance():
    sides = np.arange(3, 10).repeat(2)
    spread = np.tile([1.0, -1.0], 7)
    rates = mullins_rate(sides, 1.0) + spread
    assert f"R$^2$ {1 - 1 / rates.var():.4f}" in law_charts.line_through(sides, rates)


@pytest.mark.parametrize(
    ("sides", "rates", "words"),
    [
        (NONE.astype(int), NONE, "no grains"),
        (np.array([6]), np.zeros(1), "1 grains, too few for a line"),
        (np.array([5, 6, 7]), np.zeros(3), "slope / exact 0.0000, R$^2$ 0.0000, 3 grains"),
    ],
)
def test_grains_without_a_slope_are_drawn_all_the_same(sides, rates, words):
    figure = law_charts.mullins({"few": (sides, rates)})
    figure.canvas.draw()
    assert figure.axes[0].get_title() == f"few\n{words}"


def test_four_data_sets_of_rates_stand_in_two_rows():
    sides = np.arange(3, 10)
    figure = law_charts.mullins({name: (sides, mullins_rate(sides, 1.0)) for name in ("a", "b", "c", "d")})
    figure.canvas.draw()
    assert [axes.get_title()[0] for axes in figure.axes] == ["a", "b", "c", "d"]
    left, below = figure.axes[0].get_position(), figure.axes[3].get_position()
    assert (left.x0, left.width) == pytest.approx((below.x0, below.width), abs=0.01)
    assert below.y1 < left.y0


def test_kinetics_fit_the_second_half_alone():
    times = np.linspace(0, 2, 21)
    area = np.where(times < 1, 1, 1 + 3 * (times - 1))
    found = chart_data(law_charts.kinetics({"bent": (times, np.stack([2 * area, 5 * area]))}))
    assert found["mean"].to_numpy() == pytest.approx(area)
    assert found["slope"].to_numpy() == pytest.approx(np.full(21, 3.0))
    assert found["line"].isna().sum() == 10
    assert found["line"].dropna().to_numpy() == pytest.approx(area[10:])


def test_the_band_of_kinetics_is_a_standard_deviation_over_simulations():
    areas = np.array([[1.0, 2.0, 3.0], [1.0, 4.0, 7.0]])
    last = chart_data(law_charts.kinetics({"two": (np.arange(3.0), areas)})).iloc[-1]
    assert (last["low"], last["mean"], last["high"]) == pytest.approx((3.0, 5.0, 7.0))


def test_kinetics_of_one_frame_of_one_simulation_are_a_point_without_a_slope():
    chart = law_charts.kinetics({"one": (np.zeros(1), np.ones((1, 1)))})
    assert chart_data(chart)[["line", "slope"]].isna().all(axis=None)
    assert "one" in rendered(chart)
