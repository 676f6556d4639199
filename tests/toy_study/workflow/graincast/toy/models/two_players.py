"""A critic and a generator that take turns; the generator's moving average is kept.

The critic has a gradient penalty (Gulrajani et al. 2017), and steps twice as often and twice as fast.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from graincast.training.averaging import Average
from graincast.training.learner import Learner


@dataclass(frozen=True)
class Settings:
    width: int


def network(inputs, width, outputs):
    return nn.Sequential(nn.Linear(inputs, width), nn.SiLU(), nn.Linear(width, outputs))


def drawn(chances, count):
    """Normal numbers [b, count]."""
    return torch.from_numpy(np.array([chance.normal(size=count) for chance in chances], np.float32))


class Model(Learner):
    def __init__(self, settings):
        super().__init__()
        self.critic, self.generator = network(2, settings.width, 1), network(2, settings.width, 2)
        self.average = Average(self.generator, 0.98)
        self.register_buffer("turns", torch.zeros((), dtype=torch.int64))

    def ready(self, device):
        self.to(device)

    def optimizers(self):
        return {
            "critic": torch.optim.Adam(self.critic.parameters(), betas=(0.0, 0.9)),
            "generator": torch.optim.RMSprop(self.generator.parameters(), momentum=0.5),
        }

    def step(self, batch, chances, descent):
        self.turns += 1
        losses = {"critic": descent.down("critic", lambda: self.criticism(batch.at, chances), rate=2e-3)}
        if int(self.turns) % 2 == 0:
            deceived = lambda: -self.critic(self.generator(drawn(chances, 2)))[:, 0]  # noqa: E731
            losses["generator"] = descent.down("generator", deceived, rate=1e-3 * (1 - descent.position.done), clip=1.0)
            self.average.follow(self.generator)
        return losses

    def criticism(self, real, chances):
        with torch.no_grad():
            fake = self.generator(drawn(chances, 2))
        between = (real + drawn(chances, 1).sigmoid() * (fake - real)).requires_grad_()
        (slope,) = torch.autograd.grad(self.critic(between).sum(), between, create_graph=True)
        penalty = (slope.norm(dim=1) - 1) ** 2
        return (self.critic(fake) - self.critic(real))[:, 0] + penalty

    def judge(self, batch, chances):
        return (self.average.model(drawn(chances, 2)) - batch.at).norm(dim=1)

    def kept(self):
        return self.average.model

    def statistics(self):
        return ()

    def picture(self, batch):
        return np.clip(batch.at.numpy(), 0, 1)
