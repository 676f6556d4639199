"""Arrays of the figures of latents, from the latents of one trained autoencoder.

dimensions      float [7, latents]     quantiles of test means by dimension, at `QUANTILES`
steps           int [steps]            of the test case
step_mean       float [steps, latents] mean of test means by step and dimension
step_variance   float [steps, latents] their variance
share           float [components]     of the variance of training patches
scores/CASE     float [patches, 10]    where the patches of each case but the training's lie
step/CASE       int [patches]
mu, sigma       float [mus], [sigmas]  of the normal laws that vectors are drawn from
response        float [mus, sigmas, vectors, 2]  where they lie along the first two components
true/CASE       float [patches, descriptors]     of the structure
read/CASE       float [patches, descriptors]     what lines read from the latents, or nan
strangeness/DETECTOR/CASE  float [fields]
"""

import numpy as np
from numpy.typing import NDArray

from graincast.generation.data.latents import TEST, TRAIN, TRAINED_ON, Encoded, Latents
from graincast.generation.data.patch_structure import DESCRIPTORS
from graincast.generation.judging import latent_meaning, latent_space
from graincast.generation.judging.latent_space import Components

QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
MU, SIGMA, VECTORS = (-2.0, -1.0, 0.0, 1.0, 2.0), (1.0, 2.0, 3.0), 200
Arrays = dict[str, NDArray]


def arrays(latents: Latents) -> Arrays:
    """All of them."""
    space = latent_space.components(latents[TRAIN].means)
    lines = {column: latent_meaning.line(latents, column) for column in latent_meaning.readable(latents)}
    found = {**_dimensions(latents[TEST]), "share": space.share, **_response(space)}
    for case, encoded in latents.items():
        if case in TRAINED_ON:
            continue
        found[f"scores/{case}"], found[f"step/{case}"] = space.scores(encoded.means), encoded.step
        found[f"true/{case}"] = encoded.structure
        found[f"read/{case}"] = np.full((len(encoded.means), len(DESCRIPTORS)), np.nan)
        for column, line in lines.items():
            found[f"read/{case}"][:, column] = line.read(encoded.means)
    for detector, by_case in latent_meaning.detected(latents).items():
        found |= {f"strangeness/{detector}/{case}": values for case, values in by_case.items()}
    return found


def _dimensions(test: Encoded) -> Arrays:
    """What each dimension does."""
    steps = np.unique(test.step)
    by_step = [test.means[test.step == step] for step in steps]
    return {
        "dimensions": np.quantile(test.means, QUANTILES, axis=0),
        "steps": steps,
        "step_mean": np.stack([means.mean(axis=0) for means in by_step]),
        "step_variance": np.stack([means.var(axis=0) for means in by_step]),
    }


def _response(space: Components) -> Arrays:
    """Vectors whose every dimension is drawn from one normal law."""
    normal = np.random.default_rng(0).standard_normal((VECTORS, len(space.centre)))
    drawn = [[space.scores(mu + sigma * normal)[:, :2] for sigma in SIGMA] for mu in MU]
    return {"mu": np.array(MU), "sigma": np.array(SIGMA), "response": np.array(drawn)}
