"""Micrometres and minutes: a pixel's size, a temperature and an Arrhenius law for the reduced mobility.

    k(T) = k0 exp(-Q / (R T)),  in um^2 a minute

k = M gamma is what enters curvature-driven growth: a lone grain of radius r vanishes after r^2 / (2 k). Values of k0
and Q belong to a material and a range of temperature; config/growth/datasets says which ones are measured and
which assumed.
"""

import math
from dataclasses import dataclass

TIME = "minutes"
GAS_CONSTANT = 8.31446  # J / (mol K)


@dataclass(frozen=True)
class Settings:
    pixel_um: float  # side of a pixel of the boundary images
    temperature_kelvin: float
    prefactor_um2_per_minute: float  # k0
    activation_energy_kj_per_mol: float  # Q

    def __post_init__(self) -> None:
        if min(self.pixel_um, self.temperature_kelvin, self.prefactor_um2_per_minute) <= 0:
            raise ValueError("pixel_um, temperature_kelvin and prefactor_um2_per_minute must be above 0")
        if self.activation_energy_kj_per_mol < 0:
            raise ValueError("activation_energy_kj_per_mol must not be negative")


def mobility_um2_per_minute(settings: Settings) -> float:
    """k(T)."""
    exponent = settings.activation_energy_kj_per_mol * 1000 / (GAS_CONSTANT * settings.temperature_kelvin)
    return settings.prefactor_um2_per_minute * math.exp(-exponent)


def reduced_mobility(settings: Settings, pixels_per_side: float) -> float:
    """k in mean grain areas a minute, for a mean grain as drawn whose side is so many pixels."""
    return mobility_um2_per_minute(settings) / (pixels_per_side * settings.pixel_um) ** 2
