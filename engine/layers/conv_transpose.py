"""Transposed convolution: the way back up, by the transpose of a convolution's matrix."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from typing import Any, ClassVar

from engine.design.kinds import Costs, FormulaLine, LayerKind, Shape, Window, layer_kind, per_dimension
from engine.design.parameters import Sizes, parameter
from engine.design.torch_call import TorchCall, changed
from engine.design.windows import DIMENSION_NAMES, kernel_words, per_dimension_values, require_spatial, short
from engine.errors import DesignError

TORCH_DEFAULTS = {"stride": 1, "padding": 0, "output_padding": 0, "groups": 1, "bias": True, "dilation": 1}


class ConvTranspose(LayerKind):
    """Every input number adds its multiple of a kernel to the output, ``stride`` apart. Zeiler et al. 2010."""

    category: ClassVar[str] = "convolution"
    first_id: ClassVar[str] = "t1"
    has_filters: ClassVar[bool] = True
    width_field: ClassVar[str] = "filters"
    dimensions: ClassVar[int]

    filters: int = parameter(16, "How many feature maps it makes.", low=1, high=65536)
    kernel: Sizes = parameter(2, "Height and width of what each number is spread over.", low=1, high=1024, unit="px")
    stride: Sizes = parameter(2, "How far apart in the output neighbouring inputs are spread.", low=1, high=1024, unit="px")
    padding: Sizes = parameter(0, "Pixels cut off the output at every edge.", low=0, high=1024, unit="px")
    output_padding: Sizes = parameter(
        0, "Pixels added at the end, where several sizes are possible.", low=0, high=1023, unit="px"
    )
    dilation: Sizes = parameter(1, "Distance between neighbouring kernel elements.", low=1, high=1024, unit="px")
    groups: int = parameter(1, "Input channels are split into this many groups that do not mix.", low=1, high=65536)
    bias: bool = parameter(True, "Add one learned number to each feature map.")

    def _rows(self) -> list[tuple[int, int, int, int, int]]:
        """(kernel, stride, padding, output padding, dilation) along each dimension."""
        names = ("kernel", "stride", "padding", "output_padding", "dilation")
        return list(zip(*(per_dimension(getattr(self, name), self.dimensions, name) for name in names), strict=True))

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, *sizes = require_spatial(inputs[0], self.dimensions, self.kind)
        for count, noun in ((channels, "input channels"), (self.filters, "filters")):
            if count % self.groups:
                raise DesignError(
                    f"{self.groups} groups do not divide {count} {noun}",
                    "Choose a number of groups that divides both the input channels and the filters.",
                    field="groups",
                )
        return (self.filters, *(self._size(size, row) for size, row in zip(sizes, self._rows(), strict=True)))

    def _size(self, size: int, row: tuple[int, int, int, int, int]) -> int:
        kernel, stride, padding, extra, dilation = row
        if extra >= max(stride, dilation):
            raise DesignError(
                f"an output padding of {extra} is not smaller than stride or dilation",
                f"Use {max(stride, dilation) - 1} or less.",
                field="output_padding",
            )
        out = (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1 + extra
        if out < 1:
            raise DesignError(
                f"a padding of {padding} cuts off more than there is", "Use less padding, or a larger kernel.", field="padding"
            )
        return out

    def windows(self, inputs: Sequence[Shape]) -> tuple[Window, ...]:
        """Output i is reached from inputs (i + padding − j·dilation)/stride, j = 0 .. kernel − 1, where these are whole."""
        made = []
        for kernel, stride, padding, _, dilation in self._rows():
            reach = dilation * (kernel - 1)
            low = Fraction(padding - reach, stride)  # of output 0
            made.append(Window(1, Fraction(1, stride), -low, 1, Fraction(reach, stride)))
        return tuple(made)

    def costs(self, inputs: Sequence[Shape]) -> Costs:
        output = self.output_shape(inputs)
        weights = self._weights(inputs[0])
        return Costs(weights + (self.filters if self.bias else 0), weights * prod(inputs[0][1:]), prod(output))

    def _weights(self, shape: Shape) -> int:
        return shape[0] * (self.filters // self.groups) * prod(per_dimension(self.kernel, self.dimensions, "kernel"))

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        output, costs = self.output_shape(inputs), self.costs(inputs)
        rows = list(zip(DIMENSION_NAMES[self.dimensions], inputs[0][1:], self._rows(), output[1:], strict=True))
        alike = len({row[1:] for row in rows}) == 1
        lines = [_size_line("out" if alike else name, size, row, out) for name, size, row, out in (rows[:1] if alike else rows)]
        kernel = "·".join(str(size) for size in per_dimension(self.kernel, self.dimensions, "kernel"))
        numbers = f"{kernel}·{inputs[0][0]}·{self.filters}" + (f"/{self.groups}" if self.groups > 1 else "")
        symbols = f"{'F·' * self.dimensions}D·K" + ("/groups" if self.groups > 1 else "")
        bias = (" + K", f" + {self.filters}") if self.bias else ("", "")
        places = "·".join(str(size) for size in inputs[0][1:])
        return (
            *lines,
            FormulaLine("parameters", symbols + bias[0], numbers + bias[1], f"{costs.params:,}"),
            FormulaLine("multiply-adds", f"{symbols}·inputs' places", f"{numbers}·{places}", f"{costs.macs:,}"),
        )

    def summary(self) -> str:
        kernel, *rest = kernel_words(self.kernel, self.stride, self.padding, self.dimensions)
        parts = [kernel, f"{self.filters} filters", *rest]
        if per_dimension_values(self.output_padding) != {0}:
            parts.append(f"output pad {short(self.output_padding)}")
        if per_dimension_values(self.dilation) != {1}:
            parts.append(f"dilation {short(self.dilation)}")
        return " · ".join(parts)

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        values = {name: getattr(self, name) for name in TORCH_DEFAULTS}
        told: dict[str, Any] = {"kernel_size": self.kernel} | changed(values, TORCH_DEFAULTS)
        return TorchCall(f"nn.ConvTranspose{self.dimensions}d", (inputs[0][0], self.filters), told)


def _size_line(name: str, size: int, row: tuple[int, int, int, int, int], out: int) -> FormulaLine:
    kernel, stride, padding, extra, dilation = row
    span = ("D·(F − 1)", f"{dilation}·({kernel} − 1)") if dilation > 1 else ("(F − 1)", f"({kernel} − 1)")
    more = (" + E", f" + {extra}") if extra else ("", "")
    return FormulaLine(
        name,
        f"(W − 1)·S − 2P + {span[0]} + 1{more[0]}",
        f"({size} − 1)·{stride} − 2·{padding} + {span[1]} + 1{more[1]}",
        str(out),
    )


HELP = (
    "Goes back up: every input number is multiplied with the kernel and added into a larger output, the stride apart. As a "
    "matrix it is the transpose of the convolution with the same numbers, so that it turns that one's output shape into its "
    "input's. Decoders learn with it how to enlarge; where the stride does not divide the kernel, some outputs get more than "
    "others and checkerboard patterns show."
)


@layer_kind
class ConvTranspose1d(ConvTranspose):
    """Transposed convolution along the length of a sequence, (channels, length)."""

    kind: ClassVar[str] = "conv_transpose1d"
    title: ClassVar[str] = "Transposed convolution 1-D"
    dimensions: ClassVar[int] = 1
    help: ClassVar[str] = HELP

    kernel: Sizes = parameter(2, "Length of what each number is spread over.", low=1, high=1024)
    stride: Sizes = parameter(2, "How far apart in the output neighbouring inputs are spread.", low=1, high=1024)
    padding: Sizes = parameter(0, "Numbers cut off the output at both ends.", low=0, high=1024)
    output_padding: Sizes = parameter(0, "Numbers added at the end, where several lengths are possible.", low=0, high=1023)
    dilation: Sizes = parameter(1, "Distance between neighbouring kernel elements.", low=1, high=1024)


@layer_kind
class ConvTranspose2d(ConvTranspose):
    """Transposed convolution of images, (channels, height, width)."""

    kind: ClassVar[str] = "conv_transpose2d"
    title: ClassVar[str] = "Transposed convolution"
    dimensions: ClassVar[int] = 2
    help: ClassVar[str] = HELP


@layer_kind
class ConvTranspose3d(ConvTranspose):
    """Transposed convolution of volumes, (channels, depth, height, width)."""

    kind: ClassVar[str] = "conv_transpose3d"
    title: ClassVar[str] = "Transposed convolution 3-D"
    dimensions: ClassVar[int] = 3
    help: ClassVar[str] = HELP

    kernel: Sizes = parameter(2, "Depth, height and width of what each number is spread over.", low=1, high=1024, unit="px")
