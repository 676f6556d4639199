"""What the page says of other models, of speed and of damaged guesses: from made scores, by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from chart_reading import chart_data, rendered
from conftest import PROJECT
from graincast.base import specs, table
from graincast.report.parts import Chart, Table, Words
from graincast.segmentation import experiment
from graincast.segmentation.sections import how_fast, how_repaired, way_names, what_it_is_worth

TINY = Path("config/tiny.yaml")
HOME, MAPS, FIELDS, DAMAGED = "tiny_concepts", "measured in100", "traced field_10", "damaged"
SPREAD = np.array([-0.02, -0.01, 0.01, 0.02])  # of pictures around their mean


@pytest.fixture
def made(monkeypatch):
    """An experiment as the tiny one, but for some keys."""
    monkeypatch.chdir(PROJECT)
    section = specs.read_yaml(TINY)["segmentation"]
    return lambda **changed: experiment.build(section | changed, [TINY])


def rows(model, case, value, score="rand_error", seed=0, spread=SPREAD, step=0):
    """Four pictures of a case, of that mean."""
    plain = {"study": "segmentation", "model": model, "dataset": HOME, "seed": seed, "case": case, "step": step}
    return [
        {**plain, "epoch": None, "score": score, "sample": at, "value": value + off} for at, off in enumerate(spread)
    ]


def scores(*some):
    return pd.DataFrame([row for one in some for row in one], columns=table.SCHEMA.names)


def words(section):
    """Its sentences but for the small print."""
    return [one for part in section.parts if isinstance(part, Words) and part.look != "note" for one in part.sentences]


def only(section, kind):
    (part,) = [part for part in section.parts if isinstance(part, kind)]
    return part


# --- what the ways are called


def test_labels_are_of_first_models_and_others_are_told_apart(made):
    models = {"guessers": ["tiny_net1", "net1"], "partitioners": ["tiny_affinities", "affinities", "affinities_grey"]}
    found = way_names.of(
        made(**models, ways=["instances", "net1_watershed", "net1", "net2", "canny", "closed", "oracle"])
    )
    assert found.labels == {
        "instances/tiny_affinities": "Ours, grains from pairs",
        "net1_watershed/tiny_net1": "Net1, watershed",
        "net1/tiny_net1": found.label("net1/tiny_net1"),
        "net2/tiny_net2": "Net1, mended by Net2",
        "canny": "Canny, watershed",
        "closed": "The truth, gaps of 4 px closed",
        "oracle": found.label("oracle"),
    }
    assert found.others == {
        "instances/affinities": "affinities",
        "instances/affinities_grey": "affinities_grey",
        "net1_watershed/net1": "net1",
        "net1/net1": "net1",
    }
    assert found.learned == tuple(list(found.labels)[:4])
    assert (found.floors, found.ceilings) == (("canny",), ("closed", "oracle"))
    assert way_names.of(made()).others == {}


# --- what each part is worth

SHOWN = ["affinities", "affinities_grey", "affinities_no_depth", "hour_affinities"]


def worth(of, *some):
    return what_it_is_worth.section(scores(*some), of, way_names.of(of))


def by_model(section):
    return only(section, Table).frame.set_index("model")


def test_where_each_kind_has_one_model_nothing_is_compared(made):
    assert worth(made(), rows("instances/tiny_affinities", HOME, 0.1)) is None


def test_an_ablation_is_compared_with_the_whole_picture_by_picture(made):
    of = made(partitioners=SHOWN, taught_on={"affinities_no_depth": "no_depth"})
    section = worth(
        of,
        rows("instances/affinities", HOME, 0.1),
        rows("instances/affinities_grey", HOME, 0.13),
        rows("instances/affinities_no_depth", HOME, 0.05),
        rows("instances/hour_affinities", HOME, 0.1, spread=SPREAD[::-1]),
        *(rows(f"instances/{name}", case, 0.9) for name in SHOWN[:1] for case in (FIELDS, "noise_variance")),
        *(rows(f"instances/{name}", case, 0.2) for name in SHOWN[1:] for case in (FIELDS, "noise_variance")),
    )
    assert words(section) == [
        "affinities_grey against affinities on drawn pictures: +0.030 (0.030 to 0.030), worse.",
        "affinities_no_depth against affinities on drawn pictures: -0.050 (-0.050 to -0.050), better.",
    ]


@pytest.mark.parametrize("away", [0.005, -0.005])
def test_what_differs_by_less_than_pictures_do_is_not_told_apart(made, away):
    whole, part = (
        rows(f"instances/affinities{end}", HOME, 0.1, spread=SPREAD * sign) for end, sign in (("", 1), ("_grey", -1))
    )
    part = [{**row, "value": row["value"] + away} for row in part]
    (said,) = words(worth(made(partitioners=["affinities", "affinities_grey"]), whole, part))
    start, interval = said.split(" (")
    assert start == f"affinities_grey against affinities on drawn pictures: {away:+.3f}"
    low, high = interval.split(")")[0].split(" to ")
    assert float(low) < -0.01 < 0.01 < float(high)
    assert said.endswith("not told apart.")


def test_an_ablation_of_an_ablation_is_compared_with_that(made, tmp_path, monkeypatch):
    names = ["affinities", "affinities_grey", "affinities_grey_small", "affinitiesgrey"]
    folder = tmp_path / "config/segmentation/models"
    folder.mkdir(parents=True)
    for name in names:
        (folder / f"{name}.yaml").write_text((PROJECT / "config/segmentation/models/affinities_grey.yaml").read_text())
    errors = dict(zip(names, (0.1, 0.2, 0.5, 0.9), strict=True))
    of = made(partitioners=["affinities", "affinities_grey"])
    of = experiment.Experiment(**{**vars(of), "partitioners": tuple(names)})
    monkeypatch.chdir(tmp_path)
    section = worth(of, *(rows(f"instances/{name}", HOME, error) for name, error in errors.items()))
    assert words(section) == [
        "affinities_grey against affinities on drawn pictures: +0.100 (0.100 to 0.100), worse.",
        "affinities_grey_small against affinities_grey on drawn pictures: +0.300 (0.300 to 0.300), worse.",
    ]


def test_a_model_s_row_says_what_it_sees_and_learns_from_and_how_far_it_errs_on_each_kind_of_picture(made):
    of = made(
        partitioners=["affinities", "affinities_grey", "hour_looks"],
        taught_on={"affinities_grey": "no_ties"},
        seeds=[0, 1],
        ways=["instances", "instances_mirrored", "canny"],
    )
    section = worth(
        of,
        rows("instances/affinities", HOME, 0.1),
        rows("instances/affinities", HOME, 0.3, seed=1),
        rows("instances_mirrored/affinities", HOME, 0.9),
        rows("instances/affinities", HOME, -0.25, score="count_bias"),
        rows("instances/affinities", MAPS, 0.4),
        rows("instances/affinities", FIELDS, 0.5),
        rows("instances/affinities", "traced field_12", 0.7),
        rows("instances/affinities", "noise_variance", 0.99),
        rows("instances/affinities_grey", HOME, 0.15),
        rows("instances/affinities_grey", HOME, 0.5, score="count_bias"),
        rows("instances/hour_looks", HOME, 0.12),
    )
    found = by_model(section)
    assert list(found.index) == ["affinities", "affinities_grey", "hour_looks"]
    assert list(found["sees"]) == ["grey, sobel, laplacian, canny", "grey", "grey, sobel, laplacian, canny"]
    assert list(found["learns from"]) == [HOME, "no_ties", HOME]
    assert list(found["looks"]) == [0.0, 0.0, 0.5]
    assert found["drawn"].tolist() == pytest.approx([0.2, 0.15, 0.12])
    whole = found.loc["affinities"]
    assert 0.18 <= whole["drawn low"] < 0.195 < 0.205 < whole["drawn high"] <= 0.22
    assert whole["quality maps"] == pytest.approx(0.4)
    assert whole["traced"] == pytest.approx(0.6)
    assert found.loc[["affinities", "affinities_grey"], "grains, too many"].tolist() == pytest.approx([-0.25, 0.5])
    assert found.loc[["affinities_grey", "hour_looks"], ["quality maps", "traced"]].isna().all(axis=None)
    formats = only(section, Table).formats
    assert {name: form for name, form in formats.items() if name in ("drawn", "traced")} == dict.fromkeys(
        ("drawn", "traced"), "{:.3f}"
    )


def test_kinds_with_several_models_have_rows_and_those_with_one_have_none(made):
    of = made(repairers=["net2", "hour_net2", "hour_net2_bridge"])
    errors = {"net2": 0.1, "hour_net2": 0.2, "hour_net2_bridge": 0.18}
    section = worth(of, *(rows(f"net2/{name}", HOME, error) for name, error in errors.items()))
    assert by_model(section)["drawn"].to_dict() == pytest.approx(errors)
    assert words(section) == [
        "hour_net2_bridge against hour_net2 on drawn pictures: -0.020 (-0.020 to -0.020), better."
    ]


def test_models_that_are_parts_of_none_have_a_table_and_no_sentence(made):
    of = made(partitioners=["affinities", "hour_affinities"])
    section = worth(of, rows("instances/affinities", HOME, 0.1), rows("instances/hour_affinities", HOME, 0.1))
    assert [type(part) for part in section.parts] == [Table, Words]  # the small print
    assert words(section) == []
    assert len(by_model(section)) == 2


def of_second_protocol(made):
    fields = {"fields": ["field_10"], "train": ["field_11"], "validation": ["field_13"]}
    return made(
        partitioners=["hour_affinities", "traced_affinities", "affinities"],
        taught_on={"traced_affinities": "traced", "affinities": "no_ties"},
        ways=["instances", "net2", "canny", "sobel", "oracle", "closed"],
        traced={"table": "config/micrographs.csv", "mirror": "", **fields},
    )


AT_HOME = [rows(f"instances/{name}", HOME, 0.1) for name in ("hour_affinities", "traced_affinities", "affinities")]


def test_the_second_protocol_is_held_against_the_best_of_the_first_and_the_best_floor(made):
    of = of_second_protocol(made)
    section = worth(
        of,
        *AT_HOME,
        rows("instances/traced_affinities", FIELDS, 0.3),
        rows("instances/affinities", FIELDS, 0.01),
        rows("instances/hour_affinities", FIELDS, 0.5),
        rows("net2/tiny_net2", FIELDS, 0.4),
        rows("canny", FIELDS, 0.25),
        rows("sobel", FIELDS, 0.6),
        rows("oracle", FIELDS, 0.0),
        rows("closed", FIELDS, 0.05),
    )
    assert words(section) == [
        "Second protocol: traced_affinities, taught on other fields, has an adapted Rand error of 0.300 on traced "
        "micrographs; -0.100 (-0.100 to -0.100) against 'Net1, mended by Net2', +0.050 (0.050 to 0.050) "
        "against 'Canny, watershed'."
    ]


def test_a_second_protocol_that_was_scored_on_no_traced_micrograph_is_not_spoken_of(made):
    assert words(worth(of_second_protocol(made), *AT_HOME)) == []


# --- how fast


def fast(of, *some):
    return how_fast.section(scores(*some), HOME, way_names.of(of))


def test_speed_is_pictures_a_second_of_learned_ways_and_floors_on_drawn_pictures(made):
    of = made(ways=["instances", "canny", "oracle", "closed"], seeds=[0, 1])
    even = [0, 0, 0, 0]
    section = fast(
        of,
        rows("instances/tiny_affinities", HOME, 2.0, "seconds", spread=even),
        rows("instances/tiny_affinities", HOME, 0.5, "seconds", seed=1, spread=even),
        rows("canny", HOME, 0.1, "seconds", spread=[0, 0, 0.15, 0.15]),
        rows("canny", "damaged", 9.0, "seconds"),
        rows("canny", HOME, 0.3),
        rows("oracle", HOME, 0.001, "seconds", spread=even),
        rows("closed", HOME, 0.001, "seconds", spread=even),
    )
    found = only(section, Table).frame.set_index("way")[how_fast.SPEED]
    assert found.to_dict() == pytest.approx({"Ours, grains from pairs": 1.25, "Canny, watershed": 7.0})
    assert "trainings" not in only(section, Table).frame
    chart = only(section, Chart)
    assert chart.alt == "pictures a second: Ours, grains from pairs 1.2, Canny, watershed 7."
    assert chart_data(chart.chart).set_index("way")["mean"].to_dict() == pytest.approx(found.to_dict())
    scales = [layer["encoding"]["x"].get("scale") for layer in chart.specification["layer"]]
    assert {"type": "log"} in scales
    assert "<svg" in rendered(chart.chart)


def test_where_no_learned_way_and_no_floor_was_timed_nothing_is_said_of_speed(made):
    of = made(ways=["instances", "canny", "oracle"])
    assert fast(of) is None
    assert fast(of, rows("canny", HOME, 0.1)) is None
    assert fast(of, rows("canny", "noise_variance", 0.1, "seconds")) is None
    assert fast(of, rows("oracle", HOME, 0.1, "seconds")) is None
    assert fast(of, rows("canny", HOME, 0.1, "seconds")) is not None


# --- how far a first guess may be off


def repaired(of, *some):
    return how_repaired.section(scores(*some), of, way_names.of(of), {})


def passes(*more):
    """What the section says in any case."""
    return (
        rows("net2/tiny_net2", HOME, 9.0, "passes"),
        rows("net2/tiny_net2", HOME, 0.2),
        *(rows(name, HOME, 0.3) for name in ("net1_watershed/tiny_net1", "instances/tiny_affinities")),
        *more,
    )


def test_errors_are_told_along_the_damage_of_the_first_guess(made):
    of = made(damages=[0.0, 0.25, 2.0])
    errors = {"net2/tiny_net2": (0.1, 0.15, 0.4), "net1_watershed/tiny_net1": (0.2, 0.22, 0.3)}
    damaged = [
        rows(name, DAMAGED, value, step=step) for name, some in errors.items() for step, value in enumerate(some)
    ]
    section = repaired(of, *passes(*damaged, rows("net2/tiny_net2", DAMAGED, 30.0, "passes", step=2)))
    assert words(section)[-1] == (
        "From the truth damaged by 0 to 2 for a guess: Net1, mended by Net2 from 0.10 to 0.40; "
        "Net1, watershed from 0.20 to 0.30."
    )
    (numbers,) = [part.frame for part in section.parts if isinstance(part, Table) and part.name == "damage"]
    dial, error = "damage of the first guess", "adapted Rand error"
    assert list(numbers.columns) == ["way", dial, error, f"{error} low", f"{error} high"]
    found = numbers.set_index(["way", dial])[error]
    assert found["Net1, mended by Net2"].to_dict() == pytest.approx({0.0: 0.1, 0.25: 0.15, 2.0: 0.4})
    assert found["Net1, watershed"].to_dict() == pytest.approx({0.0: 0.2, 0.25: 0.22, 2.0: 0.3})
    assert (numbers[f"{error} low"] < numbers[error]).all()
    assert (numbers[f"{error} high"] > numbers[error]).all()
    chart = only(section, Chart)
    drawn = chart_data(chart.chart)
    assert len(drawn) == 6
    assert set(drawn["edge"]) == {1.0}  # the most that repairers learn from
    assert chart.alt == words(section)[-1]
    assert "<svg" in rendered(chart.chart)


def test_where_no_guess_was_damaged_the_section_is_of_passes_alone(made):
    section = repaired(made(), *passes())
    assert not any(isinstance(part, Chart) for part in section.parts)
    assert not any("damaged" in sentence for sentence in words(section))
    assert words(section)[0].startswith("A repair stops after 9.0 passes on average, 9 to 9 ")


def test_without_a_repair_nothing_is_said_of_repair(made):
    assert repaired(made(), rows("net1_watershed/tiny_net1", DAMAGED, 0.2)) is None
    of = made(ways=["instances", "canny"])
    assert repaired(of, rows("instances/tiny_affinities", HOME, 0.2)) is None
