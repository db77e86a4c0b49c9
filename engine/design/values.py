"""Plain values to parameters and back: from JSON, forms and command lines, with every mistake told as one sentence.

A value that belongs to a chosen kind is named by a path, "optimizer.momentum", or flat, "momentum", where only one of the
chosen kinds has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NoReturn, TypeVar

from pydantic import ValidationError

from engine.design.parameters import FormField, Kind, ParameterModel, PlainValue, form_fields
from engine.errors import DesignError
from engine.registry import brief, nearest

M = TypeVar("M", bound=ParameterModel)

KIND = "kind"
"""The key that names the kind in the JSON of a choice: {"kind": "sgd", "momentum": 0.5}."""


# -- from plain values --


def construct(model: type[M], values: Mapping[str, Any], noun: str) -> M:
    """``model`` from plain values, with every mistake told as a DesignError that names the field.

    ``noun`` names the owner in messages, e.g. "conv2d" or "the occlusion probe". A choice is the name of a kind, an object
    {"kind": name, ...its values}, or made already; its values may also be given by path or flat.
    """
    fields = {field.name: field for field in form_fields(model)}
    own, nested = _sorted_out(fields, values, noun)
    for name, field in fields.items():
        if field.registry is not None and (name in own or name in nested):
            own[name] = _chosen(field, own.get(name, field.default), nested.get(name, {}))
    try:
        made = model(**own)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        if first["type"] == "missing":
            raise DesignError(f"{noun} needs a value for '{name}'", "", field=name) from None
        raise DesignError(expected(fields[name], values.get(name)), "", field=name) from None
    for name, field in fields.items():
        check_range(field, getattr(made, name))
    return made


def _sorted_out(
    fields: Mapping[str, FormField], values: Mapping[str, Any], noun: str
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """(values of the model's own fields, values of the chosen kinds by the choice's field)."""
    own = {name: value for name, value in values.items() if name in fields}
    nested: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        if key in fields:
            continue
        field, _, rest = key.partition(".")
        if not rest:
            field, rest = owner_of(fields, own, key, noun), key
        elif field not in fields or fields[field].registry is None:
            raise DesignError(f"{noun} has no choice {brief(field)}", nearest(field, list(fields)), field=key)
        nested.setdefault(field, {})[rest] = value
    return own, nested


def owner_of(fields: Mapping[str, FormField], own: Mapping[str, Any], key: str, noun: str) -> str:
    """The one choice whose chosen kind has a parameter ``key``; DesignError where there is none or more than one."""
    choices = [field for field in fields.values() if field.registry is not None]
    for field in choices:
        _require_known(field, own.get(field.name))
    owners = [field.name for field in choices if any(key in kind.model_fields for kind in kinds_in(field, own))]
    if len(owners) == 1:
        return owners[0]
    if owners:
        raise DesignError(
            f"'{key}' belongs to several choices", f"Write {' or '.join(f'{name}.{key}' for name in owners)}.", field=key
        )
    for field in choices:
        for name in field.choices:
            assert field.registry is not None
            if key in field.registry.get(name).model_fields:
                chosen = ", ".join(kind.kind for kind in kinds_in(field, own)) or field.none_text or "not chosen"
                raise DesignError(
                    f"'{key}' belongs to {name}, but the {field.label.lower()} is {chosen}",
                    f"Choose {field.name}={name}, or leave '{key}' out.",
                    field=key,
                )
    known = [*fields, *(name for field in choices for kind in kinds_in(field, own) for name in kind.model_fields)]
    raise DesignError(f"{noun} has no parameter {brief(key)}", nearest(key, known) or "It has none.", field=key)


def _require_known(field: FormField, value: Any) -> None:
    """DesignError for the first name in ``value`` that is no kind of the field's registry."""
    for each in value if isinstance(value, list | tuple) else (value,):
        name = each.get(KIND) if isinstance(each, Mapping) else each
        assert field.registry is not None
        if isinstance(name, str) and name not in field.registry:
            _expand(field, name, {})


def kinds_in(field: FormField, own: Mapping[str, Any]) -> list[type[Kind]]:
    """The kinds that are chosen by ``own`` or by default; none that are unknown (they are told when they are made)."""
    registry, value = field.registry, own.get(field.name, field.default)
    assert registry is not None
    found = []
    for each in value if isinstance(value, Sequence) and not isinstance(value, str) else (value,):
        name = each.get(KIND) if isinstance(each, Mapping) else each
        if isinstance(each, Kind):
            found.append(type(each))
        elif isinstance(name, str):
            name = (registry.shorthand(name) or {KIND: name})[KIND] if name not in registry else name
            found += [registry.get(name)] if name in registry else []
    return found


def _chosen(field: FormField, value: Any, nested: Mapping[str, Any]) -> Any:
    """The kind, or for several the tuple of kinds, that ``value`` and the ``nested`` values stand for."""
    if field.form == "one_of":
        if value is None and not nested:
            if not field.optional:
                _refuse(field, value)
            return None
        return _make_kind(field, field.name, value, nested)
    if value is None or isinstance(value, str | Mapping):
        value = () if value is None else (value,)
    if not isinstance(value, list | tuple):
        _refuse(field, value)
    made = [_make_kind(field, field.name, each, {}) for each in value]
    _check_once(field, made)
    for key, inner in nested.items():
        made = _with_nested(field, made, key, inner)
    return tuple(made)


def _check_once(field: FormField, made: Sequence[Kind]) -> None:
    names = [each.kind for each in made]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise DesignError(f"'{twice}' is chosen twice", "Choose each once.", field=field.name)


def _with_nested(field: FormField, made: list[Kind], key: str, value: Any) -> list[Kind]:
    """``made`` with one value set: ``key`` is a parameter of the only kind that has it, or KIND.PARAMETER."""
    name, _, rest = key.partition(".")
    at = [index for index, each in enumerate(made) if (each.kind == name if rest else key in type(each).model_fields)]
    if len(at) != 1:
        problem = f"several of the chosen have '{key}'" if at else f"none of the chosen has '{key}'"
        chosen = ", ".join(each.kind for each in made) or "none"
        raise DesignError(f"{problem} (chosen: {chosen})", f"Write {field.name}.KIND.{rest or key}.", field=f"{field.name}.{key}")
    made[at[0]] = _make_kind(field, field.name, made[at[0]], {rest or key: value})
    return made


def _make_kind(field: FormField, path: str, value: Any, nested: Mapping[str, Any]) -> Kind:
    """One kind of the field's registry from a name, an object or a kind, with ``nested`` values in place of its own."""
    registry = field.registry
    assert registry is not None
    values: dict[str, Any] = {}
    if isinstance(value, Kind):
        values, name = own_values(value), value.kind
        if name in registry and registry.get(name) is not type(value):
            _refuse(field, name)
    elif isinstance(value, Mapping):
        values = dict(value)
        name = values.pop(KIND, None)
    else:
        name = value
    if not isinstance(name, str):
        _refuse(field, value)
    if name not in registry:
        values, name = _expand(field, name, values)
    try:
        made: Kind = construct(registry.get(name), {**values, **nested}, name)
    except DesignError as error:
        inner = f"{path}.{error.field}" if error.field else path
        raise DesignError(error.problem, error.suggestion, layer=error.layer, field=inner) from None
    return made


def _expand(field: FormField, name: str, values: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The values and the kind that a text stands for which is no kind's name."""
    registry = field.registry
    assert registry is not None
    short = registry.shorthand(name)
    if short is not None:
        rest = {key: value for key, value in short.items() if key != KIND}
        return {**rest, **values}, str(short[KIND])
    raise DesignError(f"There is no {registry.noun} {brief(name)}", nearest(name, list(registry)), field=field.name)


def _refuse(field: FormField, value: Any) -> NoReturn:
    raise DesignError(expected(field, value), "", field=field.name)


def expected(field: FormField, value: Any) -> str:
    """That ``value`` is none for ``field``, and what one is."""
    one = f"one of {', '.join(field.choices)}"
    wanted = {
        "whole": "a whole number",
        "real": "a number",
        "switch": "true or false",
        "choice": one,
        "sizes": "a whole number or a list of one per dimension",
        "padding": "a whole number, a list of one per dimension, 'same' or 'valid'",
        "text": "a text",
        "words": "a list of texts",
        "reals": "a list of numbers",
        "rows": "a list of rows of numbers, all of one length",
        "layers": "a list of layers {...}",
        "one_of": one,
        "many_of": f"a list of some of {', '.join(field.choices)}",
    }[field.form]
    return f"{brief(value)} is not {wanted}"


def check_range(field: FormField, value: Any) -> None:
    """Raise DesignError where ``value``, or one of its sizes, lies outside the range of ``field``."""
    numbers = value if isinstance(value, tuple) else (value,)
    for number in chain.from_iterable(numbers) if field.form == "rows" and value is not None else numbers:
        if isinstance(number, bool) or not isinstance(number, int | float):
            continue
        below = field.low is not None and number < field.low
        above = field.high is not None and number > field.high
        if below or above or number != number:
            raise DesignError(f"{brief(number)} is out of range", _range_sentence(field), field=field.name)


def _range_sentence(field: FormField) -> str:
    if field.low is not None and field.high is not None:
        return f"Use {field.low:g} to {field.high:g}."
    if field.low is None and field.high is None:
        return "Use a number."
    return f"Use {field.low:g} or more." if field.low is not None else f"Use {field.high:g} or less."


# -- to plain values --


def own_values(made: ParameterModel) -> dict[str, Any]:
    """Every parameter by name, as it is: choices as the kinds that were made."""
    return {field.name: getattr(made, field.name) for field in form_fields(made)}


def plain_values(made: ParameterModel) -> dict[str, Any]:
    """Every parameter, JSON-ready, in the order of declaration; of chosen kinds what differs from their defaults."""
    return {field.name: _plain(getattr(made, field.name)) for field in form_fields(made)}


def changed_values(made: ParameterModel) -> dict[str, Any]:
    """The parameters that differ from their defaults, JSON-ready, in the order of declaration."""
    return {field.name: _plain(value) for field in form_fields(made) if (value := _changed(field, made)) is not _SAME}


_SAME = object()


def _changed(field: FormField, made: ParameterModel) -> Any:
    value = getattr(made, field.name)
    if field.registry is None:
        return _SAME if value == field.default else value
    default = type(made).model_fields[field.name].get_default(call_default_factory=True)
    return _SAME if value == default else value


def _plain(value: Any) -> Any:
    if isinstance(value, Kind):
        values = changed_values(value)
        return {KIND: value.kind, **values} if values else value.kind
    if isinstance(value, PlainValue):
        return value.plain()
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


# -- one value by its path --


def value_at(made: ParameterModel, path: str) -> Any:
    """The value that ``path`` names: "epochs", "optimizer.momentum", "augment.shift.pixels"."""
    name, _, rest = path.partition(".")
    value = getattr(made, name)
    if not rest:
        return value
    if isinstance(value, tuple):
        kind, _, rest = rest.partition(".")
        value = next(each for each in value if each.kind == kind)
    return value_at(value, rest)


def with_values(made: M, changes: Mapping[str, Any], noun: str) -> M:
    """``made`` with some values changed, each named by its path or flat. A choice that is set to a kind's name keeps its
    values where it is that kind already, and takes the kind's defaults otherwise."""
    values: dict[str, Any] = own_values(made)
    for key, value in changes.items():
        old = values.get(key)
        values[key] = old if isinstance(old, Kind) and old.kind == value else value
    return construct(type(made), values, noun)


def paths(made: ParameterModel, prefix: str = "") -> Iterator[tuple[str, FormField]]:
    """Every parameter that ``made`` has, with its path, those of chosen kinds behind their choice."""
    for field in form_fields(made):
        path = f"{prefix}{field.name}"
        yield path, field
        value = getattr(made, field.name)
        if isinstance(value, Kind):
            yield from paths(value, f"{path}.")
        elif field.form == "many_of":
            for each in value:
                yield from paths(each, f"{path}.{each.kind}.")


def live_values(made: ParameterModel) -> dict[str, Any]:
    """What may change while a run is alive, by path."""
    return {path: value_at(made, path) for path, field in paths(made) if field.live}
