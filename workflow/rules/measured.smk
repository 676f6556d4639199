"""What the rules share of measured maps: which there are, where they come from, which of them can be evaluated."""

import shlex
from functools import cache
from pathlib import Path

from graincast.material import admission
from graincast.material.measured import fetching, map_table


@cache
def rows_of(name):
    """The rows of the table of a measured data set, by the names of their maps."""
    rows = in_one_line(map_table.load, Path(dataset(name).structure["table"]))
    return {row.name: row for row in rows}


def own_files(wildcards):
    """Files of the user's own that a table names and that are there: an edit fetches them again."""
    rows = rows_of(wildcards.dataset).values()
    files = [file for row in rows for file in (row.main, *row.parts) if not file.address]
    return [file.file for file in files if Path(file.file).is_file()]


def mirror_of(wildcards):
    """The argument that names the mirror of measured files: of the environment, else of the data set if it is there."""
    own = dataset(wildcards.dataset).structure["mirror"]
    folder = fetching.mirror_folder(None) or (own if Path(own).is_dir() else None)
    return f"--mirror {shlex.quote(str(folder))}" if folder else ""


def record_of(name):
    """What was fetched for a measured data set; Snakemake asks again once that is known."""
    return in_one_line(fetching.read, Path(checkpoints.fetch.get(dataset=name).output[0]))


def files_of_map(wildcards):
    """The files of a map, the one to read first."""
    files = [record.file for record in record_of(wildcards.dataset) if record.map == wildcards.map]
    return [f"results/fetched/{wildcards.dataset}/{file}" for file in files]


def row_of_map(wildcards):
    """How a map is cleaned, so that another row cleans it again."""
    return repr(rows_of(wildcards.dataset)[wildcards.map].cleaning)


def verdicts_of(wildcards):
    """Whether each map that was fetched can be evaluated, in the order of the table."""
    maps = fetching.available(record_of(wildcards.dataset))
    return expand("results/evolved/{dataset}/{map}.csv", dataset=wildcards.dataset, map=maps)


def admitted(names):
    """The records of which maps can be evaluated, of the data sets among `names` that are measured.

    Whoever asks `maps_of` declares them too. A checkpoint that waits for another one is looked at, and runs again where
    it has to, only if its file is an input of some job.
    """
    return [f"results/admitted/{name}.csv" for name in names if dataset(name).measured]


def maps_of(name):
    """The maps of a measured data set that can be evaluated; Snakemake asks again once that is known."""
    return admission.admitted(in_one_line(admission.read, Path(checkpoints.admit.get(dataset=name).output[0])))


def measured_cases():
    """The measured cases of which a map can be evaluated; known after `admit`."""
    return [name for name in EXPERIMENT.cases if dataset(name).measured and maps_of(name)]


def at_hand(pattern):
    """`pattern` for the measured cases that have a map, and every training if it names one."""
    return lambda wildcards: list(dict.fromkeys(trained(pattern, measured_cases())))


def cleaned_maps(wildcards):
    """The grains of all measured maps that can be evaluated."""
    return [f"results/measured/{name}/{map}.npz" for name in measured_cases() for map in maps_of(name)]


def told_of_maps(name):
    """What the report says of a measured data set: its maps, whose they are, and why others are not there."""
    record = Path(f"results/admitted/{name}.csv")  # known before any report is made
    reasons = in_one_line(admission.read, record) if record.exists() else {}
    rows = rows_of(name)
    evaluated = [rows[map] for map in admission.admitted(reasons) if map in rows]
    keys = ("name", "licence", "credit", "um2_per_minute")
    maps = [{key: getattr(row, key) for key in keys} for row in evaluated]
    return {"maps": maps, "left_out": admission.left_out(reasons)}
