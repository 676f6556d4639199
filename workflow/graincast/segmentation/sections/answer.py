"""The answer that the page opens with: which way to trust on which kind of picture, and a wall of pictures."""

from collections.abc import Mapping

import pandas as pd

from graincast.report.parts import Part, Picture, Section, Words
from graincast.report.words import interval, listed
from graincast.segmentation.data.found_examples import Example
from graincast.segmentation.figures import wall
from graincast.segmentation.sections import told
from graincast.segmentation.sections.way_names import WayNames

NAME = "wall_of_pictures"
NOTE = (
    "Adapted Rand error: 0 where grains are the true ones, near 1 where all is one grain or dust. Brackets hold 95 % "
    "intervals over pictures. No openly licensed bright-field TEM picture of a polycrystal with a mask could be found: "
    "the gap from drawn to real pictures is told on maps of pattern quality, whose grains are known from orientations."
)


def section(scores: pd.DataFrame, case: str, ways: WayNames, examples: Mapping[str, Mapping[str, Example]]) -> Section:
    """`examples` are by kind of picture, then by way."""
    said = [
        sentence
        for where, here in (
            ("On pictures drawn from the publication's concepts", told.at_home(scores, case)),
            ("On maps of pattern quality, which nothing was trained on", told.on_measured(scores)),
            ("On colour micrographs traced by hand, which nothing was trained on", told.on_traced(scores)),
        )
        for sentence in [trusted(where, here, ways)]
        if sentence
    ]
    picture = Picture(
        NAME,
        wall.figure(examples, ways),
        "What is seen, the truth, and grains by way; red: boundaries that are missed, blue: boundaries that are none.",
        f"A wall of pictures. {said[0]}",
    )
    parts: list[Part] = [Words(said, "lead"), picture, Words([NOTE], "note")]
    return Section("answer", "What to trust", parts)


def trusted(where: str, scores: pd.DataFrame, ways: WayNames) -> str:
    """The best learned way against the best floor; empty where neither was scored."""
    learned, floor = told.best(scores, ways.learned), told.best(scores, ways.floors)
    if learned is None or floor is None:
        return ""
    frame = told.table(scores, ways, {told.ERROR: "error", "count_error": "count", "astm_error": "G"})
    rows = frame.set_index("way")
    parts = []
    for name in (learned, floor):
        row = dict(zip(rows.columns, rows.loc[ways.label(name)].to_numpy(float).tolist(), strict=True))
        parts.append(
            f"{ways.label(name)} has an adapted Rand error of {row['error']:.3f} "
            f"{interval(row['error low'], row['error high'])}, errs by {row['count']:.1%} in the number of grains and "
            f"by {row['G']:.2f} in ASTM G"
        )
    away = told.difference(scores, learned, floor)
    verdict = "trust the first" if away[2] < 0 else "trust the second" if away[1] > 0 else "they cannot be told apart"
    return f"{where}, {listed(parts)}; the difference is {away[0]:+.3f} {interval(away[1], away[2])}: {verdict}."
