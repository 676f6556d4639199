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
    (table,) = (part for part in asked_and_drawn.section(heard).parts if hasattr(part, "frame"))
    found = table.frame.set_index(["asked", "where"])
    assert found.loc[(asked_and_drawn.DIALS["side"], "within"), "R2"] > 0.6
    assert abs(found.loc[(asked_and_drawn.DIALS["side"], "beyond"), "bias"]) < 0.6


def test_a_deaf_generator_is_seen():
    (table,) = (part for part in asked_and_drawn.section(told(Deaf())).parts if hasattr(part, "frame"))
    frame = table.frame
    of_network = frame["asked"] != asked_and_drawn.DIALS["size"]
    assert (frame.loc[of_network, "R2"] < 0.3).all()
    assert (frame.loc[~of_network, "R2"] > 0.99).all()  # the pixels are of the size that is asked for


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
