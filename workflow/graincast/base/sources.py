"""Which source files decide what a script's output means, and what they do: the script and all that it imports.

Snakemake knows nothing of imports. So each rule has as a parameter a digest of the code that its jobs run, and an edit
reruns exactly the jobs whose results it can change. Modules that are chosen by name at run time (a model, a solver, a
size law) are not imported statically and are named by the rule that chooses them.
"""

import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

from graincast.base import wording
from graincast.base.errors import GraincastError

LIBRARY = Path(__file__).parents[1]
ROOT = LIBRARY.parent.resolve()  # whatever links lead to it, files are known by their place in here
# progress lines, exit codes, texts of errors, logs for TensorBoard, names for notebooks: nothing here can change what a
# finished job wrote
RIM = {
    "graincast/__init__.py",
    "graincast/base/command.py",
    "graincast/base/errors.py",
    "graincast/training/watching.py",
}
# searched in all of the text: prose that shows an import may add a file, and none can hide one
FROM = re.compile(rb"from[ \t]+(graincast[\w.]*)[ \t]+import\b[ \t]*(?=(\((?:[^()#]++|#.*+)*+\)|[^\n;#]*))")
IMPORT = re.compile(rb"import[ \t]+([^\n;#]*graincast[^\n;#]*)")
MOST_REMEMBERED = 2000  # files: some ten versions of the library


def source_files(*starts: Path) -> list[Path]:
    """The files `starts` and every library file that they import, directly or not, sorted."""
    found: set[Path] = set()
    waiting = [Path(start).resolve() for start in starts]
    while waiting:
        path = waiting.pop()
        if path not in found and _name(path) not in RIM:
            found.add(path)
            waiting.extend(_imports(path))
    return sorted(found)


@cache
def code_digest(*starts: Path) -> str:
    """What the `source_files` do, in 16 hexadecimal digits: comments, layout and wording do not count."""
    total = hashlib.sha256()
    files = source_files(*starts)
    known = _known(files)
    for path in files:
        total.update(f"{_name(path)}\0{known[_sha256(path)]}\0".encode())
    return total.hexdigest()[:16]


def script_digest(script: str, *parts: Path) -> str:
    """The same of a script of workflow/ by its name, and of library files `parts` that it chooses by name."""
    return code_digest(LIBRARY.parent / script, *parts)


def digest(paths: Iterable[Path], beside: str = "") -> str:
    """sha256 over names and contents of `paths`, in the given order, and of a text beside them."""
    total = hashlib.sha256(beside.encode())
    for path in paths:
        total.update(Path(path).name.encode() + b"\0")
        total.update(file_sha256(path).encode())
    return total.hexdigest()


def file_sha256(path: Path) -> str:
    """sha256 of one file's content."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@cache
def _content(path: Path) -> bytes:
    return path.read_bytes()


@cache
def _sha256(path: Path) -> str:
    return hashlib.sha256(_content(path)).hexdigest()


@cache
def _name(path: Path) -> str:
    """The same in every copy of the project."""
    return os.path.relpath(path, ROOT)


@cache
def _imports(path: Path) -> tuple[Path, ...]:
    """Library files that the file at `path` imports itself, with the packages of all of them and its own."""
    text = _content(path).replace(b"\\\n", b" ").replace(b"\\\r\n", b" ")
    names = [_name(path).removesuffix(".py").replace("/", ".")]
    names += [name for listed in IMPORT.findall(text) for name in _listed(listed)]
    for module, listed in FROM.findall(text):
        names += [f"{module.decode()}.{name}" for name in _listed(listed)]
    parts = [name.split(".") for name in names]
    packages = {".".join(part[: i + 1]) for part in parts for i in range(len(part))}
    return tuple(_modules()[name] for name in packages & _modules().keys())


def _listed(text: bytes) -> list[str]:
    """The names in the list of an import statement, without those that they are given."""
    items = re.sub(rb"#.*", b"", text).decode("utf-8", "replace").strip("() \t\r\n").split(",")
    return [item.split()[0] for item in items if item.strip()]


@cache
def _modules() -> dict[str, Path]:
    """The library's files by the names that import them; an __init__.py that holds nothing is left out."""
    files = [path for path in (ROOT / LIBRARY.name).rglob("*.py") if path.name != "__init__.py" or path.stat().st_size]
    names = (_name(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__") for path in files)
    return dict(zip(names, files, strict=True))


def _known(files: Iterable[Path]) -> dict[str, str]:
    """Digests of what files do by those of their contents; a content that was met before is not parsed again."""
    known = _remembered()
    new = {_sha256(path): _code(path) for path in files if _sha256(path) not in known}
    if new:
        known.update(new)
        _remember(known)
    return known


def _code(path: Path) -> str:
    try:
        return hashlib.sha256(wording.removed(_content(path), path.name).encode()).hexdigest()[:32]
    except (SyntaxError, ValueError) as error:
        raise GraincastError(f"{path}: is not Python: {error}") from error


@cache
def _memory() -> Path:
    """The file in the user's cache folder, one for these rules and this Python."""
    rules = digest([Path(__file__), Path(wording.__file__)]) + sys.version
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "graincast" / "code" / f"{hashlib.sha256(rules.encode()).hexdigest()[:16]}.json"


@cache
def _remembered() -> dict[str, str]:
    """What `_remember` wrote last; nothing if that cannot be read."""
    with suppress(OSError, RuntimeError, ValueError):  # no file, no home, no JSON
        known = json.loads(_memory().read_bytes())
        if isinstance(known, dict) and all(isinstance(code, str) for code in known.values()):
            return known
    return {}


def _remember(known: dict[str, str]) -> None:
    """Replace the file whole; of two processes at once the last one wins. Where nothing can be written nothing is."""
    with suppress(OSError, RuntimeError):
        _memory().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_memory().parent) as folder:
            partial = Path(folder) / _memory().name
            partial.write_text(json.dumps(dict(list(known.items())[-MOST_REMEMBERED:])))
            partial.replace(_memory())
