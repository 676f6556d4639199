"""Small measured maps written in every format that the readers know, and where the real ones are."""

import os
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import pytest
from PIL import Image

from conftest import PROJECT
from graincast.base.errors import GraincastError
from graincast.material.measured import formats

SPAN = np.array([2 * np.pi, np.pi, 2 * np.pi])  # of Euler angles
CPR_FIELDS = (3, 4, 5, 6, 7, 8, 10, 11, 12)


MIRROR = Path(os.environ.get("GRAINCAST_MIRROR") or PROJECT.parent / "shared" / "data")


def mirror() -> Path:
    """The folder of measured files, or the test is skipped; where CI runs, a missing folder is a failure."""
    if not (MIRROR / "manifest.csv").is_file() and os.environ.get("CI") != "true":
        pytest.skip(f"measured files are not in {MIRROR} (set GRAINCAST_MIRROR)")
    return MIRROR


def refused(path, *words, **options):
    with pytest.raises(GraincastError) as error:
        formats.read(path, **options)
    message = str(error.value)
    assert "\n" not in message
    assert path.name.rsplit(".", 1)[0] in message
    for word in words:
        assert word in message
    return message


def edited(path, before, after):
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
    return path


@dataclass(frozen=True)
class Sample:
    """A map in which every point differs from every other, so that nothing can be mixed up unseen."""

    euler: np.ndarray  # [rows, columns, 3], radians
    phase: np.ndarray  # 1 or 2, 0 at one point
    confidence: np.ndarray
    quality: np.ndarray
    step: float = 0.5

    @property
    def shape(self):
        return self.phase.shape

    @property
    def flat(self):
        return self.euler.reshape(-1, 3), self.phase.ravel(), self.confidence.ravel(), self.quality.ravel()

    @property
    def places(self):
        """x and y of every point."""
        y, x = np.indices(self.shape) * self.step
        return x.ravel(), y.ravel()


def sample(rows=6, columns=9, seed=1):
    chance = np.random.default_rng(seed)
    euler = chance.random((rows, columns, 3)) * SPAN
    phase = chance.integers(1, 3, (rows, columns))
    phase[1, 2] = 0
    return Sample(euler, phase, chance.random((rows, columns)), chance.integers(0, 255, (rows, columns)).astype(float))


def ang_header(grid, rows, odd, even, step_x, step_y):
    return (
        "# TEM_PIXperUM 1.0\n#\n# Phase 1\n# MaterialName  Iron\n# Symmetry  43\n"
        "# LatticeConstants 2.8 2.8 2.8 90 90 90\n#\n# Phase 2\n# MaterialName  Mag nesium\n# Symmetry  62\n"
        f"#\n# GRID: {grid}\n# XSTEP: {step_x:.6f}\n# YSTEP: {step_y:.6f}\n"
        f"# NCOLS_ODD: {odd}\n# NCOLS_EVEN: {even}\n# NROWS: {rows}\n#\n# OPERATOR: me\n"
    )


def ang_lines(euler, x, y, quality, confidence, phase):
    return "".join(
        f"  {a:.5f}  {b:.5f}  {c:.5f} {left:12.5f} {top:12.5f} {sharp:.1f}  {sure:.5f} {int(number):2d} 1 0.5\n"
        for (a, b, c), left, top, sharp, sure, number in zip(euler, x, y, quality, confidence, phase, strict=True)
    )


def ang(path, made):
    rows, columns = made.shape
    euler, phase, confidence, quality = made.flat
    x, y = made.places
    header = ang_header("SqrGrid", rows, columns, columns, made.step, made.step)
    path.write_text(header + ang_lines(euler, x, y, quality, confidence, phase))
    return path


def ctf(path, made, decimal="."):
    rows, columns = made.shape
    x, y = made.places
    lines = [
        *("Channel Text File", "Prj\tnone", "Author\t[me]", "JobMode\tGrid", f"XCells\t{columns}", f"YCells\t{rows}"),
        *(f"XStep\t{made.step}", f"YStep\t{made.step}", "AcqE1\t0", "Euler angles refer to Sample Coordinate system!"),
        *("Phases\t2", "2.8;2.8;2.8\t90;90;90\tIron\t11\t229", "3.2;3.2;5.2\t90;90;120\tMag nesium\t9\t194"),
        "Phase\tX\tY\tBands\tError\tEuler1\tEuler2\tEuler3\tMAD\tBC\tBS",
    ]
    for euler, number, sure, sharp, left, top in zip(*made.flat, x, y, strict=True):
        a, b, c = np.degrees(euler)
        lines.append(
            f"{number}\t{left:.4f}\t{top:.4f}\t8\t0\t{a:.4f}\t{b:.4f}\t{c:.4f}\t{1 - sure:.4f}\t{sharp:.0f}\t9"
        )
    header, points = lines[:14], [line.replace(".", decimal) for line in lines[14:]]
    path.write_text("\n".join([*header, *points]) + "\n")
    return path


def crc(path, made, fields=CPR_FIELDS):
    rows, columns = made.shape
    euler, phase, confidence, quality = made.flat
    layout = [(str(field), "u1" if field in (7, 8, 10, 11) else "<f4") for field in fields]
    points = np.zeros(phase.size, [("phase", "u1"), *layout])
    points["phase"], points["6"], points["7"] = phase, 1 - confidence, quality
    for place, field in enumerate("345"):
        points[field] = euler[:, place]
    points.tofile(path)
    listed = "".join(f"Field{place}={field}\n" for place, field in enumerate(fields, start=1))
    path.with_suffix(".cpr").write_text(
        f"[General]\nVersion=5.0\nJobMode=RegularGrid\n\n[Job]\nGridDistX={made.step}\nGridDistY={made.step}\n"
        f"xCells={columns}\nyCells={rows}\n[Fields]\nCount={len(fields)}\n{listed}[Phases]\nCount=2\n"
        "[Phase1]\nStructureName=Iron\nLaueGroup=11\nSpaceGroup=229\n"
        "[Phase2]\nStructureName=Mag nesium\nLaueGroup=\nSpaceGroup=194\n"
    )
    return path


def tree(path, content, **options):
    """An HDF5 file of nested dictionaries."""
    with h5py.File(path, "w") as root:
        for name, value in content.items():
            root.create_dataset(name, data=value, **(options if np.ndim(value) else {}))
    return path


def edax(path, made):
    euler, phase, confidence, quality = made.flat
    rows, columns = made.shape
    head, data = "Scan 1/EBSD/Header", "Scan 1/EBSD/Data"
    return tree(
        path,
        {
            "Manufacturer": "EDAX",
            f"{head}/Grid Type": np.array([b"SqrGrid"]),
            **{f"{head}/{name}": np.array([size], np.int32) for name, size in (("nRows", rows), ("nColumns", columns))},
            **{f"{head}/Step {axis}": np.array([made.step], np.float32) for axis in "XY"},
            f"{head}/Phase/1/MaterialName": np.array([b"Iron"]),
            f"{head}/Phase/1/Symmetry": np.array([43], np.int32),
            f"{head}/Phase/2/MaterialName": np.array([b"Mag nesium"]),
            f"{head}/Phase/2/Symmetry": np.array([62], np.int32),
            **{f"{data}/{name}": euler[:, place].astype("f4") for place, name in enumerate(("Phi1", "Phi", "Phi2"))},
            f"{data}/Phase": phase.astype("u1"),
            f"{data}/CI": confidence.astype("f4"),
            f"{data}/IQ": quality.astype("f4"),
        },
    )


def h5oina(path, made):
    euler, phase, confidence, quality = made.flat
    rows, columns = made.shape
    head, data = "1/EBSD/Header", "1/EBSD/Data"
    return tree(
        path,
        {
            "Format Version": "5.0",
            **{f"{head}/{axis} Cells": np.array([n], np.int32) for axis, n in (("X", columns), ("Y", rows))},
            **{f"{head}/{axis} Step": np.array([made.step], np.float32) for axis in "XY"},
            f"{head}/Phases/1/Phase Name": np.array([b"Iron"]),
            f"{head}/Phases/1/Laue Group": np.array([11], np.int32),
            f"{head}/Phases/2/Phase Name": np.array([b"Mag nesium"]),
            f"{head}/Phases/2/Laue Group": np.array([9], np.int32),
            f"{data}/Euler": euler.astype("f4"),
            f"{data}/Phase": phase.astype("u1"),
            f"{data}/Mean Angular Deviation": (1 - confidence).astype("f4"),
            f"{data}/Band Contrast": quality.astype("u1"),
        },
    )


def dream3d(path, made):
    rows, columns = made.shape
    top = "DataContainers/Section"
    points, phases = f"{top}/EBSD Scan Data", f"{top}/Phase Data"
    return tree(
        path,
        {
            f"{top}/_SIMPL_GEOMETRY/DIMENSIONS": np.array([columns, rows, 1], np.int64),
            f"{top}/_SIMPL_GEOMETRY/SPACING": np.array([made.step, made.step, 1], np.float32),
            f"{points}/EulerAngles": made.euler[None].astype("f4"),
            f"{points}/Phases": made.phase[None, ..., None].astype("i4"),
            f"{points}/Confidence Index": made.confidence[None, ..., None].astype("f4"),
            f"{points}/Image Quality": made.quality[None, ..., None].astype("f4"),
            f"{phases}/CrystalStructures": np.array([[999], [1], [0]], np.uint32),
            f"{phases}/MaterialName": np.array(["Invalid", "Iron", "Mag nesium"], object),
        },
    )


def grain_map(rows=24, columns=30, side=6):
    """Labels of square grains."""
    row, column = np.indices((rows, columns)) // side
    return (row * 100 + column + 7).astype(np.int32)


def label_image(path, labels):
    if path.suffix == ".npy":
        np.save(path, labels)
    else:
        Image.fromarray(labels.astype(np.uint16)).save(path)
    return path


WRITERS = {
    "map.ang": ang,
    "map.ctf": ctf,
    "map.crc": crc,
    "edax.h5": edax,
    "map.h5oina": h5oina,
    "map.dream3d": dream3d,
}
