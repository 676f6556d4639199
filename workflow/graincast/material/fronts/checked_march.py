"""A network through time, checked on the way: a part that breaks it is gone back over with more care.

The march stops every so many long steps and at every time asked for. What `integrity` finds wrong there is undone:
the part since the last sound state is marched again with shorter segments and steps, which takes other events in
another order. If that does not help either, the evolution ends with the reason; a broken network is never given out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.material.fronts import front as fronts
from graincast.material.fronts.front import Front
from graincast.material.fronts.stepping import march
from graincast.material.fronts.topology import dissolve_inner
from graincast.material.networks import integrity
from graincast.material.networks.evolution import Evolution, Unsound
from graincast.material.networks.network import Network

CHECK_EVERY = 64  # long steps
CARE = ((1.0, 1.0), (1.0, 0.5), (0.8, 0.5), (0.6, 0.3), (0.4, 0.3))  # (segment, steps) over what was asked for


@dataclass(frozen=True)
class Pairs:
    """What differs between boundaries: the kind of each grain, and tables of mobility and energy over two kinds."""

    kind: NDArray[np.int64]
    mobilities: NDArray[np.float64]
    energies: NDArray[np.float64]


def equal_pairs(network: Network) -> Pairs:
    """All boundaries alike, with k = 1."""
    one = np.ones((1, 1))
    return Pairs(np.zeros(network.grain_count, np.int64), one, one)


def evolve(network: Network, times: NDArray[np.float64], segment: float, pairs: Pairs) -> Evolution:
    """`network` at the ascending `times`, in units where k = 1; `segment` is in sides of the mean grain."""
    state = _inner_boundaries_dissolved(fronts.from_network(network, pairs.kind, pairs.mobilities, pairs.energies))
    reached, networks, repairs, now = fronts.to_network(state), [], 0, 0.0
    for time in times:
        while now < time:
            state, reached, now, mended = _part(state, now, float(time), segment)
            repairs += mended
        networks.append(reached)
    return Evolution(networks, repairs)


def _part(state: Front, now: float, until: float, segment: float) -> tuple[Front, Network, float, int]:
    """March some steps towards `until`. (a sound state, its network and time, how often that had to be repeated)"""
    reason = ""
    for attempt, (shorter, caution) in enumerate(CARE):
        trial, reached = fronts.copied(state), now
        steps = CHECK_EVERY if attempt == 0 else 100 * CHECK_EVERY
        while reached < until and steps > 0:
            before = reached
            reached, spacious = march(trial, reached, until, segment * shorter, caution, steps)
            if not trial.counts.any():
                raise Unsound(f"at t = {reached:.6g} one grain fills the box, which is no network")
            if not spacious or _half_gone(trial):
                trial = fronts.tidied(trial)
            steps = steps if reached == before else 0
        network = fronts.to_network(trial)
        problem = integrity.flaw(network)
        if problem is None:
            return trial, network, reached, attempt
        reason, until = problem, reached
    raise Unsound(f"between t = {now:.6g} and {until:.6g}: {reason}")


def _half_gone(state: Front) -> bool:
    return bool(np.count_nonzero(state.counts) < 0.6 * len(state.counts))


def _inner_boundaries_dissolved(state: Front) -> Front:
    """Without boundaries that have the same grain on both sides, as a grain that meets its periodic image has."""
    while not dissolve_inner(state):
        state = fronts.tidied(state)
    return state
