"""Texts to plain values: what a command line's ``key=value`` or a form's field stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from engine.design.parameters import FormField, ParameterModel, form_fields
from engine.design.values import expected, kinds_in, owner_of
from engine.errors import DesignError
from engine.registry import nearest


def parse_text(field: FormField, text: str) -> Any:
    """The value that ``text`` (from a command line or a text box) stands for; DesignError where it stands for none.

    Sizes are written ``3`` or ``3,5`` (also ``3x5`` or ``3×5``), several kinds ``flip,shift`` or ``none``, rows ``1,2; 3,4``. A
    real number may have a decimal comma, ``0,01``, but where it may as well stand between thousands, as in ``1,000``.
    """
    word = text.strip()
    if field.optional and word.lower() in ("", "none", "auto", field.none_text.lower()):
        return None
    if field.form == "switch" and word.lower() in _SWITCH:
        return _SWITCH[word.lower()]
    if field.form in ("choice", "text", "padding", "one_of") and (field.form in ("text", "one_of") or word in field.choices):
        return word
    if field.form in ("words", "many_of"):
        return tuple(part.strip() for part in word.split(",") if part.strip() and part.strip().lower() != "none")
    try:
        if field.form == "whole":
            return int(word)
        if field.form == "real":
            return float(_with_point(word))
        if field.form == "reals":
            return tuple(float(part) for part in word.split(","))
        if field.form == "rows":
            return tuple(tuple(float(part) for part in row.split(",")) for row in word.split(";"))
        if field.form in ("sizes", "padding"):
            numbers = tuple(int(part) for part in word.replace("×", ",").replace("x", ",").split(","))
            return numbers[0] if len(numbers) == 1 else numbers
    except ValueError:
        pass
    advice = "Leave out the comma, or write a decimal point." if field.form == "real" and _THOUSANDS.fullmatch(word) else ""
    raise DesignError(expected(field, text), advice, field=field.name)


_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+")


def _with_point(word: str) -> str:
    """A number with a decimal comma as one with a point; as it stands where the comma may be one between thousands."""
    return word.replace(",", ".") if _COMMA.fullmatch(word) and not _THOUSANDS.fullmatch(word) else word


_SWITCH = {"true": True, "on": True, "yes": True, "1": True, "false": False, "off": False, "no": False, "0": False}


def parse_settings(
    model: type[ParameterModel], texts: Iterable[str], noun: str, chosen: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """``key=value`` texts as the plain values that ``construct`` takes; keys are names, paths or flat. ``chosen`` are plain
    values that hold where no text says otherwise: it depends on the kinds chosen which keys there are.

    DesignError for a text of another form, an unknown key (with the nearest known one) or a value that cannot be read.
    """
    pairs: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals:
            keys = ", ".join(field.name for field in form_fields(model))
            raise DesignError(f"'{text}' is not of the form key=value", f"Keys: {keys}.")
        pairs[key.strip()] = value
    fields = {field.name: field for field in form_fields(model)}
    values = {key: parse_text(fields[key], text) for key, text in pairs.items() if key in fields}
    for key, text in pairs.items():
        if key not in fields:
            values[key] = parse_text(_inner_field(fields, {**(chosen or {}), **values}, key, noun), text)
    return values


def _inner_field(fields: Mapping[str, FormField], own: Mapping[str, Any], key: str, noun: str) -> FormField:
    """The field of a chosen kind that ``key`` (a path or flat) names."""
    name, _, rest = key.partition(".")
    if not rest:
        name, rest = owner_of(fields, own, key, noun), key
    if name not in fields or fields[name].registry is None:
        raise DesignError(f"{noun} has no setting '{key}'", nearest(key, list(fields)), field=key)
    kinds = kinds_in(fields[name], own)
    kind_name, _, parameter = rest.partition(".")
    if parameter and any(kind.kind == kind_name for kind in kinds):
        kinds, rest = [kind for kind in kinds if kind.kind == kind_name], parameter
    for kind in kinds:
        inner = {field.name: field for field in form_fields(kind)}
        if rest in inner:
            return inner[rest]
        if rest.partition(".")[0] in inner:
            return _inner_field(inner, {}, rest, noun)
    known = [f"{name}.{field.name}" for kind in kinds for field in form_fields(kind)]
    chosen = ", ".join(kind.kind for kind in kinds) or "nothing"
    registry = fields[name].registry
    advice = f"Choose it with {name}={kind_name}." if parameter and registry and kind_name in registry else nearest(key, known)
    raise DesignError(f"{noun} has no setting '{key}' ({name} is {chosen})", advice, field=key)
