"""Adding a model, a shifted case or a user's own microstructure: one file, one YAML, one line, from outside."""

import re
import textwrap

import numpy as np
import pytest

from conftest import PROJECT, jobs_in
from graincast.grains.geometry import connected_regions
from graincast.scores import table
from graincast.structures import label_image


def block(document, language):
    """The first block of code in `language` of one of the project's documents."""
    text = (PROJECT / document).read_text()
    return textwrap.dedent(re.search(rf"^ *```{language}\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL).group(1))


def test_a_model_added_from_outside_is_trained_alone_and_evaluated_like_the_others(reached):
    """What docs/extending.md tells a reader to write, written."""
    (reached.root / "workflow/graincast/models/mine.py").write_text(block("docs/extending.md", "python"))
    (reached.root / "config/models/mine.yaml").write_text(block("docs/extending.md", "yaml"))
    reached.edit("config/tiny.yaml", "tiny_convolution]", "tiny_convolution, mine]")
    jobs = reached.run("--cores", "2")
    assert jobs == sorted(
        [f"train mine/tiny_normal/{seed}" for seed in (0, 1)]
        + [f"evaluate mine/tiny_normal/{seed}/{case}" for seed in (0, 1) for case in ("tiny_normal", "tiny_bimodal")]
        + ["report"]
    )
    scores = table.read(reached.root / "results/report/tables/scores.parquet")
    assert set(scores["model"]) == {"persistence", "tiny_convolution", "mine"}
    assert ", mine on " in (reached.root / "results/report/index.html").read_text()


def test_a_users_own_label_image_becomes_a_case(reached):
    """What README.md tells a reader to write, written."""
    from skimage import io

    labels = np.random.default_rng(0).integers(1, 250, size=(5, 7), dtype=np.uint8)
    io.imsave(reached.root / "my_micrograph.png", np.kron(labels, np.ones((12, 12), np.uint8)), check_contrast=False)
    (reached.root / "config/datasets/mine.yaml").write_text(block("README.md", "yaml"))
    reached.edit("config/tiny.yaml", "cases: [tiny_normal, tiny_bimodal]", "cases: [tiny_normal, tiny_bimodal, mine]")
    jobs = reached.run("--cores", "2")
    assert jobs == sorted(
        [
            "simulate mine/0",
            "prepare mine",
            *(
                f"evaluate {name}/tiny_normal/{seed}/mine"
                for name in ("persistence", "tiny_convolution")
                for seed in (0, 1)
            ),
            "report",
        ]
    )
    (reached.root / "my_micrograph.png").write_bytes(b"another picture")
    again = reached.snakemake("--configfile", "config/tiny.yaml", "--cores", "2", "--dry-run")
    assert "simulate mine/0" in jobs_in(again.stdout + again.stderr), "an edited picture must be simulated again"


def test_a_label_image_that_is_none_is_named(tmp_path):
    from graincast.errors import GraincastError

    not_an_image = tmp_path / "broken.png"
    not_an_image.write_bytes(b"no picture")
    uniform = tmp_path / "uniform.npy"
    np.save(uniform, np.ones((20, 20), np.int32))
    pickled = tmp_path / "pickled.npy"
    np.save(pickled, np.array([{"a": 1}] * 100, dtype=object), allow_pickle=True)
    for path, word in (
        (not_an_image, "not a readable label image"),
        (uniform, "one single grain"),
        (pickled, "not a readable label image"),
    ):
        with pytest.raises(GraincastError, match=f"{path.name}: .*{word}"):
            label_image.read(path, 32)


def test_a_label_image_is_made_periodic_by_mirrors(tmp_path):
    labels = np.kron(np.arange(16).reshape(4, 4), np.ones((8, 8))).astype(np.int32)
    np.save(tmp_path / "map.npy", labels)
    settings = label_image.Settings(file=str(tmp_path / "map.npy"))
    whole = label_image.label_map(settings, 64, np.random.default_rng(0))
    assert np.array_equal(whole == whole[0, 0], (whole == whole[0, 0])[::-1, ::-1])
    assert (
        len(np.unique(whole)) == 4 * 4 * 4 - 2 * 4 * 2 - 2 * 4 * 2 + 4 * 1 + 4 * 1 + 4 - 3
        or len(np.unique(whole)) == 36
    )
    assert np.array_equal(connected_regions(whole), connected_regions(whole + 5))
