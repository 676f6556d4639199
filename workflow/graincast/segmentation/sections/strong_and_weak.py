"""The page's section on contrast: which boundaries are seen, strong and weak ones apart."""

import pandas as pd

from graincast.report.parts import Section, Table, Words
from graincast.segmentation.judging.truth_of import WEAK
from graincast.segmentation.sections import told
from graincast.segmentation.sections.way_names import WayNames

NAMES = {
    "closure_strong": "strong ones closed",
    "closure_weak": "weak ones closed",
    "recall_strong": "recall of strong",
    "recall_weak": "recall of weak",
    "precision": "precision of all",
}


def section(scores: pd.DataFrame, case: str, ways: WayNames) -> Section:
    """A table of drawn pictures and one of measured maps."""
    formats = dict.fromkeys(NAMES.values(), "{:.3f}")
    tables = [
        Table(f"contrast_{name}", told.table(here, ways, NAMES), f"Boundaries by contrast: {title}", formats)
        for name, title, here in (
            ("drawn", "drawn pictures", told.at_home(scores, case)),
            ("measured", "maps of pattern quality", told.on_measured(scores)),
            ("traced", "traced micrographs", told.on_traced(scores)),
        )
        if not here.empty
    ]
    note = (
        f"Weak: the mean greys of the two grains differ by less than {WEAK:g} of black to white, a standard deviation "
        "of the largest noise in training. Recall and precision of boundary pixels within 2 px. What a way marks in a "
        "grain is neither strong nor weak, so precision is of all."
    )
    return Section("contrast", "Strong and weak boundaries", [*tables, Words([note], "note")])
