"""Forecasts as files: what comes back, what is refused, and that their readers wait for nothing they do not use."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from conftest import PROJECT
from graincast.base import checkpoint
from graincast.base.errors import GraincastError
from graincast.base.storage import write_arrays
from graincast.growth.judging import forecast_files, forecast_scores
from graincast.growth.judging.forecast_scores import Truth
from graincast.growth.prediction import described_anew

ABOUT = {"model": "m", "settings": {}, "dataset": "d", "seed": 0, "parameters": 3, "training": {"inputs": 2}}
NUMBERS = (4, 7)


def grown(seed):
    """Grain maps [4, 24, 24] of four quarters, of which one vanishes in the last frame."""
    maps = np.tile(np.kron([[0, 1], [2, 3]], np.ones((12, 12), int)), (4, 1, 1))
    maps[2:, :3] = maps[2:, -3:]
    maps[3][maps[3] == 1] = seed % 2 * 2
    return maps


def read_of(images, seed):
    """What is read in images, and what is true, of one structure."""
    shown = grown(seed)[1]
    truth = Truth(np.zeros((3, 24, 24)), grown(seed)[1:], np.array([0.0, 1, 2]), 1.0)
    said = forecast_scores.predicted(images, np.stack([shown, grown(seed)[2]]), shown)
    return NUMBERS[seed], said, truth


@pytest.fixture
def windows(tmp_path):
    path = tmp_path / "test.npz"
    labels = np.stack([grown(seed) for seed in (0, 1)]).astype(np.uint8)
    write_arrays(path, {"simulations": np.array(NUMBERS), "images": np.zeros_like(labels), "labels": labels})
    return path


def written(path, images):
    forecast_files.write(path, ABOUT, {"": [read_of(each, seed) for seed, each in enumerate(images)]})
    return forecast_files.read(path)


def test_a_picture_of_bytes_comes_back_to_the_bit_and_any_other_to_half_a_step(tmp_path):
    rng = np.random.default_rng(0)
    of_bytes = torch.from_numpy(rng.integers(256, size=(2, 2, 24, 24), dtype=np.uint8)).float().numpy() / np.float32(
        255
    )
    assert np.array_equal(written(tmp_path / "bytes.npz", of_bytes).images, of_bytes)
    other = rng.random((2, 2, 24, 24)).astype(np.float32)
    found = written(tmp_path / "other.npz", other)
    assert 0 < np.abs(found.images - other.astype(float)).max() <= 0.5 / 65535 + 1e-7
    assert found.images.dtype == np.float32
    assert (found.about, found.simulations.tolist(), found.inputs) == (ABOUT, [4, 7], 2)


def test_a_forecast_that_diverged_is_kept_as_an_image_of_noughts_and_one_beyond_white_is_cut(tmp_path):
    images = np.full((2, 2, 24, 24), np.nan, np.float32)
    images[1] = 7.0
    found = written(tmp_path / "f.npz", images).images
    assert (found[0].max(), found[1].min()) == (0, 1)


def test_biases_are_those_of_the_scores(tmp_path, windows):
    readings = [read_of(np.zeros((2, 24, 24)), seed) for seed in (0, 1)]
    forecast_files.write(tmp_path / "f.npz", ABOUT, {"": readings})
    stored = forecast_files.read(tmp_path / "f.npz")
    found = forecast_files.radius_biases(stored, forecast_files.truth(stored, windows))
    rows = [list(forecast_scores.rows({}, 2, said, truth)) for _, said, truth in readings]
    expected = [[row["value"] for row in each if row["score"] == "mean_radius_bias"] for each in rows]
    assert np.array_equal(found, expected)
    assert np.abs(found).min(axis=0).tolist()[1] > 0.01  # a grain is missed


def test_a_forecast_of_other_structures_is_refused(tmp_path, windows):
    stored = written(tmp_path / "f.npz", np.zeros((2, 2, 24, 24)))
    assert forecast_files.truth(stored, windows).images.shape == (2, 3, 24, 24)
    labels = np.stack([grown(0), grown(1)])
    write_arrays(windows, {"simulations": np.array([4, 8]), "images": 0 * labels, "labels": labels})
    with pytest.raises(GraincastError, match=r"f\.npz: is a forecast .* of other structures than those of .*test\.npz"):
        forecast_files.truth(stored, windows)


def test_boxes_of_several_sizes_stand_apart(tmp_path):
    boxes = {f"{NUMBERS[seed]}/": [read_of(np.zeros((2, 24, 24)), seed)] for seed in (0, 1)}
    forecast_files.write(tmp_path / "f.npz", ABOUT, boxes)
    with pytest.raises(GraincastError, match=r"has no array 'simulations' .*4/simulations"):
        forecast_files.read(tmp_path / "f.npz")


def test_a_checkpoint_described_anew_is_the_one_that_torch_would_write(tmp_path):
    tensors = {"b": torch.arange(6.0).reshape(2, 3), "a": torch.tensor([True, False]), "n": torch.tensor(3)}
    checkpoint.save(tmp_path / "one.safetensors", tensors, {"kind": "x"})
    found, about = described_anew.read(tmp_path / "one.safetensors")
    described_anew.write(tmp_path / "other.safetensors", found, {**about, "more": [1.5]})
    checkpoint.save(tmp_path / "wanted.safetensors", tensors, {"kind": "x", "more": [1.5]})
    assert (tmp_path / "other.safetensors").read_bytes() == (tmp_path / "wanted.safetensors").read_bytes()
    damaged = bytearray((tmp_path / "one.safetensors").read_bytes())
    damaged[-1] ^= 1
    (tmp_path / "one.safetensors").write_bytes(damaged)
    with pytest.raises(GraincastError, match="damaged"):
        described_anew.read(tmp_path / "one.safetensors")


@pytest.mark.parametrize("script", ["growth_reliability", "growth_calibrate"])
def test_who_reads_forecasts_waits_for_no_library_that_makes_them(script):
    heavy = ("torch", "matplotlib", "skimage", "scipy.stats", "scipy.spatial")
    report = f"import sys, {script}; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", report], cwd=PROJECT / "workflow", capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
