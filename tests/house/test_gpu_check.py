"""The check that is made for a lent GPU, dry-run on a CPU with no package but those that a lent machine promises."""

import csv
import importlib.metadata
import json
import subprocess
import sys

import numpy as np
import pytest

from conftest import PROJECT
from graincast.base import table
from graincast.base.errors import GraincastError
from graincast.material.grains import colouring

CHECK = PROJECT / "benchmarks" / "gpu_check"
PROMISED = ("torch", "numpy", "scipy", "safetensors", "pyarrow")
CONFIG = """
studies: [growth]
growth:
  datasets: [normal]
  models: [persistence, tiny_convlstm, local_rule]
"""
GENERATION = """
studies: [generation]
generation: {dataset: tiny_grown, autoencoders: [tiny_vae], generators: [tiny_flow]}
"""
SEGMENTATION = """
studies: [segmentation]
segmentation:
  dataset: tiny_concepts
  guessers: [tiny_net1]
  repairers: [tiny_net2]
  partitioners: [tiny_affinities]
"""
# a process in which every other package that is installed here cannot be imported
LENT = """
import sys
from importlib.machinery import PathFinder

class Lent:
    refused = frozenset({refused!r})

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.partition(".")[0] in cls.refused else PathFinder.find_spec(name, path, target)

sys.meta_path[:] = [Lent if finder is PathFinder else finder for finder in sys.meta_path]
sys.path[:0] = ["workflow", "benchmarks"]
"""


def refused():
    """What stands here and is neither promised nor asked for by what is."""
    promised, waiting = set(), list(PROMISED)
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name in promised:
            continue
        promised.add(name)
        try:
            needs = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:  # of another platform
            continue
        waiting.extend(
            need.split(";")[0].split("[")[0].strip(" ()<>=!~.,0123456789") for need in needs if "extra ==" not in need
        )
    owners = importlib.metadata.packages_distributions()
    return sorted(
        package
        for package, names in owners.items()
        if not promised & {name.lower().replace("_", "-") for name in names} and package != "graincast"
    )


def on_a_lent_machine(code):
    """Run code where only what is promised can be imported."""
    command = [sys.executable, "-c", LENT.format(refused=refused()) + code]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)


@pytest.fixture(scope="module")
def gpu_check():
    """The check's files, as the command finds them."""
    sys.path.insert(0, str(CHECK.parent))
    from gpu_check import preparing

    yield preparing
    sys.path.remove(str(CHECK.parent))


@pytest.fixture(scope="module")
def data(gpu_check, tmp_path_factory):
    """A folder as `prepare` makes it, with one model more, that cannot be built."""
    folder = tmp_path_factory.mktemp("check")
    (folder / "config.yaml").write_text(CONFIG)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(PROJECT)
        size = gpu_check.prepare(folder / "data", folder / "config.yaml", gpu_check.Sizes(32, 4, 2, 2))
    assert 1000 < size == sum(path.stat().st_size for path in (folder / "data").rglob("*") if path.is_file())
    check = json.loads((folder / "data" / "check.json").read_text())
    check["studies"]["growth"]["models"].insert(1, "broken")
    (folder / "data" / "check.json").write_text(json.dumps(check))
    models = folder / "data" / "growth" / "models"
    described = json.loads((models / "tiny_convlstm.json").read_text())
    described["settings"]["width"] = "wide"
    (models / "broken.json").write_text(json.dumps(described))
    return folder / "data"


def test_a_lent_machine_has_no_other_package():
    done = on_a_lent_machine(
        "import torch, scipy, pyarrow\ntry:\n    import numba\nexcept ImportError:\n    print('none')"
    )
    assert done.stdout == "none\n", done.stderr
    assert {"yaml", "tqdm", "numba", "skimage", "pandas", "matplotlib"} <= set(refused())


def test_a_check_goes_on_where_it_was_stopped_and_past_a_model_that_fails(data, tmp_path):
    ends = "import time; from gpu_check import running; from pathlib import Path\n"
    ends += f"data, output = Path({str(data)!r}), Path({str(tmp_path / 'run')!r})\n"
    stopped = on_a_lent_machine(
        ends
        + """
from graincast.base.errors import Interrupted
calls = []
try:
    running.run(data, output, time.monotonic() + 20, None, lambda: calls.append(0) or len(calls) >= 3)
except Interrupted:
    print("stopped")
"""
    )
    assert stopped.stdout == "stopped\n", stopped.stdout + stopped.stderr
    left = sorted(path.parent.name.split(".")[1] for path in (tmp_path / "run").rglob("unfinished.safetensors"))
    assert left == ["tiny_convlstm"]
    floor = next((tmp_path / "run").glob("models/growth.persistence.*/result.json"))
    before = floor.stat().st_mtime_ns
    command = ["gpu_check", "run", "--data", str(data), "--output", str(tmp_path / "run"), "--minutes", "0.2"]
    by_hand = "runpy.run_path('benchmarks/gpu_check', run_name='__main__')"
    gone_on = on_a_lent_machine(f"import runpy; sys.argv = {command!r}\n{by_hand}")
    assert "resuming at epoch" in gone_on.stderr
    assert floor.stat().st_mtime_ns == before
    assert gone_on.returncode == 1
    assert "1 of 4 models failed: broken" in gone_on.stderr
    written = (tmp_path / "run" / "gpu_check.csv").read_text().splitlines()
    rows = {row["model"]: row for row in csv.DictReader(written)}
    assert list(rows) == ["persistence", "broken", "tiny_convlstm", "local_rule"]
    assert "width" in rows["broken"]["failed"]
    for name in ("tiny_convlstm", "local_rule"):
        assert 0 < float(rows[name]["ssim"]) <= 1
        assert float(rows[name]["training_samples_per_second"]) > 0
        assert float(rows[name]["training_gflop_per_sample"]) > 3 * float(rows[name]["forecast_gflop_per_sample"]) / 13
        assert rows[name]["training_share_of_peak"] == ""  # not known of a processor
    about = json.loads((tmp_path / "run" / "gpu_check.json").read_text())
    assert about["kernels"] == "numpy"
    assert about["torch"].startswith("2.")
    scores = table.read(tmp_path / "run" / "scores.parquet")
    assert set(scores["model"]) == {"persistence", "tiny_convlstm", "local_rule"}
    assert set(scores["score"]) == {"mse", "ssim", "ssim_near"}
    assert len(scores) == 3 * 3 * 2 * 12


def losses_on_a_lent_machine(gpu_check, config, folder):
    """The rows that a check of small models leaves, by model."""
    (folder / "config.yaml").write_text(config)
    gpu_check.prepare(folder / "data", folder / "config.yaml", gpu_check.Sizes(96, 2, 1, 1))
    ran = on_a_lent_machine(
        "import time; from gpu_check import running; from pathlib import Path\n"
        f"data, output = Path({str(folder / 'data')!r}), Path({str(folder / 'run')!r})\n"
        "running.run(data, output, time.monotonic() + 20, None, lambda: False)"
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    written = (folder / "run" / "gpu_check.csv").read_text().splitlines()
    return {row["model"]: row for row in csv.DictReader(written)}


@pytest.mark.parametrize(
    ("config", "models"),
    [
        pytest.param(GENERATION, ["tiny_vae", "tiny_flow"], id="generation, where no grain can be read"),
        pytest.param(
            SEGMENTATION,
            ["tiny_net1", "tiny_net2", "tiny_affinities"],
            id="segmentation, where nothing finds edges but scipy",
        ),
    ],
)
def test_other_studies_are_checked_by_their_losses(gpu_check, tmp_path, monkeypatch, config, models):
    monkeypatch.chdir(PROJECT)
    rows = losses_on_a_lent_machine(gpu_check, config, tmp_path)
    assert list(rows) == models
    for row in rows.values():
        assert float(row["training_samples_per_second"]) > 0
        assert float(row["loss"]) > 0


def test_what_cannot_travel_is_refused(gpu_check, tmp_path, monkeypatch):
    monkeypatch.chdir(PROJECT)
    monkeypatch.setattr(gpu_check, "MOST_BYTES", 2000)
    (tmp_path / "config.yaml").write_text(CONFIG)
    with pytest.raises(GraincastError, match="expected at most"):
        gpu_check.prepare(tmp_path / "data", tmp_path / "config.yaml", gpu_check.Sizes(32, 1, 1, 1))
    assert not (tmp_path / "data" / "check.json").exists()


def test_only_growths_own_part_knows_of_growth():
    for path in CHECK.glob("*.py"):
        assert "graincast.growth" not in path.read_text(), path


def test_colours_are_the_same_where_nothing_compiles(monkeypatch):
    rng = np.random.default_rng(3)
    maps = [np.kron(rng.permuted(np.arange(64)).reshape(8, 8) % count, np.ones((4, 4), int)) for count in (7, 20, 64)]
    compiled = [colouring.colours(labels, 6, np.random.default_rng(1)) for labels in maps]
    monkeypatch.setattr(colouring.compiled, "possible", lambda: False)
    for labels, expected in zip(maps, compiled, strict=True):
        assert np.array_equal(colouring.colours(labels, 6, np.random.default_rng(1)), expected)
        assert len(set(expected)) > 1
