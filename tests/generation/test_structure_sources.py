"""Where structures come from, what samplers keep, and whether scores see what is wrong with them."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from graincast.base import specs, table
from graincast.base.errors import GraincastError
from graincast.generation import catalogue, learner, training_section
from graincast.generation.breath import relaxed
from graincast.generation.data import drawn, fields
from graincast.generation.data.conditions import Conditions
from graincast.generation.data.drawn import DrawnMap
from graincast.generation.judging import comparing, copying, halves, scoring
from graincast.generation.samplers import full_covariance, mixture, per_dimension
from graincast.generation.sections import like_truth
from graincast.generation.sources import canonical, other_fields, power_diagram, rebuilt, true_fields, true_pieces
from graincast.generation.sources import flow as flow_source
from graincast.generation.sources.given import Given
from graincast.material.networks import measures
from graincast.material.structures import lognormal
from graincast.training import loop
from graincast.training.data import Chances

CPU = torch.device("cpu")
PROJECT = Path(__file__).parents[2]


def grown(count, seed):
    """Fields of 120 grains after a breath of growth and a half."""
    found = []
    for number in range(count):
        network = lognormal.network(lognormal.Settings(160, 0.35), np.random.default_rng([seed, number]))
        found.append(fields.of_network(relaxed(network, 0.6), (112, 112), 0))
    return tuple(found)


@pytest.fixture(scope="module")
def given():
    return Given(grown(4, 1), grown(4, 2), None, 4, 8, CPU, 0)


@pytest.fixture(scope="module")
def maps(given):
    return {source: list(source.drawn(given)) for source in (true_fields, other_fields, power_diagram)}


def test_a_power_diagram_has_the_very_sizes_of_a_field_and_too_many_kinds_of_neighbours(given):
    like = given.train[0]
    network = power_diagram.matched(like, np.random.default_rng(0))
    area = measures.areas(network)
    assert np.sort(area) / area.mean() == pytest.approx(np.sort(like.area) / like.area.mean(), rel=0.01)
    spread = [measures.sides(network).std(), like.sides.std()]
    assert spread[0] > 1.08 * spread[1]


def test_maps_are_read_as_they_were_written(maps, tmp_path):
    drawn.write(tmp_path / "maps.npz", maps[true_fields])
    read = drawn.read(tmp_path / "maps.npz")
    assert len(read) == 4
    assert np.array_equal(read[3].labels, maps[true_fields][3].labels)
    assert (read[3].sample, read[3].periodic) == (3, True)


def test_scores_tell_a_power_diagram_from_growth_but_not_growth_from_growth(maps):
    truth = maps[true_fields]
    again, floor = (
        scoring.by_step(maps[source], truth, [], np.random.default_rng(0)) for source in (other_fields, power_diagram)
    )
    assert floor[0]["sides_wasserstein"] > 1.5 * again[0]["sides_wasserstein"]
    assert floor[0]["dihedral_spread_degrees"] > again[0]["dihedral_spread_degrees"] + 2
    assert floor[catalogue.ALL_STEPS]["auroc_grains"] > 0.6
    assert again[catalogue.ALL_STEPS]["auroc_grains"] < 0.58
    for scores in (again[0], floor[0]):
        assert (
            scores["relative_radius_slope_low"] < scores["relative_radius_slope"] < scores["relative_radius_slope_high"]
        )


def test_radii_are_given_in_pixels_of_the_step_whatever_the_map_has(maps):
    one = comparing.population(maps[true_fields])
    twice = comparing.population(
        [DrawnMap(each.labels, 0, each.sample, 2 * each.scale, True, 0.0) for each in maps[true_fields]]
    )
    assert twice.all.mean_radius == pytest.approx(2 * one.all.mean_radius)
    assert comparing.scores(twice, one)["relative_radius_wasserstein"] == pytest.approx(0, abs=1e-9)


def test_a_copy_is_found_wherever_it_lies_and_however_it_is_turned(maps):
    learned = maps[other_fields]
    copied = np.rot90(np.roll(learned[2].labels, (31, 57), (0, 1)))
    rng = np.random.default_rng(0)
    pieces = copying.pieces([DrawnMap(copied, 0, 0, 1.0, True, 0.0)], 3, rng)
    unseen = copying.pieces(maps[true_fields], 3, rng)
    assert copying.most_alike(pieces, learned).min() > 0.97
    assert copying.most_alike(unseen, learned).max() < 0.8


def test_a_copy_of_any_field_that_was_learned_from_is_found(given, maps, tmp_path):
    """By the script, of the last fields, which no source shows."""
    sys.path.insert(0, str(PROJECT / "workflow"))
    import generation_score

    last = grown(2, 5)
    fields.write(tmp_path / "learned.npz", [*given.train, *last])
    copies = [canonical.read_field(field, number) for number, field in enumerate(last)]
    turned = [replace(one, labels=np.roll(one.labels.T, (11, 5), (0, 1))) for one in copies]
    drawn.write(tmp_path / "made.npz", turned)
    drawn.write(tmp_path / "truth.npz", maps[true_fields])
    for name, learned in (("asked", ["--learned", str(tmp_path / "learned.npz")]), ("unasked", [])):
        who = ["--source", "flow", "--model", "m", "--dataset", "d", "--seed", "0"]
        files = [f"--made={tmp_path}/made.npz", f"--truth={tmp_path}/truth.npz", f"--scores={tmp_path}/{name}.parquet"]
        generation_score.main([*files, *learned, *who])
    scores = table.read(tmp_path / "asked.parquet").set_index("score")["value"]
    assert scores["nearest_training_piece"] > 0.97
    assert 0 < scores["nearest_training_piece_of_truth"] < 0.8
    assert not table.read(tmp_path / "unasked.parquet")["score"].str.startswith("nearest").any()


def test_samplers_keep_what_they_say():
    rng = np.random.default_rng(0)
    mixing = rng.standard_normal((6, 6))
    clouds = np.concatenate([rng.standard_normal((400, 6)) @ mixing + shift for shift in (-6, 6)])
    fresh = {sampler: sampler.drawn(clouds, 6000, rng) for sampler in (per_dimension, full_covariance, mixture)}
    for sampler, latents in fresh.items():
        assert latents.mean(axis=0) == pytest.approx(clouds.mean(axis=0), abs=0.6), sampler.__name__
        assert latents.std(axis=0) == pytest.approx(clouds.std(axis=0), rel=0.06), sampler.__name__
    truth = np.corrcoef(clouds.T)
    away = {sampler: np.abs(np.corrcoef(latents.T) - truth).max() for sampler, latents in fresh.items()}
    assert away[full_covariance] < 0.06
    assert away[mixture] < 0.06
    assert away[per_dimension] > 0.5
    between = {sampler: np.mean(np.abs(latents.mean(axis=1)) < 2) for sampler, latents in fresh.items()}
    assert between[mixture] < 0.5 * between[full_covariance]  # it alone knows that there are two clouds


def test_every_source_says_what_it_is_and_what_it_needs():
    files = sorted((PROJECT / "workflow/graincast/generation/sources").glob("*.py"))
    named = [file.stem for file in files if "\nLABEL = " in file.read_text()]
    assert len(named) >= 13
    for name in named:
        assert catalogue.label(name)
        assert catalogue.needs(name) in ("", "autoencoder", "generator")
    with pytest.raises(GraincastError, match=r"there is no source 'breath'.*power_diagram"):
        catalogue.file_of("breath", "here")


@pytest.mark.parametrize("source", [flow_source, true_pieces, rebuilt])
def test_a_source_that_needs_a_model_says_so_where_there_is_none(source):
    nothing = Given((), (), None, 4, 8, CPU, 0)
    with pytest.raises(GraincastError, match="expected its weights"):
        list(source.drawn(nothing))


def flow():
    spec = training_section.load(PROJECT / "config/generation/models/tiny_flow.yaml")
    return spec, loop.fresh_model(lambda: spec.build("here"), 0)


def test_the_cuts_of_the_distance_differ_in_nothing_else():
    names = ("flow_cap_1", "flow", "flow_cap_3")
    specs = [training_section.load(PROJECT / f"config/generation/models/{name}.yaml") for name in names]
    assert [spec.settings["cap_px"] for spec in specs] == [1.0, 2.0, 3.0]
    first, *others = [({**spec.settings, "cap_px": 0}, spec.model, spec.training) for spec in specs]
    assert all(other == first for other in others)


@pytest.mark.parametrize("cap", [1.0, 3.0])
def test_what_is_drawn_is_told_apart_up_to_the_cut_of_the_distance(cap):
    _, model = flow()
    model.settings = replace(model.settings, cap_px=cap)
    far = torch.full((1, 1, 8, 8), 9.0)
    assert model._distance(model._within(far)).unique().tolist() == [cap]
    assert model._distance(model._within(far * 0 + 0.7)).unique().tolist() == pytest.approx([0.7])


def test_a_field_is_drawn_in_any_size_and_closes_upon_itself():
    """A generator knows no edge: drawn from shifted noise, the field is shifted."""
    _, model = flow()
    asked = Conditions(10.0, 0.5, 2.0)

    class Shifted:
        def __init__(self, shift):
            self.noise = np.roll(np.random.default_rng(0).standard_normal((1, 1, 32, 64), np.float32), shift, (2, 3))

        def standard_normal(self, _shape, _kind):
            return self.noise.copy()

    plain, moved = (model.draw((32, 64), asked, Shifted(shift)).numpy() for shift in ((0, 0), (8, 24)))
    assert plain.shape == (32, 64)
    assert np.ptp(plain) > 0.01
    assert moved == pytest.approx(np.roll(plain, (8, 24), (0, 1)), abs=1e-4)


def test_a_generator_hears_what_is_asked():
    _, model = flow()
    model.code[0].weight.data *= 5
    for layer in model.modules():
        if hasattr(layer, "second"):
            torch.nn.init.normal_(layer.second.weight, std=0.1)
    first, other = (
        model.draw((32, 32), Conditions(10.0, spread, 2.0), np.random.default_rng(0)) for spread in (0.2, 0.9)
    )
    assert (first - other).abs().max() > 1e-3


def test_pixels_that_are_not_counted_change_no_loss():
    spec, model = flow()
    data = learner.patches.FieldPatches(Path("here"), grown(1, 3), learner.PatchCut(64, 1.0, 10.0), 2, 2)
    batch = data.unchanged(np.arange(2))
    chances: Chances = tuple(np.random.default_rng(number) for number in range(2))
    hidden = torch.ones_like(batch.counted)
    hidden[..., 40:] = 0
    altered = batch.distance.clone()
    altered[..., 60:] = 0  # far from what counts
    losses = [
        model.loss(type(batch)(distance, hidden, batch.conditions), tuple(np.random.default_rng(n) for n in range(2)))
        for distance in (batch.distance, altered)
    ]
    whole = model.loss(batch, chances)
    assert torch.isfinite(whole).all()
    assert not torch.allclose(whole, losses[0])
    assert spec.training.grain_px == 10.0


def test_a_map_is_cut_in_halves_that_share_no_grain():
    network = relaxed(lognormal.network(lognormal.Settings(150, 0.3), np.random.default_rng(4)))
    labels = halves.reading.field(halves.distance_map(network, (100, 140)))
    one, other = halves.split(labels, 1.0, "here")
    assert one.learned is other.met
    assert one.met is other.learned
    side = labels.shape[1] / np.sqrt(labels.size / (labels.max() + 1))  # in mean grains
    width = one.met.distance.shape[1] / 10.0
    assert 2 * width < side - 0.7
    assert not one.met.periodic


def test_halves_smaller_than_a_piece_are_compared_and_no_copy_is_looked_for():
    network = relaxed(lognormal.network(lognormal.Settings(40, 0.3), np.random.default_rng(6)))
    labels = halves.reading.field(halves.distance_map(network, (64, 64)))
    way, _ = halves.split(labels, 1.0, "here")
    assert min(way.met.distance.shape) < copying.SIDE
    scores = halves.compared([halves.reading.patch(way.learned.distance)], way)
    assert scores["sides_wasserstein"] >= 0
    assert "nearest_learned_piece" not in scores


def test_a_half_with_too_few_grains_is_left_out_with_its_reason():
    labels = np.repeat(np.arange(4), 10)[None].repeat(20, axis=0).astype(np.int32)
    with pytest.raises(GraincastError, match="grains lie clear of its edges"):
        halves.split(labels, 1.0, "stripes")


def test_a_configuration_that_lacks_the_truth_is_refused():
    from graincast.generation.plan import Plan

    section = specs.read_yaml(PROJECT / "config/config.yaml")["generation"]
    section = section | {"sources": ["flow", "true_fields"]}
    with pytest.raises(GraincastError, match="'sources' lacks 'other_fields'"):
        Plan(section, [Path("config/config.yaml")])


def test_of_several_trainings_the_mean_is_shown_and_the_interval_reaches_as_far_as_any():
    ends = {"sides_wasserstein": (0.2, 0.4), "sides_wasserstein_low": (0.1, 0.3), "sides_wasserstein_high": (0.3, 0.6)}
    rows = [
        {"model": "flow/flow", "step": 0, "seed": seed, "score": score, "value": value}
        for score, values in ends.items()
        for seed, value in enumerate(values)
    ]
    found = like_truth.mean_values(pd.DataFrame(rows), list(ends)).loc[("flow/flow", 0)]
    assert found.to_dict() == pytest.approx(
        {"sides_wasserstein": 0.3, "sides_wasserstein_low": 0.1, "sides_wasserstein_high": 0.6}
    )
