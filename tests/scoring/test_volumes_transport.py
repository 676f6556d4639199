"""Tortuosity: channels, mazes and slabs of known length, bounds, dilute spheres, and a dense solver."""

import numpy as np
import pytest

from graincast.base.errors import GraincastError
from graincast.scoring import volume_transport
from graincast.scoring.volume_topology import pieces
from graincast.scoring.volume_transport import diffusion, tortuosity
from two_phase_made import ball, blobs, noise


def dense(volume, axis):
    """Effective diffusivity from all equations written out, without a thought of speed."""
    through = np.moveaxis(pieces(volume).through(axis), axis, 0)
    places = [tuple(place) for place in np.argwhere(through)]
    number = {place: at for at, place in enumerate(places)}
    exchange, entering = np.zeros((len(places), len(places))), np.zeros(len(places))
    for place, at in number.items():
        for way in range(3):
            for by in (-1, 1):
                other = tuple(np.add(place, np.eye(3, dtype=int)[way] * by))
                if other in number:
                    exchange[at, at] += 1
                    exchange[at, number[other]] -= 1
        for end in (0, len(through) - 1):
            if place[0] == end:
                exchange[at, at] += 2
                entering[at] += 2 * (end == 0)
    solved = np.linalg.solve(exchange, entering)
    leaving = 2 * sum(solved[at] for place, at in number.items() if place[0] == len(through) - 1)
    return leaving * len(through) / through[0].size


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 4, 5), (6, 1, 1), (7, 8, 9), (17, 18, 5)])
def test_a_free_volume_has_a_tortuosity_of_one(shape):
    assert [tortuosity(np.ones(shape, bool), axis) for axis in range(3)] == pytest.approx([1] * 3, rel=1e-6)


def test_straight_channels_have_a_tortuosity_of_one_along_them_and_none_across():
    volume = np.zeros((12, 10, 14), bool)
    volume[2:5, 3:7, :] = volume[8:9, 1:9, :] = True
    assert tortuosity(volume, 2) == pytest.approx(1, rel=1e-6)
    assert tortuosity(volume, 0) == tortuosity(volume, 1) == np.inf
    volume[10, 0, 0:9] = True  # reaches no second face, but is of the phase
    assert diffusion(volume, 2).effective == pytest.approx(20 / 120, rel=1e-6)
    assert tortuosity(volume, 2) == pytest.approx(1 + 9 / (20 * 14), rel=1e-6)


def test_layers_in_parallel_add_and_in_series_stand_between_two_bounds():
    half = np.zeros((16, 16, 16), bool)
    half[:, :8] = True
    assert diffusion(half, 0).effective == pytest.approx(0.5, rel=1e-6)
    half[8:] = True  # a free layer behind one that is half closed
    perfectly_mixed, unmixed = 1 / (0.5 / 0.5 + 0.5 / 1), 0.5
    assert unmixed < diffusion(half, 0).effective < perfectly_mixed
    fine = np.zeros((64, 2, 8), bool)
    fine[:, 0] = True
    fine[32:] = True  # openings are small against the layers: what they cost fades
    assert diffusion(fine, 0).effective == pytest.approx(perfectly_mixed, rel=0.02)


def maze(lanes, length):
    """A path one voxel wide that goes to and fro along y on its way along z."""
    volume = np.zeros((2 * lanes + 1, length, 3), bool)
    volume[1::2, :, 1] = True
    volume[0::4, 0, 1] = volume[2::4, -1, 1] = True
    return volume


@pytest.mark.parametrize(("lanes", "length"), [(5, 8), (8, 11), (40, 30)])
def test_a_maze_has_the_square_of_how_much_longer_its_path_is_than_the_volume(lanes, length):
    volume = maze(lanes, length)
    path = lanes * length + lanes + 1
    assert volume.sum() == path
    assert tortuosity(volume, 0) == pytest.approx((path / (2 * lanes + 1)) ** 2, rel=1e-5)
    assert tortuosity(volume, 2) == np.inf


@pytest.mark.parametrize("slope", [0.5, 1.0])
def test_inclined_slabs_have_the_inverse_square_of_the_cosine(slope):
    length, wide, apart = 40, 12, 20
    z, _, x = np.indices((length, 1, int(slope * length) + 2 * apart))
    across = x - slope * (z + 0.5)
    volume = (across >= 0) & (across < apart + wide) & (across % apart < wide)
    assert tortuosity(volume, 0) == pytest.approx(1 + slope**2, rel=0.04)
    assert tortuosity(volume, 1) == pytest.approx(1, rel=1e-6)


def test_dilute_spheres_cost_what_maxwell_says_but_for_their_staircase_which_fades_with_finer_voxels():
    """D effective / D = 2 (1 - f) / (2 + f); a box with one sphere is a cell of a cubic array, which adds f^(10/3)."""
    over = []
    for radius in (6, 12):
        volume = ~ball(4 * radius, radius)
        share = 1 - volume.mean()
        assert 0.06 < share < 0.07
        over.append(diffusion(volume, 0).effective * (2 + share) / (2 * (1 - share)) - 1)
    assert -0.013 < over[0] < over[1] < -0.004
    assert 2 * over[1] - over[0] == pytest.approx(0, abs=0.002)  # no voxels at all
    assert tortuosity(volume, 2) == pytest.approx(1 + share / 2, rel=0.008)


@pytest.mark.parametrize(("shape", "fraction"), [((6, 5, 7), 0.6), ((9, 4, 4), 0.7), ((12, 9, 8), 0.45)])
def test_a_dense_solver_finds_the_same_in_random_volumes(shape, fraction):
    through = 0
    for seed in range(4):
        volume = noise(shape, fraction, seed)
        for axis in range(3):
            if pieces(volume).through(axis).any():
                through += 1
                assert diffusion(volume, axis).effective == pytest.approx(dense(volume, axis), rel=1e-5)
            else:
                assert tortuosity(volume, axis) == np.inf
    assert through > 3


def test_every_plane_has_the_flux_of_every_other():
    volume = blobs(24, 0.4, 0)
    found = diffusion(volume, 1)
    assert 0 < found.uneven < 1e-5
    assert 0.05 < found.effective < 0.4
    assert tortuosity(volume, 1) == pytest.approx(volume.mean() / found.effective)


def test_a_solution_whose_fluxes_differ_is_no_answer(monkeypatch):
    monkeypatch.setattr(volume_transport, "ITERATIONS", 3)
    with pytest.raises(GraincastError, match=r"along axis 0 of a volume of 24 x 24 x 24 .* expected 0\.0001"):
        tortuosity(blobs(24, 0.4, 0), 0)


def test_the_cycle_spares_most_iterations(monkeypatch):
    volume = blobs(32, 0.4, 0)
    monkeypatch.setattr(volume_transport, "ITERATIONS", 60)
    assert diffusion(volume, 0).uneven < 1e-5
    monkeypatch.setattr(volume_transport, "_Multigrid", lambda _, __: lambda residual: residual)
    with pytest.raises(GraincastError):
        diffusion(volume, 0)
