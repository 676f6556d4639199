"""Our own generator: periodic fields, each asked to be like the fields of a step."""

import time
from collections.abc import Iterator

from graincast.generation import reading, trained
from graincast.generation.data.conditions import TYPICAL_PX
from graincast.generation.data.drawn import DrawnMap
from graincast.generation.sources import canonical
from graincast.generation.sources.given import Given, wanted

LABEL = "ours"
NEEDS = "generator"


def drawn(given: Given) -> Iterator[DrawnMap]:
    """As many fields of each step as are asked for, as large as true ones."""
    generator = trained.generator(given.needed_weights, given.device)
    for step in given.steps:
        alike = given.at(step)
        asked = wanted(alike)
        pixels = alike[0].distance.shape[0]
        side = canonical.side_of(pixels, asked.grain_px, generator.step)
        for sample in range(given.fields):
            start = time.perf_counter()
            chance = given.chance(step, sample)
            distance = generator.draw((side, side), asked._replace(grain_px=TYPICAL_PX), chance).cpu().numpy()
            labels = reading.field(distance)
            scale = asked.grain_px / TYPICAL_PX
            yield DrawnMap(labels, step, sample, scale, True, time.perf_counter() - start)
