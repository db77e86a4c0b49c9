"""Flat designs: every block taken apart, every copy written out. What is computed, captured and probed are these layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.design.wiring import NETWORK_INPUT, LayerSpec, inner_sources

if TYPE_CHECKING:
    from engine.design.network import NetworkDesign


def flat_layers(design: NetworkDesign) -> tuple[tuple[LayerSpec, ...], dict[str, str]]:
    """The layers of ``design`` with all blocks taken apart, under their places as ids and with all that they read written out;
    and for the place of every layer, blocks included, the id of the one whose output is its output."""
    writer = _Writer()
    names = [NETWORK_INPUT, *(f"@{name}" for name in design.inputs)]
    writer.write(design.layers, "", dict(zip(names, names, strict=True)))
    return tuple(writer.leaves.values()), writer.outputs


class _Writer:
    """``leaves`` are the layers written out so far, by id; ``outputs`` say where the output of each place comes from."""

    def __init__(self) -> None:
        self.leaves: dict[str, LayerSpec] = {}
        self.outputs: dict[str, str] = {}

    def write(self, layers: Sequence[LayerSpec], prefix: str, names: dict[str, str]) -> str:
        """Write out ``layers``; the id of the one whose output is theirs. ``names`` are the ids of what they may read, by the
        names that these have in here."""
        before = names[NETWORK_INPUT]
        for spec in layers:
            reads = tuple([names[name] for name in spec.inputs]) or (before,)
            id = prefix + spec.id
            before = names[spec.id] = self.outputs[id] = self._write_one(spec, id, reads, names)
        return before

    def _write_one(self, spec: LayerSpec, id: str, reads: tuple[str, ...], names: Mapping[str, str]) -> str:
        inner = spec.parameters.inner
        if inner is None:
            self.leaves[id] = self._paired(LayerSpec(id, spec.parameters, reads), names)
            return id
        given, *others = reads
        sources = inner_sources(len(reads))
        for copy in range(inner.repeat):
            given = self.write(inner.layers, f"{id}.{copy}.", dict(zip(sources, (given, *others), strict=True)))
        if inner.end is None:
            return given
        self.leaves[id] = LayerSpec(id, inner.end, (*reads, given))
        return id

    def _paired(self, leaf: LayerSpec, names: Mapping[str, str]) -> LayerSpec:
        """The same, made one with the layer that its parameters name as their partner: it then reads what that reads, too."""
        field = leaf.parameters.partner_field
        partner = self.leaves.get(names.get(getattr(leaf.parameters, field), "")) if field else None
        pair = leaf.parameters.paired(partner.parameters) if partner else None
        return LayerSpec(leaf.id, pair, (*leaf.inputs, *partner.inputs)) if partner and pair else leaf
