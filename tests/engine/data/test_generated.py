"""The generated sets: repeatable, balanced, whole within the picture, and with masks that tell the truth."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from engine.data.drawing.chance import uniform
from engine.data.drawing.clutter import clutter, colours
from engine.data.drawing.figures import FIGURES
from engine.data.drawing.glyphs import DIGITS, glyphs, read_strokes
from engine.data.drawing.pen import nearest_squared
from engine.data.source import RawSet, RawSplit
from engine.data.sources import shapes, solids, strokes


@pytest.fixture(scope="module")
def drawn() -> RawSet:
    return shapes.generate(0, train=800, test=160)


@pytest.fixture(scope="module")
def written() -> RawSet:
    return strokes.generate(0, train=800, test=200)


@pytest.mark.parametrize(
    ("source", "work"), [(strokes, ("_ink",)), (solids, ("_drawn",)), (shapes, ("clutter", "_figures", "_painted"))]
)
def test_it_is_looked_whether_anybody_waits_before_each_piece(
    source: ModuleType, work: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stop waited for a whole hand of a digit, and for all of the solids; a piece takes milliseconds."""
    looks, worked = [], []

    def counted(name: str) -> Callable[..., Any]:
        real = getattr(source, name)

        def wrapper(*args: Any) -> Any:
            worked.append((name, len(looks)))
            return real(*args)

        return wrapper

    for name in work:
        monkeypatch.setattr(source, name, counted(name))
    source.generate(0, 2500, 200, between=looks.append)
    assert len(worked) >= len(work) * 2700 / source.CHUNK and worked[0][1] > 0
    assert len(set(worked)) == len(worked), "no two of one sort without a look between them"
    assert looks == sorted(looks) and looks[0] >= 0 and looks[-1] < 1


@pytest.mark.parametrize("generate", [shapes.generate, strokes.generate])
def test_repeatable_by_seed(generate) -> None:  # type: ignore[no-untyped-def]
    first, again, other = generate(5, 60, 30), generate(5, 60, 30), generate(6, 60, 30)
    assert np.array_equal(first.train["image"], again.train["image"])
    assert np.array_equal(first.test["label"], again.test["label"])
    assert not np.array_equal(first.train["image"], other.train["image"])
    assert not np.array_equal(first.train["image"][:30], first.test["image"])


def test_classes_are_balanced(drawn: RawSet, written: RawSet) -> None:
    for split in (drawn.train, drawn.test, written.train, written.test):
        counts = np.bincount(split["label"])
        assert counts.max() - counts.min() <= 1


def test_no_two_pictures_alike(drawn: RawSet, written: RawSet) -> None:
    for raw in (drawn, written):
        everything = np.concatenate([raw.train["image"], raw.test["image"]])
        assert len(np.unique(everything.reshape(len(everything), -1), axis=0)) == len(everything)


def test_nothing_is_cut_off(drawn: RawSet, written: RawSet) -> None:
    border = np.ones((32, 32), dtype=np.bool_)
    border[1:-1, 1:-1] = False
    assert (drawn.train["mask"] & border).mean() < 1e-3
    ink = written.train["image"][:, 0]
    assert max(ink[:, 0].max(), ink[:, -1].max(), ink[:, :, 0].max(), ink[:, :, -1].max()) < 128


def test_masks_are_where_the_picture_was_painted() -> None:
    labels = np.arange(80, dtype=np.int64) % len(FIGURES)
    rng = np.random.default_rng(0)
    background = clutter(len(labels), 32, rng)
    cover = shapes._figures(labels, rng)
    before = background.copy()
    painted = shapes._painted(background, cover, rng)
    change = np.abs(painted - before).max(1)
    assert np.array_equal(before, background), "the background must not be changed in place"
    assert change[cover == 1].mean() > 0.3
    assert np.quantile(change[cover > 0.5], 0.02) > 0.05
    assert change[cover == 0].max() < 8 * shapes.GRAIN
    for picture, area in zip(change, cover, strict=True):
        assert picture[area == 1].mean() > 0.15, "every figure stands out"


def test_masks_fit_the_figures(drawn: RawSet) -> None:
    radius = np.sqrt(drawn.train["mask"].sum((1, 2)) / np.pi)
    circles = drawn.train["label"] == list(FIGURES).index("circle")
    assert radius[circles].min() > 0.8 * shapes.RADII[0]
    assert radius[circles].max() < 0.85 * shapes.RADII[1]
    rows, columns = np.nonzero(drawn.train["mask"].any(0))
    assert rows.min() <= 2
    assert rows.max() >= 29
    assert columns.min() <= 2
    assert columns.max() >= 29


def test_boxes_fit_the_masks(drawn: RawSet) -> None:
    for mask, box, label in zip(drawn.test["mask"], drawn.test["box"], drawn.test["label"], strict=True):
        left, top, right, bottom, figure = box[0].astype(int)
        outside = mask.copy()
        outside[top:bottom, left:right] = False
        inside = mask[top:bottom, left:right]
        assert not outside.any()
        assert inside[0].any() and inside[-1].any() and inside[:, 0].any() and inside[:, -1].any()
        assert figure == label
    assert (drawn.test["box.count"] == 1).all()


def test_colour_says_nothing_of_the_class(drawn: RawSet) -> None:
    """The mean colour of the figures hardly differs between classes: far less than within them."""
    masks, images, labels = drawn.train["mask"], drawn.train["image"] / 255, drawn.train["label"]
    colour = (images * masks[:, None]).sum((2, 3)) / masks.sum((1, 2))[:, None]
    centres = np.stack([colour[labels == label].mean(0) for label in range(len(FIGURES))])
    within = np.mean([colour[labels == label].std(0) for label in range(len(FIGURES))])
    assert centres.std(0).max() < 3 * within / np.sqrt(len(labels) / len(FIGURES))


@pytest.mark.parametrize("name", list(FIGURES))
def test_figures_lie_within_their_radius(name: str) -> None:
    axis = np.linspace(-1.5, 1.5, 301, dtype=np.float32)
    x, y = np.meshgrid(axis, axis)
    inside = FIGURES[name](x, y) < 0
    assert 0.12 < inside.mean() * 9 / np.pi < 0.75
    assert np.hypot(x, y)[inside].max() < 1.1
    assert np.hypot(x, y)[inside].max() > 0.8


def test_pen_distance_by_hand() -> None:
    starts = np.array([[[1.0, 2.0], [0.0, 0.0]]], np.float32)
    ends = np.array([[[4.0, 2.0], [0.0, 0.0]]], np.float32)
    distance = np.sqrt(nearest_squared(starts, ends, 6)[0])
    assert distance[2, 3] == pytest.approx(0, abs=1e-3)
    assert distance[4, 2] == pytest.approx(2, abs=1e-5)
    assert distance[2, 5] == pytest.approx(1, abs=1e-5)
    assert distance[5, 5] == pytest.approx(10**0.5, abs=1e-5)
    assert distance[0, 0] == pytest.approx(0, abs=1e-3)  # a segment without length is a dot
    hidden = nearest_squared(starts, ends, 6, np.array([[1.0, 1e6]], np.float32))[0]
    assert hidden[0, 1] == pytest.approx(4, abs=1e-4)


def test_glyphs_go_through_their_points() -> None:
    assert len(DIGITS) == 10
    for glyph in glyphs():
        path = glyph.weights @ glyph.points
        for point in glyph.points:
            assert np.hypot(*(path - point).T).min() < 1e-5
        assert np.hypot(*(path[glyph.ends] - path[glyph.starts]).T).max() < 0.5
        assert glyph.weights.sum(1) == pytest.approx(1, abs=1e-5)  # so shifting the points shifts the digit


def test_corners_and_lifted_pens() -> None:
    corner, lifted = read_strokes("0 0, 10 0 / 10 20"), read_strokes("0 0, 10 0 | 5 5, 10 20")
    assert corner == (((0.0, 0.0), (0.1, 0.0)), ((0.1, 0.0), (0.1, 0.2)))
    assert lifted == (((0.0, 0.0), (0.1, 0.0)), ((0.05, 0.05), (0.1, 0.2)))


def test_hues_are_spread_evenly() -> None:
    rng = np.random.default_rng(0)
    pure = colours(6000, rng, (1.0, 1.0), (1.0, 1.0))
    assert pure.max(1) == pytest.approx(1)
    assert pure.min(1) == pytest.approx(0, abs=1e-6)
    assert np.bincount(pure.argmax(1)) / 6000 == pytest.approx(1 / 3, abs=0.03)
    low = uniform(rng, 2, 3, (1000,))
    assert low.dtype == np.float32
    assert 2 <= low.min() < low.max() <= 3


def test_a_linear_model_is_clearly_worse_than_a_convolutional_one() -> None:
    """On strokes, two epochs of each: the reason why the set is there."""
    raw = strokes.generate(0, train=4000, test=500)
    torch.manual_seed(0)
    linear = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    convolutional = nn.Sequential(
        *(nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 5), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(400, 10)),
    )
    assert _accuracy_after_training(linear, raw.train, raw.test) < 0.7
    assert _accuracy_after_training(convolutional, raw.train, raw.test) > 0.8


def _accuracy_after_training(network: nn.Module, train: RawSplit, test: RawSplit) -> float:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    optimizer = torch.optim.SGD(network.parameters(), 0.03, momentum=0.9)
    images, labels = torch.from_numpy(train["image"]).float() / 100, torch.from_numpy(train["label"])
    for _ in range(2):
        for chosen in torch.randperm(len(images)).split(50):
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(images[chosen]), labels[chosen]).backward()
            optimizer.step()
    with torch.no_grad():
        guesses = network(torch.from_numpy(test["image"]).float() / 100).argmax(1)
    torch.set_num_threads(threads)
    return float((guesses == torch.from_numpy(test["label"])).float().mean())
