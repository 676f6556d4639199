"""Films: the same picture along a dial, and the passes of a repair."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from graincast.report.parts import Film
from graincast.segmentation.data.found_examples import Example, Place
from graincast.segmentation.data.known_pictures import lines
from graincast.segmentation.figures import wall

INCHES = 2.2  # of a panel of the strip
STRIP = 4  # times that it shows at most


def along(examples: Mapping[Place, Example], case: str, steps: int) -> list[Example]:
    """The first example of each step of a case."""
    found = []
    for step in range(steps):
        numbers = sorted(number for place, at, number in examples if place == case and at == step)
        if numbers:
            found.append(examples[case, step, numbers[0]])
    return found


def dial(by_way: Mapping[str, Sequence[Example]], times: Sequence[str]) -> Film:
    """What is seen and what ways find at each value."""
    first = next(iter(by_way.values()))
    panels = {"seen": _stack([_grey(one.arrays["seen"]) for one in first])}
    for label, found in by_way.items():
        panels[label] = _stack([_marked(one) for one in found])
    alts = [f"{time}: a picture as it is seen and as {len(by_way)} ways find its grains." for time in times]
    caption = "The same grains at each value; red: boundaries that are missed, blue: boundaries that are none."
    return Film("along_the_dial", panels, times, _strip(panels, times), caption, alts, "the first dial")


def passes(example: Example, taken: float) -> Film:
    """The guess and its repair, pass after pass."""
    stages = example.stages()
    times = sorted(stages, key=lambda name: int(name.split()[1]))
    truth = lines(example.arrays["truth"])[:, : wall.WIDEST]
    masks = [stages[name][:, : wall.WIDEST] for name in times]
    panels = {
        "seen": _stack([_grey(example.arrays["seen"])] * len(times)),
        "boundaries": _stack([_black_on_white(mask) for mask in masks]),
        "truth": _stack([_black_on_white(truth)] * len(times)),
    }
    alts = [
        f"After {name}: {np.mean(mask != truth):.1%} of the pixels differ from the truth."
        for name, mask in zip(times, masks, strict=True)
    ]
    caption = f"A first guess and its repair, pass after pass; on average it stops after {taken:.1f}."
    return Film("passes", panels, times, _strip(panels, times), caption, alts, "the passes of the repair")


def _grey(seen: NDArray) -> NDArray[np.float64]:
    cut = np.asarray(seen[:, : wall.WIDEST], float)
    return np.repeat(cut[..., None], 3, axis=-1) if cut.ndim == 2 else cut


def _marked(one: Example) -> NDArray[np.float64]:
    return wall.marked(one.arrays["seen"], one.arrays["found"], one.arrays["truth"])


def _black_on_white(mask: NDArray) -> NDArray[np.float64]:
    return np.repeat(1.0 - np.asarray(mask, float)[..., None], 3, axis=-1)


def _stack(images: Sequence[NDArray[np.float64]]) -> NDArray[np.uint8]:
    return np.round(255 * np.clip(np.stack(images), 0, 1)).astype(np.uint8)


def _strip(panels: Mapping[str, NDArray[np.uint8]], times: Sequence[str]) -> Figure:
    shown = np.unique(np.linspace(0, len(times) - 1, min(STRIP, len(times))).round().astype(int))
    rows, columns = next(iter(panels.values())).shape[1:3]
    size = (INCHES * len(shown), (INCHES * rows / columns + 0.25) * len(panels))
    figure, axes = plt.subplots(len(panels), len(shown), figsize=size, squeeze=False, layout="constrained")
    for row, (name, images) in enumerate(panels.items()):
        for column, time in enumerate(shown):
            axes[row, column].imshow(images[time], interpolation="nearest")
            axes[row, column].set_axis_off()
            axes[row, column].set_title(f"{name}, {times[time]}", fontsize=6, pad=2)
    return figure
