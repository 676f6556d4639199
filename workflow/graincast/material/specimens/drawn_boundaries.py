"""Grains of a picture in which dark or light lines tell them apart.

A picture is split at Otsu's threshold (IEEE Trans. Syst. Man Cybern. 9, 62, 1979): one of lines falls into thin lines
and thick grains. Light that fades across a picture can turn this around, the dark half being taken for grains; so a
picture is read as it is and in even light, which is less its mean around each pixel, and where the two call different
shades the lines, or the light fades by much of the lines' contrast, the second is believed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.filters import threshold_otsu

from graincast.material.grains import watershed
from graincast.material.grains.geometry import connected_regions
from graincast.material.specimens.drawn_labels import THIN, colour_codes, is_speckled, numbered, thickness

LONGEST_SIDE = 1500  # pixels of a boundary image that is flooded
SPECK = 0.02  # of the median basin: smaller ones are no grains
NOISE = 1 / 300  # of the side: shades are smoothed over it where light is uneven
UNEVEN = 0.6  # of the contrast of lines
AROUND = 1 / 15  # of the side: over it light is even
SAMPLED = 3000  # pixels of a side that shades are measured on
RIVAL = 0.3  # of the contrast of lines: that of lines of the other shade, if there are such


@dataclass(frozen=True)
class Lines:
    image: NDArray[np.float32]  # [rows, columns] in 0..1, 1 on a line
    threshold: float
    shade: str
    doubted: "Lines | None" = None  # what was seen before light was evened, if that is another shade

    @property
    def contrast(self) -> float:
        on_line = self.image > self.threshold
        return float(self.image[on_line].mean() - self.image[~on_line].mean())


def lines(picture: NDArray, step: int, shade: str | None = None) -> Lines | None:
    """The lines that a picture shows, if any, seen at every `step`; of the shade that its user says, if he does."""
    grey = shades(picture)
    found = found_lines(grey, step, shade)
    if found is None and not is_speckled(colour_codes(picture[::step, ::step])):
        return None
    even = found_lines(_evened(grey), step, shade)
    if even is None or (found is not None and found.shade == even.shade and not _is_uneven(found)):
        return found
    other = found if found is not None and found.shade != even.shade else None
    return replace(even, shade=f"unevenly lit {even.shade}", doubted=other)


def found_lines(grey: NDArray[np.float32], step: int, shade: str | None = None) -> Lines | None:
    """The thin lines between thick grains that shades [rows, columns] in 0..1 show, if they do."""
    seen = grey[::step, ::step]
    if seen.min() == seen.max():
        return None
    threshold = float(threshold_otsu(seen))
    if shade is None:
        shade = _thin_shade(seen > threshold)
    if shade == "light":
        return Lines(grey, threshold, "light")
    return Lines(1 - grey, 1 - threshold, "dark") if shade == "dark" else None


def _is_uneven(found: Lines) -> bool:
    """Whether the mean over large parts of a picture differs by much of what lines differ from grains."""
    parts = ndimage.uniform_filter(found.image, [max(1, side // 3) for side in found.image.shape])
    return bool(np.ptp(parts) > UNEVEN * found.contrast)


def _thin_shade(light: NDArray[np.bool_]) -> str | None:
    """Which of light and dark pixels are thin where the others are thick."""
    thick_light, thick_dark = thickness(light), thickness(~light)
    if thick_light < THIN * thick_dark:
        return "light"
    return "dark" if thick_dark < THIN * thick_light else None


def rivals(found: Lines) -> Iterator[Lines]:
    """Lines of the other shade that a picture shows as well: thin ones among what was taken for grains."""
    if found.doubted is not None:
        yield found.doubted
    grains = found.image[found.image <= found.threshold]
    if grains.min() == grains.max():
        return
    threshold = float(threshold_otsu(grains))
    other = Lines(1 - found.image, 1 - threshold, "light" if found.shade.endswith("dark") else "dark")
    step = -(-max(found.image.shape) // SAMPLED)
    if other.contrast > RIVAL * found.contrast and _thin_shade(found.image[::step, ::step] >= threshold) == "dark":
        yield other


def reduced(image: NDArray[np.float32]) -> tuple[NDArray[np.float32], int]:
    """A boundary image that is small enough to be flooded, and pixels of the given one to one of its."""
    step = -(-max(image.shape) // LONGEST_SIDE)
    if step == 1:
        return image, 1
    rows, columns = (side // step for side in image.shape)  # a line stays a line, however thin
    return image[: rows * step, : columns * step].reshape(rows, step, columns, step).max(axis=(1, 3)), step


def grains_between(lines: Lines, periodic: bool) -> tuple[NDArray[np.int32], float]:
    """Grains of a boundary image, and pixels of it to one of theirs."""
    image, step = reduced(lines.image)
    whole = image if periodic else np.block([[image, image[:, ::-1]], [image[::-1], image[::-1, ::-1]]])
    inside = whole < lines.threshold
    basins = connected_regions(inside.astype(np.int32))
    sizes = np.bincount(basins[inside]) if inside.any() else np.array([1])
    large = sizes[sizes > 3]
    speck = max(3, int(SPECK * np.median(large))) if len(large) else 3
    grains = watershed.grains_below(whole, lines.threshold, speck)
    return numbered(grains[: image.shape[0], : image.shape[1]], periodic), float(step)


def shades(picture: NDArray) -> NDArray[np.float32]:
    """A picture as shades in 0..1, its extremes left out."""
    sums = picture if picture.ndim == 2 else picture.sum(axis=2, dtype=np.uint16)
    largest = max(float(sums.max()), -float(sums.min()), 1e-300)
    sums = (sums / largest).astype(np.float32)
    sampled = -(-max(sums.shape) // SAMPLED)
    low, high = np.percentile(sums[::sampled, ::sampled], [0.5, 99.5])
    if high <= low:
        low, high = sums.min(), sums.max()
    return np.asarray(np.clip((sums - low) / max(high - low, 1e-12), 0, 1), np.float32)


def _evened(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Shades without noise, less their mean around each pixel."""
    side = min(grey.shape)
    smooth = ndimage.gaussian_filter(grey, NOISE * side)
    uneven = ndimage.uniform_filter(smooth, max(3, round(AROUND * side)))
    return shades(smooth - uneven + 1)
