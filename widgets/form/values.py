"""How parameter values are written in a field, and what one step up or down makes of them. No widgets."""

from __future__ import annotations

from math import floor, log10

from engine.design.parameters import FormField, Kind
from engine.errors import LayerscopeError


def written(field: FormField, value: object) -> str:
    """``value`` as the field shows it and ``parse_text`` reads it back: "12", "3 × 5", "same", "5e-4"; "" for None.

    Of choices the kinds' titles.
    """
    if value is None:
        return ""
    if field.registry is not None:
        names = value if isinstance(value, tuple | list) else (value,)
        return ", ".join(_title(field, name) for name in names)
    if isinstance(value, tuple | list) and field.form == "rows":
        return "; ".join(", ".join(_real(float(number)) for number in row) for row in value)
    if isinstance(value, tuple | list) and field.form in ("words", "reals"):
        return ", ".join(written(field, each) for each in value)
    if isinstance(value, tuple | list):
        return " × ".join(str(size) for size in value)
    if isinstance(value, float):
        return _real(value)
    return str(value)


def _title(field: FormField, chosen: object) -> str:
    """The title of a kind, or of the kind of that name."""
    if isinstance(chosen, Kind):
        return chosen.title
    known = field.registry
    return known.get(str(chosen)).title if known is not None and chosen in known else str(chosen)


def _real(value: float) -> str:
    text = f"{value:.6g}"
    if value and abs(value) < 1e-3 and "e" not in text:
        text = f"{value:.5e}"
    mantissa, e, exponent = text.partition("e")
    if "." in mantissa and e:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}e{int(exponent)}" if e else text


def stepped(field: FormField, value: object, steps: int) -> object:
    """``value`` after ``steps`` up (or down), kept within the field's range; words and None stay as they are.

    Whole numbers and sizes go by one; real numbers by one in their second figure, so that 0.05 and 5e-4 move alike.
    """
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, tuple):
        return tuple(_clamped(field, size + steps) for size in value)
    if isinstance(value, int) and field.form != "real":
        return _clamped(field, value + steps)
    if isinstance(value, int | float):
        return _clamped(field, _real_stepped(float(value), steps))
    return value


def _real_stepped(value: float, steps: int) -> float:
    for _ in range(abs(steps)):
        size = 10.0 ** (floor(log10(abs(value)) + 1e-9) - 1) if value else 1e-3
        shrinks = (steps < 0) == (value > 0) and value != 0
        if shrinks and abs(value) <= size * 10 * (1 + 1e-9):
            size /= 10  # from 0.10 down to 0.099, not to 0.09
        decimals = max(0, -floor(log10(size) + 1e-9))
        value = round(value + (size if steps > 0 else -size), decimals)
    return value


def _clamped(field: FormField, number: float) -> float:
    if field.low is not None:
        number = max(number, type(number)(field.low))
    return min(number, type(number)(field.high)) if field.high is not None else number


def limits(field: FormField) -> str:
    """The range with its unit: "1 to 9 px", "0 or more", or ""."""
    low = written(field, field.low) if field.low is not None else ""
    high = written(field, field.high) if field.high is not None else ""
    numbers = f"{low} to {high}" if low and high else f"{low} or more" if low else f"{high} or less" if high else ""
    return f"{numbers} {field.unit}".strip() if numbers else ""


def explained(field: FormField) -> str:
    """The tooltip: what the parameter is, and which values it takes."""
    words = " or ".join(f"'{word}'" for word in field.choices) if field.form == "padding" else ""
    ways = {"sizes": "one number, or one per dimension: 3 × 5", "padding": f"one number, one per dimension, or {words}"}
    ways |= {"words": "words with commas between them", "reals": "numbers with commas between them"}
    ways |= {"rows": "numbers with commas between them, and semicolons between rows: 0, 1; 1, 0"}
    default = written(field, field.default) or field.none_text
    parts = [ways.get(field.form, ""), limits(field), f"default {default}" if default else ""]
    return "\n".join(line for line in (field.help, "; ".join(part for part in parts if part)) if line)


def chosen_kinds(value: object) -> tuple[Kind, ...]:
    """The kinds that the value of a choice holds: none, one or several."""
    return tuple(each for each in (value if isinstance(value, tuple) else (value,)) if isinstance(each, Kind))


def reason(error: LayerscopeError) -> str:
    """What stands below a field: the error without where it is."""
    return " ".join(part for part in (f"{error.problem.rstrip('.')}.", error.suggestion) if part)
