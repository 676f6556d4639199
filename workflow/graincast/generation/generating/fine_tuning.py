"""A generator fitted to one map: some steps of the usual training on pieces of it, from the weights that it has.

Pieces are turned by half a turn or not at all, lest the directions of a map be lost.
"""

import math
import tempfile
from dataclasses import replace
from pathlib import Path

import torch

from graincast.base.command import log
from graincast.generation import learner
from graincast.generation.contract import Generator
from graincast.generation.data import patches
from graincast.generation.data.conditions import TYPICAL_PX
from graincast.generation.data.fields import StructureField
from graincast.generation.data.patches import FieldPatches, PatchCut
from graincast.generation.training_section import Training
from graincast.training import loop
from graincast.training.parallel import Team
from graincast.training.progress import Seen
from graincast.training.resume import ResumeFile
from graincast.training.spec import Budget

BATCH = 8
REPORTS = 8  # of its progress
PACE = Training(
    patch=96,
    zoom=1.12,
    batch=BATCH,
    an_epoch=BATCH,
    epochs=1,
    patience=1,
    learning_rate=5e-4,
    gradient_clip=1.0,
    grain_px=TYPICAL_PX,
    average=0.98,
)


def tuned(
    generator: Generator, field: StructureField, steps: int, seed: int, device: torch.device, name: str
) -> Generator:
    """A generator after so many steps on a field; `name` is that of the map in what is told of the progress."""
    if steps == 0:
        return generator
    epochs = min(REPORTS, steps)
    data = pieces(field, math.ceil(steps / epochs), name)
    learned = learner.of_model(generator, replace(PACE, epochs=epochs, an_epoch=data.an_epoch))

    def watch(seen: Seen) -> None:
        loss = seen.progress.training_losses[-1]["loss"]
        log.info("fitting to %s: %d of %d, loss %.4f", name, seen.progress.epoch, epochs, loss)

    with tempfile.TemporaryDirectory() as folder:
        resume = ResumeFile(Path(folder) / "unfinished.safetensors", math.inf)
        setup = loop.Setup(data, data, seed, device, Team(0, 1))
        learned.ready(device)
        loop.fit(learned, Budget(epochs, epochs, epochs - 1), setup, resume, lambda: False, watch)
    kept = learned.kept()
    assert isinstance(kept, Generator)
    return kept.eval()


def pieces(field: StructureField, steps: int, name: str) -> FieldPatches:
    """Pieces of a field for an epoch of so many steps, none turned but by half a turn."""
    cut = PatchCut(PACE.patch, PACE.zoom, PACE.grain_px, patches.half_turn)
    return FieldPatches(Path(name), (field,), cut, BATCH, BATCH * steps)
