"""What a study teaches: its file learner.py says what is learned from what.

A study is chosen by the name of its folder, and is not imported by anything of the foundation.
"""

import importlib
from pathlib import Path
from typing import Any, Protocol, cast

from graincast.base.errors import GraincastError
from graincast.base.sources import LIBRARY
from graincast.training.data import AnyData
from graincast.training.learner import Learner
from graincast.training.spec import ModelSpec


class Subject(Protocol):
    """What learner.py holds."""

    ABOUT: dict[str, str]  # what its weights say of themselves beside model, settings and training

    def spec(self, path: Path) -> ModelSpec:
        """The model that a YAML file describes."""

    def load(self, path: Path, training: Any) -> AnyData:
        """The split in a file, by the batch as the section 'training' of the model's YAML asks for."""

    def learner(self, spec: ModelSpec, where: str) -> Learner:
        """A learner with fresh weights; `where` names the YAML file in errors."""


def learner_file(name: str) -> Path:
    """The learner.py of a study, without importing it."""
    path = LIBRARY / name / "learner.py"
    if not name.isidentifier() or name == Path(__file__).parent.name or not path.is_file():
        found = sorted(
            file.parent.name for file in LIBRARY.glob("*/learner.py") if file.parent != Path(__file__).parent
        )
        raise GraincastError(f"there is no study '{name}' (workflow/graincast/{name}/learner.py); there are {found}")
    return path


def find(name: str) -> Subject:
    """The study in the folder of that name."""
    path = learner_file(name)
    return cast(Subject, importlib.import_module(f"graincast.{path.parent.name}.{path.stem}"))
