"""Adding a model, a shifted case or a user's own microstructure: one file, one YAML, one line, from outside."""

import re
import textwrap

import numpy as np
import pytest

from conftest import PROJECT
from graincast.base import table
from graincast.base.errors import GraincastError
from graincast.growth.judging import bounds
from graincast.material.structures import label_image

LEARNING = ("tiny_local_rule", "tiny_boundary_attention")


def block(document, language):
    """The first block of code in `language` of one of the project's documents."""
    text = (PROJECT / document).read_text()
    return textwrap.dedent(re.search(rf"^ *```{language}\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL).group(1))


def test_a_model_added_from_outside_is_trained_alone_and_evaluated_like_the_others(reached):
    """What docs/extending.md tells a reader to write, written."""
    (reached.root / "workflow/graincast/growth/models/mine.py").write_text(block("docs/extending.md", "python"))
    (reached.root / "config/growth/models/mine.yaml").write_text(block("docs/extending.md", "yaml"))
    reached.edit("config/tiny.yaml", "tiny_boundary_attention]", "tiny_boundary_attention, mine]")
    jobs = reached.run("--cores", "2")
    assert jobs == sorted(
        [f"train growth/mine/tiny_normal/{seed}" for seed in (0, 1)]
        + [f"growth_evaluate mine/tiny_normal/{seed}/tiny_{case}" for seed in (0, 1) for case in ("normal", "bimodal")]
        + ["growth_forecast mine/tiny_normal/0", "growth_calibrate mine/tiny_normal/0"]
        + ["growth_reliability mine/tiny_normal", "growth_speed tiny_normal", "growth_report", "front_page"]
    )
    scores = table.read(reached.root / "results/growth/report/tables/scores.parquet")
    assert set(scores["model"]) - set(bounds.NAMES) == {"persistence", *LEARNING, "mine"}
    assert ", mine on " in (reached.root / "results/growth/report/index.html").read_text()


def test_a_users_own_label_image_becomes_a_case(reached):
    """What README.md tells a reader to write, written."""
    from skimage import io

    labels = np.random.default_rng(0).integers(1, 250, size=(5, 7), dtype=np.uint8)
    io.imsave(reached.root / "my_micrograph.png", np.kron(labels, np.ones((12, 12), np.uint8)), check_contrast=False)
    (reached.root / "config/growth/datasets/mine.yaml").write_text(block("README.md", "yaml"))
    reached.edit("config/tiny.yaml", "cases: [tiny_normal, tiny_bimodal]", "cases: [tiny_normal, tiny_bimodal, mine]")
    jobs = reached.run("--cores", "2")
    assert jobs == sorted(
        [
            "growth_simulate mine/0",
            "growth_prepare mine",
            "growth_bound tiny_normal/mine",
            *(f"growth_reliability {name}/tiny_normal" for name in ("persistence", *LEARNING)),
            "growth_evaluate persistence/tiny_normal/0/mine",
            *(f"growth_evaluate {name}/tiny_normal/{seed}/mine" for name in LEARNING for seed in (0, 1)),
            "growth_report",
            "front_page",
        ]
    )
    (reached.root / "my_micrograph.png").write_bytes(b"another picture")
    assert "growth_simulate mine/0" in reached.planned(), "an edited picture must be simulated again"


BLOCKS = np.kron(np.arange(35).reshape(5, 7), np.ones((12, 12), int))
NOT_LABEL_IMAGES = {
    "uniform": (np.ones((20, 20), int), "one single value"),
    "pickled": (np.array([{"a": 1}] * 100, dtype=object), "not a readable image"),
    "a stack": (np.stack([BLOCKS] * 5), "shape"),
    "too small": (BLOCKS[:15, :20], "15 x 20 pixels, expected 16 or more"),
    "not finite": (np.where(BLOCKS == 3, np.nan, BLOCKS), "without a finite value"),
    "one grain in the middle": (np.where(np.arange(40) < 4, 1, 2) * np.ones((20, 1), int), "one single grain"),
    "specks": (np.random.default_rng(0).integers(3, size=(64, 64)), "regions in 4096 pixels.*photograph"),
    "a photograph": (np.random.default_rng(0).integers(256, size=(64, 64)), "is it a photograph"),
}


@pytest.mark.parametrize("wrong", NOT_LABEL_IMAGES)
def test_a_file_that_is_no_label_image_is_named_with_the_reason(tmp_path, wrong):
    array, reason = NOT_LABEL_IMAGES[wrong]
    np.save(tmp_path / "map.npy", array, allow_pickle=True)
    with pytest.raises(GraincastError, match=rf"map\.npy.*{reason}"):
        label_image.read(tmp_path / "map.npy")


def test_a_broken_picture_is_named(tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no picture")
    with pytest.raises(GraincastError, match=r"broken\.png: is not a readable image"):
        label_image.read(tmp_path / "broken.png")


COLOURS = np.dstack([BLOCKS, BLOCKS, 255 - BLOCKS]).astype(np.uint8)


@pytest.mark.parametrize(
    "labels",
    [BLOCKS, BLOCKS - 17, BLOCKS + 0.5, BLOCKS / 100, BLOCKS * 10**12, COLOURS],
    ids=["from 0", "negative", "halves", "hundredths", "huge", "colours"],
)
def test_labels_may_be_any_numbers_or_colours(tmp_path, labels):
    np.save(tmp_path / "map.npy", labels)
    read = label_image.read(tmp_path / "map.npy")
    assert np.array_equal(read, BLOCKS[:, 12:72])


def test_a_label_image_is_made_periodic_by_mirrors(tmp_path):
    from graincast.material.networks import measures, rendering

    labels = np.kron(np.arange(16).reshape(4, 4), np.ones((8, 8))).astype(np.int32)
    np.save(tmp_path / "map.npy", labels)
    network = label_image.network(label_image.Settings(file=str(tmp_path / "map.npy")), np.random.default_rng(0))
    whole = rendering.label_map(network, (64, 64))
    assert np.array_equal(whole == whole[0, 0], (whole == whole[0, 0])[::-1, ::-1])
    assert len(np.unique(whole)) == 36  # 4 inner grains four times, 8 at edges twice, 4 in corners: one more each
    assert measures.areas(network)[network.present].mean() == pytest.approx(1)
