"""Layers as JSON text for the clipboard and for drag and drop; the text is a design file's, so it can be pasted anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QMimeData

from engine.design.document import from_document, to_json
from engine.design.network import LayerSpec, NetworkDesign
from engine.errors import DesignError

LAYERS_MIME = "application/x-layerscope-layers+json"
IDS_MIME = "application/x-layerscope-ids"  # the rows that are dragged within one list, as a JSON list of ids
KIND_MIME = "application/x-layerscope-kind"  # a kind dragged out of the palette, by name


def layers_text(design: NetworkDesign, ids: Iterable[str]) -> str:
    """The layers ``ids`` in the design's order, as the text of a design that holds only them."""
    chosen = set(ids)
    document = json.loads(to_json(design))
    document["layers"] = [entry for entry in document["layers"] if entry["id"] in chosen]
    return json.dumps(document, ensure_ascii=False, indent=1)


def layers_from_text(text: str) -> tuple[LayerSpec, ...]:
    """The layers in a copied or hand-written design; what they read may be missing. DesignError for anything else."""
    foreign = DesignError("The clipboard holds no layers", "Copy layers in this list first (Ctrl+C).")
    try:
        document = json.loads(text)
        entries = [dict(entry) for entry in document["layers"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise foreign from None
    inputs = [entry.pop("inputs", ()) for entry in entries]
    specs = from_document({**document, "layers": entries}).layers
    if not specs:
        raise foreign
    names = [tuple(name for name in each if isinstance(name, str)) if isinstance(each, list) else () for each in inputs]
    return tuple(replace(spec, inputs=reads) for spec, reads in zip(specs, names, strict=True))


def layers_mime(design: NetworkDesign, ids: Iterable[str]) -> QMimeData:
    """The layers ``ids`` for the clipboard: ours, and as plain text for an editor."""
    text = layers_text(design, ids)
    mime = QMimeData()
    mime.setData(LAYERS_MIME, text.encode())
    mime.setText(text)
    return mime


def layers_from_mime(mime: QMimeData) -> tuple[LayerSpec, ...]:
    """The layers that ``mime`` holds; DesignError where it holds none or something foreign."""
    if mime.hasFormat(LAYERS_MIME):
        return layers_from_text(bytes(mime.data(LAYERS_MIME).data()).decode(errors="replace"))
    return layers_from_text(mime.text() if mime.hasText() else "")


def ids_from_mime(mime: QMimeData) -> tuple[str, ...]:
    """The ids of the rows being dragged; () where the drag comes from elsewhere."""
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
