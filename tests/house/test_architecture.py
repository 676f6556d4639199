"""The dependency order of the library, and what must not be in it."""

import ast
import subprocess
import sys

import pytest

from conftest import PROJECT

LIBRARY = PROJECT / "workflow" / "graincast"

# Each entry imports only from those above it. docs/architecture.md says what each is.
ORDER = [
    "errors",
    "command",
    "specs",
    "sources",
    "compiled",
    "storage",
    "machine",
    "cluster",
    "packing",
    "pictures",
    "grains",
    "measured",
    "networks",
    "tessellation",
    "structures",
    "fronts",
    "phases",
    "solvers",
    "validation",
    "units",
    "datasets",
    "admission",
    "trajectories",
    "experiment",
    "scores",
    "learning",
    "agreement",
    "blocks",
    "models",
    "speed",
    "figures",
    "provenance",
    "prediction",
    "page",
]


def imported_names(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_module_stands_in_the_dependency_order():
    found = {path.relative_to(LIBRARY).parts[0].removesuffix(".py") for path in LIBRARY.rglob("*.py")}
    assert found == set(ORDER)


@pytest.mark.parametrize("path", sorted(LIBRARY.rglob("*.py")), ids=lambda path: str(path.relative_to(LIBRARY)))
def test_a_module_imports_only_what_stands_above_it(path):
    own = ORDER.index(path.relative_to(LIBRARY).parts[0].removesuffix(".py"))
    for name in imported_names(path):
        if name.startswith("graincast."):
            other = name.split(".")[1]
            assert ORDER.index(other) <= own, f"{path} imports {name}, which stands below it"


def test_a_stage_has_one_script_and_one_rule_file_of_the_same_name():
    scripts = {path.stem for path in (PROJECT / "workflow").glob("*.py")}
    rules = {path.stem for path in (PROJECT / "workflow" / "rules").glob("*.smk")} - {"common", "measured"}
    assert scripts - {"predict"} == rules  # predict is for a user's own file and no stage
    assert len(scripts) >= 5


def test_nothing_is_unpickled():
    for path in (PROJECT / "workflow").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called not in {"torch.load", "pickle.load", "pickle.loads", "joblib.load"}, path
                if called in {"np.load", "np.savez_compressed"}:
                    assert "allow_pickle=False" in ast.unparse(node), path


def test_a_script_has_no_function_but_main():
    for path in (PROJECT / "workflow").glob("*.py"):
        functions = [node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]
        assert functions == ["main"], path


def test_importing_the_library_for_a_dry_run_needs_no_torch_and_nothing_compiled():
    """Snakemake reads the configuration at every start: two seconds for nothing to do leave no room for these."""
    import subprocess
    import sys

    code = (
        f"import sys; sys.path.insert(0, {str(PROJECT / 'workflow')!r}); "
        "from graincast import admission, agreement, cluster, datasets, experiment, machine, sources; "
        "from graincast.training import spec; "
        "print('torch' in sys.modules or 'numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "False"


def test_an_evaluation_does_not_wait_for_libraries_that_it_does_not_need():
    """There are some seventy in a default run; these would take half of what all else is imported in."""
    heavy = ("pandas", "scipy.stats", "scipy.spatial", "skimage", "matplotlib")
    report = f"import sys, evaluate; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", report], cwd=PROJECT / "workflow", capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
