"""Pictures segmented one after the other by one segmenter; what is done already is not done again."""

from pathlib import Path
from typing import Any

import torch

from graincast.base.errors import GraincastError
from graincast.material.grain_size import one_picture, telling
from graincast.material.grain_size.one_picture import GrainSize
from graincast.material.microstructure import Microstructure
from graincast.segmentation import segmenter
from graincast.segmentation.segmenter import Segmenter
from graincast.segmentation.segmenting import corrected, leaving, micrograph, segmented
from graincast.training import devices


class PictureBatch:
    """One segmenter and what was asked."""

    def __init__(
        self,
        model: Path,
        views: int,
        pixel_um: float | None,
        labels: Path | None,
        exports: tuple[str, ...],
        threads: int | None,
    ) -> None:
        if labels is None and not model.is_file():
            raise GraincastError(f"{model}: is not there, expected a segmenter (.safetensors)")
        if threads is not None:
            devices.bound_threads(threads)
        self.model, self.views, self.pixel_um, self.labels, self.exports = model, views, pixel_um, labels, exports
        self._segmenter: Segmenter | None = None

    def segmented(self, path: Path, folder: Path) -> tuple[dict[str, Any], list[GrainSize]]:
        """What is told of one picture, and its grain size if it has a scale."""
        seen = micrograph.read(path, self.pixel_um)
        options = {"views": self.views, "pixel_um": self.pixel_um, "exports": self.exports, "labels": bool(self.labels)}
        key = leaving.key(path, options, self.labels or self.model)
        done = leaving.recorded(folder, key)
        if done is not None:
            return {**done["told"], "done_before": True}, _size_again(folder, seen.step)
        if self.labels is not None:
            structure = corrected.read(self.labels, seen, path)
            size = leaving.write(folder, seen.seen, structure, self.exports)
            said = [f"{structure.grains} grains of {self.labels}, as a person corrected them", *seen.said]
            told: dict[str, Any] = {"grains": structure.grains}
        else:
            with devices.device() as device:
                found = segmented.segmented(seen, self._loaded(device), self.views)
            structure = found.structure
            size = leaving.write(folder, seen.seen, structure, self.exports, found.certainty, found.chance)
            said = [f"{structure.grains} grains", *seen.said, _doubt(found.g_half_width), *found.warnings]
            told = {"grains": structure.grains, "astm_half_width_of_doubt": found.g_half_width}
        told["said"] = [*said, *(f"ASTM E112: {telling.in_short(one)}" for one in size), f"written to {folder}"]
        leaving.record(folder, {"key": key, "picture": str(path), "told": told})
        return {**told, "done_before": False}, size

    def _loaded(self, device: torch.device) -> Segmenter:
        if self._segmenter is None:
            self._segmenter = segmenter.load(self.model, device)
        return self._segmenter


def _doubt(half_width: float) -> str:
    return f"doubt of boundaries leaves ASTM G open by +- {half_width:.2f} (95 %)"


def _size_again(folder: Path, step: float | None) -> list[GrainSize]:
    """The grain size of labels that were written before."""
    if step is None:
        return []
    from graincast.base import pictures

    labels = pictures.read(folder / "labels.tif").astype("int32") - 1
    return [one_picture.measured(Microstructure(labels, step))]
