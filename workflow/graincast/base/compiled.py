"""Compiled kernels: one decorator.

They need numba. Where it is missing, as on a machine that was lent with torch alone, a kernel runs as the Python that
it is: the same numbers, some hundred times slower. An installed project always has it.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """`function` compiled at its first call, without bounds checks; a division by 0 gives infinity as in numpy.

    Arithmetic is strict: were the compiler free to reorder it, every compilation could give other last digits.
    """
    if not possible():
        return function
    from graincast.base import kernel_cache

    return cast(Function, kernel_cache.compiled(function))


@cache
def possible() -> bool:
    """Whether numba is here."""
    try:
        from graincast.base import kernel_cache  # noqa: F401 (numba itself may be there, and not what it needs)
    except ModuleNotFoundError as absent:
        if absent.name != "numba":
            raise
        return False
    return True
