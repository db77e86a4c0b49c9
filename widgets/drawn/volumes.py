"""The network as volumes to scale, as figures of AlexNet are drawn: H up, W up and to the right, C along one axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import log2, sqrt

from engine.design.kinds import Shape

HEIGHT, LENGTH, LEAST = 150.0, 68.0, 3.0
"""The largest height and length of a volume, and the least extent of any, in grid pixels."""
ACROSS = (0.36, -0.30)
"""Where a pixel of W leads for each pixel that one of H leads up."""
SLAB = 5.0
"""How thick slabs are that are glued to a volume."""
BAR = 7.0
"""How thick the bar of a vector is."""


@dataclass(frozen=True)
class Solid:
    """The extents of one output in grid pixels: ``length`` along the axis, ``height`` up, ``width`` along W."""

    length: float
    height: float
    width: float

    @property
    def across(self) -> tuple[float, float]:
        """Where its far side lies from its near one."""
        return (self.width * ACROSS[0], self.width * ACROSS[1])


@dataclass(frozen=True)
class Scales:
    """How numbers become lengths: one scale for H and W, one for C, one for the features of vectors."""

    pixels: Scale
    channels: Scale
    features: Scale

    def solid(self, shape: Shape) -> Solid:
        """The extents of an output of ``shape``: (C, H, W), (C, L) as C × L × 1, (C, Z, H, W) without Z, or (features,)."""
        if len(shape) == 1:
            return Solid(BAR, self.features.of(shape[0]), 2 * BAR)
        channels, *sizes = shape
        height, width = (*sizes, 1)[:2] if len(sizes) < 3 else sizes[-2:]
        return Solid(self.channels.of(channels), self.pixels.of(height), self.pixels.of(width))

    def legend(self) -> tuple[str, ...]:
        """The scales in words."""
        units = ((self.pixels, "pixel of H and W"), (self.channels, "channel of C"), (self.features, "feature of a vector"))
        return tuple(words for scale, unit in units if (words := scale.words(unit)))


@dataclass(frozen=True)
class Scale:
    """``of`` a number is ``factor`` times ``bend`` of it, at least LEAST. ``name`` says which bend, "" for none."""

    factor: float
    bend: Callable[[float], float] = float
    name: str = ""
    is_cut: bool = False  # whether something would be smaller than LEAST

    def of(self, number: float) -> float:
        """The length of ``number`` in grid pixels."""
        return max(LEAST, self.factor * self.bend(number))

    def words(self, unit: str) -> str:
        """ "5.5 px per pixel of H and W", "12 px per √ channel of C"; "" where there is nothing of it."""
        if not self.factor:
            return ""
        one = f"{self.factor:.2g}" if self.factor < 10 else f"{self.factor:.0f}"
        least = f", at least {LEAST:.0f} px" if self.is_cut else ""
        return f"{one} px per {f'{self.name} ' if self.name else ''}{unit}{least}"


BENDS: tuple[tuple[str, Callable[[float], float]], ...] = (("", float), ("√", sqrt), ("log₂", lambda n: log2(1 + n)))
"""The scales that are tried: straight, square root, logarithm."""


def scales_for(shapes: Sequence[Shape]) -> Scales:
    """The scales at which all of ``shapes`` can be seen together."""
    maps = [shape for shape in shapes if len(shape) > 1]
    sizes = [size for shape in maps for size in shape[-2:] if len(shape) > 2] + [shape[1] for shape in maps if len(shape) == 2]
    return Scales(
        scale_for(sizes, HEIGHT),
        scale_for([shape[0] for shape in maps], LENGTH),
        scale_for([shape[0] for shape in shapes if len(shape) == 1], HEIGHT),
    )


def scale_for(numbers: Sequence[int], most: float) -> Scale:
    """The first scale of BENDS that shows the largest of ``numbers`` as ``most`` and the smallest above 1 still visibly."""
    if not numbers:
        return Scale(0.0)
    largest, smallest = max(numbers), min([number for number in numbers if number > 1], default=1)
    tried = [Scale(min(most / bend(largest), most / 8), bend, name) for name, bend in BENDS]
    scale = next((each for each in tried if each.factor * each.bend(smallest) >= 2 * LEAST), tried[-1])
    return replace(scale, is_cut=scale.factor * scale.bend(min(numbers)) < LEAST)
