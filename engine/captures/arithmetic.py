"""Arithmetic: what one filter of a convolution, or one channel of a pooling, does with the pinned example, number by number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatch

import numpy as np
from torch import Tensor, nn

from engine.arithmetic import Arithmetic, Axis, Rule, padded, stretched
from engine.capturing.base import capture
from engine.capturing.context import CaptureContext
from engine.design.kinds import Shape
from engine.design.windows import SlidingWindow
from engine.snapshot import Want

MOST = 1 << 17
"""So many numbers of the input are captured at most; of more, the upper left corner."""

Windows = Sequence[SlidingWindow]


@dataclass(frozen=True)
class Slide:
    """How a module slides over its input. ``axes`` are one for each dimension; ``weights`` (C, ...) those of the unit; it reads
    the C channels from ``channel`` on."""

    rule: Rule
    axes: tuple[Axis, ...]
    channel: int
    weights: Tensor | None = None
    bias: float | None = None
    is_transposed: bool = False
    fill: str = "zeros"

    @property
    def depth(self) -> int:
        """C, the channels that one unit reads."""
        return 1 if self.weights is None else len(self.weights)


@singledispatch
def slide_of(module: nn.Module, windows: Windows, inputs: Shape, outputs: Shape, unit: int) -> Slide | None:
    """How ``module`` makes channel ``unit`` of its output of shape ``outputs`` (channels, sizes); None where no window slides."""
    return None


@slide_of.register
def _convolution(module: nn.Conv1d | nn.Conv2d, windows: Windows, inputs: Shape, outputs: Shape, unit: int) -> Slide:
    depth = module.weight.shape[1]
    channel = unit // (outputs[0] // module.groups) * depth
    fill = module.padding_mode
    axes = tuple(
        padded(size, (window.padding, _after(size, window, count)), window.kernel, window.stride, window.dilation, count, fill)
        for size, window, count in zip(inputs[1:], windows, outputs[1:], strict=True)
    )
    return Slide("sum", axes, channel, module.weight[unit], _bias(module, unit), fill=fill)


def _after(size: int, window: SlidingWindow, count: int) -> int:
    """The padding behind the input: as much as before it, or, where 'same' is uneven, as far as the last window reaches."""
    reach = (count - 1) * window.stride + (window.kernel - 1) * window.dilation + 1
    return max(window.padding, reach - window.padding - size)


@slide_of.register
def _transposed(
    module: nn.ConvTranspose1d | nn.ConvTranspose2d, windows: Windows, inputs: Shape, outputs: Shape, unit: int
) -> Slide:
    depth, width = inputs[0] // module.groups, module.weight.shape[1]
    group, column = divmod(unit, width)
    weights = module.weight[group * depth : (group + 1) * depth, column]
    sizes = zip(inputs[1:], module.padding, module.kernel_size, module.stride, module.dilation, outputs[1:], strict=True)
    axes = tuple(stretched(*(int(number) for number in numbers)) for numbers in sizes)
    mirrored = weights.flip(tuple(range(1, weights.dim())))
    return Slide("sum", axes, group * depth, mirrored, _bias(module, unit), is_transposed=True)


def _bias(module: nn.Conv1d | nn.Conv2d | nn.ConvTranspose1d | nn.ConvTranspose2d, unit: int) -> float | None:
    return None if module.bias is None else float(module.bias[unit])


@slide_of.register
def _maximum(module: nn.MaxPool1d | nn.MaxPool2d, windows: Windows, inputs: Shape, outputs: Shape, unit: int) -> Slide:
    return Slide("max", _pooled(windows, inputs, outputs), unit, fill="minus infinity")


@slide_of.register
def _mean(module: nn.AvgPool1d | nn.AvgPool2d, windows: Windows, inputs: Shape, outputs: Shape, unit: int) -> Slide:
    return Slide("mean", _pooled(windows, inputs, outputs), unit)


def _pooled(windows: Windows, inputs: Shape, outputs: Shape) -> tuple[Axis, ...]:
    return tuple(
        padded(size, (window.padding, window.padding), window.kernel, window.stride, window.dilation, count)
        for size, window, count in zip(inputs[1:], windows, outputs[1:], strict=True)
    )


@capture("arithmetic")
def arithmetic(context: CaptureContext, want: Want) -> Arithmetic | None:
    """The numbers behind channel ``want.unit`` of what ``want.layer`` makes of the pinned example; None for layers in which no
    window slides over one or two dimensions."""
    design = context.design
    if want.layer not in design:
        return None
    names, activations = design.wiring()[design.index(want.layer)], context.activations(want.subject)
    if len(names) != 1 or names[0] not in activations:
        return None
    read, made = activations[names[0]][0], activations[want.layer][0]
    windows = design[want.layer].parameters.windows([tuple(read.shape)]) or ()
    unit = min(max(0, want.unit), len(made) - 1)
    slide = slide_of(context.network.layers[want.layer], windows, tuple(read.shape), tuple(made.shape), unit)  # type: ignore[arg-type]
    return None if slide is None else _numbers(slide, read, made, unit, names[0])


def _numbers(slide: Slide, read: Tensor, made: Tensor, unit: int, source: str) -> Arithmetic:
    """The corner of ``read`` (channels, sizes) that is not too large, with all that belongs to it."""
    one_row = padded(1, (0, 0), 1, 1, 1, 1)
    rows, columns = _cornered(one_row if len(slide.axes) == 1 else slide.axes[0], slide.axes[-1], slide.depth)
    planes = read.reshape(len(read), -1, read.shape[-1])[slide.channel : slide.channel + slide.depth]
    weights = None if slide.weights is None else _plain(slide.weights.reshape(slide.depth, rows.kernel, columns.kernel))
    maps = made[unit].reshape(-1, made.shape[-1])
    return Arithmetic(
        slide.rule,
        _patch(planes, rows, columns, -np.inf if slide.rule == "max" else 0.0),
        np.zeros((0, rows.kernel, columns.kernel), np.float32) if weights is None else weights,
        slide.bias,
        _plain(maps[: rows.shown, : columns.shown]),
        rows,
        columns,
        unit,
        len(made),
        slide.channel,
        len(read),
        len(slide.axes),
        slide.is_transposed,
        slide.fill,
        source,
    )


def _cornered(rows: Axis, columns: Axis, depth: int) -> tuple[Axis, Axis]:
    """Both axes, with fewer windows where ``depth`` channels of all of them are too many numbers."""
    while depth * len(rows.pixels) * len(columns.pixels) > MOST and max(rows.shown, columns.shown) > 1:
        if rows.shown >= columns.shown:
            rows = rows.cut(rows.shown // 2)
        else:
            columns = columns.cut(columns.shown // 2)
    return rows, columns


def _patch(planes: Tensor, rows: Axis, columns: Axis, empty: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """(C, h, w): the pixels that the cells show, ``empty`` where they show none."""
    down, across = (max(0, int(axis.pixels.max())) + 1 for axis in (rows, columns))
    pixels = _plain(planes[:, :down, :across])
    patch = pixels[:, rows.pixels[:, None], columns.pixels]
    patch[:, (rows.pixels < 0)[:, None] | (columns.pixels < 0)] = empty
    return patch


def _plain(values: Tensor) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """A copy on the CPU, not the network's own memory."""
    return np.array(values.detach().float().cpu().numpy())
