"""A model's answer, alone or beside the solver's at the same times."""

import numpy as np

from graincast.base import command
from graincast.base.errors import GraincastError
from graincast.growth.prediction import calibration, clock, forecasting, outcome, solving
from graincast.growth.prediction.calibration import Calibration
from graincast.growth.prediction.outcome import FieldOfView, Prediction
from graincast.growth.prediction.question import Answer, Question
from graincast.training import devices


def answered(seen: FieldOfView, question: Question, where: str) -> Answer:
    """The answer for a field, by a model or by both."""
    devices.bound_threads(question.processes)
    devices.keep_memory()
    with devices.device() as device:
        model, known = calibration.load(question.checkpoint, device)
        frames = known.frames if question.frames is None else question.frames
        if not 1 <= frames <= known.frames:
            raise GraincastError(f"--frames is {frames}, expected 1 to {known.frames} for {question.checkpoint}")
        scene = forecasting.scene(seen, known, where)
        command.log.info("forecasting %d frames of %d x %d pixels", frames, *scene.image.shape)
        mine = forecasting.predict(model, known, scene, frames, device)
    outcome.check_grains_left(mine, seen.labels.shape, where, "ask for fewer frames (--frames)")
    kinetics = question.kinetics
    relation = (clock.relation(mine.time, mine.mean_radius), np.nan)
    exact: Prediction | None = None
    if question.method == "both":
        shares = kinetics.clock(1.0).shares if kinetics.known else (1.0, 1.0)
        solved = solving.solved(seen, mine.time[1:], shares, question.processes, where)
        exact, relation = solved.prediction, (solved.relation, solved.relation_width)
    found = kinetics.clock(relation[0]) if kinetics.known else None
    return Answer(exact, mine, relation, found, warnings(mine, known))


def warnings(mine: Prediction, known: Calibration) -> tuple[str, ...]:
    """Why the model may be wrong here, in grades."""
    told = []
    if not np.isfinite(mine.high[-1]):
        told.append(
            f"no band: {known.validation_structures} validation structures are too few for {100 * known.level:.0f} %"
        )
    strange = mine.strangeness
    if strange is None or strange.threshold is None:
        told.append("the checkpoint knows too few training structures to tell whether this one is like them")
    elif strange.is_far:
        told.append(f"far from the model's training: {strange.sentence()}; its band does not hold here")
    elif strange.is_strange:
        told.append(f"a little unlike the model's training: {strange.sentence()}; its band may be too narrow")
    return tuple(told)
