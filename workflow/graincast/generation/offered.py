"""What the generation study offers to a notebook."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from numpy.typing import NDArray

from graincast.generation.generating import making, spoken
from graincast.generation.generating.asked import SHIPPED, TUNING, Asked
from graincast.generation.generating.making import Generated
from graincast.material import offered
from graincast.material.microstructure import Microstructure
from graincast.material.networks.network import Network

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["generate"]


@dataclass(frozen=True)
class GeneratedStructures:
    """Structures, each periodic: `structures` and `networks`; `sheet` says what was asked for and what came out."""

    found: Generated

    @property
    def structures(self) -> list[Microstructure]:
        return [one.structure for one in self.found.made]

    @property
    def networks(self) -> list[Network]:
        """Boundaries, in pixels of the structures."""
        return [one.network for one in self.found.made]

    @property
    def sheet(self) -> "pd.DataFrame":
        import pandas as pd

        from graincast.generation.generating import folder

        return pd.DataFrame(folder.rows(self.found))

    @property
    def verdict(self) -> str:
        return self.found.sheet.verdict

    def __str__(self) -> str:
        return "\n".join(spoken.told(self.found))


def generate(
    like: str | Path | NDArray | Microstructure | None = None,
    mean_size: float | None = None,
    *,
    pixel_size: float | None = None,
    spread: float | None = None,
    grains: int | None = None,
    size: tuple[float, float] | None = None,
    count: int = 1,
    relax: bool = False,
    seed: int = 0,
    tune: int = TUNING,
    kind: str = "auto",
    checkpoint: str | Path = SHIPPED,
    threads: int | None = None,
) -> GeneratedStructures:
    """Structures of a mean size in micrometres and a spread, or like a map, as the command `generate` makes them."""
    asked = Asked(mean_size, spread, grains, size, count, relax, seed, Path(checkpoint), tune, threads)
    if like is None or isinstance(like, Microstructure):
        structure = like
    else:
        structure = offered.read(like, pixel_size, kind=kind).structure
    where = str(like) if isinstance(like, (str, Path)) else "the map"
    return GeneratedStructures(making.generated(asked, structure, where))
