"""Every stage of the synthetic data as a picture, for one small and one large mean grain."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from graincast.report.style import COLOURS
from graincast.segmentation import edges
from graincast.segmentation.concepts.recipe import Stages
from graincast.segmentation.data.known_pictures import lines

INCHES = 4.6  # width of a panel


def figure(drawn: Sequence[tuple[Stages, np.ndarray]]) -> Figure:
    """A column a picture, given as its stages and as it is seen with its noise [rows, columns]."""
    rows = 10
    height = INCHES * drawn[0][1].shape[0] / drawn[0][1].shape[1]
    size = (INCHES * len(drawn), (height + 0.25) * rows)
    figure, axes = plt.subplots(rows, len(drawn), figsize=size, squeeze=False, layout="constrained")
    for column, (stages, seen) in enumerate(drawn):
        _circles(axes[0, column], stages)
        fused = edges.fused(seen.astype(np.float32))
        panels = (
            ("3, 4: power diagram", ~lines(stages.labels)),
            ("5: a grey a grain, ties among them", stages.flat),
            ("6: a second layer", stages.below),
            ("6: how much of it shows through", stages.through * 2),
            ("6: both", stages.layered),
            ("7: noise", seen),
            *((f"edges: {name}", _scaled(edge)) for name, edge in zip(edges.DETECTORS, fused, strict=True)),
        )
        for axis, (title, image) in zip(axes[1:, column], panels, strict=True):
            axis.imshow(image, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
            axis.set_title(title, pad=2)
            axis.set_axis_off()
    return figure


def _circles(axis: Axes, stages: Stages) -> None:
    rows, columns = stages.labels.shape
    for row, column, radius in stages.circles:
        axis.add_patch(Circle((column, row), radius, fill=False, color=COLOURS[0], linewidth=0.6))
    axis.set(xlim=(0, columns), ylim=(rows, 0), aspect="equal")
    axis.set_title("2, 3: lognormal circles, packed by chance", pad=2)
    axis.set_axis_off()


def _scaled(edge: np.ndarray) -> np.ndarray:
    """An edge picture to 0..1; one with signs around grey."""
    most = max(float(np.quantile(np.abs(edge), 0.995)), 1e-9)
    return np.clip(edge / most if edge.min() >= 0 else 0.5 + edge / (2 * most), 0, 1)
