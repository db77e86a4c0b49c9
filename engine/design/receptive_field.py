"""Receptive fields: which input pixels a unit can see, along one dimension. Dumoulin & Visin 2016; Araujo et al. 2019."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import floor
from typing import NamedTuple

from engine.design.kinds import Shape, Window

Place = int | Fraction
"""A pixel of the input; behind upsampling fractions, for several units lie within one step of the input."""


class Span(NamedTuple):
    """Along one dimension, unit i of a layer sees no input pixels but those in ``low + i*jump`` .. ``high + i*jump``
    (inclusive); they may lie outside the picture, in the padding. A jump of 0 stands for units that all see the whole input.

    Where branches of different strides were joined, it sees those of ``others`` too, each of its own jump, and ``units`` is how
    many units there are along the dimension: the first and the last see the most.
    """

    low: Place = 0
    high: Place = 0
    jump: Place = 1
    others: tuple[Span, ...] = ()
    units: int = 1

    def at(self, unit: int) -> tuple[Place, Place]:
        """The first and the last pixel that ``unit`` sees."""
        if not self.others:
            return self.low + unit * self.jump, self.high + unit * self.jump
        branches = (self, *self.others)
        return min(each.low + unit * each.jump for each in branches), max(each.high + unit * each.jump for each in branches)

    @property
    def size(self) -> int:
        """How many input pixels one unit sees at most, padding included."""
        ends = (0, self.units - 1) if self.others else (0,)  # in between it is less: the edges are straight or bent outwards
        return max(floor(last - first) + 1 for first, last in map(self.at, ends))

    def through(self, window: Window, units: int) -> Span:
        """The span after one more layer, of so many ``units``, that reads ``window``."""
        low, high, jump, others, _ = self
        first = low - window.padding * jump
        last = high + ((window.kernel - 1) * window.dilation + window.slack - window.padding) * jump
        return Span(first, last, jump * window.stride, tuple(each.through(window, 1) for each in others), units if others else 1)


Field = tuple[Span, ...]
"""A span for each dimension of the network's input; empty for networks on vectors."""


def whole(spatial: Shape) -> Field:
    """Every unit sees all of an input of these sizes."""
    return tuple(Span(0, size - 1, 0) for size in spatial)


def joined(fields: Sequence[Field], sizes: Shape) -> Field:
    """What units see that read the same unit of all branches; ``sizes`` are those of the branches' maps, () for vectors."""
    return tuple(
        _union([field[dimension] for field in fields], sizes[dimension] if sizes else 0) for dimension in range(len(fields[0]))
    )


def _union(spans: Iterable[Span], units: int) -> Span:
    """Branches of one jump become one; without ``units`` (of flattened maps nobody knows which is which) so do all."""
    by_jump: dict[Place, Span] = {}
    for span in (branch for each in spans for branch in (each, *each.others)):
        if span.jump == 0:
            return span
        known = by_jump.get(span.jump, span)
        by_jump[span.jump] = Span(min(span.low, known.low), max(span.high, known.high), span.jump)
    widest, *others = sorted(by_jump.values(), key=lambda span: span.jump, reverse=True)
    if not others:
        return widest
    if not units:
        return Span(min(span.low for span in by_jump.values()), max(span.high for span in by_jump.values()), widest.jump)
    return Span(*widest[:3], others=tuple(others), units=units)
