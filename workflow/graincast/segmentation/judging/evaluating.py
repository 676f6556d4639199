"""One way over all cases: scores of every picture as rows, and some pictures to look at."""

import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graincast.base import command
from graincast.segmentation.data import found_examples, known_pictures
from graincast.segmentation.data.found_examples import Example, Place
from graincast.segmentation.judging import scores, truth_of
from graincast.segmentation.ways.given import Way

SHOWN = 2  # pictures of each case and step (or measured map)
FEWEST = 4  # grains that a picture needs to be scored


def evaluated(way: Way, cases: Mapping[str, Path]) -> tuple[list[dict[str, Any]], dict[Place, Example]]:
    """Rows of case, sample, step, score and value; examples by case, step and number."""
    rows: list[dict[str, Any]] = []
    shown: dict[Place, Example] = {}
    for case, path in cases.items():
        split = known_pictures.read(path)
        met: Counter[tuple[int, str]] = Counter()
        for number, picture in enumerate(command.progress(split, f"segmenting {case}", len(split))):
            truth = truth_of.known(picture)
            if int(truth.labels.max()) + 1 < FEWEST:
                continue
            started = time.perf_counter()
            found = way(picture)
            taken = time.perf_counter() - started
            values = {"seconds": taken, **scores.scores(found.labels, truth, found.line), **found.more}
            if found.passes is not None:
                values["passes"] = float(found.passes)
            place = (_case(case, picture.name), picture.step, number)
            at = dict(zip(("case", "step", "sample"), place, strict=True))
            rows += [{**at, "score": score, "value": value} for score, value in values.items()]
            met[picture.step, picture.name] += 1
            if met[picture.step, picture.name] <= SHOWN:
                shown[place] = found_examples.of(picture, found)
    return rows, shown


def _case(case: str, name: str) -> str:
    """Each measured map is a case of its own."""
    return f"{case} {name}" if name else case
