"""What the page says of a split that shares pixels, and which trainings an experiment has."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from graincast.base import specs
from graincast.base.errors import GraincastError
from graincast.generation.data.drawn import DrawnMap
from graincast.generation.plan import Plan
from graincast.generation.sections import answer, source_kinds, what_a_leak_hides
from graincast.report.parts import Table, Words

PROJECT = Path(__file__).parents[2]
SCORES = ("reconstruction_mse", "patch_rand_error_rebuilt", "patch_count_bias_rebuilt")


def scores(errors):
    """Rows of two fields of each data set and case, with the squared errors given."""
    return pd.DataFrame(
        [
            {"model": "vae", "dataset": dataset, "seed": 0, "case": case, "sample": sample, "score": score}
            | {"value": error + sample * 0.0001}
            for (dataset, case), error in errors.items()
            for sample in range(2)
            for score in SCORES
        ]
    )


@pytest.fixture
def section():
    """The generation study of the default experiment."""
    return specs.read_yaml(PROJECT / "config/config.yaml")["generation"]


def planned(section, monkeypatch, **changed):
    monkeypatch.chdir(PROJECT)
    return Plan(section | changed, [Path("config/config.yaml")])


def test_what_is_hidden_is_the_error_on_unseen_fields_over_that_on_seen_ones():
    errors = {("one", "train"): 0.01, ("one", "test"): 0.015, ("many", "train"): 0.012, ("many", "test"): 0.012}
    shown = what_a_leak_hides.section(scores(errors), "one", "vae")
    (lead,) = [part for part in shown.parts if isinstance(part, Words) and part.look == "lead"]
    assert "hides 50%" in lead.sentences[0].replace("\N{NO-BREAK SPACE}", "")
    (table,) = [part for part in shown.parts if isinstance(part, Table)]
    assert list(table.frame["learned from"]) == ["one", "one", "many", "many"]
    assert table.frame["squared error"].tolist() == pytest.approx([0.01005, 0.01505, 0.01205, 0.01205])
    assert list(table.frame["fields tested"]) == [2] * 4


def hidden(seen, unseen, spread=0.0001):
    """What the page says is hidden, where errors of fields spread so far."""
    errors = {("one", "train"): seen, ("one", "test"): unseen, ("many", "train"): 0.01, ("many", "test"): 0.01}
    table = scores(errors)
    table["value"] += (spread - 0.0001) * table["sample"]
    lead, *_ = what_a_leak_hides.section(table, "one", "vae").parts
    return lead.sentences[0].split(": ", 1)[1]


def test_where_unseen_fields_are_easier_nothing_is_hidden_and_the_page_says_by_how_much_they_are():
    said = hidden(0.02, 0.015)
    assert said.startswith("unseen fields are easier (-24.9%, -25.")
    assert said.endswith("), so a split that shares pixels hides nothing that can be measured here.")


@pytest.mark.parametrize(("unseen", "word"), [(0.0202, "harder (+0.9%, -"), (0.0198, "easier (-0.9%, -")])
def test_what_differs_by_less_than_fields_do_is_called_chance(unseen, word):
    said = hidden(0.02, unseen, spread=0.004)
    assert said.startswith(f"unseen fields are {word}")
    assert said.endswith("but within chance: a split that shares pixels hides nothing that can be measured here.")


def test_where_nothing_was_trained_on_few_fields_the_page_says_nothing():
    assert what_a_leak_hides.section(scores({("many", "train"): 0.01, ("many", "test"): 0.01}), "", "vae") is None


def test_only_the_first_of_a_kind_is_trained_by_every_seed_and_the_first_on_few_fields_by_the_first(
    section, monkeypatch
):
    changed = {"autoencoders": ["vae", "vae_64"], "generators": ["flow", "hour_flow"], "seeds": [3, 4]}
    plan = planned(section, monkeypatch, leaky="one_field", **changed)
    assert plan.trainings("{model}/{dataset}/{seed}") == [
        "vae/grown/3",
        "vae/grown/4",
        "vae_64/grown/3",
        "vae/one_field/3",
        "flow/joined/3",
        "flow/joined/4",
        "hour_flow/joined/3",
    ]
    assert plan.case_files(SimpleNamespace(dataset="one_field"))[:3] == [
        f"results/generation/data/one_field/{split}.npz" for split in ("train", "validation", "test")
    ]


def test_what_every_training_would_draw_alike_is_drawn_by_the_first(section, monkeypatch):
    plan = planned(section, monkeypatch, autoencoders=["vae", "vae_64"], seeds=[3, 4])
    drawn = plan.sources("{source}/{model}/{seed}")
    assert [one for one in drawn if one.startswith("true_pieces")] == ["true_pieces/vae/3"]
    assert [one for one in drawn if one.startswith("rebuilt")] == ["rebuilt/vae/3", "rebuilt/vae/4", "rebuilt/vae_64/3"]
    truth = plan.truth_of(SimpleNamespace(source="rebuilt", model="vae_64", seed=3))
    assert truth == "results/generation/drawn/true_pieces/vae/3.npz"
    (_, pieces) = source_kinds.of(plan.experiment)
    of_models = [name for name in pieces.labels if name.startswith(("true_pieces", "other_pieces", "rebuilt"))]
    assert of_models == ["true_pieces/vae", "other_pieces/vae", "rebuilt/vae", "rebuilt/vae_64"]
    assert pieces.labels["true_pieces/vae"] == "truth"
    assert pieces.labels["rebuilt/vae_64"] == "reconstruction of vae_64"


def test_all_generators_of_the_hour_stand_in_the_tables_and_the_answer_speaks_of_the_first(section, monkeypatch):
    hour = specs.read_yaml(PROJECT / "config/hour.yaml")["generation"]
    plan = planned(section, monkeypatch, **hour)
    assert plan.generators("{model}/{dataset}/{seed}") == [
        *(f"hour_flow/joined/{seed}" for seed in (0, 1, 2)),
        *(f"{name}/joined/0" for name in ("flow", "flow_cap_1", "flow_cap_3")),
    ]
    (fields, _) = kinds = source_kinds.of(plan.experiment)
    of_ours = [name for name in fields.labels if name.startswith("flow/")]
    assert of_ours == ["flow/hour_flow", "flow/flow", "flow/flow_cap_1", "flow/flow_cap_3"]
    assert fields.labels["flow/flow_cap_1"] == "ours of flow_cap_1"
    rows = [
        {"model": name, "step": -1, "score": f"auroc_grains{end}", "value": 0.5 + number / 10}
        for number, name in enumerate(of_ours)
        for end in ("", "_low", "_high")
    ]
    said = answer.generated(pd.DataFrame(rows), kinds)
    assert said == "Made grains are told from true ones with an AUROC of: ours of hour_flow 0.50 (0.50 to 0.50)."
    grains = {
        name: np.minimum(np.indices((8, 8))[0], number) for number, name in enumerate(["true_pieces/vae", *of_ours])
    }
    maps = {name: [DrawnMap(labels.astype(np.int32), 0, 0, 1.0, True, 0.0)] for name, labels in grains.items()}
    shown = source_kinds.shown(maps, plan.experiment)
    assert {label: labels.max() + 1 for label, labels in shown.items()} == {"wanted": 1, "ours": 2}


def test_copies_are_looked_for_in_all_that_a_generator_learned_from(section, monkeypatch):
    plan = planned(section, monkeypatch)
    for source in ("flow", "flow_relaxed"):
        asked = SimpleNamespace(source=source, model="flow", seed=0)
        assert plan.learned_from_fields(asked) == ["results/generation/data/joined/train.npz"]
    assert plan.learned_from_fields(SimpleNamespace(source="power_diagram", model="none", seed=0)) == []
    assert plan.learned_from_fields(SimpleNamespace(source="rebuilt", model="vae", seed=0)) == []


def test_autoencoders_of_unlike_patches_are_refused(section, monkeypatch):
    with pytest.raises(GraincastError, match=r"unlike sides.*'vae': 64, 'paper_vae': 256"):
        planned(section, monkeypatch, autoencoders=["vae", "paper_vae"])


def test_a_source_that_shows_a_data_set_needs_its_name(section, monkeypatch):
    plan = planned(section, monkeypatch)
    assert plan.shown_by(SimpleNamespace(source="other_solver")) == ["results/generation/data/phase_field/test.npz"]
    assert plan.shown_by(SimpleNamespace(source="flow")) == []
    with pytest.raises(GraincastError, match="'other_solver' shows a data set; name it as 'other_solver'"):
        planned(section, monkeypatch, other_solver="")
