"""Upsampling: larger maps by copying or interpolating."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from math import ceil, floor
from typing import ClassVar, Literal

from engine.design.kinds import FormulaLine, LayerKind, Shape, Window, compact, layer_kind, per_dimension, times
from engine.design.parameters import Sizes, parameter
from engine.design.torch_call import TorchCall
from engine.design.windows import DIMENSION_NAMES
from engine.errors import DesignError

LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}
"""Torch's word for interpolation along every dimension, by their number."""


@layer_kind
class Upsample(LayerKind):
    """Every size behind the channels multiplied by ``scale``. Pixels are squares whose corners stay where they are."""

    kind: ClassVar[str] = "upsample"
    title: ClassVar[str] = "Upsample"
    category: ClassVar[str] = "shape"
    help: ClassVar[str] = (
        "Makes maps larger, for decoders that end in an image. 'nearest' repeats every pixel; 'bilinear' takes the mean of the "
        "nearest pixels along each dimension, weighted by their distance, and 'bicubic' lays a smoother curve through four. It "
        "learns nothing: a convolution behind it fills in detail, with fewer checkerboard patterns than a transposed convolution."
    )

    scale: Sizes = parameter(2, "How many times larger each size becomes.", low=1, high=64)
    mode: Literal["nearest", "bilinear", "bicubic"] = parameter("nearest", "How the new pixels are found from the old.")

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, *sizes = inputs[0]
        self._check(inputs[0])
        scales = per_dimension(self.scale, len(sizes), "scale")
        return (channels, *(size * scale for size, scale in zip(sizes, scales, strict=True)))

    def _check(self, shape: Shape) -> None:
        if len(shape) == 1:
            raise DesignError(
                f"{self.kind} needs maps, but its input is a vector of {shape[0]}",
                "Put a reshape layer before it.",
                field="inputs",
            )
        if self.mode == "bicubic" and len(shape) != 3:
            raise DesignError(
                f"bicubic needs height and width, but its input is {times(shape)}", "Use 'bilinear' or 'nearest'.", field="mode"
            )

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        sizes, outputs = inputs[0][1:], self.output_shape(inputs)[1:]
        scales = per_dimension(self.scale, len(sizes), "scale")
        names = DIMENSION_NAMES[len(sizes)]
        rows = zip(names, sizes, scales, outputs, strict=True)
        where = "y at i" if self.mode == "nearest" else "read at"
        place = "x at ⌊i/S⌋" if self.mode == "nearest" else "(i + ½)/S − ½"
        return (FormulaLine(where, place), *(FormulaLine(name, "S·W", f"{s}·{size}", str(out)) for name, size, s, out in rows))

    def summary(self) -> str:
        scale = compact(self.scale) if isinstance(self.scale, tuple) else f"×{self.scale}"
        return f"{scale} · {self.mode}"

    def windows(self, inputs: Sequence[Shape]) -> tuple[Window, ...]:
        return tuple(_window(scale, self.mode) for scale in per_dimension(self.scale, len(inputs[0]) - 1, "scale"))

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        scale = tuple(map(float, self.scale)) if isinstance(self.scale, tuple) else self.scale
        mode = LINEAR[len(inputs[0]) - 1] if self.mode == "bilinear" else self.mode
        return TorchCall("nn.Upsample", kwargs={"scale_factor": scale, "mode": mode})


@cache
def _window(scale: int, mode: str) -> Window:
    """The exact reach of one output pixel, over all phases of the pattern that repeats with every input pixel.

    Output i is read at x = (i + ½)/scale − ½ between the pixels ⌊x⌋ and ⌈x⌉ (bicubic: one more on either side), or, for
    nearest, from ⌊i/scale⌋. The reach is the lowest and highest of these less i/scale; stride is 1/scale.
    """
    reaches = [_read(Fraction(phase, scale), Fraction(1, scale), mode) for phase in range(scale)]
    low, high = min(low for low, _ in reaches), max(high for _, high in reaches)
    kernel = {"nearest": 1, "bilinear": 2, "bicubic": 4}[mode] if scale > 1 else 1
    return Window(kernel, Fraction(1, scale), -low, 1, high - low - (kernel - 1))


def _read(place: Fraction, step: Fraction, mode: str) -> tuple[Fraction, Fraction]:
    """The first and last pixel read at ``place`` = i/scale, relative to it; ``step`` is 1/scale."""
    if mode == "nearest":
        return floor(place) - place, floor(place) - place
    at = place + (step - 1) / 2
    more = 1 if mode == "bicubic" and at.denominator > 1 else 0
    return floor(at) - more - place, ceil(at) + more - place
