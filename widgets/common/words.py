"""Numbers and names in words, as they stand beside pictures: three figures, real minus signs, percent."""

from __future__ import annotations

import math

from engine.design.network import NETWORK_INPUT, NetworkDesign


def number(value: float) -> str:
    """``value`` in three significant figures, without needless zeros: "0.482", "−1.2e−05", "12,300"."""
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    if value == 0:
        return "0"
    size = abs(value)
    text = f"{value:,.0f}" if size >= 1000 and size < 1e7 else f"{value:.3g}"
    return text.replace("-", "−")


def percent(share: float) -> str:
    """A share 0..1 as "96.6 %"."""
    return f"{share * 100:.1f} %" if math.isfinite(share) else "not a number"


def whole_percent(share: float) -> str:
    """A share 0..1 as "97 %", or with one figure more where it is no whole number."""
    return f"{share * 100:.3g} %"


def layer_title(design: NetworkDesign, id: str) -> str:
    """A layer's kind and id: "Convolution c1"; the input is "Input"."""
    if id in ("", NETWORK_INPUT):
        return "Input"
    return f"{design[id].parameters.title} {id}" if id in design else id


def class_name(classes: tuple[str, ...], index: int) -> str:
    """The name of class ``index``, or its number where it has none, or "?" for none."""
    if index < 0:
        return "?"
    return classes[index] if index < len(classes) else str(index)
