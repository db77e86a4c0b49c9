"""Ways to mend a design that does not fit, as edits that can be offered beside the sentence that says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.design.check import DesignReport
from engine.design.kinds import LAYER_KINDS, Shape, times
from engine.design.network import Edit, NetworkDesign
from engine.words import counted


@dataclass(frozen=True)
class Remedy:
    """``advice`` in words; ``fix`` the edit that follows it, where a simple one does; the ``layer`` and ``field`` at fault."""

    advice: str
    layer: str
    field: str = ""
    fix: Edit | None = None


def output_remedy(report: DesignReport, wanted: Shape) -> Remedy:
    """How the network comes to answer with ``wanted``: another width for the last layer that has one, or another end."""
    last = report.leaves[-1]
    output = last.output_shape or ()
    for layer in reversed(report.leaves):
        field = LAYER_KINDS.get(layer.kind).width_field
        if field and layer.output_shape == output and output[1:] == wanted[1:]:
            advice = f"Set {field} of layer '{layer.id}' to {wanted[0]}."
            return Remedy(advice, layer.id, field, parameter_fix(layer.id, field, wanted[0]))
        if layer.output_shape != output:
            break
    if len(wanted) == 1:
        return Remedy(f"End the network in a linear layer with {counted(wanted[0], 'unit')}.", last.id)
    return Remedy(f"End the network in a layer whose output is {times(wanted)}.", last.id)


def parameter_fix(id: str, field: str, value: int) -> Edit:
    """The edit that sets one parameter of layer ``id``."""

    def edit(design: NetworkDesign) -> NetworkDesign:
        return design.with_parameters(id, **{field: value})

    return edit


def input_fix(shape: Shape) -> Callable[[NetworkDesign], NetworkDesign]:
    """The edit that has the network read ``shape``."""

    def edit(design: NetworkDesign) -> NetworkDesign:
        return design.with_input(shape)

    return edit
