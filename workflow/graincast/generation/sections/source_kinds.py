"""Which sources are compared with each other, because they are read alike, and what a reader calls them."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from graincast.generation import catalogue, drawers
from graincast.generation.catalogue import name
from graincast.generation.data.drawn import DrawnMap
from graincast.generation.experiment import Experiment
from graincast.generation.judging import copying
from graincast.generation.sections.like_truth import SourceKind
from graincast.material.grains.numbering import consecutive

FIELDS_NOTE = (
    "Whole periodic fields. All are read at 10 pixels to the side of the mean grain, by valleys; radii are then given "
    "in pixels of each step. The power diagram has the very sizes of true fields, no small gift: a user has them "
    "only of a map at hand. Nearest training piece: how alike the boundaries of made pieces of "
    f"{copying.SIDE} x {copying.SIDE} pixels are, at most, to any place of all fields that generators learned from, "
    "turned and mirrored, as a mean correlation; 1 for copies, and for unseen true pieces what stands beside."
)
PIECES_NOTE = (
    "Pieces as large as the patches of the autoencoder, read by the SNOW recipe as published; grains that an edge cuts "
    "are not counted, in the truth either."
)


def of(experiment: Experiment) -> list[SourceKind]:
    """Periodic fields, and pieces."""
    fields = {label: found for label, found in _labels(experiment).items() if found[1] != "autoencoder"}
    pieces = {label: found for label, found in _labels(experiment).items() if found[1] == "autoencoder"}
    first = experiment.autoencoders[0]
    ends = [("true_fields", "other_fields"), (f"true_pieces/{first}", f"other_pieces/{first}")]
    return [
        SourceKind("fields", "Whole fields", _named(fields), *ends[0], FIELDS_NOTE),
        SourceKind("pieces", "Pieces, as published", _named(pieces), *ends[1], PIECES_NOTE),
    ]


def _labels(experiment: Experiment) -> dict[str, tuple[str, str]]:
    """Label and needed kind of model of each source as the table calls it, those of the truth first."""
    found = {}
    for source in sorted(experiment.sources, key=lambda source: not source.startswith("true_")):
        models = dict.fromkeys(model for model, _ in drawers.of_source(experiment, source))
        for model in models:
            others = f" of {model}" if len(models) > 1 else ""
            found[name(source, model)] = (catalogue.label(source) + others, catalogue.needs(source))
    return found


def _named(found: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    return {source: label for source, (label, _) in found.items()}


def shown(first: Mapping[str, Sequence[DrawnMap]], experiment: Experiment) -> dict[str, NDArray[np.int32]]:
    """Grain maps of the last step at one scale: wanted, the published sampler's, ours, and a power diagram's."""
    autoencoder, generator = experiment.autoencoders[0], experiment.generators[0]
    chosen = {
        "wanted": f"true_pieces/{autoencoder}",
        "published sampler": f"decoded_per_dimension/{autoencoder}",
        "ours": f"flow/{generator}",
        "power diagram, same sizes": "power_diagram",
    }
    there = {label: first[source] for label, source in chosen.items() if source in first}
    step = max(one.step for maps in there.values() for one in maps)
    maps = {label: next(one for one in some if one.step == step) for label, some in there.items()}
    side = min(one.scale * min(one.labels.shape) for one in maps.values())
    return {label: _corner(one, side) for label, one in maps.items()}


def _corner(one: DrawnMap, side: float) -> NDArray[np.int32]:
    """A square of so many pixels of the step."""
    pixels = round(side / one.scale)
    return consecutive(one.labels[:pixels, :pixels])
