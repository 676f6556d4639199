"""The report's charts and the sections around them: what they draw is what the scores say, worked out by hand."""

import re
from itertools import product

import numpy as np
import pandas as pd
import pytest

from chart_reading import chart_data, encodings, rendered, signs
from graincast.growth.experiment import Experiment, Solvers
from graincast.growth.figures import solver_convergence
from graincast.growth.figures.score_curves import score_through_time
from graincast.growth.figures.shares import FROM
from graincast.growth.sections import abnormal_growth, mullins, size_distributions
from graincast.material.solver_agreement import LEFT
from graincast.report import learning_curves
from graincast.report.parts import HIGH, LOW, Chart, Table, Words
from graincast.scoring.summary import summary

MODELS = ("still", "clever")
EXPERIMENT = Experiment(
    datasets=("normal",),
    cases=("normal", "far"),
    models=MODELS,
    seeds=(0, 1),
    solvers=Solvers(30, 1, 0.1, (8,)),
)
TRUTH = {"model": "truth", "seed": None}
SEEDS = [{"model": "clever", "seed": seed} for seed in (0, 1)]
EVERYBODY = [TRUTH, {"model": "still", "seed": 0}, *SEEDS]


def row(who, score, value, structure=0, case="normal", frame=None):
    place = {"dataset": "normal", "case": case, "sample": structure, "step": frame, "epoch": None}
    return {**who, **place, "score": score, "value": value}


def parts_of(section, kind):
    return [part for part in section.parts if isinstance(part, kind)]


def tells_apart(chart, names, channels):
    """Colour does, and so does something else."""
    looks = [signs(chart.to_dict(), channel) for channel in channels]
    assert len({looks[0][name] for name in names}) == len(names)
    assert len({tuple(look.get(name) for look in looks[1:]) for name in names}) == len(names)


@pytest.fixture(scope="module")
def shared():
    """All of the surface in two bins; clever moves a tenth of it in the first structure, a fifth in the second."""
    rows = []
    for who, case, structure in product(EVERYBODY, EXPERIMENT.cases, (0, 1)):
        wrong = 0.1 * (1 + structure) * (who["model"] == "clever")
        for start, bins in (("radius_share_from_", ("0.8", "1.0", "1.2")), ("sides_share_of_", ("5", "6", "7"))):
            values = (0.25 + wrong, 0.75 - wrong, 0.0)
            rows += [row(who, start + edge, value, structure, case) for edge, value in zip(bins, values, strict=True)]
        for score in size_distributions.DISTANCES:
            rows += [row(who, score, 9.0, structure, case, 1), row(who, score, wrong, structure, case, 2)]
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def shares(shared):
    return size_distributions.section(shared, summary(shared), EXPERIMENT)


def test_a_chart_of_a_distribution_has_the_mean_share_of_each_bin_and_its_interval(shares):
    radii, sides = (part.chart for part in parts_of(shares, Chart))
    found = chart_data(radii).set_index(["case", "model", FROM])
    assert found.loc[("far", "clever", 0.8), "mean"] == pytest.approx(0.4)
    assert found.loc[("far", "clever", 0.8), ["low", "high"]].to_list() == pytest.approx([0.35, 0.45])
    assert found.loc[("normal", "truth", 1.0), ["low", "mean", "high"]].to_list() == pytest.approx([0.75] * 3)
    assert found.loc[("normal", "truth", 1.0), "centre"] == pytest.approx(1.1)
    assert chart_data(sides).set_index(["case", "model", FROM]).loc[("far", "truth", 6), "centre"] == 6
    assert found.groupby(["case", "model"])["mean"].sum().to_numpy() == pytest.approx(np.ones(6))


def test_bins_beyond_all_grains_are_not_drawn(shares):
    assert [set(chart_data(part.chart)[FROM]) for part in parts_of(shares, Chart)] == [{0.8, 1.0}, {5, 6}]


def test_the_words_of_a_distribution_say_where_it_is_highest(shares):
    radii, sides = parts_of(shares, Chart)
    assert "truth on far 75.0% from 1," in radii.alt
    assert "clever on normal 60.0% from 6" in sides.alt


def test_the_table_of_distributions_is_of_the_last_frame(shares):
    (table,) = parts_of(shares, Table)
    found = table.frame.set_index(["case", "model"])
    assert found.loc[("far", "clever"), "distance of radii"] == pytest.approx(0.15)
    assert found.loc[("far", "still"), "divergence of sides"] == 0
    ends = found.loc[("far", "clever"), ["distance of radii" + LOW, "distance of radii" + HIGH]]
    assert ends.to_list() == pytest.approx([0.1, 0.2])


def test_charts_of_distributions_can_be_drawn_and_tell_models_apart_without_colour(shares):
    for part in parts_of(shares, Chart):
        tells_apart(part.chart, [*MODELS, "truth"], ("color", "shape", "strokeDash"))
        picture = rendered(part.chart)
        assert all(word in picture for word in (*MODELS, "truth", "normal", "far", "share of the surface"))


def test_symbols_of_a_legend_are_not_frayed_by_dashes(shares):
    """A dashed outline around a filled symbol looks like a torn one."""
    picture = rendered(parts_of(shares, Chart)[0].chart)
    symbols = re.findall(r"role-legend-symbol .*?</g>", picture)
    assert len(symbols) == 3
    assert all('stroke-width="0"' in one for one in symbols), symbols


def test_nothing_is_said_of_distributions_that_were_not_measured():
    scores = pd.DataFrame([row(TRUTH, "ssim", 1.0, frame=1)])
    assert size_distributions.section(scores, summary(scores), EXPERIMENT) is None
    assert abnormal_growth.section(scores, EXPERIMENT, ["normal"]) is None
    assert mullins.section(scores, EXPERIMENT) is None


# --- the giant


@pytest.fixture(scope="module")
def followed():
    """A true giant that grows and loses relative size; one that stands still while others vanish around it."""
    rows = []
    for who, case, structure, frame in product(EVERYBODY, EXPERIMENT.cases, (0, 1), (0, 1, 2)):
        moves = who["model"] != "still"
        values = {
            "largest_sides": 20 + structure - 2 * frame * moves,
            "largest_growth": 1 + 0.1 * frame * moves,
            "largest_relative_radius": 4 - 0.5 * frame * moves + 0.25 * (who["seed"] == 1) * frame,
        }
        rows += [row(who, score, value, structure, case, frame) for score, value in values.items()]
    return pd.DataFrame(rows)


def test_the_giant_is_shown_in_the_cases_that_have_one(followed):
    section = abnormal_growth.section(followed, EXPERIMENT, ["far"])
    (part,) = parts_of(section, Chart)
    found = chart_data(part.chart).set_index(["measure", "model", "step"])
    assert part.name == "giant_far"
    assert found.loc[("sides", "truth", 2), ["low", "mean", "high"]].to_list() == [16, 16.5, 17]
    assert found.loc[("sides", "still", 2), "mean"] == 20.5
    assert found.loc[("radius over the mean", "clever", 2), "mean"] == 3.25  # of both seeds
    assert found.loc[("radius over its first", "truth", 1), "mean"] == pytest.approx(1.1)
    assert "truth sides 16.50, radius over the mean 3.00, radius over its first 1.20" in part.alt
    assert abnormal_growth.section(followed, EXPERIMENT, []) is None


def test_the_words_on_the_giant_say_what_its_size_and_sides_do(followed):
    sentences = parts_of(abnormal_growth.section(followed, EXPERIMENT, ["far"]), Words)[0].sentences
    said = {sentence.split(" on ")[0]: sentence.partition(": ")[2] for sentence in sentences}
    assert said["truth"] == (
        "the giant's radius becomes 1.20 times what it was; over the mean radius it goes from 4.00 to 3.00; its sides "
        "go from 20.5 to 16.5."
    )
    assert "1.00 times what it was; over the mean radius it goes from 4.00 to 4.00; its sides" in said["still"]
    early = followed.assign(value=followed["value"].where(followed["step"] != 1, 5.0))
    bent = parts_of(abnormal_growth.section(early, EXPERIMENT, ["far"]), Words)[0].sentences[0]
    assert "over the mean radius it goes from 4.00 through 5.00 (frame 1) to 3.00" in bent


def test_the_table_of_the_giant_has_the_first_and_the_last_frame(followed):
    (table,) = parts_of(abnormal_growth.section(followed, EXPERIMENT, ["far"]), Table)
    found = table.frame.set_index(["model", "frame"])
    assert set(table.frame["frame"]) == {0, 2}
    assert found.loc[("truth", 0), ["sides", "sides" + LOW, "sides" + HIGH]].to_list() == [20.5, 20, 21]
    assert found.loc[("clever", 2), "radius over the mean"] == 3.25


def test_the_chart_of_the_giant_can_be_drawn_and_tells_models_apart_without_colour(followed):
    (part,) = parts_of(abnormal_growth.section(followed, EXPERIMENT, ["far"]), Chart)
    tells_apart(part.chart, [*MODELS, "truth"], ("color", "shape", "strokeDash"))
    assert all(words in rendered(part.chart) for words in (*abnormal_growth.MEASURES.values(), *MODELS, "truth"))


# --- von Neumann-Mullins


@pytest.fixture(scope="module")
def rated():
    """Truth on the law; clever at half its rate, by seeds and structures with other numbers of grains."""
    rows = []
    for who, sides in product(EVERYBODY, (5, 7, 9)):
        factor = {"truth": 1.0, "still": 0.0, "clever": 0.5}[who["model"]]
        for structure in (0, 1):
            rows.append(row(who, f"mullins_rate_of_{sides}", factor * (sides - 6), structure))
            rows.append(row(who, f"calm_grains_of_{sides}", 10.0, structure))
    rows += [row(SEEDS[0], "mullins_rate_of_4", -4.0), row(SEEDS[0], "calm_grains_of_4", 1.0)]
    rows += [row(SEEDS[1], "mullins_rate_of_4", -1.0), row(SEEDS[1], "calm_grains_of_4", 2.0)]
    rows += [row(SEEDS[1], "mullins_rate_of_4", -1.0, 1), row(SEEDS[1], "calm_grains_of_4", 9.0, 1)]
    rows += [row(TRUTH, "mullins_rate_of_3", -3.0), row(TRUTH, "calm_grains_of_3", 1.0)]
    return pd.DataFrame(rows)


def test_rates_are_means_over_all_grains_of_all_structures_and_trainings(rated):
    found = mullins.rates(rated).set_index(["model", "sides"])
    assert found.loc[("clever", 4), "mean"] == pytest.approx((-4 - 2 - 9) / 12)
    assert found.loc[("clever", 4), ["grains", "structures"]].to_list() == [12, 2]
    assert found.loc[("clever", 4), ["low", "high"]].to_list() == pytest.approx([-6 / 3, -9 / 9])  # one structure alone
    assert found.loc[("truth", 9), "mean"] == pytest.approx(3)
    assert found.loc[("clever", 7), "grains"] == 40


def test_a_single_structure_gives_no_interval(rated):
    found = mullins.rates(rated).set_index(["model", "sides"])
    assert found.loc[("truth", 3), ["low", "high"]].isna().all()
    assert found.loc[("truth", 3), "mean"] == -3


def test_the_plot_of_rates_has_every_point_with_its_weight_beside_the_law(rated):
    section = mullins.section(rated, EXPERIMENT)
    (part,) = parts_of(section, Chart)
    found = chart_data(part.chart).set_index(["model", "sides"])
    assert found.loc[("clever", 7), ["mean", "grains", "exact"]].to_list() == [0.5, 40, 1]
    assert (found["exact"] == found.index.get_level_values("sides") - 6).all()
    places = found.xs(7, level="sides")["place"]
    assert places.nunique() == 3  # nobody hides another
    assert (places - 7).abs().max() < 0.3
    assert "truth on normal 1.00, still on normal 0.00, clever on normal 0." in part.alt
    assert {"field": "grains", "type": "quantitative"}.items() <= encodings(part.chart.to_dict())[-1]["size"].items()
    tells_apart(part.chart, MODELS, ("color", "shape"))
    assert all(words in rendered(part.chart) for words in (*MODELS, "truth", "sides of a grain"))


def test_the_table_of_rates_has_the_line_through_all_grains(rated):
    (table,) = parts_of(mullins.section(rated[~rated["score"].str.endswith("_of_4")], EXPERIMENT), Table)
    found = table.frame.set_index("model")
    assert found.loc["clever", ["slope", "intercept"]].to_list() == pytest.approx([0.5, 0.0], abs=1e-9)
    assert found.loc["truth", "grains"] == 61
    assert found.loc["still", "slope"] == pytest.approx(0, abs=1e-9)


# --- training, and the solvers against each other


def test_learning_curves_have_every_training_and_dashes_for_validation():
    rows = [
        {"model": model, "dataset": "normal", "seed": seed, "case": case, "epoch": epoch, "value": 1 / epoch}
        for model, seed, case, epoch in product(MODELS, (0, 1), ("training", "validation"), (1, 2))
    ]
    chart = learning_curves.chart(pd.DataFrame(rows))
    found = chart_data(chart)
    assert len(found) == len(rows)
    assert found["loss"].to_list() == [one["value"] for one in rows]
    assert len(set(signs(chart.to_dict(), "strokeDash").values())) == 2
    assert all(words in rendered(chart) for words in (*MODELS, "validation", "epoch"))


def validated():
    """The phase field at two resolutions, front tracking with two segments, two structures."""
    rows = []
    for structure, frame in product((0, 1), (0, 1, 2)):
        for model, case, difference in (
            ("phase_field", "8", 0.2),
            ("phase_field", "16", 0.1),
            ("front_tracking", "0.08", 0.01),
            ("front_tracking", "0.15", 0.02),
        ):
            place = {"model": model, "case": case, "sample": structure, "step": frame}
            rows.append({**place, "score": "label_difference", "value": difference * (1 + structure + frame)})
            rows.append({**place, "score": "mullins_slope", "value": 1 + difference})
    return pd.DataFrame(rows)


def test_the_solvers_differ_by_resolution_beside_the_coarser_front_tracking():
    chart = solver_convergence.difference_by_cells(validated())
    found = chart_data(chart).set_index(["step", "cells"])
    assert found.loc[(0, 8), "phase field"] == pytest.approx(0.3)
    assert found.loc[(2, 16), "phase field"] == pytest.approx(0.35)
    assert found.loc[(2, 16), "front tracking"] == pytest.approx(0.07)
    assert found.loc[(1, 8), "left"] == f"{LEFT[1]:.0%} of the grains left"
    assert "pixels that differ" in rendered(chart)


def test_slopes_of_the_phase_field_alone_stand_beside_one():
    chart = solver_convergence.slope_by_cells(validated())
    found = chart_data(chart)
    assert sorted(found["value"].unique()) == pytest.approx([1.1, 1.2])
    assert len(found) == 2 * 2 * 3
    assert {"datum": 1.0} in [one.get("y") for one in encodings(chart.to_dict())]
    assert "slope over the exact one" in rendered(chart)


def test_a_long_case_does_not_squeeze_the_others():
    def drawn(**frames):
        rows = [(case, "m", frame, 0.5, 0.4, 0.6, 9) for case, last in frames.items() for frame in range(1, last + 1)]
        columns = ["case", "model", "step", "mean", "low", "high", "structures"]
        return score_through_time(pd.DataFrame(rows, columns=columns), "ssim", [*frames], ["m"], {}).to_dict()

    assert drawn(short=12, long=36)["resolve"]["scale"] == {"x": "independent"}
    assert "scale" not in drawn(one=12, other=12)["resolve"]
