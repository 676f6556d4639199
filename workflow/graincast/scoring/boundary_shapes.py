"""Angles between boundaries at triple junctions, and how strongly boundaries are curved.

Boundaries are traced without the staircase of their pixels (`networks.tracing`). Dihedral angles are those between
chords to the points `REACH` px along the three arms: 120 degrees each where boundaries have one energy and are in
equilibrium (Herring, 1951), less what a bent boundary turns within the reach. Pixels alone spread them, so structures
are compared in like pixels a grain.

The turn of a boundary is the angle of the arc that has its chord c and the area A between both: A / c^2 =
(turn - sin turn) / (8 sin^2 (turn / 2)). Tracing keeps areas, so pixels change it little; an S counts with what is left
of it, a closed boundary with 2 pi. Mean curvature is the sum of turns over the sum of lengths, of boundaries whose
chord is `SHORTEST` px or more, since pixels turn shorter ones by chance, and it is given times the mean grain radius. A
Voronoi diagram has none but for a noise of pixels, about half of what a grown structure has at 12 px a grain.

A field that is not periodic is closed by a margin of mirror images. Junctions nearer than `REACH` to its edge and
boundaries that come as near are left out, which takes more long boundaries than short ones: compare fields of one size.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from graincast.material.grains.field_sizes import mean_radius
from graincast.material.networks import measures
from graincast.material.networks.network import Network
from graincast.material.networks.surroundings import closed, tiled
from graincast.material.networks.tracing import trace
from graincast.scoring.map_sets import MapSet
from graincast.scoring.populations import distance

REACH = 3.0  # px
SHORTEST = 8.0  # px
MARGIN = 8  # px of mirror images
EQUILIBRIUM = 120.0  # degrees
TURNS: NDArray[np.float64] = np.linspace(0.0, 1.95 * np.pi, 500)
AREAS = (TURNS - np.sin(TURNS)) / np.maximum(
    8 * np.sin(TURNS / 2) ** 2, 1e-9
)  # of circular segments, over the chord's square
Floats = NDArray[np.float64]


def dihedral_angles(labels: NDArray[np.integer], periodic: bool) -> Floats:
    """Angles [3 x junctions] in degrees at the triple junctions of a map whose arms are as long as the reach."""
    if np.ptp(labels) == 0:
        return np.empty(0)
    network, inside = _traced(labels, periodic)
    return measures.arm_angles(_with_arms(network, inside), REACH).ravel()


def turns(labels: NDArray[np.integer], periodic: bool) -> tuple[Floats, Floats]:
    """Turn in radians and length in px of every boundary [boundaries] of a map that is long enough."""
    if np.ptp(labels) == 0:
        return np.empty(0), np.empty(0)
    network, inside = _traced(labels, periodic)
    start, stop = network.first[:-1], network.first[1:] - 1
    chord = np.hypot(*(network.points[stop] - network.points[start]).T)
    shut = (network.ends[:, 0] < 0) & (chord < 0.5)  # one that winds around the box has its chord
    turn = np.where(shut, 2 * np.pi, _arc(_areas_over(network), np.maximum(chord, 1e-9)))
    length = measures.lengths(network)
    chosen = (shut | (chord >= SHORTEST)) & np.logical_and.reduceat(inside, start)
    return turn[chosen], length[chosen]


def laws(maps: MapSet) -> dict[str, float]:
    """Root mean square of dihedral angles off 120 degrees, and mean curvature times the mean radius, of all maps."""
    angles = np.concatenate([dihedral_angles(labels, maps.periodic) for labels in maps.maps])
    turned = length = 0.0
    for labels in maps.maps:
        radius = mean_radius(labels, maps.periodic).pixels
        turn, along = turns(labels, maps.periodic)
        turned, length = turned + float(turn.sum()), length + float(along.sum()) / radius
    return {
        "dihedral_spread_degrees": float(np.sqrt(np.mean((angles - EQUILIBRIUM) ** 2))) if len(angles) else np.nan,
        "relative_curvature": turned / length if length > 0 else np.nan,
    }


def angle_distance(made: MapSet, truth: MapSet) -> float:
    """Wasserstein distance of dihedral angles in degrees; NaN where a set has none."""
    one, other = (
        np.concatenate([dihedral_angles(labels, each.periodic) for labels in each.maps]) for each in (made, truth)
    )
    return distance(one, np.ones(len(one)), other, np.ones(len(other))) if len(one) and len(other) else float("nan")


def _traced(labels: NDArray[np.integer], periodic: bool) -> tuple[Network, NDArray[np.bool_]]:
    """The network of a map, and which of its points [points] are the field's own, clear of its edges."""
    around = tiled(labels) if periodic else closed(labels, MARGIN)
    network = trace(around.labels)
    inside = np.ones(len(network.points), bool)
    if not periodic:
        place = network.points % network.box
        for axis, along in enumerate(reversed(around.field)):
            inside &= (place[:, axis] >= along.start + REACH) & (place[:, axis] <= along.stop - REACH)
    return network, inside


def _with_arms(network: Network, inside: NDArray[np.bool_]) -> Network:
    """The network with those junctions alone that are inside."""
    boundary, back = network.arms[:, 0] >> 1, network.arms[:, 0] & 1
    at = np.where(back, network.first[boundary + 1] - 1, network.first[boundary])
    return replace(network, arms=network.arms[inside[at]])


def _areas_over(network: Network) -> Floats:
    """Area between each boundary and its chord, without sign."""
    start = network.first[:-1]
    from_start = network.points - np.repeat(network.points[start], np.diff(network.first), axis=0)
    x, y = from_start.T
    swept = np.append(x[:-1] * y[1:] - x[1:] * y[:-1], 0.0)
    swept[network.first[1:] - 1] = 0.0  # to the next boundary
    return np.asarray(0.5 * np.abs(np.add.reduceat(swept, start)))


def _arc(area: Floats, chord: Floats) -> Floats:
    """Turn of the arc with this area over its chord."""
    return np.asarray(np.interp(area / chord**2, AREAS, TURNS))
