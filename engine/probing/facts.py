"""The facts of an answer in words: name, value and unit, as a table shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.probing.result import ProbeResult
from engine.words import number


@dataclass(frozen=True)
class Fact:
    """One row: "lowest probability", "34.4", "%"."""

    name: str
    value: str
    unit: str = ""


def facts_of(result: ProbeResult) -> tuple[Fact, ...]:
    """All facts in the order in which the probe gave them; without those that say nothing."""
    return tuple(
        _fact(name, value, result.units.get(name, ""))
        for name, value in result.facts.items()
        if value is not None and value != ""
    )


def _fact(name: str, value: Any, unit: str) -> Fact:
    words = name.replace("_", " ")
    if unit == "share":
        return Fact(words, number(100 * float(value)), "%")
    if unit == "px" and isinstance(value, list | tuple):
        return Fact(words, " × ".join(in_words(part) for part in value), unit)
    return Fact(words, in_words(value), unit)


def in_words(value: object) -> str:
    """A fact's or a cell's value as a reader wants it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float() | np.floating():
            return number(float(value))
        case list() | tuple():
            return ", ".join(in_words(part) for part in value)
        case Mapping():
            return ", ".join(in_words(part) for part in value.values())
        case None:
            return "–"
    return str(value)
