"""The arithmetic of sliding windows that convolutions and pools share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.design.kinds import LAYER_KINDS, FormulaLine, Shape, Window, compact, per_dimension, times
from engine.design.parameters import Padding, Sizes
from engine.errors import DesignError

Pads = tuple[int, int]
"""Padding before and after, along one dimension."""


@dataclass(frozen=True)
class SlidingWindow(Window):
    """A window that moves by whole steps."""

    stride: int = 1
    padding: int = 0


DIMENSION_NAMES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}
"""What the sizes behind the channels are called, by their number."""

_UNITS = {
    "length": ("number", "numbers"),
    "depth": ("plane", "planes"),
    "height": ("row", "rows"),
    "width": ("column", "columns"),
}


def require_spatial(shape: Shape, dimensions: int, kind: str) -> Shape:
    """``shape`` if it is (channels, then ``dimensions`` sizes); otherwise a DesignError that says what to do."""
    if len(shape) == dimensions + 1:
        return shape
    sizes = f"{dimensions} size{'s' * (dimensions > 1)} ({' × '.join(DIMENSION_NAMES[dimensions])})"
    raise DesignError(
        f"{kind} needs channels and {sizes}, but its input is {times(shape)}", _other_rank(shape, kind), field="inputs"
    )


def _other_rank(shape: Shape, kind: str) -> str:
    """What to do where a kind for another number of dimensions was chosen."""
    if len(shape) == 1:
        return "Put it before the flatten layer, or a reshape layer before it, or change the input shape."
    other = f"{kind[:-2]}{len(shape) - 1}d"
    cure = f"Use {other}" if other in LAYER_KINDS else "Put a reshape layer before it"
    return f"{cure}, or change the input shape."


def padding_sizes(padding: Padding, kernel: Sizes, stride: Sizes, dilation: Sizes, dimensions: int) -> tuple[Pads, ...]:
    """(before, after) per dimension. 'same' keeps the size, an odd pixel going behind, and needs stride 1."""
    if padding == "valid":
        return ((0, 0),) * dimensions
    if padding != "same":
        return tuple((size, size) for size in per_dimension(padding, dimensions, "padding"))
    if set(per_dimension(stride, dimensions, "stride")) != {1}:
        raise DesignError(
            "padding 'same' needs stride 1", "Set the stride to 1, or give the padding as a number.", field="padding"
        )
    kernels = per_dimension(kernel, dimensions, "kernel")
    totals = [(k - 1) * d for k, d in zip(kernels, per_dimension(dilation, dimensions, "dilation"), strict=True)]
    return tuple((total // 2, total - total // 2) for total in totals)


def windows_of(kernel: Sizes, stride: Sizes, pads: Sequence[Pads], dilation: Sizes = 1) -> tuple[SlidingWindow, ...]:
    """One window per dimension of ``pads``."""
    dimensions = len(pads)
    return tuple(
        SlidingWindow(k, s, before, d)
        for k, s, (before, _), d in zip(
            per_dimension(kernel, dimensions, "kernel"),
            per_dimension(stride, dimensions, "stride"),
            pads,
            per_dimension(dilation, dimensions, "dilation"),
            strict=True,
        )
    )


def extent(window: SlidingWindow) -> int:
    """How many pixels a window spans, the gaps that dilation leaves included."""
    return (window.kernel - 1) * window.dilation + 1


def slide(sizes: Sequence[int], windows: Sequence[SlidingWindow], pads: Sequence[Pads], ceil: bool = False) -> tuple[int, ...]:
    """Output sizes, ⌊(W + padding − extent)/stride⌋ + 1 per dimension; DesignError where the window does not fit.

    With ``ceil`` a last window may hang over the end, but must start inside the input or the padding before it.
    """
    rooms = [size + sum(pad) - extent(window) for size, window, pad in zip(sizes, windows, pads, strict=True)]
    if min(rooms) < 0:
        raise _too_large(sizes, windows, pads)
    return tuple(
        _positions(size, window, pad, room, ceil) for size, window, pad, room in zip(sizes, windows, pads, rooms, strict=True)
    )


def _positions(size: int, window: SlidingWindow, pads: Pads, room: int, ceil: bool) -> int:
    if not ceil:
        return room // window.stride + 1
    count = -(-room // window.stride) + 1
    return count - 1 if _starts_behind(count, size, window, pads) else count


def _starts_behind(count: int, size: int, window: SlidingWindow, pads: Pads) -> bool:
    """Whether the last of ``count`` windows would start behind the input: torch leaves such a one out."""
    return (count - 1) * window.stride >= size + pads[0]


def _too_large(sizes: Sequence[int], windows: Sequence[SlidingWindow], pads: Sequence[Pads]) -> DesignError:
    """The kernel does not fit: says how large the map is and which kernel would fit."""
    fits = [(size + sum(pad) - 1) // window.dilation + 1 for size, window, pad in zip(sizes, windows, pads, strict=True)]
    kernel = times([window.kernel for window in windows])
    spread = (
        f", which dilation spreads over {times([extent(w) for w in windows])}," if any(w.dilation > 1 for w in windows) else ""
    )
    padded = ""
    if any(map(sum, pads)):
        padded = f" ({times([size + sum(pad) for size, pad in zip(sizes, pads, strict=True)])} with its padding)"
    square = len({window.kernel for window in windows}) == 1
    largest = str(min(fits)) if square else times([min(fit, window.kernel) for fit, window in zip(fits, windows, strict=True)])
    return DesignError(
        f"a kernel of {kernel}{spread} is larger than its input of {times(sizes)}{padded}",
        f"The largest kernel that fits is {largest}; or add padding, or shrink the map less before it.",
        field="kernel",
    )


def size_lines(
    sizes: Sequence[int], windows: Sequence[SlidingWindow], pads: Sequence[Pads], outputs: Sequence[int], ceil: bool | None = None
) -> list[FormulaLine]:
    """The output size with its numbers, one line if all dimensions are alike; then what the windows never read.

    ``ceil`` is None for kinds that have no ceil mode.
    """
    rows = list(zip(sizes, windows, pads, outputs, strict=True))
    alike = len(set(rows)) == 1
    names = DIMENSION_NAMES[len(rows)]
    shown = rows[:1] if alike else rows
    lines = [_size_line("out" if alike else name, *row, bool(ceil)) for name, row in zip(names, shown, strict=False)]
    units = [_joined_units(names)] if alike else [_UNITS[name] for name in names]
    return lines + _uncovered_lines(units, shown, ceil)


def _joined_units(names: Sequence[str]) -> tuple[str, str]:
    """One and many of what is lost along all dimensions at once: ("row and column", "rows and columns")."""
    ones, manys = zip(*(_UNITS[name] for name in names), strict=True)
    return _listed(ones), _listed(manys)


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _size_line(name: str, size: int, window: SlidingWindow, pads: Pads, out: int, ceil: bool) -> FormulaLine:
    left, right = "⌈⌉" if ceil else "⌊⌋"
    dilated = window.dilation > 1
    symbols = f"{left}(W − {'(D(F − 1) + 1)' if dilated else 'F'} + 2P)/S{right} + 1"
    span = f"({window.dilation}·({window.kernel} − 1) + 1)" if dilated else str(window.kernel)
    padding = f"2·{pads[0]}" if pads[0] == pads[1] else f"{pads[0]} + {pads[1]}"
    numbers = f"{left}({size} − {span} + {padding})/{window.stride}{right} + 1"
    if ceil and _starts_behind(out + 1, size, window, pads) and -(-(size + sum(pads) - extent(window)) // window.stride) == out:
        symbols, numbers = f"{symbols} − 1", f"{numbers} − 1 (a window that starts behind the input)"
    return FormulaLine(name, symbols, numbers, str(out))


def uncovered(size: int, window: SlidingWindow, pads: Pads, count: int) -> int:
    """How many pixels at the end of the input lie behind the last of ``count`` windows."""
    return max(0, size - ((count - 1) * window.stride - pads[0] + extent(window)))


def _uncovered_lines(
    units: Sequence[tuple[str, str]], rows: Sequence[tuple[int, SlidingWindow, Pads, int]], ceil: bool | None
) -> list[FormulaLine]:
    """One line per dimension whose last pixels, or whose pixels between windows, are never read."""
    lines = []
    for (one, many), (size, window, pads, count) in zip(units, rows, strict=True):
        lost = uncovered(size, window, pads, count)
        if lost:
            which = f"the last {one}" if lost == 1 else f"the last {lost} {many}"
            more = -(-(size + sum(pads) - extent(window)) // window.stride) + 1
            helps = ceil is False and not _starts_behind(more, size, window, pads)
            cure = "ceil mode reads them too" if helps else "another stride or padding would reach them"
            lines.append(FormulaLine("not covered", result=f"{which} of the input: {cure}"))
        if window.stride > extent(window) and count > 1:
            gap = window.stride - extent(window)
            lines.append(FormulaLine("not covered", result=f"{gap} {one if gap == 1 else many} between neighbouring windows"))
    return lines


def kernel_words(kernel: Sizes, stride: Sizes, padding: Padding, dimensions: int) -> list[str]:
    """Window, stride and padding for a card: ["5×5", "stride 2", "pad 2"]; the stride is left out where it is 1."""
    sizes = compact(kernel if isinstance(kernel, tuple) else (kernel,) * dimensions)
    parts = [sizes if dimensions > 1 else f"kernel {sizes}"]
    if per_dimension_values(stride) != {1}:
        parts.append(f"stride {short(stride)}")
    if padding == "same":
        parts.append("same")
    elif padding != "valid" and per_dimension_values(padding) != {0}:
        parts.append(f"pad {short(padding)}")
    return parts


def per_dimension_values(value: Padding) -> set[int | str]:
    """The different values in ``value``, whether it is one or a list."""
    return set(value) if isinstance(value, tuple) else {value}


def short(value: Padding) -> str:
    """A parameter as on a card: "2", "2×3"."""
    return compact(value) if isinstance(value, tuple) else str(value)
