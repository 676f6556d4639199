"""Rotations of the 11 Laue groups: the turns after which a crystal looks the same to diffraction.

A group is the product of a few cyclic groups: each of its rotations is one power of every generator, multiplied.
Generators are n-fold axes in Cartesian axes, z along c and x along a: International Tables for Crystallography A,
chapter 3.2 (2016), but with c as the axis of 2/m. Of trigonal crystals, the two-fold axes are along a, as in -3m1.
"""

import numpy as np
from scipy.spatial.transform import Rotation

X, Z, DIAGONAL = (1, 0, 0), (0, 0, 1), (1, 1, 1)
GENERATORS = {
    "-1": (),
    "2/m": ((2, Z),),
    "mmm": ((2, Z), (2, X)),
    "4/m": ((4, Z),),
    "4/mmm": ((4, Z), (2, X)),
    "-3": ((3, Z),),
    "-3m": ((3, Z), (2, X)),
    "6/m": ((6, Z),),
    "6/mmm": ((6, Z), (2, X)),
    "m-3": ((2, Z), (2, X), (3, DIAGONAL)),
    "m-3m": ((4, Z), (2, X), (3, DIAGONAL)),
}


def rotations(laue: str) -> Rotation:
    """The proper rotations of a Laue group, the identity first."""
    found = Rotation.identity(1)
    for order, axis in GENERATORS[laue]:
        found = products(found, turns(360 / order * np.arange(order), axis))
    return found


def turns(degrees: float | np.ndarray, axis: tuple[int, int, int]) -> Rotation:
    """Rotations [n] by `degrees` [n] about one axis."""
    return Rotation.from_rotvec(np.outer(degrees, axis) / np.linalg.norm(axis), degrees=True)


def products(left: Rotation, right: Rotation) -> Rotation:
    """Each of `left` [n] times each of `right` [m], as [n m]."""
    return Rotation.concatenate([left * each for each in right])
