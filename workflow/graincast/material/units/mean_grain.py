"""Without units: lengths in sides of the mean grain of the structure as drawn, times in its mean area over k."""

from dataclasses import dataclass

TIME = "mean grain areas / k"


@dataclass(frozen=True)
class Settings:
    pass


def reduced_mobility(settings: Settings, pixels_per_side: float) -> float:  # noqa: ARG001  # the same in all units
    """k in mean grain areas per unit of the data set's times: 1 by definition."""
    return 1.0
