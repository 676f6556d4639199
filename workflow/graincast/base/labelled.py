"""Files of a library folder that are chosen by name and say in constants what they are: `LABEL = "..."` and others.

To add one is to add a file, and its name in a configuration. None is imported to be asked.
"""

from dataclasses import dataclass
from pathlib import Path

from graincast.base import specs
from graincast.base.errors import GraincastError

LABEL = "LABEL"  # what a reader calls it


@dataclass(frozen=True)
class LabelledFiles:
    folder: Path
    what: str  # one of them is

    def names(self) -> list[str]:
        """All that can be chosen."""
        return sorted(path.stem for path in self.folder.glob("*.py") if _says(path, LABEL))

    def file_of(self, name: str, where: str) -> Path:
        """The library file of that name."""
        path = self.folder / f"{name}.py"
        if not name.isidentifier() or not path.is_file() or not _says(path, LABEL):
            known = ", ".join(self.names())
            raise GraincastError(f"{where}: there is no {self.what} '{name}' in {self.folder} (choices: {known})")
        return path

    def said(self, name: str, constant: str) -> str:
        """What one says of itself; empty if it says nothing."""
        path = self.file_of(name, f"a {self.what}")
        return specs.text(path, constant) if _says(path, constant) else ""


def _says(path: Path, constant: str) -> bool:
    return f"\n{constant} = " in path.read_text()
