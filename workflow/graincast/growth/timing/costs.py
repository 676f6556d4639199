"""What had to be spent before a model forecasts anything: wall seconds of jobs, as Snakemake measured them.

A resumed training counts from where it was resumed, and a job that shared its cores counts the waiting too.
"""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from graincast.base.errors import GraincastError
from graincast.material.datasets import DataSet


def job_seconds(benchmarks: Iterable[Path]) -> float | None:
    """Sum over jobs; None where the file of one is gone, as they may be deleted."""
    files = list(benchmarks)
    if not all(path.is_file() for path in files):
        return None
    return sum(_seconds(path) for path in files)


def data_seconds(benchmarks: Iterable[Path], dataset: DataSet) -> float | None:
    """The share of a data set's jobs that training and validation simulations have; the test ones are left out."""
    total = job_seconds(benchmarks)
    counts = dataset.simulations
    return None if total is None else total * (counts.train + counts.validation) / counts.total


def known(**costs: float | None) -> dict[str, float]:
    """Those costs that are known."""
    return {name: seconds for name, seconds in costs.items() if seconds is not None}


def _seconds(path: Path) -> float:
    try:
        return float(pd.read_csv(path, sep="\t")["s"].sum())
    except (ValueError, KeyError, TypeError) as error:
        raise GraincastError(
            f"{path}: is no benchmark of Snakemake's (a table with the column 's'): delete it"
        ) from error
