"""Which of several branches does not fit the others, and what it is called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Sequence

from engine.errors import DesignError


def odd_one(branches: Sequence[Hashable]) -> tuple[int, int] | None:
    """(the first of ``branches`` that is not as most of them are, the first that is), counted from 0; None where all are alike.

    Of two that differ, or of equally many on both sides, it is the later one that does not fit.
    """
    usual = Counter(branches).most_common(1)[0][0]
    odd = next((number for number, each in enumerate(branches) if each != usual), None)
    return None if odd is None else (odd, list(branches).index(usual))


def branch(number: int) -> str:
    """What a kind, which knows the shapes of its inputs only, calls input ``number``, counted from 0: "input 1"."""
    return f"input {number + 1}"


def with_names(error: DesignError, names: Sequence[str]) -> DesignError:
    """``error`` of a layer that reads ``names``, with each ``branch`` in it called by its name: "input 2 ('c3')"."""

    def named(found: re.Match[str]) -> str:
        number = int(found[1])
        return f"{found[0]} ('{names[number - 1]}')" if 0 < number <= len(names) else found[0]

    problem, suggestion = (re.sub(r"\binput (\d+)\b", named, text) for text in (error.problem, error.suggestion))
    return DesignError(problem, suggestion, layer=error.layer, field=error.field, fix=error.fix)
