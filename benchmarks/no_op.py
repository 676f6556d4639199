"""How long a run with nothing to do takes, against Snakemake on a workflow of one finished job, in turn and in one run.

    .graincast/env/bin/python benchmarks/no_op.py [--configfile config/tiny.yaml]

All arguments go to Snakemake. Run the experiment to its end before.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 5


def seconds(folder: Path, *arguments: str) -> float:
    """Wall time of one Snakemake run in `folder`."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "snakemake", "--cores", "1", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    with tempfile.TemporaryDirectory() as empty:
        Path(empty, "Snakefile").write_text('rule one:\n    output: "done"\n    shell: "touch {output}"\n')
        seconds(Path(empty))
        seconds(Path.cwd(), *sys.argv[1:])  # whatever was left to do, and the caches
        pairs = [(seconds(Path.cwd(), *sys.argv[1:]), seconds(Path(empty))) for _ in range(ROUNDS)]
    ours, bare = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"nothing to do: {ours:.2f} s; one finished job: {bare:.2f} s; ratio {ours / bare:.2f} (median of {ROUNDS})")


if __name__ == "__main__":
    main()
