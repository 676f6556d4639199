"""The generation study as a whole, on its tiny configuration: one command, from simulation to page."""

import json
import re
from html import unescape

import pandas as pd
import pytest

from conftest import copy_project, jobs_in
from graincast.base import table


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The study, run to its end once. Never changed: copy it."""
    project = copy_project(tmp_path_factory.mktemp("generation") / "project", studies="generation")
    return project, project.run("--cores", "2")


def test_one_command_makes_the_page_and_all_that_it_shows(made):
    project, jobs = made
    folder = project.root / "results/generation/report"
    page = (folder / "index.html").read_text()
    for title in (
        "What to trust",
        "Generated structures against true ones",
        "Sizes and neighbours",
        "Measured maps: learned from one half, held against the other",
        "How well patches are rebuilt",
        "What latents look like",
        "What latents mean",
        "Training",
        "What was grown, and what is assumed",
        "Provenance",
    ):
        assert f">{title}<" in page
    for figure in ("wanted_and_made", "fields_over_ceiling", "pieces_distributions", "latent_clusters", "probes"):
        assert (folder / "figures" / f"{figure}.png").stat().st_size > 1000
    front = json.loads((folder / "front.json").read_text())
    assert front["study"] == "generation"
    assert sum(job.startswith("generation_draw") for job in jobs) == 7


def test_all_that_the_page_shows_is_in_snakemakes_own_report_with_its_words(made, tmp_path):
    project = made[0].copy(tmp_path / "reported")
    project.snakemake("--configfile", "config/tiny.yaml", "--report", "snakemake.html")
    page = (project.root / "snakemake.html").read_text()
    said = " ".join(unescape(json.loads(f'"{part}"')) for part in re.findall(r'"caption": "((?:[^"\\]|\\.)*)"', page))
    said = " ".join(said.split())
    assert "Autoencoders were trained on tiny_grown alone, generators on tiny_grown." in said
    for folder, ending in (("figures", "png"), ("tables", "csv")):
        files = sorted((project.root / "results/generation/report" / folder).glob(f"*.{ending}"))
        assert len(files) > 5
        for file in files:
            assert f'"name": "{file.name}"' in page, file.name
            assert file.with_suffix(".rst").read_text().replace("\\", "").strip() in said, file.name


def test_every_source_has_rows_of_the_one_table_for_every_step(made):
    project, _ = made
    scores = table.read_all(sorted((project.root / "results/generation/scores").rglob("*.parquet")))
    assert set(scores["study"]) == {"generation"}
    for source in ("true_fields", "other_fields", "power_diagram", "flow/tiny_flow", "decoded_per_dimension/tiny_vae"):
        here = scores[scores["model"] == source]
        assert set(here["step"]) == {-1, 0, 1, 2}, source
    truth = scores[(scores["model"] == "true_fields") & (scores["score"] == "mean_sides") & (scores["step"] >= 0)]
    assert (truth["value"] - 6).abs().max() < 0.1  # Euler's, of periodic fields


def test_latents_are_left_for_other_studies(made):
    project, _ = made
    (path,) = (project.root / "results/generation/latents").rglob("*.npz")
    assert path.relative_to(project.root).as_posix() == "results/generation/latents/tiny_vae/tiny_grown/0.npz"


def test_no_two_splits_share_a_field(made):
    project, _ = made
    folder = project.root / "results/generation/data/tiny_grown"
    from graincast.generation.data import fields

    areas = [
        tuple(field.area[:6])
        for split in ("train", "validation", "test")
        for field in fields.read(folder / f"{split}.npz")
    ]
    assert len(set(areas)) == len(areas) == 7 * 3


def test_a_finished_study_has_nothing_to_do_and_an_edit_reruns_what_it_can_change(made, tmp_path):
    project = made[0].copy(tmp_path / "edited")
    assert project.planned() == []
    source = "workflow/graincast/generation/sources/power_diagram_lognormal.py"
    project.edit(source, "like.area.astype(float))", "like.area.astype(float) * 2)")
    assert project.planned() == []  # the tiny study does not draw from it
    project.edit("workflow/graincast/generation/sources/power_diagram.py", "area / area.mean()", "area / area.sum()")
    assert project.planned() == [
        "front_page",
        "generation_draw power_diagram/none/0",
        "generation_report",
        "generation_score power_diagram/none/0",
    ]


def test_a_map_that_cannot_be_had_is_left_out_and_the_page_says_why(made, tmp_path):
    project = made[0].copy(tmp_path / "without")
    maps = pd.read_csv(project.root / "config/tiny_halves.csv")
    maps.loc[0, "file"] = "config/generation/absent.png"
    maps.to_csv(project.root / "config/tiny_halves.csv", index=False)
    ran = jobs_in(project.snakemake("--configfile", "config/tiny.yaml", "--cores", "2").stderr)
    assert "generation_halve tiny_flow/0/simulated" in ran
    assert not any(job.startswith(("train", "generation_draw", "generation_grow")) for job in ran)
    page = (project.root / "results/generation/report/index.html").read_text()
    assert "simulated is left out" in page
