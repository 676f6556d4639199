"""Stage 1, requirements: what goes in and what comes out. A grey picture of grains, and which grain each pixel is of.

Saleh, Croes, Ceric, De Wolf & Zahedmanesh, arXiv 2504.14782 (2025), ask for grey TEM pictures of 96 x 496 pixels in and
binary pictures of boundaries out. Its text was available as a digest: what these files choose beyond it is an
assumption. Concepts of it: grains are convex; boundaries lie mostly between unlike greys; faint edges come from grains
that overlap in depth; equal grey does not mean that there is no boundary.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Requirements:
    height: int  # pixels
    width: int

    def __post_init__(self) -> None:
        if min(self.height, self.width) < 32:
            raise ValueError("expected 'height' and 'width' of 32 pixels or more")

    @property
    def shape(self) -> tuple[int, int]:
        return self.height, self.width
