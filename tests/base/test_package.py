"""The library as a package: pip install of the checkout gives a command that needs nothing of the checkout."""

import os
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from conftest import PROJECT
from graincast.material.networks.rendering import label_map
from graincast.material.structures import lognormal

PACKAGED = ("pyproject.toml", "README.md", "workflow/graincast")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The package in a folder of its own; what it needs is there already, so nothing is fetched."""
    root = tmp_path_factory.mktemp("package")
    for name in PACKAGED:
        source, target = PROJECT / name, root / "checkout" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run(
        [*command, "--target", str(root / "site"), str(root / "checkout")], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    shutil.rmtree(root / "checkout")
    return root / "site"


def graincast(installed, folder, *arguments):
    """Call the installed command from a folder that is no checkout."""
    return subprocess.run(
        [installed / "bin" / "graincast", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
    )


def test_the_installed_command_names_its_commands_and_refuses_others(installed, tmp_path):
    told = graincast(installed, tmp_path, "--help")
    assert told.returncode == 0
    assert "predict" in told.stdout
    assert "measure" in told.stdout
    wrong = graincast(installed, tmp_path, "foresee", "my.png")
    assert wrong.returncode == 2
    assert wrong.stderr == "graincast: there is no command 'foresee' (commands: generate, measure, predict, segment)\n"


def test_the_installed_command_predicts_a_picture_with_the_weights_that_come_along(installed, tmp_path):
    labels = np.random.default_rng(0).permutation(36).reshape(6, 6)
    np.save(tmp_path / "map.npy", np.kron(labels, np.ones((12, 12), int)))
    done = graincast(installed, tmp_path, "predict", "map.npy", "--frames", "1")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "prediction_map" / "prediction.parquet").is_file()
    assert str(PROJECT) not in done.stderr


def test_a_page_can_be_written_from_the_package(installed, tmp_path):
    code = (
        "from pathlib import Path; from graincast.report import page; "
        "from graincast.report.parts import Section, Words; "
        "page.write(Path('out'), page.Page('a page', [], [Section('a', 'A', [Words(['Said.'])])]), [])"
    )
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)
    assert "Said." in (tmp_path / "out" / "index.html").read_text()


def test_the_readme_s_python_does_what_it_says(installed, tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", (PROJECT / "README.md").read_text(), re.DOTALL)
    (code,) = [one for one in blocks if "graincast.predict" in one]
    network = lognormal.network(lognormal.Settings(150, 0.3), np.random.default_rng(0))
    Image.fromarray(label_map(network, (360, 360)).astype(np.uint8)).save(tmp_path / "my_micrograph.png")
    named = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=named, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "in the last frame" in done.stdout
    assert "time_min" in done.stdout
    assert {path.name for path in (tmp_path / "exports").iterdir()} >= {"grains.tif", "grains.vti"}


def test_a_checkout_s_own_environment_knows_the_library_wherever_both_are_moved(tmp_path):
    code = (
        "import sys; sys.path.insert(0, 'envs'); import environment; environment.know_library(environment.OWN_FOLDER)"
    )
    checkout = tmp_path / "here"
    shutil.copytree(PROJECT / "envs", checkout / "envs", ignore=shutil.ignore_patterns("__pycache__"))
    (checkout / ".graincast/env/lib/python3.11/site-packages").mkdir(parents=True)
    subprocess.run([sys.executable, "-c", code], cwd=checkout, check=True)
    moved = checkout.rename(tmp_path / "there")
    (written,) = moved.rglob("graincast.pth")
    assert (written.parent / written.read_text().strip()).resolve() == moved / "workflow"
