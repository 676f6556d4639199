"""Dry runs without Snakemake's start: a process that has imported it once forks for each of them."""

import multiprocessing
import os
from pathlib import Path

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["snakemake.cli"])


def snakemake(folder: Path, arguments: tuple[str, ...], printed: Path) -> int:
    """How `snakemake --dry-run` with these arguments ends in `folder`; what it prints goes to a file."""
    process = FORKS.Process(target=_run, args=(folder, ["--dry-run", *arguments], printed))
    process.start()
    process.join()
    return process.exitcode


def _run(folder: Path, arguments: list[str], printed: Path) -> None:
    with open(printed, "w") as output:
        for stream in (1, 2):
            os.dup2(output.fileno(), stream)
    os.chdir(folder)
    from snakemake import cli

    cli.main(arguments)
