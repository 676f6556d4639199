"""When not to trust a model: bands that do not hold, shifts that it does not notice, and what it costs."""

from collections.abc import Mapping, Sequence

import pandas as pd

from graincast.growth.experiment import Experiment
from graincast.growth.judging import reliability as doubts
from graincast.growth.sections import claims
from graincast.growth.sections.cost import HEADLINE, Speed
from graincast.growth.sections.ranking import Standing
from graincast.growth.timing.comparison import comparisons
from graincast.report.words import listed

NO_DETECTION = 0.5  # AUROC of a coin
UNSEEN = "were not looked at"


def when_not(standing: Standing, doubt: pd.DataFrame, speeds: Mapping[str, Speed], experiment: Experiment) -> list[str]:
    """When not to trust the best model: bands, shifts that it does not notice, speed."""
    first = standing.dataset if standing.dataset in experiment.cases else experiment.cases[0]
    model = claims.best_on(standing, first)
    if model is None:
        return []
    own = doubt[(doubt["model"] == model) & (doubt["dataset"] == standing.dataset)]
    parts = [
        _bands(own, experiment.cases),
        _noticed(own, standing.dataset, experiment),
        *_speed(model, standing, speeds),
    ]
    return [f"When to doubt {model}: {'; '.join(parts)}."]


def _value(rows: pd.DataFrame, case: str, score: str) -> float | None:
    found = rows.loc[(rows["case"] == case) & (rows["score"] == score), "value"]
    return float(found.iloc[0]) if len(found) else None


def _bands(own: pd.DataFrame, cases: Sequence[str]) -> str:
    """Whether the bands keep their promise, case by case."""
    covered: dict[str, list[str]] = {}
    unseen = []
    for case in cases:
        share, low, high = (_value(own, case, f"coverage_of_all_frames{end}") for end in ("", "_low", "_high"))
        if share is not None and low is not None and high is not None:
            covered.setdefault(_promise(low, high), []).append(f"{case} ({share:.0%})")
        else:
            unseen.append(case)
    if not covered:
        return "it has no bands, so nothing says how far it may be off"
    told = [f"{word} on {listed(shares)}" for word, shares in covered.items()]
    told += [f"{UNSEEN} on {listed(unseen)}"] if unseen else []
    return f"its {doubts.LEVEL:.0%} bands of the mean radius {listed(told)}"


def _promise(low: float, high: float) -> str:
    """What an interval of coverage says of the bands."""
    return "are broken" if high < doubts.LEVEL else "are too wide" if low > doubts.LEVEL else "may hold"


def _noticed(own: pd.DataFrame, home: str, experiment: Experiment) -> str:
    """Which shifts the disagreement of its training seeds tells."""
    told: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for case in [name for name in experiment.cases if name != home]:
        area, low = (_value(own, case, f"auroc_disagreement{end}") for end in ("", "_low"))
        if area is not None and low is not None:
            told[low > NO_DETECTION].append(f"{case} (AUROC {area:.2f})")
        else:
            told[None].append(case)
    if not told[True] and not told[False]:
        reason = "there is one training seed" if len(experiment.seeds) == 1 else "nothing was measured of it"
        return f"no disagreement between trainings tells a shift, since {reason}"
    clauses = [f"tell {listed(told[True])} from {home}"] if told[True] else []
    clauses += [f"do not tell {listed(told[False], 'or')} from {home}"] if told[False] else []
    clauses += [f"{UNSEEN} on {listed(told[None])}"] if told[None] else []
    return f"its training seeds, by their disagreement, {listed(clauses)}"


def _speed(model: str, standing: Standing, speeds: Mapping[str, Speed]) -> list[str]:
    """Its time beside the solver's at equal error."""
    if standing.dataset not in speeds:
        return []
    rows = comparisons(speeds[standing.dataset].rows, [*standing.models])
    own = [row for row in rows if row["model"] == model and row["criterion"] == HEADLINE]
    if not own:
        return []
    row = min(own, key=lambda one: float(one["seconds"]))
    taken = f"on the {row['device'].upper()} it takes {1000 * row['seconds']:.3g} ms a sequence"
    if row["solver"] is None:
        return [f"{taken}, and no setting of the solver that was tried reaches its error from pixels"]
    ratio = row["seconds"] / row["solver_seconds"]
    word = f"{ratio:.3g} times as long as" if ratio >= 1 else f"{1 / ratio:.3g} times faster than"
    return [f"{taken}, {word} the solver at equal error"]
