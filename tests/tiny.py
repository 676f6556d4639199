"""What the tiny experiment names, read from its configuration: tests hold for whatever stands there."""

import yaml

from conftest import PROJECT
from graincast.growth import stages

SECTION = yaml.safe_load((PROJECT / "config/tiny.yaml").read_text())["growth"]
MODELS = tuple(SECTION["models"])
SEEDS = tuple(SECTION["seeds"])
(DATASET,) = SECTION["datasets"]
CASES = tuple(SECTION["cases"])
LEARNING = tuple(name for name in MODELS if stages.load(PROJECT / f"config/growth/models/{name}.yaml").learns)
LEARNED = LEARNING[0]  # one that is trained
TRAININGS = tuple(
    f"{model}/{DATASET}/{seed}" for model in MODELS for seed in (SEEDS if model in LEARNING else SEEDS[:1])
)
