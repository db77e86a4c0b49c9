"""``--set key=value`` on the command line: texts to the parameters of a training run or a probe."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterable
from typing import Any, TypeVar

from engine.design.parameters import FormField, ParameterModel, construct, form_fields, parse_text
from engine.errors import DesignError
from engine.registry import nearest

WIDTH = 100

M = TypeVar("M", bound=ParameterModel)


def add_set_argument(parser: argparse.ArgumentParser, what: str) -> None:
    """``--set key=value ...``, which may be given several times."""
    parser.add_argument(
        "--set", dest="settings", action="extend", nargs="+", default=[], metavar="key=value", help=f"{what}, listed below"
    )


def parse_settings(model: type[M], texts: Iterable[str], noun: str) -> dict[str, Any]:
    """Checked values by name; DesignError names an unknown key with the nearest known one, or the value that is wrong."""
    fields = {field.name: field for field in form_fields(model)}
    values: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise DesignError(f"'{text}' is not of the form key=value", f"Keys: {', '.join(fields)}.")
        if name not in fields:
            raise DesignError(f"{noun} has no setting '{name}'", nearest(name, list(fields)))
        values[name] = parse_text(fields[name], value)
    return values


def make_settings(model: type[M], values: dict[str, Any], noun: str) -> M:
    """The parameters with ``values`` in place of their defaults, ranges checked."""
    return construct(model, values, noun)


def describe_settings(model: type[ParameterModel]) -> str:
    """For each key its default and, below, what it is with its choices or range."""
    return "\n".join(
        f"  {field.name} = {_default(field)}\n{paragraph(field.help + _limits(field), '      ')}" for field in form_fields(model)
    )


def paragraph(text: str, indent: str = "") -> str:
    """``text`` in lines as wide as a help page."""
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


def _default(field: FormField) -> str:
    if field.default is None:
        return field.none_text or "none"
    if field.default == "":
        return "(empty)"
    return f"{field.default:g}" if isinstance(field.default, float) else str(field.default)


def _limits(field: FormField) -> str:
    if field.choices:
        return f" One of {', '.join(field.choices)}."
    if field.low is not None and field.high is not None:
        return f" {field.low:,.10g} to {field.high:,.10g}."
    return ""
