"""Snakemake's own report of a finished run: written without a network, with captions and categories."""

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
        files = sorted((run.root / "results/report" / folder).glob(f"*.{ending}"))
        assert len(files) > 5
        for file in files:
            assert f'"name": "{file.name}"' in page, file.name


def test_results_stand_in_categories_with_captions(written):
    _, page = written
    for category in ("The page", "Figures", "Tables", "Provenance"):
        assert f'"{category}"' in page
    for caption in (
        "which model to trust on what",
        "a PDF of the same name",
        "a Parquet file of the same name",
        "sha256",
    ):
        assert caption in page
    assert "tiny_normal" in page


def test_every_rule_is_described(written):
    _, page = written
    for rule in ("simulate", "train", "evaluate", "report"):
        assert f'"{rule}"' in page
