"""Whether what is asked of a generator is what it draws, and whether the page says so."""

import numpy as np
import pandas as pd
import pytest
import torch

from graincast.generation.data.conditions import Conditions
from graincast.generation.data.fields import StructureField
from graincast.generation.judging import asking
from graincast.generation.sections import asked_and_drawn
from structures_made import Knowing


def learned():
    """Fields of spreads from 0.2 to 0.5, whose variance of n goes with them."""
    return [
        StructureField(
            np.zeros((8, 8), np.float32),
            Conditions(10.0, spread, 4 * spread),
            0,
            True,
            np.ones(1, np.float32),
            np.array([6], np.int32),
        )
        for spread in np.linspace(0.2, 0.5, 7)
    ]


class Deaf(Knowing):
    """Draws the same whatever is asked."""

    def draw(self, shape, _asked, rng):
        return super().draw(shape, Conditions(10.0, 0.35, 1.4), rng)


def told(generator):
    frame = pd.DataFrame(asking.rows(generator, learned(), 1.12, 1))
    return frame.assign(model="m", seed=0)


@pytest.fixture(scope="module")
def heard():
    return told(Knowing())


def test_what_a_knowing_generator_is_asked_for_comes_out(heard):
    (table,) = (part for part in asked_and_drawn.section(heard, ["m"]).parts if hasattr(part, "frame"))
    found = table.frame.set_index(["asked", "where"])
    assert found.loc[(asked_and_drawn.DIALS["side"], "within"), "R2"] > 0.6
    assert abs(found.loc[(asked_and_drawn.DIALS["side"], "beyond"), "bias"]) < 0.6


def test_a_deaf_generator_is_seen():
    (table,) = (part for part in asked_and_drawn.section(told(Deaf()), ["m"]).parts if hasattr(part, "frame"))
    frame = table.frame
    of_network = frame["asked"] != asked_and_drawn.DIALS["size"]
    assert (frame.loc[of_network, "R2"] < 0.3).all()
    assert (frame.loc[~of_network, "R2"] > 0.99).all()  # the pixels are of the size that is asked for


def told_by(listens, model="m", seed=0):
    """Rows of a training that gets so much of what it is asked for, and of the true fields that it learned from."""
    rows = [
        {"case": f"{dial}_{where}", "sample": sample, "score": f"{kind}_{dial}", "value": middle + share * step}
        for dial, where, middle, step, listened in (
            ("size", "within", 20.0, 5.0, 1.0),
            ("side", "within", 10.0, 0.5, 1.0),
            ("spread", "within", 0.4, 0.05, listens),
            ("spread", "of_truth", 0.4, 0.05, 0.8),
        )
        for sample, place in enumerate((-2, -1, 1, 2))
        for kind, share in (("asked", place), ("got", listened * place))
    ]
    return pd.DataFrame(rows).assign(model=model, seed=seed)


def table_of(asked, models):
    (table,) = (part for part in asked_and_drawn.section(asked, models).parts if hasattr(part, "frame"))
    return table.frame.set_index(["model", "asked", "where"])


def test_each_training_speaks_for_itself_and_true_fields_once():
    asked = pd.concat([told_by(1.0), told_by(0.0, seed=1), told_by(0.5, "another")])
    table = table_of(asked, ["m", "another"])
    spread = asked_and_drawn.DIALS["spread"]
    row = table.loc[("m", spread, "within")]
    assert row[["R2", "R2, worst training", "R2, best training", "slope"]].tolist() == pytest.approx([0.5, 0, 1, 0.5])
    assert (row["trainings"], row["fields"]) == (2, 8)
    assert table.loc[("another", spread, "within"), "R2"] == pytest.approx(0.75)
    truth = table.loc[[asked_and_drawn.TRUTH]]
    assert truth["fields"].tolist() == [4]
    assert truth["slope"].tolist() == pytest.approx([0.8])
    assert list(dict.fromkeys(table.index.get_level_values("model"))) == ["m", "another", asked_and_drawn.TRUTH]


def test_the_section_opens_with_what_its_first_model_heard():
    asked = pd.concat([told_by(0.3, "a"), told_by(0.7), told_by(0.9, seed=1)])
    of_one = (asked["model"] == "m") & (asked["score"] == "got_size") & (asked["value"] == 30) & (asked["seed"] == 1)
    assert of_one.sum() == 1
    asked.loc[of_one, "value"] *= 1.08
    lead, chart, *_ = asked_and_drawn.section(asked, ["m", "a"]).parts
    (sentence,) = lead.sentences
    assert sentence.startswith("Asked for sizes from 10 to 30, m draws mean grains within 8.0% of them")
    assert "a slope of 0.80 (R\N{SUPERSCRIPT TWO} 0.950, 0.910 to 0.990 by training)" in sentence
    assert "true fields, read alike, with 0.80" in sentence
    assert set(chart.rows["model"]) == {"m", asked_and_drawn.TRUTH}


def test_the_variance_of_sides_that_goes_with_a_spread_is_asked_with_it():
    seen = []

    class Listening(Knowing):
        def draw(self, shape, asked, _chance):
            seen.append(asked)
            return torch.zeros(shape)

    list(asking.rows(Listening(), learned(), 1.12, 1))
    dialled = [asked for asked in seen if asked.spread != seen[0].spread]
    assert len(dialled) >= 6
    assert all(asked.sides_variance == pytest.approx(4 * asked.spread) for asked in dialled)
    assert {asked.grain_px for asked in dialled} == {10.0}


def test_what_lies_beyond_is_called_so(heard):
    sides = heard[(heard["score"] == "asked_side") & heard["case"].str.startswith("side")]
    for case, value in zip(sides["case"], sides["value"], strict=True):
        assert case == ("side_within" if 10 / 1.12 <= value <= 11.2 else "side_beyond")
