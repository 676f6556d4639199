"""Rebuilt structures are scored as structures: grids of known grains, decoders that listen or not, losses."""

import sys

import numpy as np
import pytest
import torch

from conftest import PROJECT
from graincast.base import checkpoint, table
from graincast.base.errors import GraincastError
from graincast.base.storage import array_names, read_arrays
from graincast.generation import training_section
from graincast.generation.contract import PatchAutoencoder
from graincast.generation.data import fields, latents, patch_structure, whole_patches
from graincast.generation.data.conditions import Conditions
from graincast.generation.data.fields import StructureField
from graincast.generation.judging import reading_losses, rebuilding
from graincast.generation.judging.rebuilding import Grains
from graincast.scoring.populations import Population

CPU = torch.device("cpu")


def grid(rows, columns, high, wide):
    """Distance map of bricks of so many pixels that lie in rows: 6 neighbours each."""
    row, column = np.indices((rows * high, columns * wide)) + 0.5
    column = column + wide / 2 * (row // high % 2)
    across, along = (np.minimum(place % size, size - place % size) for place, size in ((row, high), (column, wide)))
    return np.minimum(across, along).astype(np.float32)


def brick_field(step=0, periodic=True, **shape):
    distance = grid(**{"rows": 8, "columns": 8, "high": 12, "wide": 12, **shape})
    count = 64
    area, sides = np.full(count, 144, np.float32), np.full(count, 6, np.int32)
    return StructureField(distance, Conditions(12.0, 0.1, 0.5), step, periodic, area, sides)


class FakeModel(PatchAutoencoder):
    """An autoencoder without weights."""

    def __init__(self, listens):
        super().__init__()
        self.side, self.latents, self.listens = 48, 48**2, listens

    def encode(self, distance):
        mean = distance.flatten(1)
        return mean, torch.zeros_like(mean)

    def decode(self, heard):
        drawn = heard.reshape(-1, 1, self.side, self.side)
        return 0.9 * drawn if self.listens else torch.full_like(drawn, 2.0)

    def parts(self, batch, chances):
        raise NotImplementedError

    def loss(self, batch, chances):
        raise NotImplementedError

    def redrawn(self, batch):
        return self.decode(self.encode(batch.distance)[0])


def test_a_decoder_that_ignores_its_latents_is_seen():
    (listening,), (deaf,) = (rebuilding.seen(FakeModel(listens), [brick_field()], 4, CPU) for listens in (True, False))
    assert 0.8 < listening.used < 1
    assert deaf.used == 0


def test_what_is_rebuilt_in_every_line_has_no_error_and_a_blank_has_lost_its_grains():
    split = [brick_field(step) for step in (0, 1)]
    exact, blank = (list(rebuilding.seen(FakeModel(listens), split, 3, CPU)) for listens in (True, False))
    for found, wrong in ((exact, False), (blank, True)):
        rows = list(rebuilding.rows({}, found))
        of_field = {row["score"]: row["value"] for row in rows if row.get("sample") == 0}
        assert (of_field["patch_rand_error_rebuilt"] > 0.5) == wrong
        assert (of_field["patch_count_bias_rebuilt"] < -0.8) == wrong
        assert of_field["patch_grains"] > 12
        assert {row["step"] for row in rows if "sample" not in row} == {0, 1}
    assert rebuilding.LATENTS_ALONE not in exact[0].images  # nothing beside the latents


def test_the_slope_is_that_of_the_line_that_grains_lie_on():
    rng = np.random.default_rng(0)
    sides = rng.integers(3, 10, size=(3, 40))
    some = [Grains(2.5 * n - 3.0, n) for n in sides]
    assert rebuilding.slope(some) == pytest.approx(2.5)
    assert rebuilding.slope([Grains(np.ones(3), np.full(3, 6))]) == 0
    noisy = [Grains(one.radius + rng.normal(size=40), one.sides) for one in some]
    every = np.concatenate([one.sides for one in noisy]), np.concatenate([one.radius for one in noisy])
    assert rebuilding.slope(noisy) == pytest.approx(np.polyfit(*every, 1)[0])


def test_a_patch_of_bricks_has_their_side_and_their_neighbours():
    images = whole_patches.of_field(brick_field(), 0, 72, 30).distance[:, 0].numpy()
    found = np.array([patch_structure.structure(image) for image in images])
    assert found[:, 0].mean() == pytest.approx(12, rel=0.03)
    assert np.median(found[:, 2]) < 0.3
    assert np.median(found[:, 1]) < 0.08
    assert abs(found[:, 3].mean()) < 0.05  # in all directions alike


def test_a_structure_stretched_along_its_rows_is_told_from_one_along_its_columns():
    wide, high = (
        patch_structure.structure(grid(**shape))
        for shape in (
            {"rows": 12, "columns": 6, "high": 8, "wide": 16},
            {"rows": 6, "columns": 12, "high": 16, "wide": 8},
        )
    )
    assert wide.anisotropy > 0.4
    assert high.anisotropy < -0.4


def test_a_large_grain_inside_a_patch_counts_for_those_that_an_edge_cuts():
    labels = np.zeros((20, 20), int)
    labels[2:4, 2:4], labels[6:16, 6:16] = 1, 2
    found = patch_structure.inside(labels)
    assert found.area.tolist() == [4, 100]
    assert found.weight[1] > 2 * found.weight[0] > 2


def test_a_reading_that_loses_nothing_has_no_losses_and_a_coarser_one_has():
    field = brick_field()
    truth = Population(field.area.astype(float), field.sides)
    for read in (reading_losses.by_valleys, reading_losses.by_snow):
        losses = reading_losses.losses(read(field.distance), truth)
        assert losses["grains_lost"] == 0
        assert losses["radius_moved"] < 0.02
        assert losses["sides_moved"] < 0.05
    flat = np.minimum(field.distance, 0.6)  # nothing but the lines is left
    assert reading_losses.losses(reading_losses.by_valleys(flat * 0.5), truth)["grains_lost"] > 0.5
    assert not list(reading_losses.rows({}, [brick_field(periodic=False)]))  # nobody knows where its grains end


def test_a_patch_lies_inside_a_field_that_ends_at_its_edges():
    """Wherever a patch looked beyond the edge it would see the mirror image, whose gradient turns round."""
    rows, columns = np.indices((96, 96))
    field = StructureField(
        (rows + 100.0 * columns).astype(np.float32), Conditions(9, 0.5, 2), -1, False, *[np.empty(0)] * 2
    )
    images = whole_patches.of_field(field, 3, 32, 6).distance[:, 0].numpy()
    bend = np.abs(np.diff(images, 2, axis=1)).max(), np.abs(np.diff(images, 2, axis=2)).max()
    assert max(bend) < 1
    assert len({image[0, 0] for image in images}) == 6
    again = whole_patches.of_field(field, 3, 32, 2).distance[:, 0].numpy()
    np.testing.assert_array_equal(again, images[:2])
    with pytest.raises(GraincastError, match="has no room for patches of 128 x 128"):
        whole_patches.of_field(field, 0, 128, 1)


@pytest.fixture(scope="module")
def characterised(tmp_path_factory):
    """The three scripts, one after the other, on bricks and fresh weights."""
    sys.path.insert(0, str(PROJECT / "workflow"))
    import generation_characterise
    import generation_encode
    import generation_interpret

    folder = tmp_path_factory.mktemp("characterised")
    torch.manual_seed(0)
    path = PROJECT / "config/generation/models/tiny_vae.yaml"
    spec = training_section.load(path)
    about = {"study": "generation", "model": spec.model, "settings": spec.settings, "dataset": "bricks", "seed": 2}
    checkpoint.save(folder / "weights.safetensors", spec.build(str(path)).state_dict(), about)
    sizes = {"train": (10, 12, 16), "validation": (10, 16), "test": (10, 12, 16), "shifted": (20, 24)}
    for case, sides in sizes.items():
        split = [brick_field(step, rows=6, columns=6, high=side, wide=side) for step, side in enumerate(sides * 2)]
        fields.write(folder / f"{case}.npz", split)
    files = [str(folder / f"{case}.npz") for case in sizes]
    weights, encoded = ["--weights", str(folder / "weights.safetensors")], str(folder / "latents.npz")
    generation_encode.main([*weights, "--cases", *sizes, "--fields", *files, "--patches", "4", "--latents", encoded])
    common = ["--name", "tiny", "--latents", encoded]
    for script, name, more in (
        (generation_characterise, "rebuilt", [*weights, "--cases", "test", "--fields", files[2], "--patches", "2"]),
        (generation_interpret, "meaning", []),
    ):
        written = ["--scores", str(folder / f"{name}.parquet"), "--pictures", str(folder / f"{name}.npz")]
        script.main([*common, *more, *written])
    return folder


def test_the_scripts_say_of_whom_and_of_what_they_speak(characterised):
    rows = table.read_all([characterised / "rebuilt.parquet", characterised / "meaning.parquet"])
    assert set(rows["model"]) == {"tiny"}
    assert set(rows["dataset"]) == {"bricks"}
    assert set(rows["seed"]) == {2}
    found = {case: set(rows.loc[rows["case"] == case, "score"]) for case in ("train", "test", "shifted")}
    assert "reconstruction_mse" in found["train"] & found["test"] & found["shifted"]
    assert {"latents_used", "pooled_slope_rebuilt_low", "grains_lost_by_snow"} <= found["test"]
    assert "auroc_by_latents" in found["shifted"] - found["test"]


def test_latents_stand_beside_what_is_truly_in_their_patch(characterised):
    encoded, about = latents.read(characterised / "latents.npz")
    assert about["seed"] == 2
    for case, side in (("test", 10), ("shifted", 20)):
        there = encoded[case].field == 0
        assert np.median(encoded[case].structure[there, 0]) == pytest.approx(side, rel=0.3)
    assert encoded["shifted"].structure[:, 0].mean() > 1.3 * encoded["test"].structure[:, 0].mean()


def test_the_page_shows_every_part_of_a_model_that_was_characterised(characterised):
    from graincast.generation.sections import how_well_rebuilt, what_latents_look_like, what_latents_mean

    scores = table.read_all([characterised / "rebuilt.parquet", characterised / "meaning.parquet"])
    arrays = {}
    for name in ("rebuilt.npz", "meaning.npz"):
        arrays |= read_arrays(characterised / name, tuple(array_names(characterised / name)))
    for section in (how_well_rebuilt, what_latents_look_like, what_latents_mean):
        shown = section.section(scores, {"tiny": arrays})
        assert len(shown.parts) > 4
        assert section.section(scores, {}) is None
