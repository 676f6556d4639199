"""What the segmentation study offers to a notebook."""

from pathlib import Path

from graincast.segmentation import segmenter
from graincast.segmentation.segmenting import micrograph, options, segmented
from graincast.segmentation.segmenting.segmented import Segmented
from graincast.training import devices

__all__ = ["segment"]


def segment(
    picture: str | Path,
    pixel_size: float | None = None,
    *,
    views: int = options.USUAL,
    model: str | Path = options.SHIPPED,
    threads: int | None = None,
) -> Segmented:
    """The grains of a micrograph as `segment` finds them: `structure`, `chance`, `certainty`, `warnings`."""
    if threads is not None:
        devices.bound_threads(threads)
    seen = micrograph.read(Path(picture), pixel_size)
    with devices.device() as device:
        return segmented.segmented(seen, segmenter.load(Path(model), device), views)
