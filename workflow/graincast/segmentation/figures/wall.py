"""A wall of pictures: what is seen, the truth, and what each way finds, with its errors marked."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from graincast.segmentation.data.found_examples import Example
from graincast.segmentation.data.known_pictures import UNKNOWN, lines
from graincast.segmentation.sections.way_names import WayNames

MISSED, FALSE, RIGHT = (0.84, 0.12, 0.08), (0.0, 0.35, 0.85), (0.1, 0.1, 0.1)
REACH = 2  # pixels within which a boundary is right
INCHES, WIDEST = 3.0, 248  # of a panel; pixels of it
TITLE = 12  # points: a page shows seven panels side by side


def figure(examples: Mapping[str, Mapping[str, Example]], ways: WayNames) -> Figure:
    """A column a kind of picture, a row a way, below what is seen and the truth."""
    columns = {kind: by_way for kind, by_way in examples.items() if by_way}
    shown = [name for name in ways.labels if any(name in by_way for by_way in columns.values())]
    heights = max(_cut(next(iter(by_way.values())).arrays["truth"]).shape[0] for by_way in columns.values())
    size = (INCHES * len(columns), (INCHES * heights / WIDEST + 0.35) * (len(shown) + 2))
    figure, axes = plt.subplots(len(shown) + 2, len(columns), figsize=size, squeeze=False, layout="constrained")
    for column, (kind, by_way) in enumerate(columns.items()):
        first = next(iter(by_way.values())).arrays
        _show(axes[0, column], _cut(first["seen"]).astype(float), kind)
        _show(axes[1, column], marked(first["seen"], first["truth"], first["truth"]), "truth")
        for row, name in enumerate(shown, start=2):
            if name in by_way:
                arrays = by_way[name].arrays
                _show(axes[row, column], marked(first["seen"], arrays["found"], first["truth"]), ways.label(name))
            else:
                axes[row, column].set_axis_off()
    return figure


def _cut(array: NDArray) -> NDArray:
    """Its left part, so that grains are large enough to be seen."""
    return array[:, :WIDEST]


def _show(axis: Axes, image: NDArray, title: str) -> None:
    axis.imshow(image, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    axis.set_title(title, fontsize=TITLE, pad=3)
    axis.set_axis_off()


def marked(seen: NDArray, found: NDArray[np.integer], truth: NDArray[np.integer]) -> NDArray[np.float64]:
    """A pale picture [rows, columns, 3] with right, missed and false boundaries on it."""
    seen, found, truth = (_cut(array) for array in (seen, found, truth))
    grey = seen if seen.ndim == 2 else seen.mean(axis=-1)
    image = np.repeat((0.55 + 0.45 * np.asarray(grey, float))[..., None], 3, axis=-1)
    known = truth != UNKNOWN
    near = [binary_dilation(lines(labels) & known, iterations=REACH) for labels in (found, truth)]
    made, real = lines(found) & known, lines(truth) & known
    image[made & near[1]] = RIGHT
    image[real & ~near[0]] = MISSED
    image[made & ~near[1]] = FALSE
    return np.asarray(image)
