"""Structures grown by a solver, seen at each step as a field."""

from pathlib import Path

from graincast.generation.data import fields
from graincast.generation.data.fields import StructureField
from graincast.material import datasets
from graincast.material.datasets import DataSet, Simulation


def grown(path: Path, index: int) -> list[StructureField]:
    """The fields of simulation number `index` of the data set in a YAML file, one a step."""
    dataset = datasets.load(path)
    return seen(dataset, datasets.simulate(dataset, datasets.parts(dataset, str(path)), index))


def seen(dataset: DataSet, simulation: Simulation) -> list[StructureField]:
    """A simulation as fields."""
    shape = dataset.frames.shape(simulation.networks[0].box)
    return [fields.of_network(network, shape, step) for step, network in enumerate(simulation.networks)]
