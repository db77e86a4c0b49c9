"""Fixed filters: the ones people designed before networks learned them."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, ClassVar, Literal

from engine.design.kinds import Costs, FormulaLine, LayerKind, Shape, compact, layer_kind, per_dimension
from engine.design.parameters import Padding, Rows, Sizes, parameter
from engine.design.torch_call import TorchCall, changed
from engine.design.windows import (
    Pads,
    SlidingWindow,
    kernel_words,
    padding_sizes,
    require_spatial,
    size_lines,
    slide,
    windows_of,
)

KERNELS: dict[str, tuple[tuple[float, ...], ...]] = {
    "sobel_x": ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
    "sobel_y": ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
    "laplacian": ((0, 1, 0), (1, -4, 1), (0, 1, 0)),
    "gaussian": ((0.0625, 0.125, 0.0625), (0.125, 0.25, 0.125), (0.0625, 0.125, 0.0625)),
    "identity": ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
}
"""Applied as they stand here, without turning them round: sobel_x is positive where it gets brighter to the right."""

MODULE_DEFAULTS = {"stride": (1, 1), "border": (0, 0, 0, 0)}


@layer_kind
class FixedFilter2d(LayerKind):
    """One kernel, the same for every channel, each filtered by itself; it is never learned."""

    kind: ClassVar[str] = "fixed_filter2d"
    title: ClassVar[str] = "Fixed filter"
    category: ClassVar[str] = "convolution"
    first_id: ClassVar[str] = "c1"
    has_filters: ClassVar[bool] = True
    help: ClassVar[str] = (
        "A convolution whose kernel is given and stays: every channel is filtered with it. Sobel's kernels find edges (x: where "
        "it gets brighter to the right, y: downwards), the Laplacian finds points and lines, the Gaussian blurs, and identity "
        "does nothing. Beside a learned convolution it shows what people used to design by hand, and what networks find by "
        "themselves."
    )

    filter: Literal["sobel_x", "sobel_y", "laplacian", "gaussian", "identity"] = parameter("sobel_x", "Which kernel it is.")
    kernel: Rows | None = parameter(
        None, "A kernel of your own in place of the named one, row by row.", low=-1000.0, high=1000.0, none_text="as named"
    )
    stride: Sizes = parameter(1, "How far the window moves at a time.", low=1, high=1024, unit="px")
    padding: Padding = parameter("same", "Pixels put around the input; 'same' keeps its size.", low=0, high=1024, unit="px")

    @property
    def _rows(self) -> tuple[tuple[float, ...], ...]:
        return KERNELS[self.filter] if self.kernel is None else self.kernel

    @property
    def _size(self) -> tuple[int, int]:
        return (len(self._rows), len(self._rows[0]))

    def _pads(self) -> tuple[Pads, ...]:
        return padding_sizes(self.padding, self._size, self.stride, 1, 2)

    def windows(self, inputs: Sequence[Shape]) -> tuple[SlidingWindow, ...]:
        return windows_of(self._size, self.stride, self._pads())

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, *sizes = require_spatial(inputs[0], 2, self.kind)
        return (channels, *slide(sizes, self.windows(inputs), self._pads()))

    def costs(self, inputs: Sequence[Shape]) -> Costs:
        numbers = prod(self.output_shape(inputs))
        return Costs(0, prod(self._size) * numbers, numbers)

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        output, costs = self.output_shape(inputs), self.costs(inputs)
        numbers = "·".join(map(str, (*self._size, *output)))
        return (
            *size_lines(inputs[0][1:], self.windows(inputs), self._pads(), output[1:]),
            FormulaLine("kernel", _words(self._rows)),
            FormulaLine("parameters", "nothing is learned", result="0"),
            FormulaLine("multiply-adds", "F·F·D·H·W", numbers, f"{costs.macs:,}"),
        )

    def summary(self) -> str:
        size, *rest = kernel_words(self._size, self.stride, self.padding, 2)
        named = self.filter.replace("_", " ") if self.kernel is None else "given"
        return " · ".join([named, size, *rest])

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        (top, bottom), (left, right) = self._pads()
        values: dict[str, Any] = {"stride": per_dimension(self.stride, 2, "stride"), "border": (left, right, top, bottom)}
        told = changed(values, MODULE_DEFAULTS)
        return TorchCall("FixedFilter2d", (inputs[0][0], self._rows), told, "engine.modules.fixed_filter.FixedFilter2d")


def _words(rows: Sequence[Sequence[float]]) -> str:
    """ "−1 0 1; −2 0 2; −1 0 1", or of a large one its size."""
    if len(rows) * len(rows[0]) > 25:
        return f"{compact((len(rows), len(rows[0])))} numbers"
    return "; ".join(" ".join(f"{number:g}" for number in row) for row in rows).replace("-", "−")
