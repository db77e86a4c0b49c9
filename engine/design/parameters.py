"""Parameters that describe themselves: one declaration gives validation, form, JSON, command-line keys and help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from engine.errors import DesignError
from engine.registry import brief, nearest


def _as_sizes(value: object) -> object:
    """Lists become tuples, as JSON knows no tuples; everything else is left to pydantic."""
    return tuple(value) if isinstance(value, list) else value


Sizes = Annotated[int | tuple[int, ...], BeforeValidator(_as_sizes)]
"""One integer for all dimensions, or one per dimension (height, width)."""

Padding = Annotated[int | tuple[int, ...] | Literal["same", "valid"], BeforeValidator(_as_sizes)]
"""Sizes, or 'same' (output as large as the input at stride 1), or 'valid' (none)."""


class ParameterModel(BaseModel):
    """Frozen, validated parameters of a layer kind, a probe or a training run."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=False)


@dataclass(frozen=True)
class FormField:
    """What a form, a command line or a help page needs to know of one parameter."""

    name: str
    label: str
    help: str
    form: str  # whole | real | switch | choice | sizes | padding | text
    default: Any
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    optional: bool = False  # None is allowed and means what ``none_text`` says
    none_text: str = ""


def parameter(
    default: Any,
    help: str,
    *,
    label: str = "",
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    none_text: str = "",
) -> Any:
    """Declare one parameter: its default, what it is, the range ``low``..``high`` (inclusive) and its unit.

    Whole numbers, real numbers, switches, choices (``Literal``), ``Sizes`` and ``Padding`` are told apart by the
    annotation. For ``Sizes`` the range holds for every dimension. ``none_text`` is what a default of None means.
    """
    extra: dict[str, Any] = {"label": label, "unit": unit, "low": low, "high": high, "none_text": none_text}
    return Field(default=default, description=help, json_schema_extra=extra)


def form_fields(model: type[ParameterModel] | ParameterModel) -> tuple[FormField, ...]:
    """One FormField per parameter, in the order of declaration."""
    return _form_fields(model if isinstance(model, type) else type(model))


@cache
def _form_fields(kind: type[ParameterModel]) -> tuple[FormField, ...]:
    return tuple(_form_field(name, info) for name, info in kind.model_fields.items())


def _form_field(name: str, info: FieldInfo) -> FormField:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    form, choices, optional = _form_of(info)
    return FormField(
        name=name,
        label=str(extra.get("label") or name.replace("_", " ").capitalize()),
        help=info.description or "",
        form=form,
        default=info.default,
        low=extra.get("low"),  # type: ignore[arg-type]
        high=extra.get("high"),  # type: ignore[arg-type]
        choices=choices,
        unit=str(extra.get("unit") or ""),
        optional=optional,
        none_text=str(extra.get("none_text") or ""),
    )


def _form_of(info: FieldInfo) -> tuple[str, tuple[str, ...], bool]:
    """(form, choices, whether None is allowed) of an annotation."""
    parts = _members(info.annotation)
    optional = type(None) in parts
    words = tuple(str(word) for part in parts if get_origin(part) is Literal for word in get_args(part))
    if any(get_origin(part) is tuple for part in parts):
        return ("padding" if words else "sizes"), words, optional
    if words:
        return "choice", words, optional
    for kind, form in ((bool, "switch"), (int, "whole"), (float, "real")):
        if kind in parts:
            return form, (), optional
    return "text", (), optional


def _members(annotation: Any) -> tuple[Any, ...]:
    """The alternatives of a union, flattened; Annotated is looked through."""
    if get_origin(annotation) is Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) in (Literal, tuple) or not get_args(annotation):
        return (annotation,)
    return tuple(member for part in get_args(annotation) for member in _members(part))


M = TypeVar("M", bound=ParameterModel)


def construct(model: type[M], values: Mapping[str, Any], noun: str) -> M:
    """``model(**values)``, with every mistake told as a DesignError that names the field.

    ``noun`` names the owner in messages, e.g. "conv2d" or "the occlusion probe".
    """
    fields = {field.name: field for field in form_fields(model)}
    for name in values:
        if name not in fields:
            known = nearest(name, list(fields)) or "It has none."
            raise DesignError(f"{noun} has no parameter {brief(name)}", known, field=name)
    try:
        made = model(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        if first["type"] == "missing":
            raise DesignError(f"{noun} needs a value for '{name}'", "", field=name) from None
        raise DesignError(_expected(fields[name], values.get(name)), "", field=name) from None
    for name, field in fields.items():
        check_range(field, getattr(made, name))
    return made


def _expected(field: FormField, value: Any) -> str:
    wanted = {
        "whole": "a whole number",
        "real": "a number",
        "switch": "true or false",
        "choice": f"one of {', '.join(field.choices)}",
        "sizes": "a whole number or a list of one per dimension",
        "padding": "a whole number, a list of one per dimension, 'same' or 'valid'",
        "text": "a text",
    }[field.form]
    return f"{brief(value)} is not {wanted}"


def check_range(field: FormField, value: Any) -> None:
    """Raise DesignError where ``value``, or one of its sizes, lies outside the range of ``field``."""
    numbers = value if isinstance(value, tuple) else (value,)
    for number in numbers:
        if isinstance(number, bool) or not isinstance(number, int | float):
            continue
        below = field.low is not None and number < field.low
        above = field.high is not None and number > field.high
        if below or above or number != number:
            raise DesignError(f"{brief(number)} is out of range", _range_sentence(field), field=field.name)


def _range_sentence(field: FormField) -> str:
    if field.low is not None and field.high is not None:
        return f"Use {field.low:g} to {field.high:g}."
    return f"Use {field.low:g} or more." if field.low is not None else f"Use {field.high:g} or less."


def changed_values(made: ParameterModel) -> dict[str, Any]:
    """The parameters that differ from their defaults, JSON-ready, in the order of declaration."""
    changed = {}
    for field in form_fields(made):
        value = getattr(made, field.name)
        if value != field.default:
            changed[field.name] = list(value) if isinstance(value, tuple) else value
    return changed


def parse_text(field: FormField, text: str) -> Any:
    """The value that ``text`` (from a command line or a text box) stands for; DesignError where it stands for none.

    Sizes are written ``3`` or ``3,5`` (also ``3x5`` or ``3×5``).
    """
    word = text.strip()
    if field.optional and word.lower() in ("", "none", "auto", field.none_text.lower()):
        return None
    if field.form == "switch" and word.lower() in _SWITCH:
        return _SWITCH[word.lower()]
    if field.form in ("choice", "text", "padding") and (field.form == "text" or word in field.choices):
        return word
    try:
        if field.form == "whole":
            return int(word)
        if field.form == "real":
            return float(word)
        if field.form in ("sizes", "padding"):
            numbers = tuple(int(part) for part in word.replace("×", ",").replace("x", ",").split(","))
            return numbers[0] if len(numbers) == 1 else numbers
    except ValueError:
        pass
    raise DesignError(_expected(field, text), "", field=field.name)


_SWITCH = {"true": True, "on": True, "yes": True, "1": True, "false": False, "off": False, "no": False, "0": False}
