"""The answer of `predict` by solver, by model or by both."""

import numpy as np

from graincast.base.errors import GraincastError
from graincast.growth.prediction import solving
from graincast.growth.prediction.outcome import FieldOfView
from graincast.growth.prediction.question import FRAMES, Answer, Question
from graincast.material.specimens.scale import Scale


def answered(seen: FieldOfView, scale: Scale, question: Question, where: str) -> Answer:
    """The answer for a field."""
    if question.kinetics.known and scale.unit != "um":
        raise GraincastError(f"{where}: times from k need micrometres: give the side of a pixel (--pixel-size)")
    if question.method == "solver":
        return _by_solver(seen, scale, question, where)
    from graincast.growth.prediction import by_model  # torch

    return by_model.answered(seen, question, where)


def _by_solver(seen: FieldOfView, scale: Scale, question: Question, where: str) -> Answer:
    kinetics, frames = question.kinetics, FRAMES if question.frames is None else question.frames
    until, relation = seen.mean_area, None
    if question.until is not None:
        until = question.until / scale.per_pixel**2
        if kinetics.k is not None:
            until *= kinetics.k
        if kinetics.parabolic_k is not None:
            gained = until * kinetics.parabolic_k
            until = solving.time_to_gain(seen, gained)
            relation = gained / until
    shares = kinetics.clock(relation or 1.0).shares if kinetics.known else (1.0, 1.0)
    solved = solving.solved(seen, until * np.arange(1, frames + 1) / frames, shares, question.processes, where)
    clock = kinetics.clock(relation or solved.relation) if kinetics.known else None
    return Answer(solved.prediction, None, (solved.relation, solved.relation_width), clock, ())
