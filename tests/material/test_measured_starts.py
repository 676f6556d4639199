"""Measured maps as starts: mirrored boxes, their scale, what is scored of them, and how far a mirror is felt."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from conftest import PROJECT
from graincast.base.storage import write_arrays
from graincast.growth.data import preparation, windows
from graincast.growth.judging import bounds, data_sheet, forecast_scores
from graincast.material import datasets, trajectories
from graincast.material.fronts.checked_march import equal_pairs, evolve
from graincast.material.grains.geometry import connected_regions
from graincast.material.networks import measures
from graincast.material.networks.rendering import boundary_image, label_map
from graincast.material.networks.surroundings import mirrored
from graincast.material.networks.tracing import trace, trace_pixels
from graincast.material.structures import lognormal, measured
from graincast.scoring import images, maps, populations

MEASURED = PROJECT / "config" / "growth" / "datasets" / "measured.yaml"
STEP = 0.5  # micrometres


@cache
def field(seed, grains=60):
    """The labels of a periodic structure, about ten pixels to a grain. Never changed."""
    network = lognormal.network(lognormal.Settings(grains, 0.3), np.random.default_rng(seed))
    side = round(10 * network.box[0])
    return connected_regions(label_map(network, (side, side)))


def saved(path, labels, step=STEP):
    write_arrays(path, {"labels": np.asarray(labels, np.int32), "step": np.array(step)})
    return path


def same_partition(one, other):
    pairs = {*zip(one.ravel().tolist(), other.ravel().tolist(), strict=True)}
    return len(pairs) == len(np.unique(one)) == len(np.unique(other))


def dataset(margin=4):
    stored = datasets.load(MEASURED)
    return replace(stored, structure={**stored.structure, "margin": margin}, frames=replace(stored.frames, count=4))


def simulated(folder, *shapes):
    """Trajectory files of maps of the given shapes, as `simulate` writes them."""
    paths = []
    for number, (rows, columns) in enumerate(shapes):
        start = saved(folder / f"map{number}.npz", field(number)[:rows, :columns])
        parts = datasets.parts(dataset(), "test")
        paths.append(folder / f"trajectory{number}.npz")
        trajectories.write(paths[-1], dataset(), [(0, datasets.simulate_map(dataset(), parts, start))])
    return paths


def prepared(folder, *shapes, margin=4):
    """The test windows of maps of the given shapes, as `prepare` writes them."""
    used = dataset(margin)
    drawn = []
    for place, path in enumerate(simulated(folder, *shapes)):
        drawn += [preparation.window(one, used) for one in trajectories.read(path, dataset(), place)]
    preparation.write_splits(folder, drawn, used.with_maps(len(drawn)))
    return folder / "test.npz"


def test_a_start_is_the_map_and_its_mirror_images_pixel_by_pixel(tmp_path):
    """Drawn at the resolution of the map, nothing of it is smoothed."""
    labels = field(0)[:60, :44]
    grain = np.sqrt(
        4 * labels.size / (mirrored(np.unique(labels, return_inverse=True)[1].reshape(60, 44))[0].max() + 1)
    )
    start = measured.start(saved(tmp_path / "map.npz", labels), float(grain))  # so many pixels that none is cropped
    drawn = label_map(start.network, (120, 88))
    half = np.concatenate([labels, labels[:, ::-1]], axis=1)
    assert same_partition(drawn, connected_regions(np.concatenate([half, half[::-1]])))
    assert start.network.box == pytest.approx((88 / grain, 120 / grain))
    assert start.side_um == pytest.approx(grain * STEP)
    edges = sum(int(np.sum(drawn != np.roll(drawn, 1, axis))) for axis in (0, 1))
    assert measures.lengths(start.network).sum() * grain == pytest.approx(edges, rel=0.15)
    assert measures.lengths(trace(drawn)).sum() < 0.85 * edges, "a smoothed one would be shorter"


@pytest.mark.parametrize("shape", [(161, 97), (170, 170), (133, 158), (150, 169)])
def test_boxes_are_whole_tokens_and_hardly_stretched(tmp_path, shape):
    labels = field(1, grains=320)[: shape[0], : shape[1]]
    start = measured.start(saved(tmp_path / "map.npz", labels), 9.19)
    sides = np.array(start.network.box) * 9.19
    assert sides / 4 == pytest.approx(np.round(sides / 4))
    area = np.prod(start.network.box) / len(start.network.present)
    assert area == pytest.approx(1, abs=0.04), "cropping may cost a few grains"
    # what is kept, in micrometres along x and y, by either side
    kept = sides / 2 * start.side_um / 9.19 / STEP
    for side, along in zip(shape[::-1], kept, strict=True):
        assert 0.915 * side <= along <= side * 1.005
        assert min(abs(along / whole - 1) for whole in range(side - 14, side + 1)) < 0.0041
    wholes = [range(side - 14, side + 1) for side in shape]
    assert min(abs(np.prod(kept) / (rows * columns) - 1) for rows in wholes[0] for columns in wholes[1]) < 1e-9


def test_lengths_stay_physical_through_drawing(tmp_path):
    """A pixel of the images covers as many square micrometres as the map has under it."""
    path = prepared(tmp_path, (60, 44))
    case = windows.load_by_box(path)[0]
    pixel_um = float(case.about(("pixel_um",))["pixel_um"])
    rows, columns = case.images.shape[2:]
    assert rows * columns / 4 * pixel_um**2 == pytest.approx(60 * 44 * STEP**2, rel=0.1)
    trajectory = next(trajectories.read(tmp_path / "trajectory0.npz", dataset()))
    sheet = {
        (row["step"], row["score"]): row["value"]
        for row in data_sheet.rows("measured", trajectory, dataset().times, case.images[0].numpy())
    }
    side = pixel_um * 9.19
    assert sheet[0, "mean_radius_um"] == pytest.approx(side * sheet[0, "mean_radius"])
    assert sheet[2, "reduced_time_um2"] == pytest.approx(2 * 0.0647 * side**2)
    nothing = data_sheet.rows("x", replace(trajectory, side_um=np.nan), dataset().times, case.images[0].numpy())
    assert not [row for row in nothing if row["score"].endswith(("_um", "_um2"))]


def test_a_frame_advances_as_in_the_training_data_and_grains_are_as_large_in_pixels():
    """`normal` draws 60 grains into 64 x 64 pixels; its mean area at t = 0 is 1.238 of theirs."""
    normal, here = datasets.load(PROJECT / "config/growth/datasets/normal.yaml"), datasets.load(MEASURED)
    per_area = normal.frames.pixels**2 / normal.structure["grains"]
    assert here.frames.grain_pixels**2 == pytest.approx(1.238 * per_area, rel=0.005)
    assert here.frames.interval * here.frames.grain_pixels**2 == pytest.approx(
        normal.frames.interval * per_area, rel=1e-3
    )


def test_the_map_alone_is_scored_without_its_margin():
    mask = dataset(margin=5).scored((80, 120))
    assert mask.sum() == (40 - 10) * (60 - 10)
    assert mask[5:35, 5:55].all()
    assert not dataset(margin=18).scored((80, 120)).any(), "4 x 24 pixels say nothing"
    assert datasets.load(PROJECT / "config/growth/datasets/normal.yaml").scored((64, 64)) is None


def test_a_map_that_is_too_small_is_left_out_and_none_at_all_is_no_error(tmp_path):
    path = prepared(tmp_path, (70, 70), (28, 28), margin=6)
    cases = windows.load_by_box(path)
    assert [case.about(("simulations",))["simulations"].tolist() for case in cases] == [[0]]
    assert windows.load_by_box(prepared(tmp_path, (28, 28), margin=6)) == []


def test_boxes_of_other_sizes_stand_in_one_file_and_keep_their_numbers(tmp_path):
    cases = windows.load_by_box(prepared(tmp_path, (60, 44), (44, 70)))
    assert [case.images.shape[2:] == case.scored.shape for case in cases] == [True, True]
    assert cases[0].images.shape != cases[1].images.shape
    for number, case in enumerate(cases):
        assert case.about(("simulations",))["simulations"].tolist() == [number]
        assert case.images.shape[2] % 4 == case.images.shape[3] % 4 == 0
        shown = case.images[0, 0].numpy()
        apart = shown[: len(shown) // 2].astype(float) - shown[len(shown) // 2 :][::-1]
        assert np.abs(apart).mean() < 1, "the box is mirrored"
        assert np.abs(shown.astype(float) - np.roll(shown, 5, axis=0)).mean() > 20


def test_settings_that_measured_maps_cannot_have_are_refused():
    stored = datasets.load(MEASURED)
    for changes in (
        {"simulations": replace(stored.simulations, train=1)},
        {"equilibration": 0.1},
        {"units": {"name": "arrhenius"}},
        {"frames": replace(stored.frames, pixels=64, grain_pixels=None)},
        {"structure": {"law": "emulated"}},
    ):
        with pytest.raises(ValueError, match="measured"):
            replace(stored, **changes)
    with pytest.raises(ValueError, match="'pixels' and 'grain_pixels'"):
        replace(stored.frames, pixels=64)
    with pytest.raises(ValueError, match="margin"):
        measured.Settings("t.csv", "", -1)


def corner(rows=24, columns=24, size=8):
    mask = np.zeros((rows, columns), bool)
    mask[:size, :size] = True
    return mask


def test_image_scores_count_the_marked_pixels_alone():
    rng = np.random.default_rng(0)
    truth_image, mask = rng.random((2, 24, 24)), corner()
    wrong = truth_image.copy()
    wrong[:, 2, 3] += [0.5, 0.25]
    wrong[:, 20, 20] = 9.0  # beyond what is scored, and beyond the reach of its windows
    assert images.squared_errors(wrong, truth_image, mask) == pytest.approx([0.25 / 64, 0.0625 / 64])
    by_pixel = images.similarity_map(wrong, truth_image)
    assert images.similarities(wrong, truth_image, mask) == pytest.approx(by_pixel[:, :8, :8].mean(axis=(1, 2)))
    line = np.zeros((24, 24))
    line[:, 4] = 1.0
    near = images.similarity_map(wrong[0], line)[:8, 3:6].mean()
    assert images.similarities_near(wrong[0], line, 1, mask) == pytest.approx(near)
    blank = np.zeros((24, 24))
    assert images.similarities_near(wrong[0], blank, 1, mask) == pytest.approx(
        images.similarities(wrong[0], blank, mask)
    )


def stripes(*edges, width=24):
    return np.tile(np.searchsorted(edges, np.arange(width), side="right") % len(edges), (24, 1))


def test_map_scores_count_the_marked_pixels_alone():
    mask = corner()
    one, other = stripes(4, 12, 20), stripes(4, 12, 17)  # differ beyond the mask
    assert maps.boundary_f1(one, other, 1, mask) == 1 > maps.boundary_f1(one, other, 1)
    assert maps.partition(one, other, mask) == maps.Partition(0, 0, 0)
    assert maps.partition(one, other).rand_error > 0
    # in the mask, a boundary at 4 against one at 6: columns 3 and 4 against 5 and 6, 8 pixels each
    moved = stripes(6, 12, 20)
    assert maps.boundary_f1(moved, one, 1, mask) == pytest.approx(0.5)
    assert maps.boundary_f1(moved, one, 0, mask) == 0
    split = maps.partition(moved, one, mask)
    pairs = np.array([32 * 31 + 16 * 15 + 16 * 15, 48 * 47 + 16 * 15, 32 * 31 + 32 * 31])
    assert split.rand_error == pytest.approx(1 - 2 * pairs[0] / (pairs[1] + pairs[2]))


def test_a_boundary_within_the_mask_may_match_one_beyond_it():
    """Columns 7 and 8 against 8 and 9: only column 7 and no pixel of the other is marked."""
    assert maps.boundary_f1(stripes(2, 8), stripes(2, 9), 1, corner()) == 1


def test_grains_count_with_the_share_of_them_that_is_scored():
    """Stripes of 8, 12 and 4 columns, of which 4 of 8, 4 of 12 and nothing are scored, in 8 of 24 rows."""
    labels = np.tile(np.repeat([0, 1, 2], [4, 8, 12]), (24, 1))
    labels[:, 20:] = 0
    found = populations.of_map(labels, corner())
    assert found.area.tolist() == [192, 192]
    assert found.share == pytest.approx([32 / 192, 32 / 192])
    assert found.number == pytest.approx(1 / 3)
    uneven = np.zeros((24, 24), bool)
    uneven[:, 2:5] = True  # 48 pixels of grain 0, 24 of grain 1
    found = populations.of_map(np.where(np.arange(24) < 4, 0, np.where(np.arange(24) < 12, 1, 2)) + 0 * labels, uneven)
    assert found.share == pytest.approx([0.5, 24 / 192])
    radii = np.sqrt(np.array([96, 192]) / np.pi)
    assert found.mean_radius == pytest.approx((0.5 * radii[0] + 0.125 * radii[1]) / 0.625)
    assert found.mean_area == pytest.approx((0.5 * 96 + 0.125 * 192) / 0.625)
    assert found.surface == pytest.approx([48 / 72, 24 / 72])


def test_shares_over_all_parts_of_a_box_add_up_to_its_grains():
    labels = field(2)
    parts = np.arange(labels.size).reshape(labels.shape) % 7
    numbers = [populations.of_map(labels, parts == part).number for part in range(7)]
    assert sum(numbers) == pytest.approx(labels.max() + 1)
    assert populations.of_map(labels).number == labels.max() + 1


@cache
def scene():
    """A forecast that is a little wrong, of a structure that grows."""
    network = lognormal.network(lognormal.Settings(30, 0.3), np.random.default_rng(5))
    networks = evolve(network, np.array([0.0, 0.1, 0.2]), 0.15, equal_pairs(network)).networks
    drawn = np.stack([boundary_image(one, (48, 48), 1.0) for one in networks]) / 255
    labels = np.stack([label_map(one, (48, 48)) for one in networks])
    true = forecast_scores.Truth(drawn, labels, np.arange(3) * 5.0, 1.0)
    return forecast_scores.Predicted(drawn[[0, 1]], labels[[0, 1]].astype(np.int32), True), true


def scores(scored):
    forecast, true = scene()
    found = list(forecast_scores.rows({}, 1, forecast, replace(true, scored=scored)))
    return {(row["score"], row.get("step")): row["value"] for row in found}


def test_a_mask_of_everything_changes_no_score():
    whole, everything = scores(None), scores(np.ones((48, 48), bool))
    assert whole.keys() == everything.keys()
    assert [everything[key] for key in whole] == pytest.approx([whole[key] for key in whole])


def test_a_part_changes_scores_of_images_maps_and_populations_but_not_the_physics_of_the_box():
    whole, part = scores(None), scores(corner(48, 48, 20))
    physics = {"mullins_slope", "mullins_intercept", "mullins_r2", "calm_grains", "mean_sides", "angle_spread"}
    for score in ("mse", "ssim", "ssim_near", "crisp_ssim", "boundary_f1_1", "rand_error", "mean_radius_bias"):
        assert part[score, 2] != whole[score, 2], score
    shared = [key for key in whole if key[0] in physics]
    assert len(shared) >= 4
    assert [part[key] for key in shared] == [whole[key] for key in shared]


def test_bounds_of_a_map_count_the_same_part(tmp_path):
    (path,) = simulated(tmp_path, (70, 70))
    used, parts = dataset(), datasets.parts(dataset(), "test")
    trajectory = next(trajectories.read(path, used, 3))
    rows = list(bounds.rows(used, parts, trajectory, 1.1))
    assert {row["sample"] for row in rows} == {3}
    true = bounds.truth(used, trajectory)
    assert true.scored.sum() < true.scored.size / 4
    start, end = (populations.of_map(true.maps[frame], true.scored) for frame in (0, 3))
    grown = 1 + 1.1 * (true.reduced_times[3] - true.reduced_times[0]) / start.mean_area
    found = {(row["model"], row["score"], row.get("step")): row["value"] for row in rows}
    assert found["mean_field", "grain_count_bias", 3] == pytest.approx(start.number / grown / end.number - 1)
    assert found["mean_field", "mean_radius_bias", 3] == pytest.approx(
        start.mean_radius * np.sqrt(grown) / end.mean_radius - 1
    )
    assert found["truth", "ssim", 3] == 1
    assert found["pixels", "ssim", 3] < 1
    none_scored = replace(used, structure={**used.structure, "margin": 40})
    assert list(bounds.rows(none_scored, parts, trajectory, 1.1)) == []


def test_a_mirror_is_felt_at_the_edge_and_hardly_within_the_margin():
    """A map is cut out of a periodic structure and mirrored; the periodic one knows what lies beyond the edges."""
    here = datasets.load(MEASURED)
    margin, scale = here.structure["margin"], here.frames.grain_pixels
    by_distance = []
    for seed in range(4):
        network = lognormal.network(lognormal.Settings(420, 0.25), np.random.default_rng(seed))
        grown = evolve(network, np.array([0.5]), 0.15, equal_pairs(network)).networks[-1]
        side = 4 * round(np.sqrt(len(grown.present)) * scale / 4)
        labels = np.unique(label_map(grown, (2 * side, 2 * side)), return_inverse=True)[1].reshape(2 * side, -1)
        cut = np.unique(labels[:side, :side], return_inverse=True)[1].reshape(side, side)
        starts = [trace_pixels(one, 0.5 / scale) for one in (labels, mirrored(cut)[0])]
        last = [evolve(one, here.times[-1:], 0.15, equal_pairs(one)).networks[-1] for one in starts]
        whole, edged = (boundary_image(one, (side, side), 1.0)[: side // 2, : side // 2] / 255 for one in last)
        inwards = np.minimum(np.arange(side // 2), np.arange(side // 2)[::-1])
        distance = np.minimum.outer(inwards, inwards)
        unlike = 2 * whole.mean() * (1 - whole.mean())  # of two images that have nothing in common, about
        error = (whole - edged) ** 2 / unlike
        by_distance.append([error[distance < 3].mean(), error[distance >= margin].mean()])
    edge, within = np.mean(by_distance, axis=0)
    assert edge > 0.5
    assert within < 0.12
    assert margin > np.sqrt(here.times[-1]) * scale, "boundaries move by the root of k t"


def test_frames_of_a_map_lose_grains_as_growth_does(tmp_path):
    (path,) = simulated(tmp_path, (70, 70))
    counts = (next(trajectories.read(path, dataset())).area > 0).sum(axis=1)
    assert all(later < earlier for earlier, later in pairwise(counts))
