"""Measured maps cut in two: one half is learned from, the other half is what the made structures are held against.

Nobody knows the process behind a measured map, so the other half is all the truth there is. A band between the halves,
a mean grain wide, belongs to neither, and only whole grains are counted. Each half is learned from once. All maps are
read alike: as distances from traced boundaries, at one size of the mean grain, in windows as large as the other half.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.generation import reading
from graincast.generation.breath import relaxed
from graincast.generation.contract import Generator
from graincast.generation.data.conditions import TYPICAL_PX
from graincast.generation.data.drawn import DrawnMap
from graincast.generation.data.fields import StructureField
from graincast.generation.generating import fine_tuning, likeness
from graincast.generation.judging import comparing, copying
from graincast.generation.judging.comparing import Scores
from graincast.material.grains.numbering import consecutive
from graincast.material.measured import cleaned
from graincast.material.microstructure import Microstructure
from graincast.material.networks.distances import distance_map
from graincast.material.networks.network import Network
from graincast.material.structures import power_diagram
from graincast.scoring.grain_descriptors import described

CEILING, OURS, DIAGRAM = "the half learned from (ceiling)", "ours, fitted", "power diagram, same sizes"
PIECES = 8  # looked for in what was learned from
LEAST_SIDE = 96  # pixels of a made box
Windows = list[NDArray[np.int32]]


@dataclass(frozen=True)
class Halves:
    """One half to learn from and the other to meet, each read as everything is."""

    learned: StructureField
    met: StructureField


class CannotHalve(Exception):
    """Why a map cannot be cut in two and compared."""


def of_map(path: Path, guard: float) -> tuple[Halves, Halves]:
    """Both ways of the cleaned map in a file; `CannotHalve` if there is none, or too few grains."""
    absent = cleaned.why_absent(path)
    if absent:
        raise CannotHalve(absent)
    try:
        return split(cleaned.load(path).labels, guard, path.stem)
    except GraincastError as error:
        raise CannotHalve(str(error)) from error


def split(labels: NDArray[np.int32], guard: float, where: str) -> tuple[Halves, Halves]:
    """Both ways to learn from one half of a map, cut across its longer side, and meet the other."""
    long = labels if labels.shape[0] >= labels.shape[1] else labels.T
    grain = np.sqrt(labels.size / (int(labels.max()) + 1))
    end = round((long.shape[0] - guard * grain) / 2)
    parts = [np.ascontiguousarray(part if long is labels else part.T) for part in (long[:end], long[-end:])]
    fields = [likeness.of(Microstructure(consecutive(part)), where).field for part in parts]
    return Halves(fields[0], fields[1]), Halves(fields[1], fields[0])


@dataclass(frozen=True)
class Making:
    """What is made of a half."""

    steps: int  # of the fine-tuning
    fields: int
    seed: int
    device: torch.device


def made(halves: Halves, generator: Generator, asked: Making, where: str) -> dict[str, Windows]:
    """Windows [rows, columns] as large as the half that is met, by who made them; the half learned from among them."""
    shape = halves.met.distance.shape
    boxes, diagrams = _by_generator(generator, halves, asked), _diagrams(halves, asked)
    tuned = fine_tuning.tuned(generator, halves.learned, asked.steps, asked.seed, asked.device, where)
    return {
        CEILING: [reading.patch(halves.learned.distance)],
        OURS: [_window(box, shape) for box in _by_generator(tuned, halves, asked)],
        "ours, conditioned only": [_window(box, shape) for box in boxes],
        DIAGRAM: [_window(_box_of(network, halves), shape) for network in diagrams],
        "power diagram, relaxed": [_window(_box_of(relaxed(network), halves), shape) for network in diagrams],
    }


def pictures(windows: dict[str, Windows], halves: Halves) -> dict[str, NDArray[np.int32]]:
    """The half that is met and the first window of each way."""
    return {"the half that is met": reading.patch(halves.met.distance)} | {
        name: some[0] for name, some in windows.items()
    }


def compared(windows: Windows, halves: Halves) -> Scores:
    """Scores of windows against the half that is met."""
    truth = comparing.population([_drawn(reading.patch(halves.met.distance))])
    scores = comparing.scores(comparing.population([_drawn(labels) for labels in windows]), truth)
    return scores | _copied(windows, halves)


def _copied(windows: Windows, halves: Halves) -> Scores:
    """Mean correlation of pieces of windows with the most alike places of the half learned from; none if too small."""
    learned = [_drawn(reading.patch(halves.learned.distance))]
    if min(min(one.shape) for one in (*windows, learned[0].labels)) < copying.SIDE:
        return {}
    asked = copying.pieces([_drawn(one) for one in windows], PIECES, np.random.default_rng(0))
    return {"nearest_learned_piece": float(copying.most_alike(asked, learned).mean())}


def _side(halves: Halves, multiple: int) -> int:
    longest = max(LEAST_SIDE, *(int(side) for side in halves.met.distance.shape))
    return -(-longest // multiple) * multiple


def _by_generator(generator: Generator, halves: Halves, asked: Making) -> Windows:
    """Periodic boxes like the half that is learned from."""
    side = _side(halves, generator.step)
    chances = [np.random.default_rng([asked.seed, number]) for number in range(asked.fields)]
    wanted = halves.learned.conditions._replace(grain_px=TYPICAL_PX)
    return [reading.field(generator.draw((side, side), wanted, chance).cpu().numpy()) for chance in chances]


def _diagrams(halves: Halves, asked: Making) -> list[Network]:
    """Power diagrams of sizes drawn from the half that is learned from, each as likely as it is whole."""
    grains = described(reading.patch(halves.learned.distance), False)
    count = max(8, round(_side(halves, 1) ** 2 / grains.mean_area))
    found = []
    for number in range(asked.fields):
        rng = np.random.default_rng([asked.seed, number])
        area = rng.choice(grains.area, count, p=grains.weight / grains.weight.sum())
        found.append(power_diagram.fitted(area / area.mean(), rng))
    return found


def _box_of(network: Network, halves: Halves) -> NDArray[np.int32]:
    """The grains of a network as they are read in a periodic box."""
    side = _side(halves, 1)
    return reading.field(distance_map(network, (side, side)))


def _window(box: NDArray[np.int32], shape: Sequence[int]) -> NDArray[np.int32]:
    return consecutive(box[: shape[0], : shape[1]])


def _drawn(labels: NDArray[np.int32]) -> DrawnMap:
    return DrawnMap(labels, 0, 0, 1.0, False, 0.0)
