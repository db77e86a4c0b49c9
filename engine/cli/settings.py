"""``--set key=value`` on the command line: texts to the parameters of a training run or a probe."""

from __future__ import annotations

import argparse
import textwrap

from engine.design.parameters import FormField, ParameterModel, form_fields

WIDTH = 100


def add_set_argument(parser: argparse.ArgumentParser, what: str) -> None:
    """``--set key=value ...``, which may be given several times."""
    parser.add_argument(
        "--set", dest="settings", action="extend", nargs="+", default=[], metavar="key=value", help=f"{what}, listed below"
    )


def describe_settings(model: type[ParameterModel], indent: str = "  ") -> str:
    """For each key its default and, below, what it is with its choices or range; below a choice its kinds with their keys."""
    return "\n".join(_described(field, indent) for field in form_fields(model))


def _described(field: FormField, indent: str) -> str:
    lines = [f"{indent}{field.name} = {_default(field)}", paragraph(field.help + _limits(field), f"{indent}    ")]
    for name in field.choices if field.registry is not None else ():
        kind = field.registry.get(name)  # type: ignore[union-attr]  # it is a choice
        lines.append(paragraph(f"{name}: {kind.help}", f"{indent}    "))
        inner = describe_settings(kind, f"{indent}        ")
        lines += [inner] if inner else []
    return "\n".join(lines)


def paragraph(text: str, indent: str = "") -> str:
    """``text`` in lines as wide as a help page."""
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


def _default(field: FormField) -> str:
    if field.default is None:
        return field.none_text or "none"
    if field.default in ("", ()):
        return "(none)" if field.form == "many_of" else "(empty)"
    return f"{field.default:g}" if isinstance(field.default, float) else str(field.default)


def _limits(field: FormField) -> str:
    if field.registry is not None:
        return " Several of these, with commas between:" if field.form == "many_of" else " One of these:"
    if field.choices:
        return f" One of {', '.join(field.choices)}."
    if field.low is not None and field.high is not None:
        return f" {field.low:,.10g} to {field.high:,.10g}."
    return ""
