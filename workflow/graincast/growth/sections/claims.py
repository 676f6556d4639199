"""Which model to trust where: on structures like those of the training, and on each shifted case.

A model is trusted where it beats the floor; with it, those that cannot be told apart from it.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from graincast.growth.experiment import Experiment
from graincast.growth.sections.ranking import FEWEST, Standing, Verdict
from graincast.report.words import interval, listed, percent
from graincast.scoring.significance import independent_interval

FLOOR, LAW, CEILING = "persistence", "mean_field", "pixels"
ALIKE, SIZE = "ssim", "mean_radius_error"
FLOORS = ((ALIKE, FLOOR), (SIZE, FLOOR), (SIZE, LAW))
WORDS = {ALIKE: "SSIM", SIZE: "the mean grain radius"}
CANNOT_BE_TOLD = "cannot be told apart from"


def contestants(models: Sequence[str]) -> list[str]:
    return [model for model in models if model != FLOOR]


def best_on(standing: Standing, case: str) -> str | None:
    """The model with the highest SSIM, the floor aside."""
    return next(iter(contestants(standing.having(case, ALIKE))), None)


def at_home(standing: Standing, experiment: Experiment) -> str:
    home = standing.dataset
    best = best_on(standing, home) if home in experiment.cases else None
    if best is None:
        return f"How models do on structures like those of their training is not known: {home} was not evaluated."
    parts = [_choice(standing, home, best), *_to_the_ceiling(standing, home, best)]
    wrong = standing.measure(home, best, SIZE)
    if wrong:
        parts.append(f"its mean grain radius errs by {percent(wrong.mean)} {_percents(wrong.low, wrong.high)}")
    return f"On structures like those of the training ({home}), {'; '.join(parts)}."


def under_shift(standing: Standing, experiment: Experiment) -> str:
    shifted = [case for case in experiment.cases if case not in experiment.datasets]
    if not shifted:
        return "How models do on shifted structures is not known: every case was trained on."
    parts = [*_choices(standing, shifted), *_changes(standing, experiment, shifted), _losses(standing, shifted)]
    return f"Under shift, {'; '.join(parts)}."


def _choice(standing: Standing, case: str, best: str) -> str:
    """Whom to trust on a case, if anyone."""
    own, gain = standing.measure(case, best, ALIKE), standing.gain(case, best, FLOOR, ALIKE)
    reached = f"SSIM {own.mean:.3f} {interval(own.low, own.high)}" if own else "no SSIM"
    if gain is None:
        return f"no structure was scored for both {best} and {FLOOR}"
    if gain.verdict == "too few":
        number = f"{gain.structures} structure{'s are' if gain.structures > 1 else ' is'}"
        return f"{number} too few to say whom to trust: the highest mean is that of {best}, {reached}"
    if gain.verdict == "alike":
        return f"trust no model: the best, {best}, {CANNOT_BE_TOLD} {FLOOR} ({reached})"
    if gain.verdict == "worse":
        return f"trust no model: even the best, {best}, is worse than {FLOOR} ({reached})"
    above = f"{reached}, {gain.mean:.3f} {interval(gain.low, gain.high)} above {FLOOR}, which moves nothing"
    named = _named(standing, case)
    return f"trust {named}: {'' if named == best else f'{best} reaches '}{above}"


def _named(standing: Standing, case: str) -> str:
    """The leaders of a case."""
    best, *others = contestants(standing.leaders(case, ALIKE))
    return f"{best} or {listed(others, 'or')}, which {CANNOT_BE_TOLD} it" if others else best


def _to_the_ceiling(standing: Standing, case: str, best: str) -> list[str]:
    gain = standing.gain(case, best, CEILING, ALIKE)
    if gain is None:
        return []
    ceiling = "the ceiling, the solver started from the same pixels"
    if gain.verdict == "alike":
        return [f"it {CANNOT_BE_TOLD} {ceiling}"]
    side, sign = ("above", 1) if gain.mean > 0 else ("below", -1)
    low, high = sorted((sign * gain.low, sign * gain.high))
    return [f"it is {abs(gain.mean):.3f} {interval(low, high)} {side} {ceiling}"]


def _choices(standing: Standing, cases: Sequence[str]) -> list[str]:
    """Whom to trust, cases with the same answer together."""
    trusted: dict[str, list[str]] = {}
    others = []
    for case in cases:
        best = best_on(standing, case)
        gain = standing.gain(case, best, FLOOR, ALIKE) if best else None
        if best and gain and gain.verdict == "better":
            trusted.setdefault(_named(standing, case), []).append(case)
        else:
            others.append(f"on {case}, {_choice(standing, case, best)}" if best else f"{case} was not evaluated")
    return [f"on {listed(on)}, trust {named}" for named, on in trusted.items()] + others


def _changes(standing: Standing, experiment: Experiment, cases: Sequence[str]) -> list[str]:
    """What becomes of the best model at home."""
    home = standing.dataset
    best = best_on(standing, home) if home in experiment.cases else None
    start = standing.measure(home, best, ALIKE) if best else None
    if best is None or start is None:
        return []
    ends: dict[str, list[str]] = {}
    for case in cases:
        end = standing.measure(case, best, ALIKE)
        if end:
            how = _change(_by_structure(standing, home, best), _by_structure(standing, case, best))
            ends.setdefault(how, []).append(f"{end.mean:.3f} on {case}")
    told = [f"{how} {listed(values)}" for how, values in ends.items()]
    return [f"the SSIM of {best}, {start.mean:.3f} on {home}, {listed(told)}"] if told else []


def _change(before: NDArray[np.float64], after: NDArray[np.float64]) -> str:
    """Whether a mean over structures is another one."""
    if min(len(before), len(after)) < FEWEST:
        return "is, with too few structures to compare,"
    low, high = independent_interval(after, before, np.random.default_rng(0))
    return "falls to" if high < 0 else "rises to" if low > 0 else "holds with"


def _by_structure(standing: Standing, case: str, model: str) -> NDArray[np.float64]:
    scores = standing.scores
    chosen = scores[
        (scores["case"] == case)
        & (scores["model"] == model)
        & (scores["dataset"] == standing.dataset)
        & (scores["score"] == ALIKE)
    ]
    return chosen.groupby("sample")["value"].mean().to_numpy(float)


def _losses(standing: Standing, cases: Sequence[str]) -> str:
    """Who does not beat a floor, and where."""
    lost: dict[tuple[str, ...], list[str]] = {}
    tested = False
    for (score, floor), model in product(FLOORS, contestants(standing.models)):
        verdicts = {case: _verdict(standing, case, model, floor, score) for case in cases}
        tested |= any(verdict not in (None, "too few") for verdict in verdicts.values())
        for verdict, word in (("worse", "did worse than"), ("alike", CANNOT_BE_TOLD)):
            where = [case for case in cases if verdicts[case] == verdict]
            if where:
                lost.setdefault((word, f"the floor {floor} in {WORDS[score]} on {listed(where)}"), []).append(model)
    if not tested:
        return "structures are too few for a test against the floors"
    told = [f"{listed(models)} {word} {what}" for (word, what), models in lost.items()]
    return listed(told) if told else f"every model beats the floors {FLOOR} and {LAW} where there was a test"


def _verdict(standing: Standing, case: str, model: str, floor: str, score: str) -> Verdict | None:
    gain = standing.gain(case, model, floor, score)
    return gain.verdict if gain else None


def _percents(low: float, high: float) -> str:
    return f"({percent(low)} to {percent(high)})"
