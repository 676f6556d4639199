"""Jobs of an earlier run that a killed Snakemake left in the SLURM queue.

They go on writing results, and a new run would submit the same work again beside them without a word.
SLURM knows each job's working directory, so no record of ours can be lost or stale.
"""

import subprocess
from pathlib import Path

from graincast.base.errors import GraincastError


def refuse_surviving_jobs(folder: Path) -> None:
    """An error if jobs of this user that work in `folder` are still queued or running."""
    jobs = surviving_jobs(folder)
    if jobs:
        numbers = " ".join(jobs)
        raise GraincastError(
            f"{len(jobs)} SLURM job(s) of an earlier run still work in {folder} ({numbers}): "
            f"wait until they end, or cancel them with 'scancel {numbers}', then give the same command again"
        )


def surviving_jobs(folder: Path) -> list[str]:
    """Numbers of the jobs of this user whose working directory is `folder` and that have not ended."""
    states = "PENDING,RUNNING,SUSPENDED,COMPLETING,CONFIGURING,REQUEUED"
    command = ["squeue", "--me", "--noheader", f"--states={states}", "--format=%i|%Z"]
    try:
        listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        detail = " ".join((getattr(error, "stderr", None) or str(error)).split())
        raise GraincastError(f"SLURM does not answer ('squeue': {detail}): is this a login node?") from error
    jobs = [line.split("|", 1) for line in listing.splitlines() if "|" in line]
    return [number for number, work in jobs if Path(work).resolve() == folder.resolve()]
