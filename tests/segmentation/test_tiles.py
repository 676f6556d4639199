"""A model asked of a picture in tiles says what it says of the whole; and views of one picture are brought back."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from grain_pictures_made import drawn, model
from graincast.segmentation import edges, tiling, views
from graincast.segmentation.concepts.noise import Noise
from graincast.segmentation.concepts.requirements import Requirements
from graincast.segmentation.contract import Guesser, Partitioner
from graincast.segmentation.data.crops import channels

KINDS = ("net1", "net2", "affinities")
SHAPE = (75, 109)  # no multiple of any step


@pytest.fixture(scope="module")
def seen():
    return drawn(0, requirements=Requirements(*SHAPE), noise=Noise(0.0, 0.005)).seen()


def more(kind):
    """What a model of this kind sees beside a picture."""
    return [(np.random.default_rng(1).random(SHAPE) < 0.1).astype(np.float32)] if kind == "net2" else []


class Coarse(Guesser):
    """The mean of blocks of 8 x 8 pixels, smoothed over three blocks: it looks 16 pixels far, and is exact."""

    step, reach = 8, 16

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1, 6, 3, 3) / 54)

    def guess(self, seen):
        blocks = functional.avg_pool2d(seen, 8)
        smooth = functional.conv2d(functional.pad(blocks, (1, 1, 1, 1), "replicate"), self.weight)
        return functional.interpolate(smooth, scale_factor=8, mode="nearest")

    def loss(self, _batch, _chances):
        raise NotImplementedError

    def boundaries(self, batch):
        return self.guess(batch.seen)[:, 0]


class Held(nn.Module):
    """A normalisation whose statistics can be held, those of the whole while tiles are looked at."""

    def __init__(self, norm):
        super().__init__()
        self.norm, self.hold, self.kept = norm, False, None

    def forward(self, values):
        grouped = values.unflatten(1, (self.norm.num_groups, -1)).flatten(2)
        if not self.hold:
            self.kept = grouped.mean(-1, keepdim=True), grouped.var(-1, keepdim=True, unbiased=False)
        even = (grouped - self.kept[0]) / torch.sqrt(self.kept[1] + self.norm.eps)
        shape = (-1, 1, 1)
        return even.reshape(values.shape) * self.norm.weight.view(shape) + self.norm.bias.view(shape)


def with_held(network):
    """All normalisations of a network, replaced by such."""
    found = []
    for part in list(network.modules()):
        for name, norm in part.named_children():
            if isinstance(norm, nn.GroupNorm):
                setattr(part, name, Held(norm))
                found.append(getattr(part, name))
    assert found
    return found


def test_tiles_cover_a_picture_once_and_are_seen_with_what_lies_around_them(monkeypatch):
    monkeypatch.setattr(tiling, "TILE", 32)
    times = np.zeros(SHAPE, int)
    number = np.arange(times.size).reshape(SHAPE)
    for outer, inner, within in tiling.tiles(SHAPE, 8):
        times[inner] += 1
        assert np.array_equal(number[outer][within], number[inner])
        for part, kept, side in zip(outer, inner, SHAPE, strict=True):
            assert part.start == max(kept.start - 8, 0)
            assert part.stop == min(kept.stop + 8, side)
            assert part.stop - part.start <= 32 + 2 * 8
    assert (times == 1).all()


def test_a_model_that_looks_no_further_than_it_says_says_the_same_in_tiles(monkeypatch, seen):
    whole = tiling.asked(Coarse(), seen)
    monkeypatch.setattr(tiling, "TILE", 32)
    assert np.abs(tiling.asked(Coarse(), seen) - whole).max() < 1e-6
    assert whole.std() > 0.01


def test_a_picture_is_continued_by_its_outermost_pixels_to_a_size_that_can_be_halved(seen):
    continued = np.pad(channels(seen), ((0, 0), (0, 5), (0, 3)), mode="edge")
    expected = Coarse().guess(torch.from_numpy(continued)[None]).detach().numpy()[0, :, : SHAPE[0], : SHAPE[1]]
    found = tiling.asked(Coarse(), seen)
    assert found.shape == (1, *SHAPE)
    assert found == pytest.approx(expected, abs=1e-6)


def in_tiles(monkeypatch, network, held, kind, seen, wider=1):
    """How far tiles with the statistics of the whole are from it, largest and mean, in its standard deviations."""
    for norm in held:
        norm.hold = False
    whole = tiling.asked(network, seen, *more(kind))
    for norm in held:
        norm.hold = True
    with monkeypatch.context() as patched:
        patched.setattr(tiling, "TILE", 16)
        patched.setattr(network, "reach", wider * network.reach)
        away = np.abs(tiling.asked(network, seen, *more(kind)) - whole) / whole.std()
    assert whole.std() > 0.01
    return away.max(), away.mean()


@pytest.mark.parametrize("kind", KINDS)
def test_with_all_that_it_can_see_around_it_a_tile_differs_by_its_normalisation_alone(monkeypatch, seen, kind):
    network = model(kind)
    most, _ = in_tiles(monkeypatch, network, with_held(network), kind, seen, wider=4)
    assert most < 1e-4


@pytest.mark.parametrize(("kind", "mean"), [("net1", 0.03), ("net2", 1e-5), ("affinities", 0.02)])
def test_hardly_anything_beyond_the_reach_of_a_model_decides_a_pixel(monkeypatch, seen, kind, mean):
    """A bridge looks 7 steps far, and a reach is 4: what it adds from there is little, of trained weights even less."""
    network = model(kind)
    assert in_tiles(monkeypatch, network, with_held(network), kind, seen)[1] < mean


@pytest.mark.parametrize("kind", KINDS)
def test_a_tile_with_its_own_normalisation_says_nearly_what_the_whole_says(monkeypatch, seen, kind):
    """Statistics of a small tile are not those of the picture; tiles of a run are 32 times as wide as these."""
    network = model(kind)
    whole = tiling.asked(network, seen, *more(kind))
    monkeypatch.setattr(tiling, "TILE", 16)
    part = tiling.asked(network, seen, *more(kind))
    assert np.abs(part - whole).mean() < 0.15 * whole.std()
    assert np.corrcoef(part.ravel(), whole.ravel())[0, 1] > 0.95


@pytest.mark.parametrize("step", [2, 8, 16])
def test_tiles_begin_where_the_whole_would_be_halved(monkeypatch, seen, step):
    begun = []

    class Listening(Coarse):
        def guess(self, seen):
            begun.append(seen.shape[-2:])
            return seen[:, :1]

    listening = Listening()
    listening.step, listening.reach = step, 2 * step
    monkeypatch.setattr(tiling, "TILE", 16)
    plain, firsts = tiling.tiles, []

    def tiles(shape, reach):
        for outer, inner, within in plain(shape, reach):
            firsts.extend(part.start for part in outer)
            assert reach >= listening.reach + edges.REACH
            yield outer, inner, within

    monkeypatch.setattr(tiling, "tiles", tiles)
    tiling.asked(listening, seen)
    assert max(firsts) > 0
    assert all(first % step == 0 for first in firsts)
    assert all(side % step == 0 for shape in begun for side in shape)


def test_edges_of_a_tile_are_those_of_the_whole(monkeypatch, seen):
    class Edges(Coarse):
        def guess(self, seen):
            return seen[:, -3:]

    seen = seen.copy()
    seen[:, :60] = 0.5 + 0.1 * (seen[:, :60] - 0.5)  # a half that is quiet: tiles of it alone would see other lines
    whole = tiling.asked(Edges(), seen)
    assert whole == pytest.approx(edges.fused(seen), abs=1e-6)
    monkeypatch.setattr(tiling, "TILE", 32)
    part = tiling.asked(Edges(), seen)
    assert np.abs(part - whole)[:2].max() < 1e-5
    assert np.mean(part[2] != whole[2]) < 0.003  # a line of Canny is linked to what lies far


def test_a_picture_in_colours_is_asked_of_as_one_in_greys(seen):
    colours = np.repeat(seen[..., None], 3, axis=-1)
    network = model("affinities")
    assert tiling.asked(network, colours) == pytest.approx(tiling.asked(network, seen), abs=1e-3)


class ByGrey(Partitioner):
    """Knows grains by their greys, and so says the same of every view."""

    offsets = ((0, 1), (1, 0), (3, 3), (3, -3))
    step, reach = 1, 4

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))

    def together(self, seen):
        grey = seen[:, 0]
        found = torch.ones(len(seen), len(self.offsets), *grey.shape[1:])
        for at, offset in enumerate(self.offsets):
            other = torch.roll(grey, (-offset[0], -offset[1]), (1, 2))
            found[:, at] = (grey == other).float()
        return found

    loss = boundaries = None


@pytest.mark.parametrize("count", views.COUNTS)
def test_what_is_said_of_pairs_is_the_same_in_every_view(count):
    grey = drawn(0).grey
    found = tiling.together(ByGrey(), grey, count)
    once = tiling.together(ByGrey(), grey)
    inside = np.s_[:, 4:-4, 4:-4]
    assert np.array_equal(found[inside], once[inside])
    assert 0.02 < np.mean(once[inside] == 0) < 0.5


def test_the_mean_over_views_is_that_of_a_model_asked_of_each(seen):
    network = model("affinities")
    found = tiling.together(network, seen, 4).astype(float)
    said = [
        views.pairs_back(tiling.asked(network, np.ascontiguousarray(view.seen(seen))), view, network.offsets)
        for view in views.some(4)
    ]
    away = np.abs(found - np.mean(said, axis=0))
    assert np.median(away) < 2e-3  # half precision; edges of Canny in a view are not always those of the picture
