"""The weights that come along: where they are from, and that they draw what was measured of them."""

import numpy as np
import pytest
import torch

from conftest import PROJECT
from graincast.base import specs
from graincast.generation import reading, trained
from graincast.generation.data import conditions
from graincast.generation.data.conditions import TYPICAL_PX, Conditions
from graincast.generation.generating.asked import SHIPPED
from graincast.material.grains import geometry

NORMAL_GROWTH = Conditions(TYPICAL_PX, 0.535, 2.15)  # of training fields at the first step
DRAWN = 2
SIDE = 352


@pytest.fixture(scope="module")
def shipped():
    return trained.described_generator(SHIPPED, torch.device("cpu"))


def test_they_are_what_their_yaml_describes(shipped):
    described = specs.read_yaml(PROJECT / "config/generation/models/long_flow.yaml")
    about = shipped[1]
    assert {"model": about["model"], "settings": about["settings"], "training": about["training"]} == described
    assert (about["study"], about["dataset"], about["seed"]) == ("generation", "joined", 0)


def test_they_draw_what_was_measured_of_them(shipped):
    maps = [
        reading.field(shipped[0].draw((SIDE, SIDE), NORMAL_GROWTH, np.random.default_rng(number)).numpy())
        for number in range(DRAWN)
    ]
    area = np.concatenate([geometry.areas(labels) for labels in maps]).astype(float)
    sides = np.concatenate([geometry.sides(labels) for labels in maps])
    got = conditions.of_grains(area, sides)
    assert len(area) / (DRAWN * (SIDE / TYPICAL_PX) ** 2) == pytest.approx(0.971, rel=0.03)
    assert got.spread == pytest.approx(0.421, rel=0.03)  # the truth, read alike: 0.47
    assert got.sides_variance == pytest.approx(2.29, rel=0.06)  # the truth, read alike: 2.14
