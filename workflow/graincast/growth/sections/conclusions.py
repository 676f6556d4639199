"""The answer that the page opens with: which model to trust on what and when not to, then a film of every case.

Three sentences are made from the numbers. The first is about structures like those of the training, the second about
each shifted case, the third about what a model knows of its own errors and what it costs. A difference is one if its
paired interval leaves out 0, and only from `standing.FEWEST` structures on.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from graincast.growth.experiment import Experiment
from graincast.growth.sections import claims, limitations
from graincast.growth.sections.cost import Speed
from graincast.growth.sections.ranking import Standing
from graincast.report.parts import Film, Part, Section, Words
from graincast.report.words import listed


def section(
    standing: Standing,
    doubt: pd.DataFrame,
    speeds: Mapping[str, Speed],
    experiment: Experiment,
    films: Sequence[Film],
) -> Section:
    """The section; `standing` is of the first training data set, and `experiment` has the cases at hand."""
    note = (
        f"Models saw only {listed(experiment.datasets)} in training; a case that is not trained on is a shift, judged "
        f"with no retraining. The sentences are about models trained on {standing.dataset}. The truth is simulated. "
        "Brackets hold 95% bootstrap intervals over structures, with training seeds averaged; they say nothing of "
        "other trainings, physics or materials."
    )
    parts: list[Part] = [Words(sentences(standing, doubt, speeds, experiment), "lead"), *films]
    return Section("answer", "Which model to trust, and on what", [*parts, Words([note], "note")])


def sentences(
    standing: Standing, doubt: pd.DataFrame, speeds: Mapping[str, Speed], experiment: Experiment
) -> list[str]:
    """At home, under shift, and when not to trust; fewer where there is nothing to say."""
    if not claims.contestants(experiment.models):
        return [f"Only the floor '{claims.FLOOR}' was evaluated: there is no model to trust."]
    if claims.FLOOR not in experiment.models:
        return [
            f"Nothing is claimed: the floor '{claims.FLOOR}' is not among the models, so no gain can be measured.",
            *limitations.when_not(standing, doubt, speeds, experiment),
        ]
    return [
        claims.at_home(standing, experiment),
        claims.under_shift(standing, experiment),
        *limitations.when_not(standing, doubt, speeds, experiment),
    ]
