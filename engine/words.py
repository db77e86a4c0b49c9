"""Numbers in words, the same in window, files and terminal: few figures, real minus signs, percent."""

from __future__ import annotations

import math


def number(value: float, figures: int = 3) -> str:
    """``value`` in so many significant figures, without needless zeros: "0.482", "−1.2e−5", "12,346", "2.5e6"."""
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    size = abs(value)
    if value and (size < 1e-3 or size >= 1e6):
        mantissa, _, exponent = f"{value:.{figures - 1}e}".partition("e")
        text = f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}e{int(exponent)}"
    else:
        text = f"{value:,.0f}" if size >= 10**figures - 0.5 else f"{value:.{figures}g}"
    return text.replace("-", "−")


def tick(value: float) -> str:
    """An axis's label, exact to six figures: "0.25", "2,000", "1e−4"."""
    size = abs(value)
    return f"{value:,.6g}".replace("-", "−") if 1e3 <= size < 1e6 else number(value, 6)


def large(count: int) -> str:
    """A count in three figures: "8,320", "0.51 M", "12.3 G"."""
    for size, unit in ((10**12, "T"), (10**9, "G"), (10**6, "M")):
        if count >= size / 10:
            share = count / size
            return f"{share:.{2 if share < 10 else 1 if share < 100 else 0}f} {unit}"
    return f"{count:,}"


def counted(count: float, noun: str) -> str:
    """So many of what is called ``noun``, which takes an s for several: "1 layer", "9,999 layers", "2.5 epochs"."""
    many = f"{count:,}" if isinstance(count, int) else number(count)
    return f"{many} {noun}" if count == 1 else f"{many} {noun}s"


def percent(share: float | None, decimals: int = 1) -> str:
    """A share 0..1 as "96.6 %"; "–" where there is none."""
    if share is None:
        return "–"
    return f"{share * 100:.{decimals}f} %" if math.isfinite(share) else "not a number"


def whole_percent(share: float) -> str:
    """A share 0..1 as "97 %", or with one figure more where it is no whole number."""
    return f"{number(share * 100)} %"
