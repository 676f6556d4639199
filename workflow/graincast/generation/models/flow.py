"""Flow matching of distance maps: a periodic generator of structures of any size, conditioned on what is asked.

A field starts as normal noise e at time 0 and goes along the velocity dx/dt to a structure x at time 1 (Lipman et al.,
2023). On the straight way x_t = (1 - t) e + t x the velocity is (x - x_t) / (1 - t), so the network says what x is
where x_t is seen, and its error counts as that of the velocity (Li and He, 2025). Its latent is spatial: each square
of `squares` pixels becomes one place with as many channels, so a place is a fraction of a grain. Beyond `cap_px` from
a boundary all is alike: nothing but grain lies there.

Patches of a field are not periodic and the network is: what is near their edges, within `margin` pixels, is not learned
from.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from graincast.generation.contract import Generator
from graincast.generation.data import conditions
from graincast.generation.data.conditions import Conditions
from graincast.generation.data.patches import Patches
from graincast.generation.layers.chance import normal
from graincast.generation.layers.periodic import ConditionedBlock, PeriodicConvolution, levelled
from graincast.training.data import Chances

WAVES, FASTEST = 16, 200.0  # of the time
LATEST = 0.9  # from which on an error no longer counts more
LEAST_LEFT = 0.03  # of the time, that a velocity is divided by


@dataclass(frozen=True)
class Settings:
    width: int  # channels; twice as many at half the resolution
    depth: int  # blocks on the way down, and up
    squares: int  # pixels to the side of a place
    cap_px: float  # largest distance that is told from another
    margin: int  # pixels along the edges of a patch that are not learned from
    passes: int  # steps of the midpoint rule from noise to a structure
    told: float  # of the side of a mean grain that is asked for; found after a training that draws too few grains

    def __post_init__(self) -> None:
        if (
            min(self.width, self.depth, self.squares, self.passes) < 1
            or min(self.cap_px, self.told) <= 0
            or self.margin < 0
        ):
            raise ValueError("expected width, depth, squares and passes >= 1, cap_px and told > 0, margin >= 0")


class Model(Generator):
    waves: Tensor

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings, self.step = settings, 2 * settings.squares
        width, code, places = settings.width, 2 * settings.width, settings.squares**2
        self.code = nn.Sequential(
            nn.Linear(2 * WAVES + conditions.NUMBER, code), nn.SiLU(), nn.Linear(code, code), nn.SiLU()
        )
        self.enter = PeriodicConvolution(places, width)
        self.down = nn.ModuleList(ConditionedBlock(width, width, code) for _ in range(settings.depth))
        self.shrink = nn.Conv2d(4 * width, 2 * width, 1)
        self.middle = nn.ModuleList(ConditionedBlock(2 * width, 2 * width, code) for _ in range(settings.depth + 1))
        self.grow = nn.Conv2d(2 * width, 4 * width, 1)
        self.up = nn.ModuleList(
            ConditionedBlock((2 if block == 0 else 1) * width, width, code) for block in range(settings.depth)
        )
        self.leave = PeriodicConvolution(width, places)
        self.register_buffer("waves", torch.exp(torch.linspace(0, math.log(FASTEST), WAVES)), persistent=False)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def forward(self, seen: Tensor, time: Tensor, asked: Tensor) -> Tensor:
        """The structure behind fields [b, 1, H, W] at times [b], of conditions [b, 3]."""
        phase = time[:, None] * self.waves
        code = self.code(torch.cat([torch.sin(phase), torch.cos(phase), asked], dim=1))
        fine = self.enter(functional.pixel_unshuffle(seen, self.settings.squares))
        for block in self.down:
            fine = block(fine, code)
        coarse = self.shrink(functional.pixel_unshuffle(fine, 2))
        for block in self.middle:
            coarse = block(coarse, code)
        fine = torch.cat([functional.pixel_shuffle(self.grow(coarse), 2), fine], dim=1)
        for block in self.up:
            fine = block(fine, code)
        behind: Tensor = self.leave(levelled(fine))
        return functional.pixel_shuffle(behind, self.settings.squares)

    def loss(self, batch: Patches, chances: Chances) -> Tensor:
        """Squared error of the velocity at a time drawn by chance, where it counts."""
        truth = self._within(batch.distance)
        noise = normal(chances, truth.shape[1:], truth.device)
        time = torch.sigmoid(normal(chances, (), truth.device))
        at = time[:, None, None, None]
        behind = self(torch.lerp(noise, truth, at), time, batch.conditions)
        error = ((behind - truth) / (1 - at).clamp(min=1 - LATEST)) ** 2
        inner = slice(self.settings.margin, -self.settings.margin or None)
        counted = batch.counted[..., inner, inner]
        total: Tensor = (error[..., inner, inner] * counted).sum(dim=(1, 2, 3))
        return total / counted.sum(dim=(1, 2, 3)).clamp(min=1)

    def redrawn(self, batch: Patches) -> Tensor:
        """What it sees behind patches that are half noise."""
        truth = self._within(batch.distance)
        chances = tuple(np.random.default_rng(number) for number in range(len(truth)))
        half = torch.lerp(normal(chances, truth.shape[1:], truth.device), truth, 0.5)
        return self._distance(self(half, torch.full((len(truth),), 0.5, device=truth.device), batch.conditions))

    @torch.no_grad()
    def draw(self, shape: tuple[int, int], asked: Conditions, rng: np.random.Generator) -> Tensor:
        """From noise to a structure by the midpoint rule."""
        seen = torch.from_numpy(rng.standard_normal((1, 1, *shape), np.float32)).to(self.waves.device)
        code = torch.from_numpy(asked.enlarged(self.settings.told).encoded())[None].to(self.waves.device)
        times = torch.linspace(0, 1, self.settings.passes + 1, device=self.waves.device)
        for now, later in pairwise(times):
            halfway = seen + (later - now) / 2 * self._velocity(seen, now, code)
            seen = seen + (later - now) * self._velocity(halfway, (now + later) / 2, code)
        return self._distance(seen)[0, 0]

    def _velocity(self, seen: Tensor, time: Tensor, code: Tensor) -> Tensor:
        behind: Tensor = self(seen, time.expand(len(seen)), code)
        return (behind - seen) / (1 - time).clamp(min=LEAST_LEFT)

    def _within(self, distance: Tensor) -> Tensor:
        """Distances to -1 .. 1."""
        return distance.clamp(max=self.settings.cap_px) / (self.settings.cap_px / 2) - 1

    def _distance(self, within: Tensor) -> Tensor:
        """-1 .. 1 to distances."""
        return ((within + 1) * (self.settings.cap_px / 2)).clamp(0, self.settings.cap_px)
