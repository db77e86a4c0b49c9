"""Design files: NetworkDesign to and from the JSON of ``layerscope-design/1``, readable, diffable and hand-writable."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from engine.design.network import LayerSpec, NetworkDesign, make_layer
from engine.design.parameters import changed_values
from engine.errors import DesignError
from engine.registry import nearest

FORMAT = "layerscope-design"
VERSION = 1
_TOP = ("format", "name", "notes", "input", "layers")

MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""For each older version N, the function that turns a document of version N into one of version N + 1."""


def to_json(design: NetworkDesign) -> str:
    """The design as a file's text: one layer a line, only what differs from the defaults."""
    layers = ",\n".join(f"    {json.dumps(_layer_document(spec), ensure_ascii=False)}" for spec in design.layers)
    head = {
        "format": f"{FORMAT}/{VERSION}",
        "name": design.name,
        "notes": design.notes,
        "input": {"shape": list(design.input_shape)},
    }
    lines = [f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items()]
    lines.append('  "layers": [' + (f"\n{layers}\n  ]" if layers else "]"))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _layer_document(spec: LayerSpec) -> dict[str, Any]:
    document: dict[str, Any] = {"id": spec.id, "kind": spec.kind, **changed_values(spec.parameters)}
    if spec.inputs:
        document["inputs"] = list(spec.inputs)
    return document


def from_json(text: str) -> NetworkDesign:
    """The design in a file's text; DesignError names layer, field, problem and suggestion."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DesignError(f"The design is not valid JSON ({error})", "Compare it with a file saved by the program.") from None
    return from_document(document)


def from_document(document: Any) -> NetworkDesign:
    """The design in a parsed JSON document."""
    document = _current(_expect(document, dict, "the design"))
    for key in document:
        if key not in _TOP:
            raise DesignError(f"A design has no entry '{key}'", nearest(key, list(_TOP)), field=key)
    name = _expect(document.get("name", "untitled"), str, "name")
    notes = _expect(document.get("notes", ""), str, "notes")
    entry = _expect(document.get("input", {}), dict, "input")
    shape = _expect(entry.get("shape"), list, "input.shape")
    for size in shape:
        _expect(size, int, "input.shape")
    layers = _expect(document.get("layers", []), list, "layers")
    specs = tuple(_read_layer(entry, number) for number, entry in enumerate(layers, 1))
    return NetworkDesign(name, tuple(shape), specs, notes)


def _current(document: dict[str, Any]) -> dict[str, Any]:
    """``document`` migrated to today's version; a foreign or newer one is refused."""
    family, _, number = str(document.get("format", "")).partition("/")
    if family != FORMAT or not number.isdecimal():
        raise DesignError(
            f"This is not a design: 'format' is {document.get('format')!r}",
            f"It should be '{FORMAT}/{VERSION}'.",
            field="format",
        )
    version = int(number)
    if version > VERSION:
        raise DesignError(
            f"This design was written by a newer Layerscope (format {version}; this one reads up to {VERSION})",
            "Update Layerscope to open it.",
            field="format",
        )
    while version < VERSION:
        if version not in MIGRATIONS:
            raise DesignError(f"Design format {version} was never in use", f"Write '{FORMAT}/{VERSION}'.", field="format")
        document = MIGRATIONS[version](document)
        version += 1
    return document


def _read_layer(entry: Any, number: int) -> LayerSpec:
    values = dict(_expect(entry, dict, f"layer {number}"))
    id = values.pop("id", None)
    kind = values.pop("kind", None)
    if not isinstance(id, str):
        raise DesignError(f"Layer {number} has no id", 'Give it one, such as "id": "c1".', field="id")
    if not isinstance(kind, str):
        raise DesignError("it has no kind", 'Give it one, such as "kind": "conv2d".', layer=id, field="kind")
    inputs = values.pop("inputs", [])
    if not isinstance(inputs, list) or not all(isinstance(name, str) for name in inputs):
        raise DesignError("'inputs' is not a list of layer ids", 'Write it as ["c1", "p1"].', layer=id, field="inputs")
    return make_layer(id, kind, inputs, values)


def _expect(value: Any, kind: type, where: str) -> Any:
    words = {dict: "an object {...}", list: "a list [...]", str: "a text", int: "a whole number"}
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise DesignError(f"{where} is {value!r:.40}, not {words[kind]}", "", field=where)
    return value
