"""Which layers are selected after an edit: new ones, or what stands where the selected ones stood. Pure functions of designs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.design.network import LayerSpec, NetworkDesign
from engine.design.places import block_of, copy_of, inside, steps


def after_edit(before: NetworkDesign, after: NetworkDesign, selected: Sequence[str]) -> list[str]:
    """The places to be selected in ``after``: the outermost new layers; else those of ``selected`` that are still there; else
    what took the place of the last one, which may be the block that it was in. Inside blocks the copies stay those that were
    looked at."""
    kept = [place for place in selected if place in after]
    new = list(_new(before.layers, after.layers, "", _Copies(after, selected)))
    if new or kept or not selected:
        return new or kept
    return _instead(before, after, selected[-1])


class _Copies:
    """Which copy of each block of ``design`` is looked at: that of the ``selected`` layers, else the first."""

    def __init__(self, design: NetworkDesign, selected: Sequence[str]) -> None:
        self._design = design
        self._looked_at: dict[str, int] = {}
        for place in selected:
            while block := block_of(place):
                self._looked_at[".".join(steps(block))] = copy_of(place)
                place = block

    def of(self, block: str) -> int:
        """The copy of the block at ``block``, one that there is."""
        inner = self._design[block].parameters.inner
        return min(self._looked_at.get(".".join(steps(block)), 0), inner.repeat - 1) if inner else 0


def _new(before: Sequence[LayerSpec], after: Sequence[LayerSpec], block: str, copies: _Copies) -> Iterator[str]:
    """The places of the layers of ``after`` whose ids are new in their block, those in blocks that are new left out."""
    if before is after:
        return
    copy = copies.of(block) if block else 0
    for known, spec in _changed(before, after):
        if known is None:
            yield inside(block, spec.id, copy)
        elif spec.inside:
            yield from _new(known.inside, spec.inside, inside(block, spec.id, copy), copies)


def _changed(before: Sequence[LayerSpec], after: Sequence[LayerSpec]) -> list[tuple[LayerSpec | None, LayerSpec]]:
    """The layers of ``after`` that are others than before, each behind the one that had its id."""
    if len(before) == len(after):  # the usual case, quick also for thousands
        pairs = [(old, new) for old, new in zip(before, after, strict=True) if old is not new]
        if all(old.id == new.id for old, new in pairs):
            return list(pairs)
    known = {spec.id: spec for spec in before}
    return [(known.get(spec.id), spec) for spec in after if known.get(spec.id) is not spec]


def _instead(before: NetworkDesign, after: NetworkDesign, gone: str) -> list[str]:
    """What is now where the layer at ``gone`` was: in its block, or as the block itself where that is empty or gone."""
    block = block_of(gone)
    if gone not in before:
        return []
    if block and block not in after:
        return _instead(before, after, block)
    layers = after.layers_in(block)
    if not layers:
        return [block] if block else []
    inner = after[block].parameters.inner if block else None
    copy = min(copy_of(gone), inner.repeat - 1) if inner else 0
    return [inside(block, layers[min(before.index(gone), len(layers) - 1)].id, copy)]
