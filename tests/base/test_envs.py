"""One lock for pip and conda, and the environment that runs the tests is the one that it describes."""

import importlib.metadata
import re

import pytest
import yaml
from packaging.requirements import Requirement

from conftest import PROJECT

LOCK = PROJECT / "envs" / "requirements.txt"


def requirements(name):
    lines = [line.split("  #")[0].strip() for line in (PROJECT / "envs" / name).read_text().splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def test_conda_takes_everything_from_the_lock():
    described = yaml.safe_load((PROJECT / "envs" / "graincast.yaml").read_text())
    packages = [item for item in described["dependencies"] if isinstance(item, str)]
    assert [re.split(r"[ <>=]", item)[0] for item in packages] == ["python", "pip"]
    assert described["dependencies"][-1] == {"pip": ["-r requirements.txt"]}


def test_the_lock_pins_every_package_exactly():
    for requirement in requirements("requirements.txt"):
        assert [clause.operator for clause in requirement.specifier] == ["=="], str(requirement)


def test_the_lock_satisfies_what_the_project_asks_for():
    locked = {pin.name.lower(): next(iter(pin.specifier)).version for pin in requirements("requirements.txt")}
    asked = requirements("requirements.in")
    assert len(asked) > 15
    for requirement in asked:
        assert requirement.specifier.contains(locked[requirement.name.lower()]), str(requirement)


@pytest.mark.parametrize("pin", requirements("requirements.txt"), ids=lambda pin: pin.name)
def test_the_installed_package_is_the_locked_one(pin):
    if pin.marker and not pin.marker.evaluate():
        pytest.skip(f"not for this platform: {pin.marker}")
    assert pin.specifier.contains(importlib.metadata.version(pin.name)), str(pin)


def test_torch_may_be_a_cpu_build():
    """A local version such as +cpu satisfies the pin, and no CUDA package is pinned beside it."""
    pins = {pin.name: pin for pin in requirements("requirements.txt")}
    assert pins["torch"].specifier.contains("2.13.0+cpu")
    assert not [name for name in pins if name.startswith(("nvidia", "cuda", "triton"))]


def test_the_bootstrap_accepts_the_pythons_that_the_conda_environment_asks_for():
    assert ">=3.11" in (PROJECT / "envs" / "graincast.yaml").read_text()
    assert "3.11" in (PROJECT / "graincast").read_text()
