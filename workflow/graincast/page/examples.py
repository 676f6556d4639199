"""Which file of predicted images the report shows: of a model trained on the first data set from the first seed."""

from collections.abc import Sequence
from pathlib import Path

from graincast.experiment import Experiment


def example(examples: Sequence[Path], experiment: Experiment, model: str, case: str) -> Path:
    """The file that shows a model on a case."""
    end = Path(model, experiment.datasets[0], str(experiment.seeds[0]), f"{case}.npz")
    return next(path for path in examples if path.match(str(end)))
