"""Who stands before whom on which case, from the table of scores: means, paired differences, leaders."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from graincast.scoring.summary import BETTER_WHEN_HIGH, comparisons

FEWEST = 6  # structures: with fewer, no pattern of signs is rarer than 5 %
Verdict = Literal["better", "worse", "alike", "too few"]


@dataclass(frozen=True)
class Measure:
    """A mean over structures, frames and seeds with its 95% interval over structures."""

    mean: float
    low: float
    high: float
    structures: int


@dataclass(frozen=True)
class Gain:
    """How much better one is than another on the same structures, with its 95% interval; worse where below 0."""

    mean: float
    low: float
    high: float
    structures: int

    @property
    def verdict(self) -> Verdict:
        if self.structures < FEWEST:
            return "too few"
        return "better" if self.low > 0 else "worse" if self.high < 0 else "alike"


@dataclass(frozen=True)
class Standing:
    """Scores of what was trained on one data set."""

    scores: pd.DataFrame
    numbers: pd.DataFrame  # of scores.summary.summary
    pairs: pd.DataFrame  # of scores.summary.comparisons: all pairs of models
    dataset: str
    models: Sequence[str]

    def measure(self, case: str, name: str, score: str) -> Measure | None:
        """A score of a model or a bound; nothing where it has none."""
        found = self.numbers[
            (self.numbers["case"] == case)
            & (self.numbers["model"] == name)
            & (self.numbers["score"] == score)
            & (self.numbers["trained on"] == self.dataset)
        ]
        if found.empty:
            return None
        row = found.iloc[0]
        return Measure(float(row["mean"]), float(row["low"]), float(row["high"]), int(row["structures"]))

    def having(self, case: str, score: str) -> list[str]:
        """Models with this score, the best mean first."""
        measured = {model: self.measure(case, model, score) for model in self.models}
        means = {model: one.mean for model, one in measured.items() if one}
        return sorted(means, key=means.__getitem__, reverse=BETTER_WHEN_HIGH.get(score, False))

    def gain(self, case: str, one: str, other: str, score: str) -> Gain | None:
        """How much better `one` is; nothing where they share no structure. As in the table of comparisons."""
        found = self.pairs[
            (self.pairs["case"] == case)
            & (self.pairs["trained on"] == self.dataset)
            & (self.pairs["score"] == score)
            & self.pairs["model"].isin((one, other))
            & self.pairs["other"].isin((one, other))
        ]
        if found.empty:
            found = self._against_bound(case, one, other, score)
        if found.empty or not found["groups"].iloc[0]:
            return None
        row = found.iloc[0]
        sign = (1 if BETTER_WHEN_HIGH.get(score, False) else -1) * (1 if row["model"] == one else -1)
        low, high = sorted((sign * float(row["low"]), sign * float(row["high"])))
        return Gain(sign * float(row["difference"]), low, high, int(row["groups"]))

    def leaders(self, case: str, score: str) -> list[str]:
        """The model with the best mean, then those that cannot be told from it; all where structures are too few."""
        best, *others = self.having(case, score) or [""]
        gains = {other: self.gain(case, best, other, score) for other in others}
        return [best, *(other for other, gain in gains.items() if gain and gain.verdict != "better")] if best else []

    def _against_bound(self, case: str, one: str, other: str, score: str) -> pd.DataFrame:
        here = self.scores[
            (self.scores["case"] == case)
            & (self.scores["dataset"] == self.dataset)
            & (self.scores["score"] == score)
            & self.scores["model"].isin((one, other))
        ]
        both = set(here["model"]) == {one, other}
        shared = here.groupby("sample")["model"].nunique().eq(2).any()
        return comparisons(here, (one, other), (score,)) if both and shared else self.pairs.iloc[:0]
