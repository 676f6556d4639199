"""Pairs of pixels at an offset, as two windows of one picture."""

from collections.abc import Sequence

Window = tuple[slice, slice]


def windows(shape: Sequence[int], offset: tuple[int, int]) -> tuple[Window, Window]:
    """Where in a picture the first and the second pixels of all pairs at an offset lie; nowhere if it is smaller."""
    first, second = [], []
    for side, step in zip(shape, offset, strict=True):
        first.append(slice(max(-step, 0), max(side - max(step, 0), 0)))
        second.append(slice(max(step, 0), max(side - max(-step, 0), 0)))
    return (first[0], first[1]), (second[0], second[1])
