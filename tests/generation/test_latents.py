"""What is said of latents: a descriptor that is there is found, one that is not is not, and a shift is noticed."""

import numpy as np
import pytest

from graincast.base.errors import GraincastError
from graincast.generation.data import latents
from graincast.generation.data.latents import Encoded
from graincast.generation.data.patch_structure import DESCRIPTORS
from graincast.generation.judging import component_tests, latent_meaning, latent_pictures, latent_space, linear_reading

FIELDS, PATCHES, LATENTS = 12, 5, 16


def encoded(seed, shift=0.0, fields=FIELDS, carried=True):
    """Patches of steps in turn; latent 0 says the first descriptor, within a little, and no other."""
    rng = np.random.default_rng(seed)
    count = fields * PATCHES
    field = np.repeat(np.arange(fields), PATCHES)
    means = rng.normal(size=(count, LATENTS)).astype(np.float32) * np.linspace(2, 0.5, LATENTS, dtype=np.float32)
    step = field % 3
    means[:, 0] += 8 * step
    means += np.float32(shift)
    structure = rng.normal(size=(count, len(DESCRIPTORS))).astype(np.float32)
    if carried:
        structure[:, 0] = 10 + 0.5 * means[:, 0] + 0.1 * structure[:, 0]
    structure[0, 1] = np.nan  # too few grains in one patch
    relief = np.abs(rng.normal(size=(count, 3))).astype(np.float32)
    error, divergence = np.abs(rng.normal(size=(2, count))).astype(np.float32)
    conditions = np.zeros((count, 3), np.float32)
    return Encoded(means, np.zeros_like(means), field, step, conditions, structure, relief, error, divergence)


@pytest.fixture(scope="module")
def several():
    cases = ("train", "validation", "test", "alike")
    found = {case: encoded(seed, fields=30 if case == "train" else FIELDS) for seed, case in enumerate(cases)}
    return {**found, "shifted": encoded(9, shift=3.0)}


@pytest.fixture(scope="module")
def scores(several):
    rows = latent_meaning.rows({"model": "one", "dataset": "grown", "seed": 0}, several)
    return {(row["case"], row["score"]): row["value"] for row in rows if "sample" not in row}


def test_what_is_written_is_read(tmp_path, several):
    latents.write(tmp_path / "latents.npz", several, {"dataset": "grown", "seed": 3})
    found, about = latents.read(tmp_path / "latents.npz")
    assert list(found) == list(several)
    assert about == {"dataset": "grown", "seed": 3}
    for case, name in ((case, name) for case in several for name in latents.NAMES):
        np.testing.assert_array_equal(getattr(found[case], name), getattr(several[case], name))


def test_a_file_that_holds_no_latents_is_refused(tmp_path):
    np.savez(tmp_path / "other.npz", cases=np.array(["test"]))
    with pytest.raises(GraincastError, match="has no array 'test/means'"):
        latents.read(tmp_path / "other.npz")


def test_a_line_reads_a_descriptor_that_is_in_the_latents_and_no_other(scores):
    name, *others = DESCRIPTORS
    assert scores["test", f"read_{name}_r2"] > 0.95
    assert scores["test", f"read_{name}_r2_within_steps"] > 0.7
    assert scores["test", f"read_{name}_r2_of_shuffled"] < 0.2
    assert scores["shifted", f"read_{name}_r2"] > 0.95  # the line goes on where nothing was learned from
    for other in others:
        assert scores["test", f"read_{other}_r2"] < max(0.1, scores["test", f"read_{other}_r2_of_shuffled"])


def test_an_interval_holds_its_share_of_variance(scores):
    ends = [scores["test", f"read_{DESCRIPTORS[0]}_r2{end}"] for end in ("_low", "", "_high")]
    assert ends == sorted(ends)
    assert ends[0] < ends[2] <= 1


def test_reading_the_mean_says_nothing_and_reading_the_truth_says_all():
    true = np.arange(6.0)
    assert linear_reading.r_squared(np.full(6, true.mean()), true) == 0
    assert linear_reading.r_squared(true, true) == 1
    assert linear_reading.r_squared(-true, true) < 0


def test_a_component_that_carries_a_descriptor_is_told_from_chance_and_the_others_are_not(scores):
    found = {name: value for (case, name), value in scores.items() if case == "test" and name.endswith("_p")}
    sure = {name for name, p in found.items() if p < 0.05}
    assert f"correlation_1_{DESCRIPTORS[0]}_p" in sure
    assert len([name for name in sure if DESCRIPTORS[0] not in name]) <= 1
    assert abs(scores["test", f"correlation_1_{DESCRIPTORS[0]}"]) > scores["test", "correlation_limit"]


def test_patches_of_one_field_are_no_samples_of_their_own():
    """Both numbers are the fields' own: by patches a chance correlation of ten fields would look sure."""
    found = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        one, other = (np.repeat(rng.normal(size=(10, 1)), 20, axis=0) for _ in range(2))
        found.append(component_tests.carried(one, other, np.repeat(np.arange(10), 20), rng).p.item())
    assert np.mean(np.array(found) < 0.05) <= 1 / 8
    assert min(found) > 1e-3


def test_the_same_distribution_is_not_noticed_and_a_shifted_one_is(scores):
    low, high = scores["alike", "auroc_by_latents_low"], scores["alike", "auroc_by_latents_high"]
    assert low < 0.5 < high
    assert scores["shifted", "auroc_by_latents"] > 0.99
    assert scores["shifted", "auroc_by_relief"] < 0.9  # the relief was not shifted
    assert ("test", "auroc_by_latents") not in scores


def test_steps_that_stand_apart_are_clusters_and_one_cloud_is_none(scores):
    assert scores["test", "step_accuracy"] > 0.9
    assert scores["test", "step_silhouette"] > 0.3
    rng = np.random.default_rng(0)
    assert abs(latent_space.silhouette(rng.normal(size=(200, 2)), np.arange(200) % 2)) < 0.05
    far = np.repeat([[0.0, 0.0], [50.0, 0.0]], 50, axis=0) + rng.normal(size=(100, 2))
    assert latent_space.silhouette(far, np.repeat([0, 1], 50)) > 0.9


def test_the_first_component_is_the_direction_of_the_largest_variance():
    rng = np.random.default_rng(0)
    means = rng.normal(size=(500, 1)) * [[3.0, 4.0, 0.0]] + 0.1 * rng.normal(size=(500, 3)) + 7
    found = latent_space.components(means, 2)
    np.testing.assert_allclose(found.axes[0], [0.6, 0.8, 0.0], atol=0.01)
    assert 0.98 < found.share[0] <= found.share.sum() <= 1
    assert abs(found.scores(means).mean(axis=0)).max() < 1e-9


def test_pictures_hold_what_was_measured(several):
    arrays = latent_pictures.arrays(several)
    test = several["test"]
    np.testing.assert_allclose(arrays["step_mean"][1], test.means[test.step == 1].mean(axis=0), rtol=1e-6)
    assert arrays["response"].shape == (5, 3, 200, 2)
    np.testing.assert_array_equal(arrays["dimensions"][0], test.means.min(axis=0))
    assert "scores/train" not in arrays
