"""A cleaned map: what cleaning gives, what is measured of it, and its file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.base.storage import array_names, open_arrays, read_arrays, write_arrays
from graincast.material.grains.geometry import areas, on_edge
from graincast.material.measured.scan import Phase


@dataclass(frozen=True)
class Step:
    """One step of cleaning."""

    name: str
    points: int  # that it took away, filled or gave to another grain
    grains: int | None  # regions after it; None before there are any


@dataclass(frozen=True)
class Cleaned:
    labels: NDArray[np.int32]  # [rows, columns] grains numbered from 0, each of one piece; not periodic
    phase: NDArray[np.int16]  # [grains] a key of `phases`; 0 where the map has no phases
    phases: dict[int, Phase]
    quality: NDArray[np.float32] | None  # [rows, columns] the pattern quality, cropped alike; None: there is none
    step: float | None  # micrometres between neighbouring points; None: the file does not say
    filled: float  # share of the points that had no orientation, or one not to be trusted
    twins: float | None  # share of the boundary that is Sigma3 before twins are merged; None: not from orientations
    steps: tuple[Step, ...]
    decisions: tuple[str, ...]  # of the reader, each a sentence

    @property
    def grains(self) -> int:
        return len(self.phase)


def measures(of: Cleaned) -> dict[str, float]:
    """Scores by their names; lengths in points too, for a map that has no scale."""
    area = areas(of.labels)
    diameter, mean_area = float(np.mean(2 * np.sqrt(area / np.pi))), float(area.mean())
    found = {
        "grains": float(of.grains),
        "mean_diameter_points": diameter,
        "mean_area_points": mean_area,
        "filled_share": of.filled,
        "edge_grain_share": len(on_edge(of.labels)) / of.grains,
    }
    if of.step is not None:
        found |= {"mean_diameter_um": diameter * of.step, "mean_area_um2": mean_area * of.step**2}
    if of.twins is not None:
        found["twin_boundary_share"] = of.twins
    for step in of.steps:
        found[f"{step.name}_points"] = float(step.points)
        if step.grains is not None:
            found[f"{step.name}_grains"] = float(step.grains)
    return found


def write(path: Path, of: Cleaned, name: str) -> None:
    """Write a cleaned map; quality is empty and step is NaN where there is none."""
    numbers = sorted(of.phases)
    arrays = {
        "name": np.array(name),
        "labels": of.labels,
        "phase": of.phase,
        "phase_numbers": np.array(numbers, np.int16),
        "phase_names": np.array([of.phases[number].name for number in numbers], np.str_),
        "point_groups": np.array([of.phases[number].point_group for number in numbers], np.str_),
        "quality": np.empty((0, 0), np.float32) if of.quality is None else of.quality,
        "step": np.float64(np.nan if of.step is None else of.step),
        "filled": np.float64(of.filled),
        "twins": np.float64(np.nan if of.twins is None else of.twins),
        "decisions": np.array(of.decisions, np.str_),
        "step_names": np.array([step.name for step in of.steps], np.str_),
        "step_points": np.array([step.points for step in of.steps], np.int64),
        "step_grains": np.array([-1 if step.grains is None else step.grains for step in of.steps], np.int64),
    }
    write_arrays(path, {key: np.asarray(value) for key, value in arrays.items()})


def write_absent(path: Path, name: str, reason: str) -> None:
    """Write what stands in the place of a map that cannot be had: its name and the reason."""
    write_arrays(path, {"name": np.array(name), "absent": np.array(reason)})


def why_absent(path: Path) -> str:
    """Why there is no map in a file; empty if there is one."""
    return str(read_arrays(path, ("absent",))["absent"]) if "absent" in array_names(path) else ""


def load_all(paths: Sequence[Path]) -> dict[str, dict[str, Cleaned]]:
    """The cleaned maps of files TABLE/MAP.npz, by table and map, without those that hold no map."""
    found: dict[str, dict[str, Cleaned]] = {}
    for path in paths:
        if not why_absent(path):
            found.setdefault(path.parent.name, {})[path.stem] = load(path)
    return found


def load(path: Path) -> Cleaned:
    """The cleaned map that `write` left at `path`."""
    with open_arrays(path) as array:
        labels, phase, quality = array("labels"), array("phase"), array("quality")
        step, twins = float(array("step")), float(array("twins"))
        named = zip(array("phase_names").tolist(), array("point_groups").tolist(), strict=True)
        phases = dict(zip(array("phase_numbers").tolist(), (Phase(*both) for both in named), strict=True))
        counted = zip(*(array(f"step_{key}").tolist() for key in ("names", "points", "grains")), strict=True)
        steps = tuple(Step(name, points, None if grains < 0 else grains) for name, points, grains in counted)
        filled, decisions = float(array("filled")), tuple(array("decisions").tolist())
    if labels.ndim != 2 or labels.size == 0 or labels.min() != 0 or labels.max() != len(phase) - 1:
        raise GraincastError(f"{path}: is no cleaned map: its {len(phase)} grains do not match its labels")
    return Cleaned(
        labels=labels,
        phase=phase,
        phases=phases,
        quality=quality if quality.size else None,
        step=None if np.isnan(step) else step,
        filled=filled,
        twins=None if np.isnan(twins) else twins,
        steps=steps,
        decisions=decisions,
    )
