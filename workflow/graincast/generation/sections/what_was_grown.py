"""The page's section on data: what was grown, how many grains each step has, and what is assumed."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from graincast.generation.data.drawn import DrawnMap
from graincast.report.parts import Section, Table, Words

ASSUMED = (
    "The publication has one field of 60,000 grains by a multi-phase field, seen early, in between and late at times "
    "that it does not give; here are many smaller fields by front tracking, each of one split alone.",
    "Its patches cover its field some 82 times, so a random split tests on pixels that were trained on; here no split "
    "shares a field with another. Its 4,500 test samples are more than 15 % of its 60,000; ours are counted in the "
    "tables above.",
)


def section(first: Mapping[str, Sequence[DrawnMap]], descriptions: Mapping[str, str]) -> Section:
    """Counts of true structures by step, and a line about each data set."""
    rows = []
    for source in ("true_fields", "other_fields"):
        maps = first.get(source, ())
        for step in sorted({one.step for one in maps}):
            here = [one for one in maps if one.step == step]
            grains = [int(one.labels.max()) + 1 for one in here]
            side = [one.scale * np.sqrt(one.labels.size / count) for one, count in zip(here, grains, strict=True)]
            split = "test" if source == "true_fields" else "training"
            rows.append(
                {
                    "split": split,
                    "step": step + 1,
                    "fields": len(here),
                    "grains a field": np.mean(grains),
                    "side of a grain, px": np.mean(side),
                }
            )
    formats = {"grains a field": "{:.0f}", "side of a grain, px": "{:.1f}"}
    described = [f"{name}: {text}" for name, text in descriptions.items()]
    table = Table("grown", pd.DataFrame(rows), "True fields that structures are compared with", formats)
    return Section(
        "data", "What was grown, and what is assumed", [table, Words(described, "list"), Words(ASSUMED, "list")]
    )
