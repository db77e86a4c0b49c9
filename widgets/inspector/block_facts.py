"""What the inspector says of a block beyond the arithmetic of layers: what one copy costs, and all together. No widgets."""

from __future__ import annotations

from engine.design.check import DesignReport, total
from engine.design.kinds import Costs, FormulaLine, times
from engine.design.network import NetworkDesign
from engine.design.places import inside

MOST_TERMS = 3
"""So many copies that cost differently are told one by one."""


def block_lines(design: NetworkDesign, report: DesignReport, block: str) -> tuple[FormulaLine, ...]:
    """The arithmetic of the block at ``block``: what it computes, its costs per copy and in all, its receptive field."""
    each, parameters = report[block], design[block].parameters
    if each.output_shape is None:
        return ()
    copies = copy_costs(design, report, block)
    lines = list(parameters.formula(each.inputs))
    for name, counts in (("parameters", [c.params for c in copies]), ("multiply-adds", [c.macs for c in copies])):
        if any(counts):
            lines.append(_line(name, counts))
    if each.field:
        lines.append(FormulaLine("receptive field", result=times(each.receptive_field)))
    return tuple(lines)


def copy_costs(design: NetworkDesign, report: DesignReport, block: str) -> list[Costs]:
    """What each copy of a block costs, in order; all that is in it counted."""
    inner = design[block].parameters.inner
    layers = inner.layers if inner else ()
    return [total(report[inside(block, spec.id, copy)].costs for spec in layers) for copy in range(inner.repeat if inner else 0)]


def _line(name: str, counts: list[int]) -> FormulaLine:
    """The sum of what the copies cost: "3 · 18,624 = 55,872", where they differ "9,312 + 18,624 = 27,936"."""
    result = f"{sum(counts):,}"
    if len(counts) == 1:
        return FormulaLine(name, result=result)
    if len(set(counts)) == 1:
        return FormulaLine(name, "copies · those of each", f"{len(counts)} · {counts[0]:,}", result)
    terms = [f"{count:,}" for count in counts[:MOST_TERMS]] + ["…"] * (len(counts) > MOST_TERMS)
    return FormulaLine(name, "the sum over the copies", " + ".join(terms), result)
