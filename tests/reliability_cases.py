"""Cases of doubt as tests make them."""

import numpy as np

from graincast.growth.judging import reliability

IDENTITY = {"model": "clever", "dataset": "normal"}


def case(disagreement, error, spread=None):
    """A case of as many structures as there are numbers, of two frames that differ by 2 and have these means."""
    frames = {"ensemble_error": error} | ({} if disagreement is None else {"disagreement": disagreement})
    by_frame = {name: np.array(means)[:, None] + [[-1.0, 1.0]] for name, means in frames.items()}
    if disagreement is not None:
        by_frame["pixel_correlation"] = np.full((len(error), 2), 0.25)
    return reliability.Case(10 + np.arange(len(error)), by_frame, np.array(spread or [0.0] * len(error)), {})


def told(rows):
    """Values of the rows that are of no structure, by case, score and frame."""
    return {(row["case"], row["score"], row.get("step")): row["value"] for row in rows if "sample" not in row}
