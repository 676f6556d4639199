"""What a run says before its first job: whose page it overwrites."""

import json

import dry_run
from conftest import TINY
from graincast.base import provenance


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
