"""A measured map to grains: crop, phases, confidence, fill, segment, small, twins; in this order.

1. crop; all that follows knows nothing of what is cut off.
2. phases: points of phases that are not kept count as not indexed.
3. confidence: so do points less sure than the least.
4. fill: a point that is not indexed takes phase and orientation of the nearest one that is.
5. segment: neighbours of one phase no farther apart than the threshold are of one grain, and so is a chain of them.
6. small: the smallest grain first goes to the one that it borders on most, of whatever phase, until none is too small.
   Only indexed points count: a speck does not become a grain by being spread over a gap.
7. twins: grains of which more than half of the common boundary is Sigma3 become one, if the rules say so; of all
   phases, or of those that the rules name.

A ready grain map has crop, segment (connected points of one label) and small.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from graincast.base.errors import GraincastError
from graincast.material.grains.numbering import consecutive
from graincast.material.grains.small_grains import absorbed, touching_inside
from graincast.material.measured import orientations, refusals, regions, twins
from graincast.material.measured.cleaned import Cleaned, Step
from graincast.material.measured.map_rows import Cleaning
from graincast.material.measured.orientations import Crystal
from graincast.material.measured.scan import NOT_INDEXED, GrainMap, Scan

MOST_REGIONS = 1_000_000  # before small ones are absorbed


def cleaned(measured: Scan | GrainMap, rules: Cleaning, where: str) -> Cleaned:
    """The grains of a measured map; `where` names its file and row in errors."""
    if isinstance(measured, GrainMap):
        return _of_labels(measured, rules, where)
    return of_orientations(measured, rules, where)[0]


def _of_labels(measured: GrainMap, rules: Cleaning, where: str) -> Cleaned:
    refusals.check_map(measured, rules, where)
    labels = measured.labels[refusals.window(measured.labels.shape, rules, where)]
    steps = [Step("crop", measured.labels.size - labels.size, None)]
    region = regions.regions(regions.links_of_labels(labels))
    first = np.unique(region, return_index=True)[1]
    steps.append(Step("segment", 0, len(first)))
    kept, own = _without_small(region, labels.ravel()[first], np.bincount(region.ravel()), rules, where)
    steps.append(Step("small", int((~own).sum()), int(kept.max()) + 1))
    refusals.check_grains(kept, rules, where)
    phase = np.zeros(int(kept.max()) + 1, np.int16)
    return Cleaned(kept, phase, {}, None, measured.step, 0.0, None, tuple(steps), measured.decisions)


@dataclass(frozen=True)
class Cores:
    """What is sure of the grains of a map of orientations: no speck, gap or twin that they took in."""

    inside: NDArray[np.bool_]  # [rows, columns] points that are indexed and of the largest region of their grain
    turned: NDArray[np.float32]  # [rows, columns, 4] orientations of all points, without gaps


def of_orientations(measured: Scan, rules: Cleaning, where: str) -> tuple[Cleaned, Cores]:
    """The grains of a map of orientations, and their cores."""
    refusals.check_map(measured, rules, where)
    scan = _cropped(measured, refusals.window(measured.phase.shape, rules, where))
    steps = [Step("crop", measured.phase.size - scan.phase.size, None)]
    phase = _chosen(scan, rules, where, steps)
    refusals.check_indexed(scan, phase, where)
    indexed = phase != NOT_INDEXED
    turned, phase = _filled(orientations.quaternions(scan.euler), phase)
    steps.append(Step("fill", int(np.sum(~indexed)), None))
    crystals = _crystals(scan, phase, where)
    region = regions.regions(regions.links_of_orientations(turned, phase, crystals, rules.misorientation))
    count = int(region.max()) + 1
    steps.append(Step("segment", 0, count))
    size = np.bincount(region[indexed], minlength=count)
    labels, own = _without_small(region, np.arange(count), size, rules, where)
    steps.append(Step("small", int((~own).sum()), int(labels.max()) + 1))
    refusals.check_grains(labels, rules, where)
    of_grain = _phase_of_grains(labels, phase, own)
    borders = twins.borders(labels, turned, phase, own, crystals)
    if rules.merge_twins:
        labels, of_grain, step = _merged(labels, of_grain, borders.among(_merging(scan, of_grain, rules)))
        steps.append(step)
        refusals.check_grains(labels, rules, where)
    found = Cleaned(
        labels,
        of_grain,
        scan.phases,
        scan.quality,
        scan.step,
        float(np.mean(~indexed)),
        borders.share,
        tuple(steps),
        scan.decisions,
    )
    return found, Cores(indexed & (region == _largest(labels, region, indexed)[labels]), turned)


def _largest(labels: NDArray[np.int32], region: NDArray[np.int32], indexed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Of the regions of each grain [grains] the one with most indexed points."""
    count = int(region.max()) + 1
    codes, points = np.unique(labels[indexed].astype(np.int64) * count + region[indexed], return_counts=True)
    by_size = codes[np.argsort(points, kind="stable")]
    largest = np.zeros(int(labels.max()) + 1, np.int64)
    largest[by_size // count] = by_size % count  # of a grain's regions the last one, which is the largest, stays
    return largest


def _cropped(scan: Scan, window: tuple[slice, slice]) -> Scan:
    return replace(
        scan,
        euler=scan.euler[window],
        phase=scan.phase[window],
        confidence=None if scan.confidence is None else scan.confidence[window],
        quality=None if scan.quality is None else scan.quality[window],
    )


def _chosen(scan: Scan, rules: Cleaning, where: str, steps: list[Step]) -> NDArray[np.int16]:
    """The phase of the points that are of a kept phase and trusted, NOT_INDEXED elsewhere; says so in `steps`."""
    phase = scan.phase
    if rules.phases:
        refusals.check_phases(scan, rules, where)
        kept = np.isin(phase, rules.phases)
        steps.append(Step("phases", int(np.sum(~kept & (phase != NOT_INDEXED))), None))
        phase = np.where(kept, phase, np.int16(NOT_INDEXED))
    if rules.confidence is not None:
        if scan.confidence is None:
            raise GraincastError(f"{where}: key 'confidence' is {rules.confidence}, but the map has no confidence")
        sure = scan.confidence >= rules.confidence
        steps.append(Step("confidence", int(np.sum(~sure & (phase != NOT_INDEXED))), None))
        phase = np.where(sure, phase, np.int16(NOT_INDEXED))
    return phase


def _filled(turned: NDArray[np.float32], phase: NDArray[np.int16]) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
    """Orientations [rows, columns, 4] and phases without gaps: those of the nearest point that has one."""
    gap = phase == NOT_INDEXED
    if not gap.any():
        return turned, phase
    rows, columns = ndimage.distance_transform_edt(gap, return_distances=False, return_indices=True)
    nearest = (rows[gap], columns[gap])
    turned, phase = turned.copy(), phase.copy()
    turned[gap], phase[gap] = turned[nearest], phase[nearest]
    return turned, phase


def _without_small(
    region: NDArray[np.int32], label: NDArray[np.integer], size: NDArray[np.integer], rules: Cleaning, where: str
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Grains [rows, columns] numbered from 0 with none too small, and the points that were in their grain before.

    `label` [regions] is alike for regions that become one where they touch; `size` [regions] are points that count.
    """
    if size.max() < rules.smallest or len(size) > MOST_REGIONS:
        raise GraincastError(
            f"{where}: nothing but specks: {len(size)} regions, the largest of {size.max()} points (key 'smallest' is "
            f"{rules.smallest}, at most {MOST_REGIONS} regions): is it a map of grains, is 'misorientation' too small?"
        )
    goes_to = absorbed(region, label, size, rules.smallest, touching_inside)
    return consecutive(goes_to)[region], (goes_to == np.arange(len(goes_to)))[region]


def _phase_of_grains(labels: NDArray[np.int32], phase: NDArray[np.int16], own: NDArray[np.bool_]) -> NDArray[np.int16]:
    """The phase of each grain [grains], which all points of its own have."""
    first = np.unique(labels[own], return_index=True)[1]
    return phase[own][first]


def _merging(scan: Scan, of_grain: NDArray[np.int16], rules: Cleaning) -> NDArray[np.bool_]:
    """Whether each grain [grains] is of a phase of which twins are merged."""
    if isinstance(rules.merge_twins, bool):
        return np.full(len(of_grain), rules.merge_twins)
    chosen = [number for number, phase in scan.phases.items() if phase.name in rules.merge_twins]
    return np.isin(of_grain, chosen)


def _merged(
    labels: NDArray[np.int32], phase: NDArray[np.int16], borders: twins.Borders
) -> tuple[NDArray[np.int32], NDArray[np.int16], Step]:
    numbers = twins.merged(borders, len(phase))
    first = np.unique(numbers, return_index=True)[1]
    points = int(np.sum(np.bincount(labels.ravel())[np.setdiff1d(np.arange(len(phase)), first)]))
    return numbers[labels], phase[first], Step("twins", points, len(first))


def _crystals(scan: Scan, phase: NDArray[np.int16], where: str) -> dict[int, Crystal]:
    """The crystal of each phase that the points have."""
    found = {}
    for number in np.unique(phase).tolist():
        if number not in scan.phases:
            raise GraincastError(f"{where}: has points of phase {number}, but describes only {sorted(scan.phases)}")
        try:
            found[number] = orientations.crystal(scan.phases[number].point_group)
        except GraincastError as error:
            raise GraincastError(f"{where}: phase '{scan.phases[number].name}': {error}") from error
    return found
