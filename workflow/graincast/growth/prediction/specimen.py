"""A user's picture to a map of grains: which kind of picture it is, and every grain of it as a number.

A label map has one value or colour a grain. In a boundary image grains are told apart by dark or light lines. The
difference is seen: a label map is made of plateaus of many values, whatever their order. Any other picture is split at
Otsu's threshold (IEEE Trans. Syst. Man Cybern. 9, 62, 1979): a boundary image falls into thin lines and thick grains.
Lines of one value of their own that are drawn into a label map are no grain: their pixels go to the nearest one.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.filters import threshold_otsu

from graincast.base.errors import GraincastError
from graincast.material.grains import geometry, watershed
from graincast.material.grains.geometry import connected_regions

THIN = 0.4  # thickness of lines over that of grains
LONGEST_SIDE = 1500  # pixels of a boundary image that is flooded
LONGEST_LABELS = 3000  # pixels of a label map; of a larger one every second row and column is looked at, or fewer
SPECK = 0.02  # of the median basin: smaller ones are no grains
FEWEST_PIXELS = 16.0  # of the mean grain: below, boundaries are steps of pixels
FEWEST_GRAINS = 8
NOISE = 1 / 300  # of the side: shades are smoothed over it where light is uneven
AROUND = 1 / 15  # of the side: over it light is even
CANDIDATES = 3  # for lines in a label map
LEAST_PLATEAUS = 0.25  # of a label map: share of its grains without those of the two commonest values


@dataclass(frozen=True)
class Specimen:
    labels: NDArray[np.int32]  # [side, side] grains from 0 on, each one region
    kind: str  # "labels" or "boundaries", with what was found
    cropped: bool
    pixel: float  # of the user's picture, to one of the labels

    @property
    def grains(self) -> int:
        return int(self.labels.max()) + 1


@dataclass(frozen=True)
class Lines:
    image: NDArray[np.float32]  # [side, side] in 0..1, 1 on a line
    threshold: float
    shade: str


def read(picture: NDArray, kind: str, periodic: bool, where: str) -> Specimen:
    """The grains of a picture in its central square; `kind` is labels, boundaries or auto."""
    square = _central_square(picture)
    if periodic and square.shape != picture.shape:
        raise GraincastError(f"{where}: has {picture.shape[0]} x {picture.shape[1]} pixels, expected a square period")
    step = -(-len(square) // LONGEST_LABELS)
    labelled = kind == "labels" or (kind == "auto" and is_label_map(square[::step, ::step]))
    lines = None if labelled else _lines(square, step)
    if kind == "boundaries" and lines is None:
        raise GraincastError(f"{where}: shows no thin dark or light lines between thick grains")
    if lines is None:
        found, labels, pixel = "labels", _of_labels(square[::step, ::step], periodic), float(step)
    else:
        found = f"boundaries, {lines.shade} lines"
        labels, pixel = _of_lines(lines, periodic)
    _check(labels, pixel, f"{where}, read as {found}")
    return Specimen(labels, found, square.shape != picture.shape, pixel)


def sentence(specimen: Specimen, periodic: bool) -> str:
    """What was made of a picture."""
    crop = ", cropped to its central square" if specimen.cropped else ""
    edges = "periodic" if periodic else "mirrored at its edges"
    return f"read as {specimen.kind}{crop}, {edges}: {specimen.grains} grains"


def _lines(square: NDArray, step: int) -> Lines | None:
    """The lines that a picture shows; where it is speckled and shows none, those that it shows in even light."""
    grey = _grey(square)
    lines = found_lines(grey, step)
    if lines is not None or not _is_speckled(_codes(square[::step, ::step])):
        return lines
    lines = found_lines(_evened(grey), step)
    return None if lines is None else replace(lines, shade=f"unevenly lit {lines.shade}")


def _evened(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Shades [side, side] without noise, less their mean around each pixel."""
    smooth = ndimage.gaussian_filter(grey, NOISE * len(grey))
    uneven = ndimage.uniform_filter(smooth, max(3, round(AROUND * len(grey))))
    return _grey(smooth - uneven + 1)


def _is_speckled(codes: NDArray) -> bool:
    """Whether most pixels differ from the next one."""
    return bool(2 * np.mean(codes[:, 1:] == codes[:, :-1]) < 1)


def is_label_map(square: NDArray) -> bool:
    """Whether a picture is made of plateaus of many values; one of lines has two values, or noise, or soft edges."""
    codes = _codes(square)
    if _is_speckled(codes):
        return False
    values = np.unique(codes, return_inverse=True)[1].reshape(codes.shape)
    regions = _numbered(values, periodic=False)
    sizes = np.bincount(regions.ravel())
    plateaus = sizes[regions] >= FEWEST_PIXELS
    others = np.sort(np.bincount(values[plateaus]))[:-2].sum()
    return bool(sizes.mean() >= FEWEST_PIXELS and others >= LEAST_PLATEAUS * codes.size)


def _central_square(picture: NDArray) -> NDArray:
    side = min(picture.shape[:2])
    top, left = (picture.shape[0] - side) // 2, (picture.shape[1] - side) // 2
    return picture[top : top + side, left : left + side]


def _grey(picture: NDArray) -> NDArray[np.float32]:
    """A picture as shades in 0..1, its extremes left out."""
    shades = picture if picture.ndim == 2 else picture.sum(axis=2, dtype=np.uint16)
    largest = max(float(shades.max()), -float(shades.min()), 1e-300)
    shades = (shades / largest).astype(np.float32)
    sampled = -(-len(shades) // LONGEST_LABELS)
    low, high = np.percentile(shades[::sampled, ::sampled], [0.5, 99.5])
    if high <= low:
        low, high = shades.min(), shades.max()
    return np.asarray(np.clip((shades - low) / max(high - low, 1e-12), 0, 1), np.float32)


def found_lines(grey: NDArray[np.float32], step: int) -> Lines | None:
    """The thin lines between thick grains that shades [side, side] in 0..1 show, if they do; seen at every `step`."""
    seen = grey[::step, ::step]
    if seen.min() == seen.max():
        return None
    threshold = float(threshold_otsu(seen))
    light = seen > threshold
    thick_light, thick_dark = _thickness(light), _thickness(~light)
    if thick_light < THIN * thick_dark:
        return Lines(grey, threshold, "light")
    if thick_dark < THIN * thick_light:
        return Lines(1 - grey, 1 - threshold, "dark")
    return None


def _thickness(inside: NDArray[np.bool_]) -> float:
    """How far the pixels of a mask are from its outside: most of them are nearer."""
    if inside.all() or not inside.any():
        return 0.0
    return float(np.percentile(ndimage.distance_transform_edt(inside)[inside], 90)) - 0.5


def _of_lines(lines: Lines, periodic: bool) -> tuple[NDArray[np.int32], float]:
    """Grains of a boundary image, and pixels of it to one of theirs."""
    image, step = lines.image, -(-len(lines.image) // LONGEST_SIDE)
    if step > 1:  # a line stays a line, however thin
        side = len(image) // step
        image = image[: side * step, : side * step].reshape(side, step, side, step).max(axis=(1, 3))
    whole = image if periodic else np.block([[image, image[:, ::-1]], [image[::-1], image[::-1, ::-1]]])
    basins = connected_regions((whole < lines.threshold).astype(np.int32))
    inside = whole < lines.threshold
    sizes = np.bincount(basins[inside]) if inside.any() else np.array([1])
    large = sizes[sizes > 3]
    speck = max(3, int(SPECK * np.median(large))) if len(large) else 3
    grains = watershed.grains_below(whole, lines.threshold, speck)
    return _numbered(grains[: len(image), : len(image)], periodic), float(step)


def _of_labels(square: NDArray, periodic: bool) -> NDArray[np.int32]:
    """Grains of a picture with one value or colour a grain."""
    codes = _codes(square)
    values = np.unique(codes, return_inverse=True)[1].reshape(codes.shape)
    return _without_lines(values, _numbered(values, periodic), periodic)


def _codes(square: NDArray) -> NDArray:
    """One number a pixel, another one for another colour."""
    if square.ndim == 2:
        return square
    red, green, blue = (square[..., channel].astype(np.int32) for channel in range(3))
    return (red << 16) | (green << 8) | blue


def _without_lines(values: NDArray, regions: NDArray[np.int32], periodic: bool) -> NDArray[np.int32]:
    """Regions; those of a thin value that meets half of the others or more are left to the nearest of the rest."""
    met = geometry.sides(values)
    likely = np.argsort(-met, kind="stable")[:CANDIDATES]
    for value in likely[2 * met[likely] >= len(met) - 1]:
        lines = values == value
        if _thickness(lines) < THIN * _thickness(~lines):
            nearest = ndimage.distance_transform_edt(lines, return_distances=False, return_indices=True)
            return _numbered(regions[tuple(nearest)], periodic)
    return regions


def _numbered(labels: NDArray, periodic: bool) -> NDArray[np.int32]:
    """Regions of equal label from 0 on, joined across the edges where the picture is periodic."""
    if periodic:
        return connected_regions(labels)
    framed = np.pad(labels.astype(np.int64) + 1, ((0, 1), (0, 1)))
    regions = connected_regions(framed)[:-1, :-1]
    return np.asarray(np.unique(regions, return_inverse=True)[1].reshape(labels.shape), np.int32)


def _check(labels: NDArray[np.int32], pixel: float, where: str) -> None:
    grains = int(labels.max()) + 1
    if grains < FEWEST_GRAINS:
        what = "one single grain" if grains == 1 else f"{grains} grains"
        raise GraincastError(
            f"{where}: shows {what}, expected {FEWEST_GRAINS} or more: "
            "take a larger field of view (if there are more, see --kind)"
        )
    mean = labels.size / grains
    if mean < FEWEST_PIXELS:
        raise GraincastError(
            f"{where}: a mean grain has {mean * pixel**2:.0f} pixels, expected {FEWEST_PIXELS * pixel**2:.0f} or more: "
            "take a smaller field of view or finer pixels (a photograph? smoothed edges? see --kind)"
        )
