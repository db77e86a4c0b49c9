"""Where a layer stands: "c1" on the outside, "res1.0.c1" in the first copy of block res1, and so on inwards.

An edit of a layer inside a block changes all copies of the block, so that edits take the place in any of them.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

_LAST = re.compile(r"(?P<block>.+)\.(?P<copy>[0-9]+)\.(?P<id>[^.]+)")


def block_of(place: str) -> str:
    """The place of the block in which ``place`` is, "" on the outside."""
    match = _LAST.fullmatch(place)
    return match["block"] if match else ""


def own_id(place: str) -> str:
    """What the layer at ``place`` is called in its own block."""
    return place.rpartition(".")[2]


def copy_of(place: str) -> int:
    """In which copy of its block ``place`` is, counted from 0."""
    match = _LAST.fullmatch(place)
    return int(match["copy"]) if match else 0


def inside(block: str, id: str, copy: int = 0) -> str:
    """The place of layer ``id`` in block ``block``; on the outside where that is ""."""
    return f"{block}.{copy}.{id}" if block else id


def steps(place: str) -> list[str]:
    """The ids on the way inwards, without the copies: ["res1", "c1"]."""
    return place.split(".")[::2]


def by_block(places: Iterable[str]) -> dict[str, list[str]]:
    """``places`` as own ids, by the block they are in; the innermost blocks first."""
    groups: dict[str, list[str]] = {}
    for place in places:
        groups.setdefault(block_of(place), []).append(own_id(place))
    return dict(sorted(groups.items(), key=lambda item: -item[0].count(".")))


def owner(weight: str, layers: Container[str]) -> str:
    """Which of ``layers`` (by place) the weight called "res1.0.c1.bias" belongs to; its first word where it is none's."""
    end = len(weight)
    while end > 0 and weight[:end] not in layers:
        end = weight.rfind(".", 0, end)
    return weight[:end] if end > 0 else weight.partition(".")[0]
