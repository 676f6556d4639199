"""How a measured map is cleaned: what its row of the table says, and what an empty cell means."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Crop:
    """Rows and columns to keep, as Python's slices count them."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True)
class Rules:
    crop: Crop | None = None  # None: the whole map
    phases: tuple[int, ...] = ()  # numbers of those kept; none: all
    confidence: float | None = None  # least that is trusted; None: every indexed point is
    misorientation: float = 5.0  # degrees between neighbours of one grain at most
    smallest: int = 10  # indexed points of the smallest grain kept
    merge_twins: bool = False  # whether Sigma3 twins of a cubic phase are one grain
    step: float | None = None  # micrometres, for a file that does not say
