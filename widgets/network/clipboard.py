"""Layers as JSON text for the clipboard and for drag and drop; the text is a design file's, so it can be pasted anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QMimeData

from engine.design.document import FORMAT, VERSION, from_document, to_json
from engine.design.kinds import LAYER_KINDS
from engine.design.network import NETWORK_INPUT, LayerSpec, NetworkDesign, free_id
from engine.errors import DesignError
from widgets.network.folding import around, outermost

LAYERS_MIME = "application/x-layerscope-layers+json"
IDS_MIME = "application/x-layerscope-ids"  # the rows that are dragged within one list, as a JSON list of places
OWN_MIME = "application/x-layerscope-own-block+json"  # a block of one's own dragged out of the palette
KIND_MIME = "application/x-layerscope-kind"  # a kind dragged out of the palette, by name


def layers_text(design: NetworkDesign, places: Iterable[str]) -> str:
    """The layers at ``places`` in the design's order, as the text of a design that holds only them; blocks with all inside."""
    chosen = sorted(outermost(list(places)), key=lambda place: _order(design, place))
    document = json.loads(to_json(replace(design, layers=(), heads=())))
    document["layers"] = [design[place].plain() for place in chosen]
    return json.dumps(document, ensure_ascii=False, indent=1)


def block_text(design: NetworkDesign, place: str, name: str) -> str:
    """The block at ``place``, called ``name``, as the text of a design of its own; all that it reads is the input of that."""
    spec = design.with_parameters(place, name=name)[place]
    alone = replace(spec, inputs=(NETWORK_INPUT,) * len(spec.inputs) if len(spec.inputs) > 1 else ())
    return to_json(NetworkDesign(name, design.input_shape, (alone,)))


def _order(design: NetworkDesign, place: str) -> list[int]:
    """By which places are sorted as their layers follow one another."""
    return [design.index(each) for each in reversed((place, *around(place)))]


def layers_from_text(text: str) -> tuple[LayerSpec, ...]:
    """The layers in a copied or hand-written text: a design, a bare list of layers, or a single one. What they read may be
    missing, and so may ids. DesignError for anything else."""
    foreign = DesignError("The clipboard holds no layers", "Copy layers in this list first (Ctrl+C).")
    try:
        document = _as_design(json.loads(text))
        entries = [dict(entry) for entry in document["layers"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise foreign from None
    inputs = [_names(entry.pop("inputs", ())) for entry in entries]
    _give_ids(entries)
    for entry, names in zip(entries, inputs, strict=True):
        if len(names) > 1:  # a block has to read as many as its layers expect
            entry["inputs"] = [NETWORK_INPUT] * len(names)
    specs = from_document({**document, "layers": entries, "heads": {}}).layers
    if not specs:
        raise foreign
    return tuple(replace(spec, inputs=names) for spec, names in zip(specs, inputs, strict=True))


def _as_design(document: Any) -> Any:
    """A design around a bare list of layers or a single one."""
    layers = document if isinstance(document, list) else [document] if "kind" in document else None
    return document if layers is None else {"format": f"{FORMAT}/{VERSION}", "input": {"shape": [1]}, "layers": layers}


def _names(inputs: Any) -> tuple[str, ...]:
    return tuple(name for name in inputs if isinstance(name, str)) if isinstance(inputs, list) else ()


def _give_ids(entries: Sequence[dict[str, Any]]) -> None:
    """Layers that were written without an id get the one that a new layer of their kind has."""
    taken = {str(entry.get("id")) for entry in entries}
    for entry in entries:
        kind = entry.get("kind")
        if "id" not in entry and isinstance(kind, str) and kind in LAYER_KINDS:
            entry["id"] = free_id(LAYER_KINDS.get(kind).first_id or kind, taken)
            taken.add(entry["id"])


def layers_mime(text: str) -> QMimeData:
    """Layers, as ``layers_text`` writes them, for a drag: ours, and as plain text for an editor."""
    mime = QMimeData()
    mime.setData(LAYERS_MIME, text.encode())
    mime.setText(text)
    return mime


def own_block_mime(text: str) -> QMimeData:
    """A block of one's own dragged out of the palette, as ``block_text`` wrote it: what it reads is where it is dropped."""
    mime = layers_mime(text)
    mime.setData(OWN_MIME, text.encode())
    return mime


def own_block_from_mime(mime: QMimeData) -> str:
    """The text of the block of one's own that is being dragged, or ""."""
    return bytes(mime.data(OWN_MIME).data()).decode(errors="replace") if mime.hasFormat(OWN_MIME) else ""


def layers_from_mime(mime: QMimeData) -> tuple[LayerSpec, ...]:
    """The layers that ``mime`` holds; DesignError where it holds none or something foreign."""
    if mime.hasFormat(LAYERS_MIME):
        return layers_from_text(bytes(mime.data(LAYERS_MIME).data()).decode(errors="replace"))
    return layers_from_text(mime.text() if mime.hasText() else "")


def ids_from_mime(mime: QMimeData) -> tuple[str, ...]:
    """The places of the rows being dragged; () where the drag comes from elsewhere."""
    if not mime.hasFormat(IDS_MIME):
        return ()
    try:
        ids = json.loads(bytes(mime.data(IDS_MIME).data()).decode())
    except (ValueError, RecursionError):
        return ()
    return tuple(id for id in ids if isinstance(id, str)) if isinstance(ids, list) else ()


def kind_from_mime(mime: QMimeData) -> str:
    """The kind being dragged out of a palette, or ""."""
    return bytes(mime.data(KIND_MIME).data()).decode(errors="replace") if mime.hasFormat(KIND_MIME) else ""


def is_ours(mime: QMimeData) -> bool:
    """Whether a drag with ``mime`` can be dropped on the network list."""
    return any(mime.hasFormat(name) for name in (IDS_MIME, KIND_MIME, LAYERS_MIME))
