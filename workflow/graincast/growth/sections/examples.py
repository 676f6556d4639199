"""What the report shows of single structures: the first of each case, by models trained on the first data set."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from numpy.typing import NDArray

from graincast.base.storage import array_names, read_arrays
from graincast.growth.experiment import Experiment

Examples = Mapping[tuple[str, str], Mapping[str, NDArray]]  # arrays of the first structure, by model and case
Maps = Mapping[str, Mapping[str, NDArray]]  # arrays by model


def first_structures(paths: Sequence[Path], experiment: Experiment) -> Examples:
    """Of each model trained from the first seed on each case: all arrays of the first test structure."""
    home, seed = experiment.datasets[0], str(experiment.seeds[0])
    return {
        (model, case): {
            name: array[0] for name, array in _arrays(paths, Path(model, home, seed, f"{case}.npz")).items()
        }
        for model in experiment.models
        for case in experiment.cases
    }


def error_maps(paths: Iterable[Path], experiment: Experiment) -> Maps:
    """Of each model: error and disagreement by case."""
    files = list(paths)
    return {model: _arrays(files, Path(model, f"{experiment.datasets[0]}.npz")) for model in experiment.models}


def _arrays(paths: Sequence[Path], end: Path) -> dict[str, NDArray]:
    """All arrays of the file whose path ends like this."""
    path = next(path for path in paths if path.match(str(end)))
    return read_arrays(path, tuple(sorted(array_names(path))))
