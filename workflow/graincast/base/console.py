"""The console command: `graincast predict FILE`, and whatever other commands the library's rooms have.

A command is a file of a folder `commands/` with `main(argv)` and a `SUMMARY` of one line; its name is the file's.
"""

import importlib
import sys
from pathlib import Path

from graincast.base import command, sources, specs

USAGE = "graincast COMMAND [arguments]; graincast COMMAND --help says more"


def commands() -> dict[str, Path]:
    """The files of all commands by their names."""
    found = {path.stem: path for path in sources.LIBRARY.glob("*/commands/*.py")}
    return dict(sorted(found.items()))


def said(constant: str) -> list[str]:
    """What commands say in a constant of that name, those that have one; none is imported."""
    paths = commands().values()
    return [specs.text(path, constant) for path in paths if f"\n{constant} = " in path.read_text()]


def main() -> None:
    """Run the command that the first argument names."""
    name, *arguments = sys.argv[1:] or ["--help"]
    known = commands()
    if name in ("-h", "--help", "help"):
        print("\n".join([USAGE, *(f"  {each:12} {specs.text(path, 'SUMMARY')}" for each, path in known.items())]))
        return
    if name not in known:
        print(f"graincast: there is no command '{name}' (commands: {', '.join(known)})", file=sys.stderr)
        raise SystemExit(2)
    sys.argv[:2] = [f"graincast {name}"]
    module = importlib.import_module(f"graincast.{known[name].parts[-3]}.commands.{name}")
    command.run(lambda: module.main(arguments), refused=2)
