"""How well patches are rebuilt, as structures: grains of true and rebuilt patches, both read by the SNOW recipe.

The slope is that of the published figure: equivalent radius R in pixels against the number of neighbours n, by least
squares, over grains that no edge cuts, of one patch and of all test patches of a step together. What an autoencoder
has beside its latents (a skip) goes into what it rebuilds; what latents alone give is scored too where that differs.
Latents are used where their own patch is rebuilt better than another's: `latents_used` is 1 less the error with own
latents over that with those of the next patch, and 0 of a decoder that does not listen.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from graincast.generation import reading
from graincast.generation.contract import PatchAutoencoder
from graincast.generation.data import patch_structure, whole_patches
from graincast.generation.data.fields import StructureField
from graincast.scoring import maps
from graincast.scoring.populations import distance

DRAWS = 1000
TRUE, REBUILT, LATENTS_ALONE = "", "_rebuilt", "_by_latents_alone"  # ends of names of scores
Row = dict[str, Any]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Grains:
    """Grains of a patch that no edge cuts."""

    radius: Floats  # [grains] pixels
    sides: NDArray[np.int64]  # [grains]


@dataclass(frozen=True)
class Rebuilt:
    """The patches of one field, and what was made of them, by the ends of names of scores."""

    field: int
    step: int
    images: Mapping[str, NDArray]  # [patches, side, side] pixels
    labels: Mapping[str, Sequence[NDArray]]  # [side, side] each
    used: float

    def grains(self, kind: str) -> list[Grains]:
        """Of each patch."""
        return [_grains(labels) for labels in self.labels[kind]]


@torch.no_grad()
def seen(
    model: PatchAutoencoder, fields: Sequence[StructureField], count: int, device: torch.device
) -> Iterator[Rebuilt]:
    """`count` patches of each field, two or more."""
    for number, field in enumerate(fields):
        batch = whole_patches.of_field(field, number, model.side, count).to(device)
        latents = model.encode(batch.distance)[0]
        alone = model.decode(latents)
        made = {TRUE: batch.distance, REBUILT: model.redrawn(batch)}
        if not torch.allclose(made[REBUILT], alone):
            made[LATENTS_ALONE] = alone
        own, others = (((one - batch.distance) ** 2).mean() for one in (alone, model.decode(latents.roll(1, dims=0))))
        images = {kind: one[:, 0].cpu().numpy() for kind, one in made.items()}
        labels = {kind: [reading.published(image) for image in one] for kind, one in images.items()}
        yield Rebuilt(number, field.step, images, labels, float(1 - own / others.clamp(min=1e-12)))


def rows(identity: Mapping[str, Any], found: Sequence[Rebuilt]) -> Iterator[Row]:
    """Of each field, and of all fields of a step together; `identity` names the model and the case."""
    for one in found:
        here = {**identity, "sample": one.field, "step": one.step}
        for score, value in _of_field(one):
            yield {**here, "score": score, "value": value}
    for step in dict.fromkeys(one.step for one in found):
        of_step = [one for one in found if one.step == step]
        for score, value in _of_step(of_step):
            yield {**identity, "step": step, "score": score, "value": value}


def _of_field(one: Rebuilt) -> Iterator[tuple[str, float]]:
    """Means over the patches of a field."""
    yield "latents_used", one.used
    truth = one.labels[TRUE]
    true_count = sum(int(labels.max()) + 1 for labels in truth)
    for kind, labels in one.labels.items():
        count = sum(int(each.max()) + 1 for each in labels)
        yield f"patch_grains{kind}", count / len(labels)
        slopes = [slope([grains]) for grains in one.grains(kind)]
        yield f"patch_slope{kind}", float(np.mean(slopes))
        if kind == TRUE:
            continue
        errors = [maps.partition(each, true).rand_error for each, true in zip(labels, truth, strict=True)]
        yield f"patch_rand_error{kind}", float(np.mean(errors))
        yield f"patch_count_bias{kind}", count / true_count - 1


def _of_step(found: Sequence[Rebuilt]) -> Iterator[tuple[str, float]]:
    """Grains of all patches of a step as one population."""
    truth = [grains for one in found for grains in one.grains(TRUE)]
    for kind in found[0].labels:
        by_field = [one.grains(kind) for one in found]
        every = [grains for grains_of_field in by_field for grains in grains_of_field]
        yield f"pooled_slope{kind}", slope(every)
        low, high = _slope_interval(by_field, np.random.default_rng(0))
        yield f"pooled_slope{kind}_low", low
        yield f"pooled_slope{kind}_high", high
        yield f"pooled_sides_variance{kind}", _variance(_all(every, "sides"))
        if kind != TRUE:
            yield f"pooled_radius_distance{kind}", _apart(every, truth, "radius")
            yield f"pooled_sides_distance{kind}", _apart(every, truth, "sides")


def slope(grains: Sequence[Grains]) -> float:
    """Of R against n, pixels; 0 where all have as many neighbours."""
    return float(_slopes(_moments(grains)[None])[0])


def _slope_interval(by_field: Sequence[Sequence[Grains]], rng: np.random.Generator) -> tuple[float, float]:
    """Percentile interval over fields."""
    moments = np.stack([_moments(grains) for grains in by_field])
    drawn = moments[rng.integers(len(moments), size=(DRAWS, len(moments)))].sum(axis=1)
    low, high = np.quantile(_slopes(drawn), [0.025, 0.975])
    return float(low), float(high)


def _moments(grains: Sequence[Grains]) -> Floats:
    """Sums [5] of 1, n, R, n^2 and n R."""
    n, radius = _all(grains, "sides"), _all(grains, "radius")
    return np.array([len(n), n.sum(), radius.sum(), n @ n, n @ radius])


def _slopes(moments: Floats) -> Floats:
    """Of sums [..., 5]."""
    count, n, radius, squares, products = np.moveaxis(moments, -1, 0)
    spread = count * squares - n**2
    return np.where(spread > 0, (count * products - n * radius) / np.where(spread > 0, spread, 1.0), 0.0)


def _variance(values: Floats) -> float:
    return float(values.var()) if len(values) else 0.0


def _all(grains: Sequence[Grains], name: str) -> Floats:
    return np.concatenate([np.empty(0), *(getattr(one, name) for one in grains)])


def _apart(one: Sequence[Grains], other: Sequence[Grains], name: str) -> float:
    """Wasserstein distance of a property of grains; radii over the mean of the others'."""
    made, true = _all(one, name), _all(other, name)
    if not len(made) or not len(true):
        return 0.0
    scale = float(true.mean()) if name == "radius" else 1.0
    return distance(made / scale, np.ones(len(made)), true / scale, np.ones(len(true)))


def _grains(labels: NDArray[np.integer]) -> Grains:
    inside = patch_structure.inside(labels)
    return Grains(np.sqrt(inside.area / np.pi), inside.sides)
