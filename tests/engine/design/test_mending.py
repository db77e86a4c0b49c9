"""Mending: a misfit offers an edit after which it is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from engine.design.check import check
from engine.design.mending import mend_of
from engine.design.network import LayerSpec, NetworkDesign, layer
from tests.helpers.designs import designs

MISFITS: list[tuple[str, tuple[LayerSpec, ...], str, str]] = [
    ("flatten", (layer("c", "conv2d"), layer("out", "linear", units=3)), "out", "Insert a flatten layer"),
    ("kernel", (layer("c", "conv2d", kernel=40),), "c", "Set kernel to 8"),
    ("groups", (layer("c", "conv2d", groups=3),), "c", "Set groups to 1"),
    ("same", (layer("c", "conv2d", padding="same", stride=2),), "c", "Set padding to 1"),
    ("pool", (layer("p", "max_pool2d", kernel=2, padding=2),), "p", "Set padding to 1"),
    (
        "branch",
        (layer("a", "conv2d", filters=8, kernel=3, padding=1), layer("sum", "add", ("a", "@in"))),
        "sum",
        "Insert a 1×1 convolution behind the branch of 4 × 8 × 8",
    ),
    (
        "stride",
        (layer("a", "conv2d", filters=8, kernel=3, padding=1, stride=2), layer("sum", "add", ("a", "@in"))),
        "sum",
        "Insert a 1×1 convolution of stride 2 behind the branch of 4 × 8 × 8",
    ),
]


@pytest.mark.parametrize(("layers", "at", "title"), [row[1:] for row in MISFITS], ids=[row[0] for row in MISFITS])
def test_a_misfit_is_mended_by_the_simplest_edit(layers: tuple[LayerSpec, ...], at: str, title: str) -> None:
    design = NetworkDesign("n", (4, 8, 8), layers)
    report = check(design)
    assert report[at].error is not None
    mend = mend_of(design, report, at)
    assert mend is not None and mend.title.startswith(title)
    assert not check(mend.edit(design)).errors


def test_inside_a_block_it_is_mended_in_all_copies() -> None:
    inside = (layer("c", "conv2d", filters=8, kernel=3, padding=1), layer("sum", "add", ("c", "@in")))
    design = NetworkDesign("n", (4, 8, 8), (layer("b", "block", layers=inside),))
    mend = mend_of(design, check(design), "b")
    assert mend is not None and not check(mend.edit(design)).errors
    assert [spec.id for spec in mend.edit(design).layers_in("b")] == ["c", "project", "sum"]


def test_what_fits_or_cannot_be_mended_simply_is_left_alone() -> None:
    design = NetworkDesign("n", (4,), (layer("r", "relu"), layer("c", "conv2d")))
    assert mend_of(design, check(design), "r") is None and mend_of(design, check(design), "c") is None


@settings(max_examples=100)
@given(designs())
def test_whatever_is_offered_does_mend_the_layer(design: NetworkDesign) -> None:
    report = check(design)
    for each in report.leaves:
        mend = mend_of(design, report, each.id) if each.error else None
        if mend is not None:
            assert check(mend.edit(design))[each.id].error is None
