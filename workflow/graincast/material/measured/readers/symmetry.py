"""Codes of file formats for a crystal's symmetry, as the Hermann-Mauguin symbol of its Laue group.

Diffraction does not tell a crystal from its inverse, and misorientations do not ask: the Laue group is all that a map
of orientations can know. Laue groups are numbered as Oxford's formats do, which is their order among space groups.
"""

from bisect import bisect_left

LAUE_GROUPS = ("-1", "2/m", "mmm", "4/m", "4/mmm", "-3", "-3m", "6/m", "6/mmm", "m-3", "m-3m")
_LAST_SPACE_GROUP = (2, 15, 74, 88, 142, 148, 167, 176, 194, 206, 230)  # of each Laue group
_TSL = {
    **{"1": "-1", "2": "2/m", "20": "2/m", "22": "mmm", "4": "4/m", "42": "4/mmm", "3": "-3", "32": "-3m"},
    **{"6": "6/m", "62": "6/mmm", "23": "m-3", "43": "m-3m"},
}
_DREAM3D = ("6/mmm", "m-3m", "6/m", "m-3", "-1", "2/m", "mmm", "4/m", "4/mmm", "-3", "-3m")
_POINT_GROUPS = {
    "-1": "1 -1",
    "2/m": "2 m 2/m 121 211 112 m11 1m1 11m",
    "mmm": "222 mm2 mmm",
    "4/m": "4 -4 4/m",
    "4/mmm": "422 4mm -42m -4m2 4/mmm",
    "-3": "3 -3",
    "-3m": "32 321 312 3m -3m",
    "6/m": "6 -6 6/m",
    "6/mmm": "622 6mm -6m2 -62m 6/mmm",
    "m-3": "23 m-3 m3",
    "m-3m": "432 -43m m-3m m3m",
}
_LAUE_OF = {symbol: laue for laue, symbols in _POINT_GROUPS.items() for symbol in symbols.split()}


def of_laue_number(number: int) -> str | None:
    """Of Oxford's number of a Laue group, 1 to 11."""
    return LAUE_GROUPS[number - 1] if 1 <= number <= len(LAUE_GROUPS) else None


def of_space_group(number: int) -> str | None:
    """Of the number of a space group, 1 to 230."""
    return LAUE_GROUPS[bisect_left(_LAST_SPACE_GROUP, number)] if 1 <= number <= _LAST_SPACE_GROUP[-1] else None


def of_tsl(code: str) -> str | None:
    """Of EDAX's code, such as 43 for m-3m, or of a symbol in its place."""
    return _TSL.get(code) or of_symbol(code)


def of_dream3d(number: int) -> str | None:
    """Of DREAM.3D's number of a crystal structure."""
    return _DREAM3D[number] if 0 <= number < len(_DREAM3D) else None


def of_symbol(symbol: str) -> str | None:
    """Of the Hermann-Mauguin symbol of a point group."""
    return _LAUE_OF.get(symbol.replace(" ", ""))
