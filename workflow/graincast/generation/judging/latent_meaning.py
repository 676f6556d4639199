"""What the latents of one trained autoencoder mean: rows of the table and arrays for figures, from its latents alone.

Components, lines and clouds are made from the training case; the penalty of lines from the validation case; all is
said of the test case and of every other one that nothing was trained on. A detector of shift gives a number to each
patch: the distance of its latents, the error of its reconstruction, and, as a floor, the distance of its plain relief.
The value of a structure is the mean over its patches, and AUROC is over structures.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast.generation.data.latents import TEST, TRAIN, TRAINED_ON, VALIDATION, Encoded, Latents
from graincast.generation.data.patch_structure import DESCRIPTORS
from graincast.generation.judging import component_tests, latent_space, linear_reading
from graincast.generation.judging.latent_space import Clouds, Components
from graincast.generation.judging.linear_reading import LinearReading, Sample
from graincast.scoring import uncertainty

FEWEST = 4  # patches of which a descriptor is known
PATCH_SCORES = {"reconstruction_mse": "squared_error", "divergence": "divergence"}
Row = dict[str, Any]


def rows(identity: Mapping[str, Any], latents: Latents) -> Iterator[Row]:
    """All rows of the model that `identity` names."""
    for case, score, more in (
        *_losses(latents),
        *_steps(latents),
        *_carried(latents),
        *_read(latents),
        *_detected(latents),
    ):
        yield {**identity, "case": case, "score": score, **more}


Told = tuple[str, str, Row]  # case, score, and the other columns


def _losses(latents: Latents) -> Iterator[Told]:
    """Both parts of the loss of each field."""
    for case, encoded in latents.items():
        for score, name in PATCH_SCORES.items():
            values = encoded.by_field(getattr(encoded, name))
            for field, value in zip(np.unique(encoded.field), values, strict=True):
                step = int(encoded.step[encoded.field == field][0])
                yield case, score, {"sample": int(field), "step": step, "value": float(value)}


def _steps(latents: Latents) -> Iterator[Told]:
    """Whether the steps of test patches are apart in the first two components, and the components' variance."""
    space, test = latent_space.components(latents[TRAIN].means), latents[TEST]
    trained, tested = (space.scores(latents[case].means)[:, :2] for case in (TRAIN, TEST))
    nearest = latent_space.clouds(trained, latents[TRAIN].step).nearest(tested)
    yield TEST, "step_accuracy", {"value": float(np.mean(nearest == test.step))}
    yield TEST, "step_silhouette", {"value": latent_space.silhouette(tested, test.step)}
    for number, share in enumerate(space.share, start=1):
        yield TRAIN, f"share_of_component_{number}", {"value": float(share)}


def _carried(latents: Latents) -> Iterator[Told]:
    """Correlation of each component with each descriptor of test patches, and p against the null."""
    space, test = latent_space.components(latents[TRAIN].means), latents[TEST]
    scores, rng = space.scores(test.means), np.random.default_rng(0)
    found = {
        "": component_tests.carried(scores, test.structure, test.field, rng),
        "_within_steps": component_tests.carried_within_steps(scores, test.structure, test.field, test.step, rng),
    }
    for kind, told in found.items():
        yield TEST, f"correlation_limit{kind}", {"value": told.limit}
        for (component, column), value in np.ndenumerate(told.correlation):
            name = f"correlation_{component + 1}_{DESCRIPTORS[column]}{kind}"
            yield TEST, name, {"value": float(value)}
            yield TEST, f"{name}_p", {"value": float(told.p[component, column])}


def _sample(encoded: Encoded, column: int, numbers: str = "means") -> Sample:
    return linear_reading.known(getattr(encoded, numbers), encoded.structure[:, column], encoded.field)


def readable(latents: Latents) -> list[int]:
    """Columns of descriptors that are known of enough patches to learn from, to choose by and to test."""
    needed = (*TRAINED_ON, TEST)
    return [
        column for column in range(len(DESCRIPTORS)) if min(_known(latents[case], column) for case in needed) >= FEWEST
    ]


def _known(encoded: Encoded, column: int) -> int:
    return int(np.isfinite(encoded.structure[:, column]).sum())


def line(latents: Latents, column: int, numbers: str = "means") -> LinearReading:
    """That reads a descriptor from the latents of patches, or from other numbers of theirs."""
    return linear_reading.fitted(*(_sample(latents[case], column, numbers) for case in (TRAIN, VALIDATION)))


def _read(latents: Latents) -> Iterator[Told]:
    """How well a line reads each descriptor in each case that it was not made from."""
    for column in readable(latents):
        name, of_latents, floor = DESCRIPTORS[column], line(latents, column), line(latents, column, "relief")
        for case in latents:
            if case in TRAINED_ON or _known(latents[case], column) < FEWEST:
                continue
            sample, plain = (_sample(latents[case], column, numbers) for numbers in ("means", "relief"))
            read, score = of_latents.read(sample.latents), f"read_{name}"
            ends = linear_reading.r_squared_interval(read, sample, np.random.default_rng(0))
            yield case, f"{score}_r2", {"value": linear_reading.r_squared(read, sample.value)}
            yield from _ends(case, f"{score}_r2", ends)
            yield case, f"{score}_bias", {"value": float(np.mean(read - sample.value))}
            yield case, f"{score}_error", {"value": float(np.sqrt(np.mean((read - sample.value) ** 2)))}
            yield (
                case,
                f"{score}_r2_of_relief",
                {"value": linear_reading.r_squared(floor.read(plain.latents), plain.value)},
            )
        yield from _read_beyond_chance(latents, column, of_latents)


def _read_beyond_chance(latents: Latents, column: int, made: LinearReading) -> Iterator[Told]:
    """What is read within the steps of test patches, and what lines through shuffled values would read."""
    test, score = latents[TEST], f"read_{DESCRIPTORS[column]}_r2"
    there = np.isfinite(test.structure[:, column])
    step, sample = test.step[there], _sample(test, column)
    both = (linear_reading.without_steps(one, step) for one in (made.read(sample.latents), sample.value))
    yield TEST, f"{score}_within_steps", {"value": linear_reading.r_squared(*both)}
    training, validation = (_sample(latents[case], column) for case in TRAINED_ON)
    chance = linear_reading.read_by_chance(training, validation, sample, np.random.default_rng(0))
    yield TEST, f"{score}_of_shuffled", {"value": chance}


def detected(latents: Latents) -> dict[str, dict[str, NDArray[np.float64]]]:
    """What each detector gives to each structure, [fields] by detector and case."""
    train = latents[TRAIN]
    space = latent_space.components(train.means)
    of_latents = latent_space.clouds(space.scores(train.means), train.step)
    of_relief = latent_space.clouds(train.relief, train.step)
    return {
        "latents": {case: one.by_field(_far(of_latents, space, one)) for case, one in latents.items()},
        "reconstruction": {case: one.by_field(one.squared_error) for case, one in latents.items()},
        "relief": {case: one.by_field(of_relief.distance(one.relief)) for case, one in latents.items()},
    }


def _far(clouds: Clouds, space: Components, encoded: Encoded) -> NDArray[np.float64]:
    return clouds.distance(space.scores(encoded.means))


def _detected(latents: Latents) -> Iterator[Told]:
    """How well each case is told from the test case; AUROC with its interval over structures."""
    for detector, by_case in detected(latents).items():
        for case, values in by_case.items():
            for field, value in enumerate(values):
                yield case, f"strangeness_by_{detector}", {"sample": field, "value": float(value)}
            if case in (TRAIN, TEST):
                continue
            score = f"auroc_by_{detector}"
            ends = uncertainty.auroc_interval(by_case[TEST], values, np.random.default_rng(0))
            yield case, score, {"value": uncertainty.auroc(by_case[TEST], values)}
            yield from _ends(case, score, ends)


def _ends(case: str, score: str, ends: tuple[float, float]) -> Iterator[Told]:
    """Of an interval."""
    for end, value in zip(("low", "high"), ends, strict=True):
        yield case, f"{score}_{end}", {"value": value}
