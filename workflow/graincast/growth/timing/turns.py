"""Seconds that several pieces of work take, measured in turn.

Every round does each piece once, so that a busy moment of the machine falls on all alike; one round before the first
warms up. On a CPU two clocks run: the time that this process was computing, which neighbours on the machine hardly
change, and the time on the wall. On a GPU only the wall tells.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

ROUNDS = 5
Clock = Callable[[], float]
ON_CPU: Mapping[str, Clock] = {"cpu": time.process_time, "wall": time.perf_counter}
ON_GPU: Mapping[str, Clock] = {"gpu": time.perf_counter}  # the work must end with its results on the CPU


@dataclass(frozen=True)
class Work:
    """One way of forecasting sequences."""

    way: str  # "alone": one sequence after the other; "together": all at once, where that can be done
    sequences: int
    clocks: Mapping[str, Clock]
    do: Callable[[], object]


def in_turn(works: Sequence[Work], rounds: int = ROUNDS) -> list[dict[str, list[float]]]:
    """Of each work and clock, the seconds per sequence in every round."""
    taken: list[dict[str, list[float]]] = [{clock: [] for clock in work.clocks} for work in works]
    for work in works:
        work.do()
    for _ in range(rounds):
        for work, found in zip(works, taken, strict=True):
            began = [now() for now in work.clocks.values()]
            work.do()
            ended = [now() for now in work.clocks.values()]
            for clock, start, end in zip(work.clocks, began, ended, strict=True):
                found[clock].append((end - start) / work.sequences)
    return taken
