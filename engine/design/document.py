"""Design files: NetworkDesign to and from the JSON of ``layerscope-design/1``, readable, diffable and hand-writable."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any, NoReturn

from engine.design.network import MAX_LAYERS, LayerSpec, NetworkDesign, make_layer
from engine.design.wiring import MAX_DEPTH, within
from engine.errors import DesignError
from engine.registry import brief, nearest

FORMAT = "layerscope-design"
VERSION = 1
_TOP = ("format", "name", "notes", "input", "inputs", "layers", "heads")

MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""For each older version N, the function that turns a document of version N into one of version N + 1."""


def to_json(design: NetworkDesign) -> str:
    """The design as a file's text: one layer a line, only what differs from the defaults."""
    layers = ",\n".join(_layer_lines(spec.plain(), "    ") for spec in design.layers)
    head: dict[str, Any] = {
        "format": f"{FORMAT}/{VERSION}",
        "name": design.name,
        "notes": design.notes,
        "input": {"shape": list(design.input_shape)},
    }
    if design.further_inputs:
        head["inputs"] = {name: {"shape": list(shape)} for name, shape in design.further_inputs}
    lines = [f"  {_text(key)}: {_text(value)}" for key, value in head.items()]
    lines.append('  "layers": [' + (f"\n{layers}\n  ]" if layers else "]"))
    if design.heads:
        lines.append(f'  "heads": {_text(dict(design.heads))}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _layer_lines(document: dict[str, Any], indent: str) -> str:
    """One layer on one line; a block on several, one for each layer inside."""
    layers = document.get("layers")
    if not layers:
        return indent + _text(document)
    inside = ",\n".join(_layer_lines(each, f"{indent}  ") for each in layers)
    parts = [f"{_text(key)}: {_text(value)}" for key, value in document.items() if key != "layers"]
    return f'{indent}{{{", ".join(parts)}, "layers": [\n{inside}\n{indent}]}}'


def from_json(text: str) -> NetworkDesign:
    """The design in a file's text; DesignError names layer, field, problem and suggestion. Nothing else is raised."""
    try:
        document = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
        json.dumps(document, ensure_ascii=False).encode()  # half surrogate pairs could not be written back
    except UnicodeEncodeError:
        raise DesignError("The design holds text that is not Unicode", "Save it as UTF-8.") from None
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else _reason(error)
        raise DesignError(f"The design is not valid JSON: {reason}", "Compare it with a file saved by the program.") from None
    return from_document(document)


def _reason(error: ValueError) -> str:
    """What is wrong with a JSON text, in one short phrase with line and column."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg[:1].lower()}{error.msg[1:]}, line {error.lineno}, column {error.colno}"
    return "a number in it is too long"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; one that names a key twice is refused, for only one of the values could be meant."""
    made = dict(pairs)
    if len(made) != len(pairs):
        counts = Counter(key for key, _ in pairs)
        twice = next(key for key, count in counts.items() if count > 1)
        layer = made.get("id")
        raise DesignError(
            f"The entry {brief(twice)} is there twice", "Remove one.", layer=layer if isinstance(layer, str) else "", field=twice
        )
    return made


def _no_number(word: str) -> NoReturn:
    raise DesignError(f"{word} is not a number that a design can hold", "Write a finite number.")


def from_document(document: Any) -> NetworkDesign:
    """The design in a parsed JSON document."""
    if not isinstance(document, dict):
        raise DesignError(
            f"This is not a design: it is {brief(document)}, not an object", "Compare it with a file saved by the program."
        )
    document = _current(document)
    for key in document:
        if key not in _TOP:
            raise DesignError(f"A design has no entry {brief(key)}", nearest(str(key), list(_TOP)), field=str(key))
    name = _expect(document.get("name", "untitled"), str, "name")
    notes = _expect(document.get("notes", ""), str, "notes")
    if "input" not in document:
        raise DesignError("The design does not say what its input is", 'Add "input": {"shape": [1, 28, 28]}.', field="input")
    shape = _read_shape(document["input"], "input")
    further = _expect(document.get("inputs", {}), dict, "inputs")
    heads = _expect(document.get("heads", {}), dict, "heads")
    layers = _expect(document.get("layers", []), list, "layers")
    if len(layers) > MAX_LAYERS:
        raise DesignError(f"{len(layers)} layers are too many", f"Use {MAX_LAYERS} or fewer.", field="layers")
    specs = tuple(_read_layer(entry, number) for number, entry in enumerate(layers, 1))
    return NetworkDesign(
        name,
        shape,
        specs,
        notes,
        tuple((name, _read_shape(entry, f"inputs.{name}")) for name, entry in further.items()),
        tuple((id, _read_weight(weight, id)) for id, weight in heads.items()),
    )


def _read_shape(document: Any, field: str) -> tuple[int, ...]:
    entry = _expect(document, dict, field)
    for key in entry:
        if key != "shape":
            raise DesignError(f"The input has no entry {brief(key)}", "It has only 'shape'.", field=field)
    shape = _expect(entry.get("shape"), list, f"{field}.shape")
    return tuple(_expect(size, int, f"{field}.shape") for size in shape)


def _read_weight(value: Any, id: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DesignError(f"{brief(value)} is not the weight of head '{id}'", "Write a number such as 0.3.", field="heads")
    return float(value)


def _current(document: dict[str, Any]) -> dict[str, Any]:
    """``document`` migrated to today's version; a foreign or newer one is refused."""
    family, _, number = str(document.get("format", ""))[:100].partition("/")
    if family != FORMAT or not (number.isascii() and number.isdecimal()):
        raise DesignError(
            f"This is not a design: 'format' is {brief(document.get('format'))}",
            f"It should be '{FORMAT}/{VERSION}'.",
            field="format",
        )
    version = int(number)
    if version > VERSION:
        raise DesignError(
            f"This design was written by a newer Layerscope (format {brief(version)}; this one reads up to {VERSION})",
            "Update Layerscope to open it.",
            field="format",
        )
    while version < VERSION:
        if version not in MIGRATIONS:
            raise DesignError(f"Design format {version} was never in use", f"Write '{FORMAT}/{VERSION}'.", field="format")
        document = MIGRATIONS[version](document)
        version += 1
    return document


def _read_layer(entry: Any, number: int, depth: int = 0) -> LayerSpec:
    if not isinstance(entry, dict):
        raise DesignError(f"Layer {number} is {brief(entry)}, not an object {{...}}", "", field="layers")
    values = dict(entry)
    id = values.pop("id", None)
    kind = values.pop("kind", None)
    if id is None:
        raise DesignError(f"Layer {number} has no id", 'Give it one, such as "id": "c1".', field="id")
    if not isinstance(id, str):
        raise DesignError(f"The id of layer {number} is {brief(id)}, not a text", 'Write it as "id": "c1".', field="id")
    if not isinstance(kind, str):
        problem = "it has no kind" if kind is None else f"its kind is {brief(kind)}, not a text"
        raise DesignError(problem, 'Write it as "kind": "conv2d".', layer=id, field="kind")
    inputs = values.pop("inputs", [])
    if not isinstance(inputs, list) or not all(isinstance(name, str) for name in inputs):
        raise DesignError("'inputs' is not a list of layer ids", 'Write it as ["c1", "p1"].', layer=id, field="inputs")
    if isinstance(values.get("layers"), list):
        values["layers"] = _read_inside(values["layers"], id, depth + 1)
    return make_layer(id, kind, inputs, values)


def _read_inside(entries: list[Any], block: str, depth: int) -> tuple[LayerSpec, ...]:
    """The layers inside ``block``; what is wrong in there is told with the place of the layer."""
    if depth > MAX_DEPTH:
        raise DesignError(f"blocks lie more than {MAX_DEPTH} deep in one another", "Take some of them apart.", layer=block)
    try:
        return tuple(_read_layer(entry, number, depth) for number, entry in enumerate(entries, 1))
    except DesignError as error:
        raise within(error, block) from None


def _expect(value: Any, kind: type, field: str) -> Any:
    words = {dict: "an object {...}", list: "a list [...]", str: "a text", int: "a whole number"}
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise DesignError(f"{brief(value)} is not {words[kind]}", "", field=field)
    return value
