"""Modules of our own that torch has not, as text that can stand in somebody else's file. No torch is imported here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.design.torch_call import TorchCall

ROOT = Path(__file__).parent.parent


def own_classes(call: TorchCall) -> dict[str, str]:
    """The text of every class, by name, that ``call`` and the calls within it name and that is not torch's."""
    return {each.name: _class_text(each.ours) for each in _calls(call) if not each.name.startswith("nn.")}


def _calls(value: Any) -> Iterator[TorchCall]:
    if isinstance(value, TorchCall):
        yield value
        yield from _calls([*value.args, *value.kwargs.values()])
    elif isinstance(value, dict):
        yield from _calls(list(value.values()))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _calls(each)


def _class_text(path: str) -> str:
    """The class at a dotted path, as it stands in its file."""
    module, _, name = path.rpartition(".")
    text = (ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
    found = next(node for node in ast.parse(text).body if isinstance(node, ast.ClassDef) and node.name == name)
    return ast.get_source_segment(text, found) or ""
