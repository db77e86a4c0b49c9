"""How two documents differ: which parts an edit changed, and whether a run of one can go on as a run of the other."""

from __future__ import annotations

from dataclasses import replace
from enum import Flag, auto
from typing import Any

from app.document import Document
from engine.training.config import LIVE_KEYS


class Part(Flag):
    """What changed in a document. DESIGN is anything that shapes or costs may depend on; NAME is the name and the notes."""

    NAME = auto()
    DESIGN = auto()
    DATA = auto()
    TRAINING = auto()


EVERYTHING = Part.NAME | Part.DESIGN | Part.DATA | Part.TRAINING


def difference(before: Document, after: Document) -> Part:
    """The parts in which ``after`` differs; none for equal documents."""
    old, new = before.design, after.design
    parts = Part(0)
    if old is not new:
        if (old.input_shape, old.layers) != (new.input_shape, new.layers):
            parts |= Part.DESIGN
        if replace(old, input_shape=new.input_shape, layers=new.layers) != new:
            parts |= Part.NAME
    if before.data != after.data:
        parts |= Part.DATA
    if before.config is not after.config and before.config != after.config:
        parts |= Part.TRAINING
    return parts


def replace_config(document: Document, **values: Any) -> Document:
    """``document`` with some training settings changed (already validated)."""
    return replace(document, config=document.config.model_copy(update=values))


def continues(before: Document, after: Document) -> bool:
    """Whether a run of ``before`` can go on as one of ``after``: only what may change during a run has changed."""
    free = dict.fromkeys((*LIVE_KEYS, "epochs", "capture_budget", "device"), 0)
    return not difference(before, after) & (Part.DESIGN | Part.DATA) and before.config.model_copy(
        update=free
    ) == after.config.model_copy(update=free)
