"""Snakemake's own report of a finished run: written without a network, with captions and categories."""

import json
import re
from html import unescape

import pytest


@pytest.fixture(scope="module")
def written(finished, tmp_path_factory):
    """The report's page, made of the finished tiny experiment with no proxy that would lead anywhere."""
    run = finished.copy(tmp_path_factory.mktemp("reported") / "project")
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    run.snakemake("--configfile", "config/tiny.yaml", "--report", "snakemake.html", **nowhere)
    return run, (run.root / "snakemake.html").read_text()


def test_every_figure_and_table_is_in_it(written):
    run, page = written
    for folder, ending in (("figures", "png"), ("tables", "csv")):
        files = sorted((run.root / "results/growth/report" / folder).glob(f"*.{ending}"))
        assert len(files) > 5
        for file in files:
            assert f'"name": "{file.name}"' in page, file.name


def test_results_stand_in_categories_with_captions(written):
    _, page = written
    for category in ("Growth", "The page", "Figures", "Tables", "Provenance"):
        assert f'"{category}"' in page
    assert "figure shows" not in page
    for caption in (
        "which model to trust on what",
        "Models were trained on tiny_normal alone",
        "a PDF of the same name",
        "a Parquet file of the same name",
        "sha256",
    ):
        assert caption in page
    assert "tiny_normal" in page


def test_every_figure_and_table_says_what_it_shows_in_the_words_of_the_page(written):
    run, page = written
    said = " ".join(unescape(json.loads(f'"{part}"')) for part in re.findall(r'"caption": "((?:[^"\\]|\\.)*)"', page))
    for folder, ending in (("figures", "png"), ("tables", "csv")):
        for file in sorted((run.root / "results/growth/report" / folder).glob(f"*.{ending}")):
            words = file.with_suffix(".rst").read_text().replace("\\", "").strip()
            assert len(words) > 10
            assert words in " ".join(said.split()), file.name


def test_every_rule_is_described(written):
    _, page = written
    for rule in ("growth_simulate", "train", "growth_evaluate", "growth_report", "front_page"):
        assert f'"{rule}"' in page
