"""The plan of the house: which room imports from which, that no study knows another, and what must not be anywhere."""

import ast
import subprocess
import sys
from collections import Counter

import pytest

from conftest import PROJECT

LIBRARY = PROJECT / "workflow" / "graincast"
SCRIPTS = PROJECT / "workflow"

# Each room imports only from itself and from those above it; studies stand below all and side by side.
FOUNDATION = ("base", "material", "training", "blocks", "scoring", "report")
STUDIES = ("growth", "generation", "segmentation", "reconstruction")
# files that every study may have, under the same name for the same thing
ROOMS_OF_A_STUDY = {"plan", "experiment", "learner", "trained", "contract", "catalogue", "training_section", "answer"}
CHOSEN_BY_NAME = ("models", "commands", "readers", "sources", "ways")  # folders whose files are choices
OF_EVERY_ROOM = {"offered"}  # to notebooks
LONGEST_FILE, LONGEST_FUNCTION, MEDIAN_FILE = 320, 50, 100  # lines

MODULES = sorted(path for path in LIBRARY.rglob("*.py") if path != LIBRARY / "__init__.py")  # that one knows no room
TREES = {path: ast.parse(path.read_text()) for path in MODULES}


def room(path):
    return path.relative_to(LIBRARY).parts[0]


def module(path):
    return ".".join(path.relative_to(LIBRARY.parent).with_suffix("").parts)


def imported(tree):
    """Names of the library's modules, and of what they hold, that a file imports anywhere."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("graincast."))
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import"
            if node.module and node.module.split(".")[0] == "graincast":
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_room_of_the_library_is_in_the_plan():
    assert {room(path) for path in MODULES} <= {*FOUNDATION, *STUDIES}
    assert len(MODULES) > 150


def test_a_room_imports_only_what_stands_above_it_and_no_study_imports_another():
    order = {name: at for at, name in enumerate(FOUNDATION)}
    for path, tree in TREES.items():
        own = room(path)
        for name in imported(tree):
            other = name.split(".")[1]
            above = other in order and order[other] <= order.get(own, len(order))
            assert other == own or above, f"{path} imports {name}"


def test_no_modules_import_each_other_in_a_circle():
    known = {module(path): path for path in MODULES}
    needs = {
        name: {
            other
            for found in imported(TREES[path])
            for other in (found, found.rpartition(".")[0])
            if other in known and other != name
        }
        for name, path in known.items()
    }
    while ready := [name for name, others in needs.items() if not others]:
        needs = {name: others - set(ready) for name, others in needs.items() if name not in ready}
    assert not needs, f"circles among {sorted(needs)}"


def test_one_name_is_one_thing():
    """No two files of one name mean different things."""
    chosen_by_name = {  # a law, a solver and a reader are called what they are about
        "measured",
        "front_tracking",
        "phase_field",
    }
    names = Counter(path.stem for path in MODULES if path.parent.name not in CHOSEN_BY_NAME)
    twice = {name for name, count in names.items() if count > 1} - ROOMS_OF_A_STUDY - OF_EVERY_ROOM - chosen_by_name
    assert not twice
    folders = Counter(path.name for path in LIBRARY.rglob("*") if path.is_dir() and path.name != "__pycache__")
    of_a_study = {"data", "models", "judging", "figures", "sections", "layers", "commands", "pretrained"}
    assert not {name for name, count in folders.items() if count > 1} - of_a_study


def test_a_classs_name_is_one_thing():
    chosen_by_name = {"Settings", "Model", "Plan", "Experiment", "Training"}  # of every part, every study
    classes = Counter(node.name for tree in TREES.values() for node in tree.body if isinstance(node, ast.ClassDef))
    twice = {name for name, count in classes.items() if count > 1 and not name.startswith("_")}
    assert not twice - chosen_by_name


def test_files_and_functions_are_short():
    lengths = {path: len(path.read_text().splitlines()) for path in MODULES}
    assert not {str(path): length for path, length in lengths.items() if length > LONGEST_FILE}
    assert sorted(lengths.values())[len(lengths) // 2] <= MEDIAN_FILE
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno < LONGEST_FUNCTION, f"{path}: {node.name}"


def test_no_eight_lines_stand_in_two_places_of_the_library():
    places = {}
    for path in MODULES:
        lines = [line.strip() for line in path.read_text().splitlines()]
        lines = [line for line in lines if line and not line.startswith(("from ", "import ", "#"))]
        for at in range(len(lines) - 7):
            chunk = "\n".join(lines[at : at + 8])
            where = places.setdefault(chunk, (path, at))
            assert where == (path, at), f"{path} repeats {where[0]}:\n{chunk}"


def test_a_script_is_called_as_its_rule_and_belongs_to_one_study_or_to_all():
    scripts = {path.stem for path in SCRIPTS.glob("*.py")}
    rules = {path.stem for path in (SCRIPTS / "rules").glob("*.smk")} - {"common", "measured"}
    for folder in (path for path in (SCRIPTS / "rules").iterdir() if path.is_dir()):
        rules |= {f"{folder.name}_{path.stem}" for path in folder.glob("*.smk")} - {f"{folder.name}_study"}
    assert scripts - {"run_command"} == rules  # that one runs commands, which are for a user's own files
    assert len(scripts) >= 12


def test_nothing_is_unpickled():
    for path in SCRIPTS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called not in {"torch.load", "pickle.load", "pickle.loads", "joblib.load"}, path
                if called in {"np.load", "np.savez_compressed"}:
                    assert "allow_pickle=False" in ast.unparse(node), path


def test_a_script_has_no_function_but_main():
    for path in SCRIPTS.glob("*.py"):
        functions = [node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]
        assert functions == ["main"], path


def loaded(code):
    """Names of the modules that a new process has imported after it ran `code`."""
    report = f"{code}; import sys; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", report], cwd=SCRIPTS, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_a_start_of_the_pipeline_needs_no_torch_and_nothing_compiled():
    """Snakemake reads the configuration at every start: two seconds for nothing to do leave no room for these."""
    names = loaded("from graincast.base import cluster, machine, sources, study; import graincast.growth.plan")
    assert not names & {"torch", "numba", "scipy", "pandas"}


@pytest.mark.parametrize(
    ("script", "heavy"),
    [
        ("growth_evaluate", {"pandas", "scipy.stats", "scipy.spatial", "skimage", "matplotlib"}),
        ("growth_report", {"torch"}),
        ("growth_calibrate", {"matplotlib", "pandas", "scipy.stats"}),
        ("growth_simulate", {"torch", "pandas", "matplotlib"}),
        ("front_page", {"torch", "numba", "pandas", "scipy", "matplotlib"}),
    ],
)
def test_a_job_does_not_wait_for_libraries_that_it_does_not_need(script, heavy):
    """There are a hundred in a default run; these would take half of what all else is imported in."""
    assert not loaded(f"import {script}") & heavy
