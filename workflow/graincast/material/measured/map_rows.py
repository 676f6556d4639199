"""What a row of a table of measured maps says: files, whose they are, and how the map becomes grains."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Crop:
    """Rows and columns to keep, as Python's slices count them."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True)
class Cleaning:
    """What a row says of how its map becomes grains; the defaults are what an empty cell means."""

    crop: Crop | None = None  # the whole map
    phases: tuple[int, ...] = ()  # all of them
    confidence: float | None = None  # every indexed point is believed
    misorientation: float = 5.0  # degrees between neighbours of two grains
    smallest: int = 10  # points in a grain
    merge_twins: bool | tuple[str, ...] = False  # Sigma3 twins of cubic phases are one grain: all, none, those named
    step: float | None = None  # micrometres, for a file that does not say


@dataclass(frozen=True)
class MeasuredFile:
    """One file: where it is or comes from, and what it must be."""

    name: str
    file: str
    address: str  # empty: the user's own file
    sha256: str  # empty: not checked
    most_bytes: int


@dataclass(frozen=True)
class MeasuredMap:
    """One map: the file to read, those that belong to it, whose it is and how to clean it."""

    name: str
    main: MeasuredFile
    parts: tuple[MeasuredFile, ...]
    licence: str
    credit: str
    cleaning: Cleaning
    um2_per_minute: float | None = None  # the reduced mobility that its user gives it; None: its growth has no minutes
    fault: str = ""  # why its row cannot be meant, and the map is left out
