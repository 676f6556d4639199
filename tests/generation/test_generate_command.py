"""`generate` as its user calls it: files, what is printed, what is refused, what other commands make of its maps."""

import csv
import json
import subprocess
import sys

import numpy as np
import pytest
import tifffile
import torch
from PIL import Image

import graincast
from conftest import PROJECT
from graincast.base.errors import GraincastError
from graincast.generation import learner, trained, training_section
from graincast.generation.commands.generate import main
from graincast.generation.data import fields
from graincast.generation.generating import learned_from
from graincast.material.grains import geometry
from graincast.material.networks import measures, network_file
from graincast.material.networks.rendering import label_map
from graincast.material.structures import label_image
from graincast.training import loop, weights
from structures_made import Knowing, grown

TINY = """
model: flow
settings: {width: 8, depth: 1, squares: 4, cap_px: 3.0, margin: 8, passes: 3, told: 1.0}
training: {patch: 64, zoom: 1.0, batch: 4, an_epoch: 4, epochs: 1, patience: 1, learning_rate: 1.0e-3,
           gradient_clip: 1.0, grain_px: 10.0}
"""


@pytest.fixture
def knowing(monkeypatch):
    """The command asks a generator that knows the truth."""
    monkeypatch.setattr(trained, "generator", lambda _path, _device: Knowing())


@pytest.fixture(scope="module")
def network():
    return grown(200, np.random.default_rng(4))


@pytest.fixture
def drawing(network, tmp_path):
    """A label map of a user's own, as a TIFF without a scale."""
    labels = label_map(network, (210, 210))[:200, :180]
    tifffile.imwrite(tmp_path / "mine.tif", labels.astype(np.uint16))
    return tmp_path / "mine.tif"


def rows_of(path):
    with open(path, newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.usefixtures("knowing")
def test_a_structure_leaves_its_map_table_boundaries_pictures_and_sheet(tmp_path, capsys):
    folder = tmp_path / "made"
    main(["--mean-size", "20", "--grains", "150", "--export", "vti,tesr", "--output", str(folder), "--threads", "1"])
    names = {path.name for path in folder.iterdir()}
    assert names >= {"grains.tif", "grains.csv", "boundaries.npz", "asked_and_got.csv", "asked_and_got.png"}
    assert names >= {"structures.png", "grains.vti", "grains_material.yaml", "grains.tesr"}
    labels = tifffile.imread(folder / "grains.tif").astype(int) - 1
    table = rows_of(folder / "grains.csv")
    network, step = network_file.read(folder / "boundaries.npz")
    assert len(table) == labels.max() + 1 == len(network.present)
    area = np.array([float(row["area_um2"]) for row in table])
    assert area == pytest.approx(geometry.areas(labels) * step**2, rel=1e-4)
    assert measures.areas(network) == pytest.approx(geometry.areas(labels), abs=1e-6)
    sheet = {row["quantity"]: row for row in rows_of(folder / "asked_and_got.csv")}
    assert float(sheet["grains"]["asked"]) == 150
    assert float(sheet["grains"]["got"]) == len(table)
    diameter = np.array([float(row["equivalent_diameter_um"]) for row in table])
    assert float(sheet["mean_diameter"]["got"]) == pytest.approx(diameter.mean(), rel=1e-4)
    printed = capsys.readouterr().out
    assert "verdict: " in printed
    assert f"written to {folder}" in printed
    for picture in ("structures.png", "asked_and_got.png"):
        with Image.open(folder / picture) as image:
            assert min(image.size) > 300


@pytest.mark.usefixtures("knowing")
def test_several_structures_have_numbers_and_are_told_apart_on_the_sheet(tmp_path, capsys):
    main(["--grains", "60", "--count", "3", "--output", str(tmp_path), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert [one["number"] for one in told["structures"]] == [1, 2, 3]
    maps = [tifffile.imread(tmp_path / f"grains_{number}.tif") for number in (1, 2, 3)]
    assert [one.max() for one in maps] == [one["grains"] for one in told["structures"]]
    assert not np.array_equal(maps[0], maps[1])
    counts = {row["structure"]: row["got"] for row in told["asked_and_got"] if row["quantity"] == "grains"}
    assert counts == {"all": pytest.approx(np.mean([one.max() for one in maps]))} | {
        str(number): one.max() for number, one in zip((1, 2, 3), maps, strict=True)
    }
    assert told["verdict"]
    assert (tmp_path / "boundaries_3.npz").exists()


@pytest.mark.usefixtures("knowing")
def test_like_a_map_says_what_was_seen_and_how_little_it_knows(drawing, tmp_path, capsys):
    folder = tmp_path / "like"
    main(["--like", str(drawing), "--pixel-size", "0.5", "--tune", "0", "--output", str(folder)])
    printed = capsys.readouterr().out
    assert "read as labels" in printed
    assert "mine.tif is too small to know its statistics" in printed
    assert float(rows_of(folder / "asked_and_got.csv")[3]["asked"]) == pytest.approx(0.5 * 15, rel=0.2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--mean-size", "0"], "--mean-size is 0"),
        (["--mean-size", "nan"], "--mean-size is nan"),
        (["--grains", "1"], "--grains is 1"),
        (["--grains", "50", "--size", "10x10"], "give one of them"),
        (["--size", "10x10"], "give the mean size of grains too"),
        (["--size", "ten"], "--size is 'ten'"),
        (["--spread", "7"], "--spread is 7"),
        (["--export", "vti"], "--export vti needs a length"),
        (["--export", "docx"], "'docx' is no format"),
        (["--like", "absent.png"], "absent.png"),
        (["--grains", "9999999"], "too large to draw in one go"),
    ],
)
@pytest.mark.usefixtures("knowing")
def test_a_wrong_call_is_answered_in_one_line(tmp_path, arguments, words):
    with pytest.raises(GraincastError) as refused:
        main([*arguments, "--output", str(tmp_path / "none")])
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.usefixtures("knowing")
def test_a_map_without_scale_cannot_have_another_mean_size(drawing, tmp_path):
    with pytest.raises(GraincastError, match=r"has no scale: give its size of a pixel"):
        main(["--like", str(drawing), "--mean-size", "30", "--output", str(tmp_path / "none")])


def test_failed_draws_end_the_command_with_an_error_after_the_others_are_written(monkeypatch, tmp_path, capsys):
    class Odd(Knowing):
        draws = 0

        def draw(self, shape, asked, rng):
            self.draws += 1
            return torch.full(shape, 3.0) if self.draws == 2 else super().draw(shape, asked, rng)

    odd = Odd()
    monkeypatch.setattr(trained, "generator", lambda _path, _device: odd)
    with pytest.raises(GraincastError, match="1 of 2 structures were not made"):
        main(["--grains", "60", "--count", "2", "--output", str(tmp_path)])
    assert (tmp_path / "grains_1.tif").exists()
    assert not (tmp_path / "grains_2.tif").exists()
    assert "FAILED: structure 2" in capsys.readouterr().out


@pytest.mark.usefixtures("knowing")
def test_a_made_map_is_a_start_for_growth(tmp_path):
    """The size law of label images reads it; `predict --periodic` takes it as the period that it is."""
    main(["--mean-size", "20", "--grains", "80", "--output", str(tmp_path)])
    file = tmp_path / "grains.tif"
    labels = tifffile.imread(file)
    mirrored = label_image.network(label_image.Settings(str(file)), np.random.default_rng(0))
    assert len(mirrored.present) > 2 * labels.max()
    if not (PROJECT / "workflow/graincast/growth").is_dir():
        pytest.skip("there is no study of growth")
    command = [sys.executable, PROJECT / "workflow/run_command.py", "predict", file, "--periodic", "--json"]
    options = ["--frames", "2", "--threads", "1", "--output", tmp_path / "later"]
    done = subprocess.run([*command, *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["length_unit"] == "um"
    assert told["solver"][0]["grains"] == labels.max()
    assert told["solver"][-1]["grains"] < labels.max()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory, network):
    """A generator that learned nothing, with its description beside it."""
    folder = tmp_path_factory.mktemp("tiny")
    (folder / "tiny.yaml").write_text(TINY)
    spec = training_section.load(folder / "tiny.yaml")
    model = loop.fresh_model(lambda: learner.learner(spec, "tiny"), 0).kept()
    weights.save(folder / "tiny.safetensors", model, spec, {"study": "generation", "dataset": "none", "seed": 0})
    side = round(18 * len(network.present) ** 0.5)
    fields.write(folder / "train.npz", [fields.of_network(network, (side, side), 0)])
    learned_from.write(folder / "conditions.json", [folder / "train.npz"])
    return folder / "tiny.safetensors"


def test_a_checkpoint_draws_and_brings_its_own_description(tiny, tmp_path, capsys):
    """One that learned nothing makes noise, which the sheet says."""
    examples = learned_from.load(tiny.with_name("conditions.json"))
    main(["--grains", "40", "--checkpoint", str(tiny), "--output", str(tmp_path), "--json", "--threads", "1"])
    told = json.loads(capsys.readouterr().out)
    assert told["conditions"]["sides_variance"] == pytest.approx(examples.sides_variance[0])
    assert "are not" in told["verdict"]
    assert any("an odd draw" in said for said in told["warnings"])


def test_a_checkpoint_is_fitted_to_a_map_with_progress(tiny, drawing, tmp_path, caplog):
    with caplog.at_level("INFO"):
        main(
            [
                *("--like", str(drawing), "--tune", "4", "--grains", "30", "--checkpoint", str(tiny)),
                *("--threads", "1", "--output", str(tmp_path / "made")),
            ]
        )
    said = [record.getMessage() for record in caplog.records if "fitting to mine.tif" in record.getMessage()]
    assert len(said) == 4
    assert (tmp_path / "made" / "grains.tif").exists()


def test_a_notebook_generates_as_the_command_does(tiny, tmp_path):
    found = graincast.generate(grains=40, mean_size=5.0, checkpoint=tiny, threads=1)
    main(["--grains", "40", "--mean-size", "5", "--checkpoint", str(tiny), "--output", str(tmp_path), "--threads", "1"])
    assert np.array_equal(found.structures[0].labels + 1, tifffile.imread(tmp_path / "grains.tif"))
    assert len(found.sheet) == len(rows_of(tmp_path / "asked_and_got.csv"))
    assert found.verdict in str(found)
    assert found.networks[0].box == found.structures[0].labels.shape[::-1]


def test_a_wrong_call_waits_for_no_torch():
    code = (
        "import sys; from graincast.generation.commands import generate\n"
        "try: generate.main(['--grains', '1'])\n"
        "except Exception: print('torch' in sys.modules, 'matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT / "workflow", capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False"], done.stdout + done.stderr


def test_the_shipped_weights_make_what_they_are_asked_for(tmp_path, capsys):
    main(["--grains", "2400", "--mean-size", "20", "--output", str(tmp_path), "--json"])
    told = json.loads(capsys.readouterr().out)
    got = {row["quantity"]: row for row in told["asked_and_got"]}
    assert got["grains"]["got"] == pytest.approx(2400, rel=0.06)
    assert got["mean_diameter"]["got"] == pytest.approx(20, rel=0.05)
    assert got["sides_variance"]["got"] < 1.3 * got["sides_variance"]["wanted"]
