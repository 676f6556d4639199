"""The whole pipeline, run for real on the tiny configuration: what it leaves behind."""

import hashlib
import json
import re
import subprocess

import pandas as pd
import pyarrow.parquet as pq
import pytest
from safetensors import safe_open
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from conftest import TINY
from graincast.base import checkpoint, table

TRAINED = "results/growth/training/tiny_local_rule/tiny_normal/0"
WEIGHTS = f"{TRAINED}/weights.safetensors"


def test_every_table_has_the_one_schema(finished):
    files = sorted((finished.root / "results").rglob("*.parquet"))
    merged = ("scores", "learning", "truth", "solvers", "reliability")
    files = [path for path in files if path.parent.name != "tables" or path.stem in merged]  # others are the report's
    trainings = 2 * 2 + 1
    cases, models = 2, 3
    # scores and curves; bounds and data sheets; reliability; solvers
    assert len(files) >= (cases + 1) * trainings + 2 * cases + models + 1
    for path in files:
        assert pq.read_schema(path).equals(table.SCHEMA), path


def test_rows_say_themselves_what_they_are(finished):
    rows = table.read(finished.root / "results/growth/scores/tiny_local_rule/tiny_normal/1/tiny_bimodal.parquet")
    assert set(zip(rows["model"], rows["dataset"], rows["seed"], rows["case"], strict=True)) == {
        ("tiny_local_rule", "tiny_normal", 1, "tiny_bimodal")
    }
    by_frame = rows.dropna(subset="step")
    largest = by_frame["score"].str.startswith("largest_")
    assert set(by_frame.loc[largest, "step"]) == {0, 1, 2, 3, 4}  # from the last shown one on
    by_frame = by_frame[~largest]
    assert set(by_frame["step"]) == {1, 2, 3, 4}
    assert set(by_frame.groupby("score").size()) == {4 * 4}  # structures, frames
    assert {"ssim", "crisp_ssim", "boundary_f1_1", "rand_error", "sides_divergence"} <= set(by_frame["score"])
    assert rows.query("score == 'mullins_slope'")["step"].isna().all()
    assert rows["value"].nunique() > 20


def test_training_learned_something(finished):
    curve = table.read(finished.root / TRAINED / "curve.parquet")
    losses = curve.query("case == 'validation'")["value"].to_list()
    assert len(losses) == 4
    assert losses[-1] < losses[0]


def test_weights_explain_themselves(finished):
    with safe_open(finished.root / WEIGHTS, framework="pt") as archive:
        about = json.loads(archive.metadata()["graincast"])
    assert about["model"] == "local_rule"
    assert (about["settings"]["width"], about["settings"]["rules"]) == (4, 1)
    assert (about["dataset"], about["seed"]) == ("tiny_normal", 0)
    assert about["parameters"] == sum(tensor.numel() for tensor in checkpoint.load(finished.root / WEIGHTS)[0].values())


def test_tensorboard_can_show_the_learning_curve(finished):
    log = EventAccumulator(str(finished.root / "results/tensorboard/growth/tiny_local_rule/tiny_normal/0"))
    log.Reload()
    shown = [event.value for event in log.Scalars("loss/validation")]
    curve = table.read(finished.root / TRAINED / "curve.parquet")
    assert shown == pytest.approx(curve.query("case == 'validation'")["value"].to_list(), rel=1e-6)


def test_every_job_has_a_log_that_ends_with_what_it_cost(finished):
    results = finished.root / "results/growth"
    outputs = {
        "simulate": "tiny_normal/2",
        "prepare": "tiny_bimodal",
        "bound": "tiny_normal/tiny_bimodal",
        "train": "tiny_boundary_attention/tiny_normal/1",
        "evaluate": "persistence/tiny_normal/0/tiny_bimodal",
        "reliability": "tiny_local_rule/tiny_normal",
        "speed": "tiny_normal",
        "calibrate": "tiny_local_rule/tiny_normal/0",
    }
    for stage, place in outputs.items():
        said = (results / "logs" / stage / f"{place}.log").read_text()
        seconds, megabytes = re.search(r"took ([\d.]+) s of CPU and (\d+) MB at most\n$", said).groups()
        assert 0.3 < float(seconds) < 600
        assert 50 < int(megabytes) < 24000
    assert (results / "logs/report.log").is_file()
    assert (finished.root / "results/logs/front_page.log").is_file()


def test_what_data_and_trainings_cost_is_measured(finished):
    results = finished.root / "results/growth"
    for job in ("simulate/tiny_normal/2", "prepare/tiny_normal", "train/tiny_local_rule/tiny_normal/1"):
        assert pd.read_csv(results / "benchmarks" / f"{job}.tsv", sep="\t")["s"].item() > 0


def test_progress_is_logged(finished):
    results = finished.root / "results/growth"
    assert "simulating tiny_normal: 2 of 2" in (results / "logs/simulate/tiny_normal/2.log").read_text()


def test_the_merged_table_holds_every_row_of_the_parts(finished):
    parts = [
        path
        for folder in ("scores", "bounds")
        for path in (finished.root / "results/growth" / folder).rglob("*.parquet")
    ]
    whole = table.read(finished.root / "results/growth/report/tables/scores.parquet")
    together = pd.concat([table.read(path) for path in parts])
    columns = ["case", "model", "seed", "sample", "step", "score"]
    assert (
        whole.sort_values(columns).reset_index(drop=True).equals(together.sort_values(columns).reset_index(drop=True))
    )


def test_provenance_tells_where_the_report_comes_from(finished):
    about = json.loads((finished.root / "results/growth/report/provenance.json").read_text())
    assert about["configuration"]["seeds"] == [0, 1]
    assert about["versions"]["torch"].startswith("2.13.0")
    assert about["host"]["name"]
    wanted = ["config/config.yaml", "config/tiny.yaml", "config/growth/datasets/tiny_bimodal.yaml"]
    wanted += ["config/growth/models/tiny_local_rule.yaml"]
    wanted += ["results/growth/scores/persistence/tiny_normal/0/tiny_normal.parquet"]
    for name in wanted:
        assert about["sha256"][name] == hashlib.sha256((finished.root / name).read_bytes()).hexdigest()
    assert about["commit"] is None  # the copy is no git checkout, and says so


def test_a_run_in_a_checkout_names_its_commit_and_what_differs_from_it_and_ends_with_the_path_of_the_report(reached):
    for command in (["init", "-q"], ["add", "Snakefile", "config"], ["commit", "-qm", "all"]):
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        subprocess.run(["git", *identity, *command], cwd=reached.root, check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=reached.root, capture_output=True, text=True).stdout.strip()
    reached.edit("config/tiny.yaml", "# The whole", "# A whole")
    done = reached.snakemake(*TINY, "--cores", "2", "--forcerun", "growth_report")
    about = json.loads((reached.root / "results/growth/report/provenance.json").read_text())
    assert about["commit"] == head
    assert "config/tiny.yaml" in about["uncommitted_changes"]
    assert f"The report: {reached.root / 'results/index.html'}" in done.stdout + done.stderr
    again = reached.snakemake(
        "results/growth/scores/persistence/tiny_normal/0/tiny_normal.parquet", *TINY, "--cores", "2"
    )
    assert "The report: " not in again.stdout + again.stderr  # none was made


def test_the_front_page_leads_to_the_page_of_every_study(finished):
    page = (finished.root / "results/index.html").read_text()
    assert 'href="growth/report/index.html"' in page
