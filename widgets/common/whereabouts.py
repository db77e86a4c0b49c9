"""Places of layers in words: what stands on cards and in headings for "res1.1.c"."""

from __future__ import annotations

from engine.design.network import NetworkDesign
from engine.design.places import block_of, copy_of, own_id


def in_words(design: NetworkDesign, place: str) -> str:
    """A layer and the blocks it is in: "c in copy 2 of res1"; its id alone on the outside."""
    return f"{own_id(place)} in {around_in_words(design, place)}" if block_of(place) else place


def around_in_words(design: NetworkDesign, place: str) -> str:
    """The blocks that a layer is in: "copy 2 of res"; "" on the outside."""
    block = block_of(place)
    return f"{_copy(design, place, block)}{in_words(design, block)}" if block else ""


def within(design: NetworkDesign, place: str, block: str) -> str:
    """The same, seen from ``block``, which is one of those around it: "copy 2, c"."""
    path = [place]
    while block_of(path[-1]) not in ("", block):
        path.append(block_of(path[-1]))
    words = [f"{_copy(design, each, block_of(each)).removesuffix(' of ')}, {own_id(each)}".removeprefix(", ") for each in path]
    return ", ".join(reversed(words))


def _copy(design: NetworkDesign, place: str, block: str) -> str:
    """ "copy 2 of " where there are several."""
    inner = design[block].parameters.inner if block in design else None
    return f"copy {copy_of(place) + 1} of " if inner is not None and inner.repeat > 1 else ""
