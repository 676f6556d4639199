"""Which source files decide what a script's output means: the script and all that it imports, transitively.

Snakemake compares declared inputs by content, and knows nothing of imports. So each rule declares these files,
and an edit reruns exactly the jobs whose results it can change. Modules that are chosen by name at run time
(a model, a solver, a size law) are not imported statically and are declared by the rule that chooses them.
"""

import ast
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

LIBRARY = Path(__file__).parents[1]
# progress lines, exit codes and the texts of errors: nothing here can change what a finished job wrote
RIM = {LIBRARY / "base" / "command.py", LIBRARY / "base" / "errors.py"}


def source_files(*starts: Path) -> list[Path]:
    """The files `starts` and every library file that they import, directly or not, sorted."""
    found: set[Path] = set()
    waiting = [Path(start).resolve() for start in starts]
    while waiting:
        path = waiting.pop()
        if path not in found and path not in RIM:
            found.add(path)
            waiting.extend(_imports(path))
    return sorted(found)


def digest(paths: Iterable[Path]) -> str:
    """sha256 over names and contents of `paths`, in the given order."""
    total = hashlib.sha256()
    for path in paths:
        total.update(Path(path).name.encode() + b"\0")
        total.update(file_sha256(path).encode())
    return total.hexdigest()


def file_sha256(path: Path) -> str:
    """sha256 of one file's content."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@cache
def _imports(path: Path) -> tuple[Path, ...]:
    """Library files that the file at `path` imports itself."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(), filename=str(path))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names] + [node.module]
    files = (LIBRARY.parent.joinpath(*name.split(".")).with_suffix(".py") for name in names)
    return tuple(file for file in files if file.is_relative_to(LIBRARY) and file.is_file())
