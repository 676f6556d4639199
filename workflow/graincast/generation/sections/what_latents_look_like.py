"""The page's section on latents as the publication shows them: dimensions, components, responses, probes."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graincast.generation.data.latents import TEST
from graincast.generation.figures import latent_components, latent_dimensions, probe_sheet
from graincast.report.parts import Part, Picture, Section, Words
from graincast.report.words import listed, percent

Arrays = Mapping[str, NDArray]
ACTIVE_FROM = 0.01  # variance of a dimension's test means, from which on it says something
FAINT = 0.01  # pixels that a dimension changes on average, below which it draws nothing


def section(scores: pd.DataFrame, pictures: Mapping[str, Arrays]) -> Section | None:
    """Of the first training of the first model in `pictures`; all that the publication shows, each named."""
    if not pictures:
        return None
    model, arrays = next(iter(pictures.items()))
    told = scores[(scores["model"] == model) & (scores["case"] == TEST)].groupby("score")["value"].mean()
    parts: list[Part] = [
        Words(_sentences(told, arrays, model), "lead"),
        *_dimensions(arrays),
        *_components(arrays),
        *_probes(arrays),
    ]
    return Section("latents", "What latents look like", parts)


def active(arrays: Arrays) -> NDArray[np.bool_]:
    """Dimensions [latents] that differ from patch to patch."""
    within, between = arrays["step_variance"].mean(axis=0), arrays["step_mean"].var(axis=0)
    return np.asarray(within + between > ACTIVE_FROM)


def _sentences(told: pd.Series, arrays: Arrays, model: str) -> list[str]:
    busy, share = active(arrays), arrays["share"]
    return [
        f"Of the {len(busy)} dimensions of {model}, {busy.sum()} say something (their means vary by more than "
        f"{ACTIVE_FROM:g}); the first {len(share)} components hold {percent(float(share.sum()))} of the variance.",
        f"The nearest of the clouds of steps in components 1 and 2 is the right one for "
        f"{percent(told['step_accuracy'])} of the test patches; the silhouette of the clouds is "
        f"{told['step_silhouette']:.2f} (1: far apart, 0: touching).",
    ]


def _dimensions(arrays: Arrays) -> Iterator[Picture]:
    quantiles, steps = arrays["dimensions"], [f"step {step + 1}" for step in arrays["steps"]]
    wide = quantiles[5] - quantiles[1]
    yield Picture(
        "latent_distributions",
        latent_dimensions.distributions(quantiles),
        "Means of the latents of test patches, dimension by dimension; dashed: one standard deviation of the law that "
        "they are drawn to (the publication's figure of the distribution of each dimension).",
        f"Distribution of each of {len(wide)} dimensions; the middle 90 % span {np.median(wide):.2f} in the median "
        f"and {wide.max():.2f} at most.",
        "Dimension by dimension",
    )
    mean, variance = (dict(zip(steps, arrays[name], strict=True)) for name in ("step_mean", "step_variance"))
    ends = listed([f"{variance[step].mean():.2f} at {step}" for step in steps])
    yield Picture(
        "latents_by_step",
        latent_dimensions.by_step(mean, variance),
        "Mean and variance of each dimension over test patches of each step (the publication's figure of the same).",
        f"Variance averaged over dimensions: {ends}.",
    )


def _components(arrays: Arrays) -> Iterator[Picture]:
    share = arrays["share"]
    yield Picture(
        "component_variance",
        latent_components.variance_held(share),
        "What each principal component of the latents of training patches holds of their variance (the publication's "
        f"figure of {len(share)} components).",
        f"Shares of the components: {', '.join(percent(float(one)) for one in share)}.",
        "Principal components",
    )
    test, step = arrays[f"scores/{TEST}"][:, :2], arrays[f"step/{TEST}"]
    by_step = {f"step {number + 1}": test[step == number] for number in np.unique(step)}
    others = {
        name.removeprefix("scores/"): value[:, :2]
        for name, value in arrays.items()
        if name.startswith("scores/") and name != f"scores/{TEST}"
    }
    centres = listed([f"{name} at {place.mean(axis=0)[0]:+.1f}" for name, place in {**by_step, **others}.items()])
    yield Picture(
        "latent_clusters",
        latent_components.clusters(by_step, others),
        "Test patches along the first two components, by step (the publication's figure of three clusters), and beside "
        "them structures that nothing was trained on. The model was never told the step.",
        f"Means along component 1: {centres}.",
    )
    response = arrays["response"]
    spread = listed([f"{np.ptp(of_sigma.mean(axis=1)[:, 0]):.1f}" for of_sigma in response.swapaxes(0, 1)])
    yield Picture(
        "latent_response",
        latent_components.response(arrays["mu"], arrays["sigma"], response, test),
        "Where vectors lie whose every dimension is drawn from one normal law of mean \N{GREEK SMALL LETTER MU} and "
        "standard deviation \N{GREEK SMALL LETTER SIGMA}; grey: test patches (the publication's figure of the response "
        "of both components).",
        f"Component 1 moves by {spread} from the least to the largest mean at the standard deviations "
        f"{listed([f'{one:g}' for one in arrays['sigma']])}.",
    )


def _probes(arrays: Arrays) -> Iterator[Part]:
    zero, response = arrays["zero"], arrays["response_of_dimensions"]
    last, most = len(response), int(arrays["most_dimension"]) + 1
    silent = int(np.sum(response < FAINT))
    yield Words(
        [
            f"A dimension at 1 changes the picture by {np.median(response):.3f} px in the median and "
            f"{response.max():.3f} px at most; {silent} of {last} change less than {FAINT:g} px.",
        ],
        title="Probing the decoder",
    )
    active = {
        ("all" if count == last else f"first {count}"): image
        for count, image in zip(arrays["active_count"], arrays["active"], strict=True)
    }
    alone = {f"{name} alone": arrays[key] for name, key in ((1, "one"), (last, "last"), (most, "most"))}
    yield Picture(
        "probes",
        probe_sheet.pictures([{"all zero": zero, **alone}, active]),
        "What the decoder draws of all-zero latents, of one dimension at 1 and all others 0, and of the first 4, 16, "
        f"64 and all at 1 (the publication's figures of the same); {most} is the dimension that varies most.",
        f"Distances: the all-zero patch is between {zero.min():.2f} and {zero.max():.2f} px.",
    )
    together = [(name, image) for name, image in active.items() if name != "all"]
    modes = [
        {f"{number} at {amplitude:+g}": image for amplitude, image in zip(arrays["amplitudes"], images, strict=True)}
        for number, images in ((1, arrays["one_by_amplitude"]), (most, arrays["most_by_amplitude"]))
    ]
    changed = {name: image - zero for name, image in alone.items()}
    rows = [changed, {name: image - zero for name, image in together}, *modes]
    yield Picture(
        "probe_changes",
        probe_sheet.changes(rows),
        "What is drawn less the all-zero patch: of dimensions at 1, alone and together, then of dimension 1 and the "
        "one that varies most at amplitudes from -3 to 3 (the publication's figures of differences, amplitudes and "
        "eigenmodes). Each row has its own scale, in pixels.",
        f"Root mean square of the changes in px: {', '.join(_size(name, image) for name, image in changed.items())}.",
    )


def _size(name: str, image: NDArray) -> str:
    return f"{name} {np.sqrt(np.mean(image**2)):.3f}"
