"""The report's section on measured maps: pictures and their words, micrometres, minutes, and what is left out."""

import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from graincast.growth.experiment import Experiment, Solvers
from graincast.growth.sections import measured_maps
from graincast.material import admission
from graincast.material.measured import cleaned as files
from graincast.material.measured.cleaned import Cleaned
from graincast.report.parts import Picture, Table, Words
from measured_rows import row as of_table
from measured_rows import written

EXPERIMENT = Experiment(("home",), ("home", "maps"), ("persistence",), (0,), Solvers(20, 1, 0.1, (8,)))
NO_SCORES = pd.DataFrame(columns=["model", "dataset", "case", "sample", "score", "value"])


@pytest.fixture(autouse=True)
def figures_are_closed():
    yield
    plt.close("all")


def halves(step=0.5, quality=None, twins=None, filled=0.0):
    """A map of two grains, 20 rows high and 40 columns wide."""
    labels = np.repeat([[0, 1]], 20, axis=1).repeat(20, axis=0).astype(np.int32)
    return Cleaned(labels, np.zeros(2, np.int16), {}, quality, step, filled, twins, (), ())


def row(name, mobility=None, number=0):
    return measured_maps.Map(name, number, f"licence of {name}", f"{name}'s group", mobility)


def sheet(*structures):
    """A data sheet of three frames; of each structure k t from frame to frame in µm², or None: it has no scale."""
    rows = []
    for structure, time in enumerate(structures):
        for frame in range(3):
            scores = {"grain_count": 30.0 - frame, "mean_radius": 0.5}
            if time is not None:
                scores |= {"mean_radius_um": 2.0 + frame, "reduced_time_um2": time * frame}
            rows += [(structure, frame, score, value) for score, value in scores.items()]
    return pd.DataFrame(rows, columns=["sample", "step", "score", "value"]).assign(dataset="maps")


def section(maps, sheets, left_out=(), cleaned=None):
    about = measured_maps.MapsAtHand({"maps": maps}, {"maps": dict(left_out)}, [], {"maps": "table"})
    shown = {"maps": {one.name: halves() for one in maps} if cleaned is None else cleaned}
    (found,) = measured_maps.sections(NO_SCORES, sheets, shown, EXPERIMENT, about)
    return found


def table_of(found):
    return next(part for part in found.parts if isinstance(part, Table)).frame.set_index("map")


def words_of(found):
    return " ".join(sentence for part in found.parts if isinstance(part, Words) for sentence in part.sentences)


def test_square_micrometres_become_minutes_with_the_mobility_of_the_table():
    table = table_of(section([row("fast", 4.0), row("slow", 0.5, 1)], sheet(2.0, 3.0)))
    assert table["minutes from frame to frame"].to_list() == [0.5, 6.0]
    assert table["minutes of all frames"].to_list() == [1.0, 12.0]
    assert table["k t of all frames, µm²"].to_list() == [4.0, 6.0]
    assert table["mean radius, µm"].to_list() == [2.0, 2.0]
    assert table["mean radius at the end, µm"].to_list() == [4.0, 4.0]
    assert table[measured_maps.GRAINS].to_list() == [30, 30]


def test_without_a_mobility_there_are_no_minutes_and_the_page_says_what_is_needed():
    found = section([row("one"), row("other", number=1)], sheet(2.0, 3.0))
    assert not [name for name in table_of(found) if "minutes" in name]
    assert "um2_per_minute, which is empty for one, other: no minutes" in words_of(found)
    both = section([row("one", 1.0), row("other", number=1)], sheet(2.0, 3.0))
    assert table_of(both)["minutes of all frames"].to_list() == pytest.approx([4.0, np.nan], nan_ok=True)
    assert "which is empty for other: no minutes" in words_of(both)
    assert "no minutes" not in words_of(section([row("one", 1.0)], sheet(2.0)))


def test_a_map_without_a_scale_has_neither_micrometres_nor_minutes():
    table = table_of(section([row("plain", 4.0), row("scaled", 4.0, 1)], sheet(None, 2.0)))
    numbers = [name for name in table.select_dtypes("number") if name != measured_maps.GRAINS]
    assert len(numbers) == 5
    assert table.loc["plain", numbers].isna().all()
    assert table.loc["scaled", numbers].notna().all()


def test_each_evaluated_map_is_a_picture_with_words_from_its_numbers():
    quality = np.arange(800, dtype=np.float32).reshape(20, 40)
    maps = {"rich": halves(quality=quality, twins=0.25, filled=0.125), "poor": halves(step=None)}
    found = section([row("rich"), row("poor", number=1)], sheet(2.0, 2.0), cleaned=maps)
    rich, poor = [part for part in found.parts if isinstance(part, Picture)]
    assert [rich.title, poor.title] == ["rich", "poor"]
    assert len({rich.name, poor.name}) == 2
    assert [len(one.figure.axes) for one in (rich, poor)] == [2, 1]
    diameter = 2 * np.sqrt(400 / np.pi)  # points
    assert f"2 grains with a mean diameter of {diameter / 2:.3g} µm in 20 x 10 µm" in rich.alt
    assert "25 % of the boundary" in rich.alt
    assert "12.5 % of the points were filled" in rich.alt
    assert "median 400" in rich.alt
    assert f"{diameter:.3g} points in 40 x 20 points" in poor.alt
    assert "quality" not in poor.alt + poor.caption
    assert "The bar is 5 µm long" in rich.caption
    assert "The bar is 10 points long" in poor.caption
    assert "rich's group (licence of rich)" in rich.caption


def test_maps_that_are_left_out_are_named_with_their_reasons():
    some = section([row("one")], sheet(2.0), [("far", "cannot be reached"), ("tiny", "too small")])
    assert "Not evaluated: far: cannot be reached. Not evaluated: tiny: too small." in words_of(some)
    none = section([], sheet(), [("tiny", "too small")])
    assert words_of(none) == "No measured map was evaluated. Not evaluated: tiny: too small."
    assert not [part for part in none.parts if not isinstance(part, Words)]


AWAY = "no network"


def told_of(folder):
    """Two cases of one table of three maps: of the first case the last two can be evaluated, of the other none."""
    names = ("far", "small", "good")
    rows = [of_table(name=name, file=f"{name}.ang", um2_per_minute="2" if name == "good" else "") for name in names]
    reasons = {"maps": dict.fromkeys(names, "") | {"far": AWAY}, "wide": dict.fromkeys(names, AWAY)}
    for case, of_case in reasons.items():
        for name, reason in of_case.items():
            admission.write(folder / case / f"{name}.csv", {name: reason})
    table = written(folder / "table.csv", *rows)
    return measured_maps.told({"maps": table, "wide": table}, sorted(folder.glob("*/*.csv")), ["like"])


def test_maps_have_the_numbers_of_their_places_in_the_table_whatever_is_left_out(tmp_path):
    told = told_of(tmp_path)
    assert [(one.name, one.number) for one in told.maps["maps"]] == [("small", 1), ("good", 2)]
    assert [one.um2_per_minute for one in told.maps["maps"]] == [None, 2.0]
    assert told.maps["wide"] == []
    assert told.left_out == {"maps": {"far": AWAY}, "wide": dict.fromkeys(("far", "good", "small"), AWAY)}
    table = table_of(section(told.maps["maps"], sheet(9.0, 3.0, 4.0)))
    assert table["k t of all frames, µm²"].to_dict() == {"small": 6.0, "good": 8.0}


def test_cleaned_maps_are_those_of_the_table_that_a_case_names(tmp_path):
    for name in ("good", "small"):
        files.write(tmp_path / f"table/{name}.npz", halves(), name)
    files.write_absent(tmp_path / "table/far.npz", "far", AWAY)
    cleaned = files.load_all(sorted((tmp_path / "table").glob("*.npz")))
    by_case = told_of(tmp_path).by_case(cleaned)
    assert {case: set(maps) for case, maps in by_case.items()} == {"maps": {"good", "small"}, "wide": {"good", "small"}}
    assert {case: set(maps) for case, maps in told_of(tmp_path).by_case({}).items()} == {"maps": set(), "wide": set()}


def test_a_case_without_maps_is_no_case_of_the_page(tmp_path):
    told = told_of(tmp_path)
    both = dataclasses.replace(EXPERIMENT, cases=("home", "wide", "maps"))
    assert told.at_hand(both).cases == ("home", "maps")
    assert told.simulated(both).cases == ("home",)
