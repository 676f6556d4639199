"""Structures as they are asked for: what is aimed at, a generator, fitted to a map or not, what it draws, the sheet."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from graincast.base import command
from graincast.base.errors import GraincastError
from graincast.generation import reading, trained
from graincast.generation.contract import Generator
from graincast.generation.generating import (
    aim,
    asked_and_got,
    fine_tuning,
    learned_from,
    likeness,
    relaxing,
    sharing_out,
)
from graincast.generation.generating.aim import Aim
from graincast.generation.generating.asked import SHIPPED, Asked
from graincast.generation.generating.asked_and_got import Sheet
from graincast.generation.generating.likeness import Likeness
from graincast.material.microstructure import Microstructure
from graincast.material.networks.network import Network
from graincast.material.networks.tracing import trace
from graincast.training import devices

LEARNED_FROM = "conditions.json"  # beside the weights


@dataclass(frozen=True)
class Made:
    """One structure: a period of its material."""

    number: int  # from 1
    structure: Microstructure
    network: Network  # in pixels of the structure


@dataclass(frozen=True)
class Generated:
    aim: Aim
    seen: Likeness | None  # what it is like
    made: tuple[Made, ...]
    failed: dict[int, str]  # why, by number
    sheet: Sheet


def generated(asked: Asked, like: Microstructure | None, where: str) -> Generated:
    """Structures, like a map from `where` or by their mean size and spread alone."""
    if asked.threads is not None:
        devices.bound_threads(asked.threads)
    devices.keep_memory()
    with devices.device() as device:
        generator = trained.generator(asked.checkpoint, device)
        return by(generator, asked, like, where, device)


def by(generator: Generator, asked: Asked, like: Microstructure | None, where: str, device: torch.device) -> Generated:
    """The same by a generator that is there already."""
    examples = learned_from.load(_beside(asked.checkpoint))
    seen = None if like is None else likeness.of(like, where)
    if seen is None:
        target = aim.by_spread(asked, examples, generator.step)
    else:
        target = aim.by_map(asked, seen, examples, generator.step, Path(where).name)
        field = replace(seen.field, conditions=target.conditions)
        generator = fine_tuning.tuned(generator, field, asked.tune, asked.seed, device, Path(where).name)
    made, failed = [], {}
    for number in command.progress(range(1, asked.count + 1), "drawing structures", asked.count):
        try:
            made.append(_made(generator, asked, target, like, number))
        except GraincastError as error:
            failed[number] = f"structure {number} (seed {asked.seed}): {error}"
    if not made:
        raise GraincastError(next(iter(failed.values())))
    sheet = asked_and_got.sheet(target, seen, [one.structure for one in made], np.random.default_rng(asked.seed))
    return Generated(target, seen, tuple(made), failed, sheet)


def _made(generator: Generator, asked: Asked, target: Aim, like: Microstructure | None, number: int) -> Made:
    rng = np.random.default_rng([asked.seed, number])
    shape = relaxing.larger(target.shape, generator.step) if asked.relax else target.shape
    labels = reading.field(generator.draw(shape, target.conditions, rng).cpu().numpy())
    if labels.max() < 1:
        raise GraincastError("came out as one single grain: try another --seed, or what the generator learned from")
    labels, network = relaxing.relaxed(labels, target.shape) if asked.relax else (labels, trace(labels))
    given = Microstructure(labels) if like is None else like
    return Made(number, sharing_out.shared_out(labels, target.step, given, rng), network)


def _beside(checkpoint: Path) -> Path:
    """What weights were trained on; the shipped description for weights that have none beside them."""
    own = checkpoint.with_name(LEARNED_FROM)
    return own if own.is_file() else SHIPPED.with_name(LEARNED_FROM)
