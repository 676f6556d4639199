"""Measured maps through the pipeline, run for real on small label images: what runs, what it leaves, what it says."""

import csv
import shutil

import numpy as np
import pytest

import tiny
from conftest import TINY, Project, jobs_in
from graincast.base import kernel_cache, table
from graincast.base.storage import read_arrays
from graincast.material import admission
from graincast.material.grains.geometry import connected_regions
from graincast.material.measured.map_table import COLUMNS, OPTIONAL
from graincast.material.networks.rendering import label_map
from graincast.material.structures import lognormal

CASE = "tiny_measured"
DATASETS = "config/growth/datasets"
MINE = (*TINY, "mine.yaml", "--cores", "2")
LICENCE = "<b>CC BY</b>"
AWAY = {"address": "file:///nowhere/far.npy", "sha256": "0" * 64}
TABLE = "mine"  # of maps
MAPS = ("wide", "far", "tiny", "high")  # numbered so in results
OF_A_MAP = (f"fetch {TABLE}", f"measure {TABLE}", f"growth_evolve {CASE}")
REPORT = ["front_page", "growth_report"]
AFTER_A_MAP = [
    *(f"growth_evaluate {training}/{CASE}" for training in tiny.TRAININGS),
    f"growth_prepare {CASE}",
    f"growth_bound {tiny.DATASET}/{CASE}",
    *REPORT,
]


def file_of(name):
    """A file name that a shell would take apart."""
    return f"Größe '{name}' & $(co) \"1\".npy"


def own_map(root, name, seed, shape):
    """A label image of irregular grains; the row that names it."""
    network = lognormal.network(lognormal.Settings(40, 0.3), np.random.default_rng(seed))
    labels = connected_regions(label_map(network, (64, 64)))[: shape[0], : shape[1]]
    np.save(root / file_of(name), labels.astype(np.int32))
    return {"name": name, "file": file_of(name), "licence": LICENCE, "credit": f"Group {name} & Co", "step": "2.0"}


def write_table(root, *rows):
    with open(root / "mine.csv", "w", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS + OPTIONAL)
        writer.writeheader()
        writer.writerows(rows)


def rows_of(root):
    with open(root / "mine.csv", newline="") as stream:
        return list(csv.DictReader(stream))


def share_kernels(root):
    """The runs here have a cache of their own for what they fetch, but no need to compile the solver anew."""
    (root / "cache/graincast").mkdir(parents=True)
    (root / "cache/graincast/kernels").symlink_to(kernel_cache._writable_folder())


def ran(project, *arguments):
    """The jobs of a run."""
    return jobs_in(project.snakemake(*arguments, *MINE, GRAINCAST_MIRROR="", XDG_CACHE_HOME="cache").stderr)


def page(project):
    return (project.root / "results/growth/report/index.html").read_text()


@pytest.fixture(scope="module")
def evaluated(finished, tmp_path_factory):
    """The tiny experiment with a measured case, and the jobs that ran.

    Two maps are evaluated; between them one cannot be had and one is too small.
    """
    project = finished.copy(tmp_path_factory.mktemp("measured") / "project")
    share_kernels(project.root)
    write_table(
        project.root,
        own_map(project.root, "wide", 1, (44, 60)),
        {"name": "far", "file": "far.npy", "licence": "MIT", "credit": "Nobody", **AWAY},
        own_map(project.root, "tiny", 4, (20, 24)),
        own_map(project.root, "high", 2, (64, 48)) | {"um2_per_minute": "0.5"},
    )
    shutil.copy(project.root / f"{DATASETS}/measured.yaml", project.root / f"{DATASETS}/{CASE}.yaml")
    for before, after in (
        ("config/maps.csv", "mine.csv"),
        ("margin: 12", "margin: 5"),
        ("count: 13", "count: 5"),
        ("grain_pixels: 9.19", "grain_pixels: 7.2"),
        ("mirror: ../shared/data", "mirror: ''"),
    ):
        project.edit(f"{DATASETS}/{CASE}.yaml", before, after)
    (project.root / "mine.yaml").write_text(f"growth: {{cases: [{', '.join((*tiny.CASES, CASE))}]}}\n")
    return project, ran(project)


@pytest.fixture
def again(evaluated, tmp_path) -> Project:
    return evaluated[0].copy(tmp_path / "again")


def test_a_measured_case_adds_its_own_jobs_and_the_report_and_no_more(evaluated):
    each = [f"{job}/{name}" for job in OF_A_MAP for name in MAPS]
    assert evaluated[1] == sorted([*each, *AFTER_A_MAP])


def test_a_second_run_has_nothing_to_do(again):
    assert ran(again) == []


def test_another_measured_case_whose_files_are_older_than_the_report_is_seen(again):
    folder = again.root / "config/growth/datasets"
    shutil.copy2(folder / f"{CASE}.yaml", folder / "other_measured.yaml")
    again.edit("mine.yaml", CASE, f"{CASE}, other_measured")
    planned = again.snakemake("-n", *MINE, GRAINCAST_MIRROR="", XDG_CACHE_HOME="cache").stdout
    other = [job.replace(CASE, "other_measured") for job in AFTER_A_MAP]
    each = [f"growth_evolve other_measured/{name}" for name in MAPS]
    assert jobs_in(planned) == sorted([*each, *other]), "its maps are those of the same table, measured already"


def test_a_map_more_or_less_reruns_what_depends_on_it_alone(again):
    before = {path: path.read_bytes() for path in (again.root / f"results/growth/evolved/{CASE}").glob("*.npz")}
    rows = rows_of(again.root)
    write_table(again.root, own_map(again.root, "new", 3, (60, 60)), *rows)
    scores = f"results/growth/scores/persistence/tiny_normal/0/{CASE}.parquet"
    of_one = [f"growth_evaluate persistence/tiny_normal/0/{CASE}", f"growth_prepare {CASE}"]
    assert ran(again, scores) == sorted([*(f"{job}/new" for job in OF_A_MAP), *of_one])
    assert set(table.read(again.root / scores)["sample"]) == {0, 1, 4}, "places in the table"
    assert {path: path.read_bytes() for path in before} == before
    write_table(again.root, *rows)
    assert ran(again, scores) == of_one
    assert set(table.read(again.root / scores)["sample"]) == {0, 3}


def test_another_cleaning_of_a_map_cleans_that_map_alone(again):
    rows = rows_of(again.root)
    rows[0]["smallest"] = "20"
    write_table(again.root, *rows)
    both = [f"results/measured/{TABLE}/{name}.npz" for name in ("wide", "high")]
    assert ran(again, *both) == [f"measure {TABLE}/wide"]


def test_another_mobility_changes_the_minutes_of_the_report_alone(again):
    rows = rows_of(again.root)
    rows[0] |= {"um2_per_minute": "0.25", "credit": "A new name"}
    write_table(again.root, *rows)
    assert ran(again) == REPORT
    assert "is empty for" not in page(again)
    assert "A new name" in page(again)


def test_a_map_that_cannot_be_evaluated_is_left_out_and_the_report_says_why(evaluated):
    root = evaluated[0].root
    assert "Not evaluated: tiny: too small: " in page(evaluated[0])
    assert not read_arrays(root / f"results/growth/evolved/{CASE}/tiny.npz", ("simulations",))["simulations"].size
    verdicts = admission.read_all([root / f"results/growth/evolved/{CASE}/{name}.csv" for name in MAPS])
    assert list(verdicts) == list(MAPS)
    assert verdicts["wide"] == verdicts["high"] == ""
    assert "/nowhere/far.npy cannot be reached" in verdicts["far"]
    assert "Not evaluated: far: " in page(evaluated[0])
    shown = {path.stem for path in (root / "results/growth/report/figures").glob(f"map_{CASE}_*.png")}
    assert shown == {f"map_{CASE}_wide", f"map_{CASE}_high"}


def test_an_edit_of_the_verdict_judges_maps_that_were_left_out_too(again):
    again.edit("workflow/graincast/material/admission.py", "too small: {shape", "far too small: {shape")
    judged = {f"growth_evolve {CASE}/{name}" for name in MAPS}
    jobs = set(ran(again))
    assert judged | set(REPORT) <= jobs <= judged | set(AFTER_A_MAP), "truths stay the same, what they feed may rest"
    assert "Not evaluated: tiny: far too small: " in page(again)
    assert ran(again) == []


def test_where_every_map_is_left_out_the_run_ends_well_and_the_report_says_so(again):
    write_table(again.root, *(row for row in rows_of(again.root) if row["name"] in ("tiny", "far")))
    assert ran(again) == sorted(AFTER_A_MAP)
    assert "No measured map was evaluated." in page(again)
    assert "tiny: too small" in page(again)
    assert CASE not in set(table.read(again.root / "results/growth/report/tables/scores.parquet")["case"])


def test_a_malformed_map_ends_the_run_and_is_named(again):
    np.save(again.root / file_of("wide"), np.ones((44, 60), np.int32))
    done = again.snakemake(*MINE, check=False, GRAINCAST_MIRROR="", XDG_CACHE_HOME="cache")
    assert done.returncode != 0
    assert f"{file_of('wide')}, labels: one single value, expected two grains or more" in done.stdout + done.stderr


def test_a_bad_row_of_the_table_is_left_out_and_the_report_says_why(again):
    *others, high = rows_of(again.root)
    write_table(again.root, *others, high | {"crop": "8"})
    jobs = ran(again)
    assert [job for job in jobs if job.startswith(("fetch", "measure", "growth_evolve"))] == [
        f"{job}/high" for job in sorted(OF_A_MAP)
    ]
    assert "Not evaluated: high: its row: mine.csv, row 5, column" in page(again)
    assert set(admission.read(again.root / f"results/growth/evolved/{CASE}/wide.csv").values()) == {""}


def test_without_any_map_the_run_goes_on_and_the_report_says_why(again):
    write_table(again.root, *(row for row in rows_of(again.root) if row["name"] == "far"))
    assert ran(again) == sorted(AFTER_A_MAP)
    assert "No measured map was evaluated." in page(again)
    assert "far: " in page(again)
    assert "cannot be reached" in page(again)
    assert CASE not in set(table.read(again.root / "results/growth/report/tables/scores.parquet")["case"])


def test_the_report_says_what_the_truth_is_whose_the_maps_are_and_which_are_missing(evaluated):
    text = page(evaluated[0])
    assert f"The truth of {CASE} is simulated from a measured start" in text
    assert "Group wide &amp; Co" in text
    assert "Group high &amp; Co" in text
    assert "&lt;b&gt;CC BY&lt;/b&gt;" in text
    assert LICENCE not in text
    assert "far: " in text
    assert "Nobody" not in text, "a map that was not evaluated is not credited as if it were"
    assert "Map of wide: " in text
    assert "minutes of all frames" in text
    assert "um2_per_minute, which is empty for wide: no minutes" in text
    assert f"strip_{CASE}" in {path.stem for path in (evaluated[0].root / "results/growth/report/figures").iterdir()}


def test_scores_are_of_the_map_without_its_margin_and_its_mirror_images(evaluated):
    root = evaluated[0].root
    rows = table.read(root / f"results/growth/scores/persistence/tiny_normal/0/{CASE}.parquet")
    assert set(rows["sample"]) == {0, 3}
    for number in (0, 3):
        arrays = read_arrays(root / f"results/growth/data/{CASE}/test.npz", (f"{number}/images", f"{number}/scored"))
        images, scored = arrays[f"{number}/images"][0] / np.float32(255), arrays[f"{number}/scored"]
        height, width = (side // 2 for side in scored.shape)
        assert scored.sum() == (height - 10) * (width - 10)
        expected = [np.mean((images[0] - images[frame])[5 : height - 5, 5 : width - 5] ** 2) for frame in range(1, 5)]
        found = rows[(rows["sample"] == number) & (rows["score"] == "mse")]["value"]
        assert found.to_list() == pytest.approx(expected, rel=1e-5)
    names = set(rows["score"])
    assert {"ssim", "rand_error", "mean_radius_error", "mullins_slope"} <= names
    assert not [name for name in names if name.startswith(("attention", "shift", "turn", "area_radius"))]


def test_bounds_and_data_sheet_are_of_the_same_maps(evaluated):
    root = evaluated[0].root
    found = table.read(root / f"results/growth/bounds/tiny_normal/{CASE}.parquet")
    assert set(found["sample"]) == {0, 3}
    truth = found[(found["model"] == "truth") & (found["score"] == "ssim")]
    assert truth["value"].to_list() == [1] * 8
    sheet = table.read(root / f"results/growth/data/{CASE}/truth.parquet")
    assert set(sheet["sample"]) == {0, 3}
    by_score = sheet[sheet["step"] == 0].set_index(["sample", "score"])["value"]
    ratio = by_score[:, "mean_radius_um"] / by_score[:, "mean_radius"]
    assert ratio.between(10, 25).all(), "grains of 10 pixels of 2 micrometres"


def test_doubt_and_speed_leave_measured_maps_out(evaluated):
    doubt = table.read(evaluated[0].root / f"results/growth/reliability/{tiny.LEARNED}/{tiny.DATASET}.parquet")
    assert CASE not in set(doubt["case"])
    assert set(tiny.CASES) <= set(doubt["case"])


def test_another_reason_for_a_map_that_is_not_there_evolves_no_other_map(again):
    rows = rows_of(again.root)
    rows[1]["address"] = "file:///no/far.npy"
    write_table(again.root, *rows)
    of_it = {f"{job}/far" for job in OF_A_MAP}
    jobs = set(ran(again))
    assert of_it | set(REPORT) <= jobs <= of_it | set(AFTER_A_MAP)
    assert "/no/far.npy" in page(again)
