"""What a solver gives back, and how it gives up."""

from dataclasses import dataclass

from graincast.material.networks.network import Network


class Unsound(Exception):
    """The network broke and could not be repaired; the reason is its text."""


@dataclass(frozen=True)
class Evolution:
    networks: list[Network]  # one for each time asked for
    repairs: int  # parts that had to be marched again with more care
