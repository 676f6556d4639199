"""All numbers and curves of a volume: their names, what turning and mirroring do to them, and what is no volume."""

import numpy as np
import pytest

from graincast.base.errors import GraincastError
from graincast.scoring import volumes
from graincast.scoring.two_phase import volume_fraction
from two_phase_made import blobs, noise

WAYS = ("along_z", "along_y", "along_x")
VOLUME = np.repeat(noise((7, 8, 5), 0.6, 0), 2, axis=2)


def test_a_volumes_numbers_have_their_names_and_are_plain():
    found = volumes.descriptors(VOLUME)
    whole = ["volume_fraction", "specific_surface", "anisotropy", "euler_characteristic", "largest_piece_share"]
    by_axis = [
        f"{name}_{way}" for way in WAYS for name in ("mean_chord", "percolates", "percolating_share", "tortuosity")
    ]
    assert list(found) == whole + by_axis
    assert {type(value) for value in found.values()} == {float}
    assert found["volume_fraction"] == VOLUME.sum() / VOLUME.size
    assert np.isfinite(list(found.values())).all()


def test_turning_the_axes_turns_the_numbers():
    turned = np.transpose(VOLUME, (2, 0, 1))  # what was along x is along z
    into = {"along_x": "along_z", "along_z": "along_y", "along_y": "along_x"}
    before, after = volumes.descriptors(VOLUME), volumes.descriptors(turned)
    for name, value in before.items():
        stem, _, way = name.rpartition("_along_")
        new = f"{stem}_{into['along_' + way]}" if stem else name
        assert after[new] == pytest.approx(value, rel=1e-5), name
    assert before["mean_chord_along_x"] > 1.3 * before["mean_chord_along_z"]
    assert before["tortuosity_along_x"] != pytest.approx(before["tortuosity_along_z"], rel=0.05)
    curves, others = volumes.curves(VOLUME, 5), volumes.curves(turned, 5)
    for name, by_way in curves.items():
        for way, curve in by_way.items():
            assert others[name][into.get(way, way)] == pytest.approx(curve), (name, way)


@pytest.mark.parametrize("axis", range(3))
def test_a_channel_beside_a_lump_reaches_through_along_itself_by_its_share(axis):
    volume = np.zeros((6, 6, 6), bool)
    np.moveaxis(volume, axis, 0)[:, 1, 1] = True
    volume[4, 4, 3:5] = True
    found = volumes.descriptors(volume)
    for way, name in enumerate(WAYS):
        assert found[f"percolates_{name}"] == (way == axis)
        assert found[f"percolating_share_{name}"] == (6 / 8 if way == axis else 0)
        assert found[f"tortuosity_{name}"] == (pytest.approx(8 / 6) if way == axis else np.inf)


@pytest.mark.parametrize("axis", range(3))
def test_a_mirror_image_is_the_same_material(axis):
    mirrored = np.flip(VOLUME, axis)
    assert (mirrored != VOLUME).any()
    assert volumes.descriptors(mirrored) == pytest.approx(volumes.descriptors(VOLUME), rel=1e-5)
    for name, by_way in volumes.curves(mirrored, 5).items():
        for way, curve in by_way.items():
            assert curve == pytest.approx(volumes.curves(VOLUME, 5)[name][way]), (name, way)


def test_curves_are_by_statistic_and_axis_and_one_above_another():
    found = volumes.curves(blobs(32, 0.4, 0), 8)
    assert {name: tuple(by_way) for name, by_way in found.items()} == {
        "two_point": (*WAYS, "radial"),
        "lineal_path": WAYS,
        "chord_distribution": WAYS,
    }
    for way in WAYS:
        two_point, path = found["two_point"][way], found["lineal_path"][way]
        assert len(two_point) == len(path) == len(found["chord_distribution"][way]) == 9
        assert path[:2] == pytest.approx(two_point[:2])
        assert (path[3:] < two_point[3:]).all()
        assert 0.5 < found["chord_distribution"][way].sum() <= 1


def test_what_is_known_of_empty_full_and_thin_volumes_is_said_and_the_rest_is_nan():
    empty = volumes.descriptors(np.zeros((3, 4, 5), bool))
    assert (empty["volume_fraction"], empty["specific_surface"], empty["euler_characteristic"]) == (0, 0, 0)
    full = volumes.descriptors(np.ones((3, 4, 5), bool))
    assert (full["volume_fraction"], full["specific_surface"], full["largest_piece_share"]) == (1, 0, 1)
    for way in WAYS:
        assert (empty[f"percolates_{way}"], empty[f"tortuosity_{way}"]) == (0, np.inf)
        assert (full[f"percolates_{way}"], full[f"percolating_share_{way}"]) == (1, 1)
        assert full[f"tortuosity_{way}"] == pytest.approx(1, rel=1e-6)
        assert np.isnan(
            [empty[f"mean_chord_{way}"], empty[f"percolating_share_{way}"], full[f"mean_chord_{way}"]]
        ).all()
    section = volumes.descriptors(VOLUME[:1])
    assert section["percolating_share_along_z"] == section["tortuosity_along_z"] == 1
    assert np.isnan(section["mean_chord_along_z"])
    voxel = volumes.descriptors(np.ones((1, 1, 1), bool))
    assert voxel["euler_characteristic"] == voxel["tortuosity_along_x"] == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (np.zeros((2, 2, 2), np.uint8), r"holds uint8, expected booleans that are True in the phase"),
        (np.zeros((2, 2), bool), r"has the shape \(2, 2\), expected \[z, y, x\]"),
        (np.zeros((2, 0, 2), bool), r"has the shape \(2, 0, 2\), expected \[z, y, x\] of 1 or more"),
    ],
)
def test_what_is_no_volume_of_two_phases_is_refused(wrong, said):
    for score in (volumes.descriptors, volume_fraction, lambda volume: volumes.curves(volume, 0)):
        with pytest.raises(GraincastError, match=said):
            score(wrong)
