"""Surface by Crofton's 13 directions: of balls, plates at many angles and random media; and the index of anisotropy."""

import numpy as np
import pytest
from scipy.spatial import SphericalVoronoi
from skimage import measure

from graincast.scoring.volume_surface import DIRECTIONS, SHARES, anisotropy, specific_surface
from two_phase_made import ball, blobs, noise, relief, waves


def marching_cubes(field, level):
    """Area between the centres of the outer voxels per volume there."""
    vertices, faces, _, _ = measure.marching_cubes(field, level)
    return measure.mesh_surface_area(vertices, faces) / np.prod(np.array(field.shape) - 1)


def test_a_direction_counts_with_the_part_of_the_sphere_that_is_nearest_to_it():
    steps = np.array(DIRECTIONS, float)
    assert len(steps) == 13
    points = steps / np.linalg.norm(steps, axis=1)[:, None]
    areas = SphericalVoronoi(np.concatenate([points, -points])).calculate_areas()[:13] / (2 * np.pi)
    assert [SHARES[int(np.abs(step).sum())] for step in steps] == pytest.approx(areas, abs=1e-6)


@pytest.mark.parametrize("radius", [5, 10, 17])
def test_a_ball_has_its_surface_within_half_a_percent_between_the_centres_of_the_outer_voxels(radius):
    side = 2 * radius + 6
    inner = (side - 1) * (2 * side - 1) * (side - 0.5) / 2  # about what the 13 directions take as the volume
    found, surface = specific_surface(ball(side, radius)), 4 * np.pi * radius**2
    assert found * inner == pytest.approx(surface, rel=0.005)
    assert found * side**3 == pytest.approx(surface * (1 + 2.15 / side), rel=0.005)  # all of the window


@pytest.mark.parametrize(
    ("direction", "error"),
    [((0, 0, 1), -0.073), ((0, 1, 1), -0.066), ((1, 1, 1), -0.038), ((1, 0.2, 0.42), 0.022), ((3, 2, 1), 0.0)],
)
def test_plates_have_two_faces_a_wavelength_less_the_error_of_the_way_they_face(direction, error):
    found = specific_surface(waves(60, 11.8, direction))
    assert found == pytest.approx((1 + error) * 2 / 11.8, rel=0.004)


def test_plates_of_all_directions_have_the_right_surface_on_average():
    chance = np.random.default_rng(0)
    found = [specific_surface(waves(40, 9.7, chance.standard_normal(3), chance.random())) for _ in range(150)]
    assert np.mean(found) == pytest.approx(2 / 9.7, rel=0.004)
    assert np.std(found) < 0.03 * 2 / 9.7


@pytest.mark.parametrize("spread", [2, 3])
def test_marching_cubes_find_the_same_in_the_grey_field_and_more_in_its_staircase(spread):
    field = relief(64, 0, spread)
    volume = field > 0
    found = specific_surface(volume)
    assert found == pytest.approx(marching_cubes(field, 0), rel=0.03)
    assert marching_cubes(volume.astype(float), 0.5) == pytest.approx(1.09 * found, rel=0.03)


def test_every_pair_of_neighbours_of_a_small_volume_counts_once():
    volume = noise((3, 4, 5), 0.4, 1)
    total = 0.0
    for step in DIRECTIONS:
        met, pairs = 0, 0
        for place in np.ndindex(volume.shape):
            other = tuple(np.add(place, step))
            if all(0 <= at < side for at, side in zip(other, volume.shape, strict=True)):
                pairs += 1
                met += volume[place] != volume[other]
        total += 2 * SHARES[sum(map(abs, step))] * met / pairs / np.linalg.norm(step)
    assert specific_surface(volume) == pytest.approx(total, rel=1e-5)


def test_windows_of_any_size_have_the_surface_of_their_material_on_average():
    whole = blobs(80, 0.3, 3)
    seen = [
        specific_surface(whole[z : z + 8, y : y + 8, x : x + 8])
        for z, y, x in np.ndindex(80, 80, 80)
        if z % 8 == y % 8 == x % 8 == 0
    ]
    assert np.mean(seen) == pytest.approx(specific_surface(whole), rel=0.02)


def test_the_other_phase_has_the_same_surface_and_anisotropy():
    volume = noise((6, 7, 8), 0.3, 0)
    assert specific_surface(~volume) == specific_surface(volume) > 0
    assert anisotropy(~volume) == anisotropy(volume) > 1


def test_a_stretch_is_the_anisotropy():
    volume = blobs(24, 0.5, 1)
    stretched = np.repeat(volume, 3, axis=1)
    assert anisotropy(volume) < 1.1
    assert 2.7 < anisotropy(stretched) < 3.3
    assert anisotropy(np.repeat(volume[:1], 5, axis=0)) == np.inf


def test_a_section_has_the_surface_of_an_isotropic_material_and_no_third_axis():
    whole = blobs(60, 0.4, 2, 2)
    sections = [whole[z : z + 1] for z in range(0, 60, 4)]
    assert np.mean([specific_surface(each) for each in sections]) == pytest.approx(specific_surface(whole), rel=0.03)
    assert all(1 <= anisotropy(each) < 1.4 for each in sections)


def test_one_phase_alone_has_no_surface_and_of_one_voxel_nothing_is_known():
    for whole in (np.zeros((3, 4, 5), bool), np.ones((3, 4, 5), bool)):
        assert specific_surface(whole) == 0
        assert np.isnan(anisotropy(whole))
    assert np.isnan(specific_surface(np.ones((1, 1, 1), bool)))
    assert np.isnan(anisotropy(np.ones((1, 1, 1), bool)))
