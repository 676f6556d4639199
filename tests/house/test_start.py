"""What a run says before its first job: whose page it overwrites, which rows of a table it leaves out."""

import json
import shutil

import dry_run
import tiny
from conftest import TINY
from graincast.base import provenance
from measured_rows import row, written


def started(project, *arguments):
    """How a dry run ends and what it prints."""
    printed = project.root / "printed"
    ended = dry_run.snakemake(project.root, (*arguments, "--cores", "2"), printed)
    return ended, printed.read_text().splitlines()


def said_at_the_start(project, *arguments):
    """Lines of the project's own that a dry run begins with."""
    ended, lines = started(project, *arguments)
    assert ended == 0, lines
    return [line for line in lines if line.startswith("graincast: ")]


def page_of(project, *files):
    """A page whose provenance says that it is of these configuration files."""
    folder = project.root / "results/growth/report"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text("a page")
    about = provenance.describe({}, [], [f"config/{name}.yaml" for name in files])
    (folder / "provenance.json").write_text(json.dumps(about))


def test_a_run_says_whose_page_it_is_about_to_overwrite(project):
    assert said_at_the_start(project, *TINY) == []
    page_of(project, "config", "hour")
    (line,) = said_at_the_start(project, *TINY)
    for words in ("results/growth/report/index.html is of config/config.yaml + config/hour.yaml", "config/tiny.yaml"):
        assert words in line
    page_of(project, "config", "tiny")
    assert said_at_the_start(project, *TINY) == []
    (project.root / "results/growth/report/provenance.json").write_text("of an older version")
    assert said_at_the_start(project, *TINY) == []


def measured_too(project, *rows):
    """The arguments for the tiny experiment with measured maps of these rows."""
    written(project.root / "config/maps.csv", *rows)
    cases = f"growth: {{cases: [{', '.join((*tiny.CASES, 'short'))}]}}\n"
    (project.root / "mine.yaml").write_text(cases)
    shutil.copy(
        project.root / "config/growth/datasets/measured.yaml", project.root / "config/growth/datasets/short.yaml"
    )
    project.edit("config/growth/datasets/short.yaml", "count: 13", "count: 5")
    return (*TINY, "mine.yaml")


def test_a_bad_row_of_a_table_of_maps_is_left_out_aloud_and_the_others_go_on(project):
    arguments = measured_too(project, row(), row(name="askew", crop="8"), row(name="third"))
    (line,) = said_at_the_start(project, *arguments)
    assert line.startswith("graincast: the map 'askew' is left out: config/maps.csv, row 3, column 'crop' is '8'")
    evolved = [job for job in project.planned(*arguments, "--cores", "2") if job.startswith("growth_evolve")]
    assert evolved == [f"growth_evolve short/{name}" for name in ("askew", "mine", "third")]


def test_a_table_of_bad_rows_alone_ends_the_run_with_one_error(project):
    arguments = measured_too(project, row(crop="8"), row(name="other", step="-1"))
    ended, lines = started(project, *arguments)
    assert ended != 0
    (line,) = [line for line in lines if line.startswith("error: ")]
    assert line.startswith("error: config/maps.csv, row 2, column 'crop' is '8'")
    assert "no other row can be used" in line
