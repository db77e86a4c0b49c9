"""``--set key=value`` on the command line: texts to the parameters of a training run or a probe."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any, TypeVar

from engine.cli.output import table
from engine.design.parameters import FormField, ParameterModel, construct, form_fields, parse_text
from engine.errors import DesignError
from engine.registry import nearest

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
    """One line per key: its default and what it is; its choices or range."""
    fields = form_fields(model)
    rows = [("", field.name, _default(field), field.help.rstrip(".") + _limits(field)) for field in fields]
    return table(("", "key", "default", ""), rows)


def _default(field: FormField) -> str:
    if field.default is None:
        return field.none_text or "none"
    return f"{field.default:g}" if isinstance(field.default, float) else str(field.default)


def _limits(field: FormField) -> str:
    if field.choices:
        return f" ({', '.join(field.choices)})"
    if field.low is not None and field.high is not None:
        return f" ({field.low:g} to {field.high:g})"
    return ""
