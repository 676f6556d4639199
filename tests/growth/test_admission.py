"""Which measured maps can be evaluated: those that can be evolved and of which enough is scored; others say why not."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import growth_bound
import growth_evaluate
import growth_evolve
import growth_prepare
from conftest import PROJECT
from graincast.base import table
from graincast.base.errors import GraincastError
from graincast.base.storage import write_arrays
from graincast.growth import stages
from graincast.growth.data import windows
from graincast.growth.judging import growth_measures
from graincast.material import admission, datasets, trajectories
from graincast.material.grains.geometry import connected_regions
from graincast.material.measured import cleaned
from graincast.material.networks.rendering import label_map
from graincast.material.structures import lognormal
from graincast.training import weights

CONFIGURED = PROJECT / "config" / "growth"
YAML = CONFIGURED / "datasets" / "measured.yaml"
MARGIN = 6


def dataset():
    stored = datasets.load(YAML)
    structure = {**stored.structure, "margin": MARGIN}
    return replace(stored, structure=structure, frames=replace(stored.frames, count=3))


def grains(rows, columns):
    """Irregular grains, about ten points wide."""
    network = lognormal.network(lognormal.Settings(60, 0.3), np.random.default_rng(0))
    return connected_regions(label_map(network, (78, 78)))[:rows, :columns]


def island():
    """One grain with a small one inside, which is gone at once."""
    labels = np.zeros((60, 60), np.int32)
    labels[30:34, 30:34] = 1
    return labels


def with_an_edge(width=97):
    """Two grains, of which one is a line of points along an edge, where a map is cropped."""
    labels = np.zeros((width, width), np.int32)
    labels[0] = 1
    return labels


def saved(path, labels):
    write_arrays(path, {"labels": np.asarray(labels, np.int32), "step": np.array(0.5)})
    return path


def words(**options):
    """Arguments of a script."""
    return [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", str(value))]


def simulated(path, labels):
    used = dataset()
    return admission.simulation(used, datasets.parts(used, "test"), saved(path, labels))


def test_a_map_that_can_be_evolved_and_scored_is_evaluated(tmp_path):
    grown = simulated(tmp_path / "good.npz", grains(70, 78))
    assert len(grown.networks) == 3
    assert len(grown.networks[-1].present) < len(grown.networks[0].present)


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (grains(26, 30), rf"too small: \d+ x \d+ pixels .* margin of {MARGIN} .* less is scored than 5 mean grains"),
        (island(), "cannot be evolved: at t = .* one grain fills the box"),
        (with_an_edge(), "no start: one single grain is left in the .* points that are drawn"),
    ],
    ids=["too small", "one grain is left", "too few grains to draw"],
)
def test_a_map_that_cannot_be_is_left_out_with_the_reason(labels, words, tmp_path):
    with pytest.raises(admission.LeftOut, match=words):
        simulated(tmp_path / "map.npz", labels)


def test_the_size_that_is_too_small_is_told_in_pixels_of_the_images(tmp_path):
    with pytest.raises(admission.LeftOut, match="too small") as left_out:
        simulated(tmp_path / "map.npz", grains(26, 30))
    columns, rows = (int(number) for number in str(left_out.value).split(" pixels")[0].split(": ")[1].split(" x "))
    used = dataset()
    assert 0 < (columns - 2 * MARGIN) * (rows - 2 * MARGIN) < 5 * used.frames.grain_pixels**2
    assert columns / rows == pytest.approx(30 / 26, abs=0.15)


def test_a_damaged_map_is_an_error_and_never_left_out(tmp_path):
    path = saved(tmp_path / "map.npz", grains(70, 70))
    path.write_bytes(path.read_bytes()[:-40])
    used = dataset()
    with pytest.raises(GraincastError, match=r"map\.npz: .*damaged"):
        admission.simulation(used, datasets.parts(used, "test"), path)
    with pytest.raises(GraincastError, match="expected a map of grains"):
        simulated(tmp_path / "flat.npz", np.arange(9))


def test_the_script_leaves_an_empty_trajectory_and_the_reason(tmp_path):
    verdicts = []
    for name, labels in (("small", grains(26, 30)), ("good", grains(78, 78))):
        saved(tmp_path / f"{name}.npz", labels)
        verdicts.append(tmp_path / f"{name}.csv")
        paths = {"--map": f"{name}.npz", "--trajectory": f"grown_{name}.npz", "--verdict": f"{name}.csv"}
        written = [part for option, path in paths.items() for part in (option, str(tmp_path / path))]
        growth_evolve.main(["--dataset", str(YAML), *written])
    grown = {name: tmp_path / f"grown_{name}.npz" for name in ("good", "small")}
    counts = {name: len(list(trajectories.read(path, datasets.load(YAML)))) for name, path in grown.items()}
    assert counts == {"good": 1, "small": 0}
    reasons = admission.read_all(verdicts)
    assert list(reasons) == ["small", "good"]
    assert reasons["good"] == ""
    assert reasons["small"].startswith("too small")


def test_a_map_that_could_not_be_fetched_is_left_out_with_that_reason(tmp_path):
    cleaned.write_absent(tmp_path / "far.npz", "far", "far.npy: no such host")
    used = dataset()
    with pytest.raises(admission.LeftOut, match=r"^far\.npy: no such host$"):
        admission.simulation(used, datasets.parts(used, "test"), tmp_path / "far.npz")
    assert cleaned.why_absent(saved(tmp_path / "here.npz", grains(70, 78))) == ""
    assert cleaned.load_all([tmp_path / "far.npz"]) == {}


def test_every_stage_passes_over_a_data_set_without_any_map(tmp_path, monkeypatch):
    """Table after table is empty and whole; nothing of an absent map is made up."""
    monkeypatch.chdir(tmp_path)
    cleaned.write_absent(Path("far.npz"), "far", "no such host")
    growth_evolve.main(words(dataset=YAML, map="far.npz", trajectory="grown.npz", verdict="far.csv"))
    of_two = [*words(dataset=YAML), "--trajectories", "grown.npz", "grown.npz"]  # neither of which is there
    growth_prepare.main([*of_two, *words(output=".", table="truth.parquet", growth="growth.npz")])
    home = dict.fromkeys(growth_measures.NAMES, np.empty(0)) | {"times": np.arange(2.0), "unit": np.array("s")}
    write_arrays(Path("home.npz"), home | {"reduced_times": np.eye(2)[1:], "mean_area": np.array([[1.0, 2.0]])})
    growth_bound.main([*of_two, *words(trained_on="home", growth="home.npz", scores="bounds.parquet")])
    persistence = stages.load(CONFIGURED / "models" / "persistence.yaml")
    weights.save(Path("weights"), persistence.build("here"), persistence, {"dataset": "home", "seed": 0})
    threads = torch.get_num_threads()
    made = {name: f"{name}.npz" for name in ("forecasts", "examples")} | {"scores": "scores.parquet"}
    growth_evaluate.main(words(weights="weights", name="persistence", windows="test.npz", case="measured", **made))
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(False)
    assert admission.read(Path("far.csv")) == {"far": "no such host"}
    assert windows.load_by_box(Path("test.npz")) == []
    assert growth_measures.read(Path("growth.npz"))["times"].size == datasets.load(YAML).frames.count
    for name in ("truth", "bounds", "scores"):
        assert table.read(Path(f"{name}.parquet")).empty, name


def test_reasons_are_read_back_as_they_were_written(tmp_path):
    reasons = {"a": "", "b": 'commas, "quotes" and µ', "c": ""}
    admission.write(tmp_path / "all.csv", reasons)
    assert admission.read(tmp_path / "all.csv") == reasons
    admission.write(tmp_path / "none.csv", {})
    assert admission.read(tmp_path / "none.csv") == {}
    assert admission.read_all([]) == {}
    admission.write(tmp_path / "one.csv", {"d": "last"})
    assert list(admission.read_all([tmp_path / "one.csv", tmp_path / "all.csv"])) == ["d", *reasons]
    assert admission.left_out({"a": "", "b": "why"}) == {"b": "why"}


@pytest.mark.parametrize("content", ["", "map\n", "a,b\n", "map,reason\nx\n", "map,reason\nx,y,z\n"])
def test_what_does_not_say_which_maps_are_evaluated_is_refused(content, tmp_path):
    (tmp_path / "all.csv").write_text(content)
    with pytest.raises(GraincastError, match=r"all\.csv: .*delete it and run again"):
        admission.read(tmp_path / "all.csv")
