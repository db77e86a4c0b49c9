"""The arithmetic of sliding windows that convolutions and pools share."""

from __future__ import annotations

from collections.abc import Sequence

from engine.design.kinds import Shape, Window, per_dimension, times
from engine.design.parameters import Padding, Sizes
from engine.errors import DesignError


def require_spatial(shape: Shape, dimensions: int, kind: str) -> Shape:
    """``shape`` if it is (channels, then ``dimensions`` sizes); otherwise a DesignError that says what to do."""
    if len(shape) == dimensions + 1:
        return shape
    advice = (
        "Put it before the flatten layer, or change the input shape."
        if len(shape) == 1
        else "Change the input shape or use another kind."
    )
    raise DesignError(
        f"{kind} needs channels and {dimensions} spatial sizes, but its input is {times(shape)}",
        advice,
        field="inputs",
    )


def padding_sizes(
    padding: Padding, kernel: Sizes, stride: Sizes, dilation: Sizes, dimensions: int
) -> tuple[tuple[int, int], ...]:
    """(before, after) per dimension. 'same' keeps the size, an odd pixel going behind, and needs stride 1."""
    if padding == "valid":
        return ((0, 0),) * dimensions
    if padding != "same":
        return tuple((size, size) for size in per_dimension(padding, dimensions, "padding"))
    if set(per_dimension(stride, dimensions, "stride")) != {1}:
        raise DesignError("padding 'same' needs stride 1", "Give the padding as a number.", field="padding")
    kernels = per_dimension(kernel, dimensions, "kernel")
    totals = [(k - 1) * d for k, d in zip(kernels, per_dimension(dilation, dimensions, "dilation"), strict=True)]
    return tuple((total // 2, total - total // 2) for total in totals)


def slide(
    sizes: Sequence[int], windows: Sequence[Window], paddings: Sequence[tuple[int, int]], ceil: bool = False
) -> tuple[int, ...]:
    """Output sizes, ⌊(W + padding - extent)/stride⌋ + 1 per dimension; DesignError where the window does not fit.

    With ``ceil`` a last window may hang over the end, but must start inside the input or its left padding (torch's rule).
    """
    return tuple(_positions(size, w, pads, ceil) for size, w, pads in zip(sizes, windows, paddings, strict=True))


def _positions(size: int, window: Window, pads: tuple[int, int], ceil: bool) -> int:
    extent = (window.kernel - 1) * window.dilation + 1
    room = size + sum(pads) - extent
    if room < 0:
        raise DesignError(
            f"a window of {extent} does not fit into {size} pixels" + (f" with padding {pads[0]}" if sum(pads) else ""),
            f"Use a kernel of {max(1, (size + sum(pads) - 1) // window.dilation + 1)} or less, or add padding.",
            field="kernel",
        )
    count = (-(-room // window.stride) if ceil else room // window.stride) + 1
    if ceil and (count - 1) * window.stride >= size + pads[0]:
        count -= 1
    return count
