"""Which blocks of the network list are unfolded, and which copy of each is shown: plain values, no Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from engine.design.kinds import LayerKind
from engine.design.network import LayerSpec, NetworkDesign
from engine.design.parameters import form_fields
from engine.design.places import block_of, copy_of, steps


@cache
def holds_layers(kind: type[LayerKind]) -> bool:
    """Whether layers of this kind have layers inside that can be edited, as blocks do."""
    return any(field.form == "layers" for field in form_fields(kind))


def path(place: str) -> str:
    """The ids on the way to ``place``, without the copies: "outer.inner". All copies of a block are folded alike."""
    return ".".join(steps(place))


def around(place: str) -> list[str]:
    """The blocks in which ``place`` is, the innermost first."""
    blocks = []
    while block := block_of(place):
        blocks.append(block)
        place = block
    return blocks


def outermost(places: Sequence[str]) -> list[str]:
    """``places`` but for those inside a block that is among them."""
    chosen = frozenset(places)
    return [place for place in places if not any(block in chosen for block in around(place))]


@dataclass(frozen=True)
class Folding:
    """``unfolded`` are blocks by their ``path``; ``copies`` say which copy (from 0) is shown, where that is not the first.

    A block without layers is always unfolded: nothing is hidden in it, and what is added below its card goes into it.
    """

    unfolded: frozenset[str] = frozenset()
    copies: Mapping[str, int] = field(default_factory=dict)

    def is_unfolded(self, place: str, block: LayerSpec) -> bool:
        """Whether the rows of the ``block`` at ``place`` are shown."""
        return not block.inside or path(place) in self.unfolded

    def copy(self, place: str, block: LayerSpec) -> int:
        """Which copy of the block at ``place`` is shown, or would be."""
        inner = block.parameters.inner
        return min(self.copies.get(path(place), 0), inner.repeat - 1) if inner else 0

    def with_unfolded(self, place: str, unfolded: bool) -> Folding:
        """The block at ``place`` unfolded or folded."""
        return replace(self, unfolded=self.unfolded | {path(place)} if unfolded else self.unfolded - {path(place)})

    def with_copy(self, place: str, copy: int) -> Folding:
        """Copy ``copy`` of the block at ``place`` shown."""
        return replace(self, copies={**self.copies, path(place): copy})

    def revealing(self, place: str) -> Folding:
        """Every block around ``place`` unfolded, at the copy in which it is."""
        made = self
        inner = place
        for block in around(place):
            if path(block) not in made.unfolded:
                made = made.with_unfolded(block, True)
            if made.copies.get(path(block), 0) != copy_of(inner):
                made = made.with_copy(block, copy_of(inner))
            inner = block
        return made

    def all_unfolded(self, design: NetworkDesign) -> Folding:
        """Every block of ``design`` unfolded."""
        return replace(self, unfolded=frozenset(_paths(design.layers, "")))

    def all_folded(self) -> Folding:
        """No block unfolded."""
        return replace(self, unfolded=frozenset())

    def followed(self, before: NetworkDesign, after: NetworkDesign) -> Folding:
        """The same for the design ``after`` an edit: blocks that were renamed stay as they were."""
        if not self.unfolded and not self.copies:
            return self
        names = _renamed(before.layers, after.layers, "")
        if not names:
            return self
        return Folding(
            frozenset(_under(each, names) for each in self.unfolded),
            {_under(each, names): copy for each, copy in self.copies.items()},
        )


def _paths(layers: Sequence[LayerSpec], prefix: str) -> list[str]:
    """The paths of all blocks in ``layers``, at any depth."""
    found = []
    for spec in layers:
        if holds_layers(type(spec.parameters)):
            found += [prefix + spec.id, *_paths(spec.inside, f"{prefix}{spec.id}.")]
    return found


def _renamed(before: Sequence[LayerSpec], after: Sequence[LayerSpec], prefix: str) -> dict[str, str]:
    """The new paths of blocks that stand where they stood and are called otherwise, by the old ones."""
    names: dict[str, str] = {}
    if before is after or len(before) != len(after):
        return names
    for old, new in zip(before, after, strict=True):
        if old.id == new.id:
            names |= _renamed(old.inside, new.inside, f"{prefix}{old.id}.") if old.inside else {}
        elif old.inside and old.parameters == new.parameters:
            names[prefix + old.id] = prefix + new.id
    return names


def _under(old: str, names: Mapping[str, str]) -> str:
    """The path ``old`` with the block on its way that was renamed, if there is one, under its new name."""
    found = next((each for each in names if old == each or old.startswith(f"{each}.")), "")
    return names[found] + old[len(found) :] if found else old
