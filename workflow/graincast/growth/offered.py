"""What the growth study offers to a notebook."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from numpy.typing import NDArray

from graincast.growth.prediction import answering
from graincast.growth.prediction.clock import Kinetics, Unit
from graincast.growth.prediction.outcome import FieldOfView
from graincast.growth.prediction.question import SHIPPED, Answer, Method, Question
from graincast.material import offered
from graincast.material.microstructure import Microstructure
from graincast.material.opened import Opened
from graincast.material.specimens import scale
from graincast.material.specimens.scale import Scale

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["predict"]


@dataclass(frozen=True)
class GrowthForecast:
    """A forecast: `table` has a row a frame, `grains` the maps, `last` the structure of the last frame."""

    answer: Answer
    scale: Scale
    start: Microstructure

    @property
    def grains(self) -> NDArray:
        """Grain maps [frames, rows, columns]; a grain keeps its number."""
        return self.answer.best.grains

    @property
    def table(self) -> "pd.DataFrame":
        import pandas as pd

        from graincast.growth.prediction import output

        return pd.DataFrame(output.table(self.answer.best, self.answer, self.scale))

    @property
    def last(self) -> Microstructure:
        from graincast.growth.prediction import output

        return output.last_frame(self.answer.best, self.start)

    def __str__(self) -> str:
        from graincast.growth.prediction import sentences

        return "\n".join(sentences.told(self.answer, self.scale))


def predict(
    source: str | Path | NDArray | Microstructure,
    pixel_size: float | None = None,
    *,
    method: Method = "solver",
    frames: int | None = None,
    until: float | None = None,
    k: float | None = None,
    parabolic_k: float | None = None,
    k_interval: tuple[float, float] | None = None,
    time_unit: Unit = "s",
    kind: str = "auto",
    periodic: bool = False,
    checkpoint: str | Path = SHIPPED,
    threads: int | None = None,
) -> GrowthForecast:
    """How the grains of a picture, an EBSD map, an array or a structure will grow, as the command `predict` says it."""
    kinetics = Kinetics(k, parabolic_k, k_interval, time_unit)
    asked = Question(method, frames, until, kinetics, Path(checkpoint), threads)
    if isinstance(source, Microstructure):
        found = Opened(source, ())
    else:
        found = offered.read(source, pixel_size, kind=kind, periodic=periodic)
    structure = found.structure
    lengths = scale.given(structure.step)
    answer = answering.answered(FieldOfView(structure.labels, periodic, found.blur), lengths, asked, "predict")
    return GrowthForecast(answer, lengths, structure)
