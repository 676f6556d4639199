"""Whole numbers as text, a hundred million digits in seconds: all numbers at once, one place after the other."""

import numpy as np
from numpy.typing import NDArray


def lines(numbers: NDArray[np.integer], separator: str) -> bytes:
    """A line for each row of numbers >= 0 [lines, entries], with a character between them; all of one width."""
    left = numbers.astype(np.uint32)
    width = len(str(left.max(initial=0)))
    text = np.full((*numbers.shape, width + 1), ord(separator), np.uint8)
    text[:, -1, -1] = ord("\n")
    text[..., width - 1] = left % 10 + ord("0")
    for place in range(width - 2, -1, -1):
        left //= 10
        text[..., place] = np.where(left > 0, left % 10 + ord("0"), ord(" "))
    return text.tobytes()
