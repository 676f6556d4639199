"""What a check needs, in one small folder: `check.json`, and of each study its splits and its models as JSON.

    check.json                                       studies, data sets, models, the commit that made them
    STUDY/{train,validation,test}.npz                the splits
    STUDY/models/NAME.json                           what config/STUDY/models/NAME.yaml says

A study's part in this is a file of `studies/`. A configured study without one is left out, and said so.
"""

import importlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from graincast.base import provenance, specs
from graincast.base.command import log
from graincast.base.errors import GraincastError
from graincast.base.storage import write_text

PARTS = Path(__file__).parent / "studies"
CONFIG = Path("config/config.yaml")  # whose keys a configuration file overrides
MOST_BYTES = 40 * 2**20


@dataclass(frozen=True)
class Sizes:
    pixels: int  # to the side of a field
    train: int  # samples
    validation: int
    test: int

    def __post_init__(self) -> None:
        if min(self.pixels, self.train, self.validation, self.test) < 1:
            raise GraincastError(f"sizes must be at least 1; found {asdict(self)}")


@dataclass(frozen=True)
class Judged:
    """What a trained model is worth."""

    scores: list[dict[str, Any]]  # rows of the table: sample, step, score and value
    forecast: Any  # a function that forecasts some samples once and gives their number


class Part(Protocol):
    """What a file of studies/ holds."""

    def models(self, section: Mapping[str, Any]) -> Sequence[str]:
        """Names of the study's models, of its section of the configuration."""

    def make(self, section: Mapping[str, Any], sizes: Sizes, folder: Path) -> str:
        """Write the splits train.npz, validation.npz and test.npz to a folder; the name of their data set."""

    def stretched(self, training: Any, factor: float) -> Any:
        """The section 'training' of a model with so many times its epochs, and no earlier end."""

    def judge(self, weights: Path, test: Path, device: Any) -> Judged:
        """Scores of trained weights on the test split, and how to forecast it."""


def part(study: str) -> Part:
    """The part of the study of that name."""
    found: Any = importlib.import_module(f"gpu_check.studies.{study}")
    return found  # type: ignore[no-any-return]


def prepare(folder: Path, configfile: Path, sizes: Sizes) -> int:
    """Fill the folder and give its size in bytes; an error if that is more than may travel."""
    config = merged(configfile)
    check: dict[str, Any] = {"commit": provenance.commit_of_the_code(), "sizes": asdict(sizes), "studies": {}}
    for study in config["studies"]:
        if not (PARTS / f"{study}.py").is_file():
            log.warning("the study '%s' is left out: there is no %s", study, PARTS / f"{study}.py")
            continue
        section = config[study]
        names = list(part(study).models(section))
        for name in names:
            described = specs.read_yaml(Path(f"config/{study}/models/{name}.yaml"))
            write_text(folder / study / "models" / f"{name}.json", json.dumps(described, indent=2) + "\n")
        dataset = part(study).make(section, sizes, folder / study)
        check["studies"][study] = {"dataset": dataset, "models": names}
    write_text(folder / "check.json", json.dumps(check, indent=2) + "\n")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if size > MOST_BYTES:
        (folder / "check.json").unlink()
        raise GraincastError(
            f"{folder}: holds {size / 2**20:.1f} MiB, expected at most {MOST_BYTES / 2**20:.0f}: "
            "ask for fewer samples or pixels, or delete what else is in it"
        )
    return size


def merged(configfile: Path) -> dict[str, Any]:
    """The configuration: the default, of which the file overrides single keys."""
    config, above = specs.read_yaml(CONFIG), specs.read_yaml(configfile)
    return {**config, **{key: _over(config.get(key), value) for key, value in above.items()}}


def _over(below: Any, above: Any) -> Any:
    return {**below, **above} if isinstance(below, dict) and isinstance(above, dict) else above
