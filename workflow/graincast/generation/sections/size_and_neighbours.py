"""The page's section on what grains are like one by one: distributions of size and of neighbours, source by source."""

from collections.abc import Mapping, Sequence

from graincast.generation.data.drawn import DrawnMap
from graincast.generation.figures import grain_pictures
from graincast.generation.sections.like_truth import SourceKind
from graincast.report.parts import Part, Picture, Section
from graincast.report.style import colour_of
from graincast.scoring.grain_descriptors import Descriptors, described, pooled


def section(first: Mapping[str, Sequence[DrawnMap]], kinds: Sequence[SourceKind]) -> Section:
    """A figure for each way to read; structures by source, of the first training."""
    parts: list[Part] = [_picture({name: first[name] for name in kind.labels if name in first}, kind) for kind in kinds]
    return Section("distributions", "Sizes and neighbours", parts)


def _picture(sources: Mapping[str, Sequence[DrawnMap]], kind: SourceKind) -> Picture:
    steps = sorted({one.step for maps in sources.values() for one in maps})
    by_step = [{kind.labels[name]: _grains(maps, step) for name, maps in sources.items()} for step in steps]
    said = ", ".join(
        f"{name} {(grains.sides.astype(float)).var():.2f}" for name, grains in by_step[-1].items() if len(grains.area)
    )
    caption = (
        f"{kind.title}: distributions of R/<R> and of the number of neighbours by step (the publication's figure of "
        "the statistics of generated samples)."
    )
    figure = grain_pictures.distributions(by_step, colour_of([kind.labels[name] for name in sources]))
    return Picture(f"{kind.name}_distributions", figure, caption, f"Variance of n at the last step: {said}.")


def _grains(maps: Sequence[DrawnMap], step: int) -> Descriptors:
    return pooled(described(one.labels, one.periodic) for one in maps if one.step == step)
