"""How two documents differ: which parts an edit changed, and whether a run of one can go on as a run of the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from enum import Flag, auto
from typing import Any

from app.document import Document
from engine.design.network import NetworkDesign
from engine.design.parameters import Kind, ParameterModel, form_fields
from engine.design.values import live_values, own_values, with_values
from engine.errors import DesignError
from engine.training.config import NOUN, TrainingConfig


class Part(Flag):
    """What changed in a document. DESIGN is anything that is computed or learned; NAME is the name and the notes."""

    NAME = auto()
    DESIGN = auto()
    DATA = auto()
    TRAINING = auto()


WORDS = {Part.NAME: "name", Part.DESIGN: "layers", Part.DATA: "data", Part.TRAINING: "training settings"}


def in_words(parts: Part) -> str:
    """The parts as a person calls them: "layers and training settings"; "" for none."""
    words = [word for part, word in WORDS.items() if part in parts]
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def is_beside(parts: Part) -> bool:
    """Whether only what stands beside the network is another: its data or its training."""
    return bool(parts) and not parts & (Part.NAME | Part.DESIGN)


Place = tuple[str, tuple[str, ...]]
"""A path, and the kinds that it leads through."""

EVERYTHING = Part.NAME | Part.DESIGN | Part.DATA | Part.TRAINING


_NAMING = ("name", "notes")
_COMPUTED = [field.name for field in fields(NetworkDesign) if field.compare and field.name not in _NAMING]
"""All of a design but what it is called."""


def difference(before: Document, after: Document) -> Part:
    """The parts in which ``after`` differs; none for equal documents."""
    old, new = before.design, after.design
    parts = Part(0)
    if old is not new:
        if any(getattr(old, name) != getattr(new, name) for name in _COMPUTED):
            parts |= Part.DESIGN
        if any(getattr(old, name) != getattr(new, name) for name in _NAMING):
            parts |= Part.NAME
    if before.data != after.data:
        parts |= Part.DATA
    if before.config is not after.config and before.config != after.config:
        parts |= Part.TRAINING
    return parts


def replace_config(document: Document, changes: Mapping[str, Any]) -> Document:
    """``document`` with some training settings changed, by path or flat; DesignError for what cannot be."""
    return replace(document, config=with_values(document.config, changes, NOUN))


def on_machine_of(document: Document, here: Document) -> Document:
    """``document`` with the settings of ``here`` that belong to the machine and not to what is trained."""
    from engine.files.companion_file import OF_THE_MACHINE

    return replace_config(document, {name: value for name, value in own_values(here.config).items() if name in OF_THE_MACHINE})


def live_changes(before: TrainingConfig, after: TrainingConfig, running: TrainingConfig) -> dict[str, Any]:
    """What an edit from ``before`` to ``after`` changes at once in a run of ``running``, by path.

    Values of a kind that the run has not chosen wait for the next start: another optimiser's rate is not this one's.
    """
    old, now = dict(_live(before)), dict(_live(running))
    changed = {key: value for key, value in _live(after) if key in now and old.get(key) != value != now[key]}
    return {path: value for (path, _), value in changed.items()}


def _live(made: ParameterModel, prefix: str = "", owners: tuple[str, ...] = ()) -> Iterator[tuple[Place, Any]]:
    """Every live value behind its place."""
    for field in form_fields(made):
        value, path = getattr(made, field.name), f"{prefix}{field.name}"
        if field.live:
            yield (path, owners), value
        if isinstance(value, Kind):
            yield from _live(value, f"{path}.", (*owners, value.kind))
        elif field.form == "many_of":
            for each in value:
                yield from _live(each, f"{path}.{each.kind}.", (*owners, each.kind))


def continues(before: Document, after: Document) -> bool:
    """Whether a run of ``before`` can go on as one of ``after``: only what may change during a run has changed."""
    if difference(before, after) & (Part.DESIGN | Part.DATA):
        return False
    old = own_values(before.config)
    free = live_values(before.config) | {name: old[name] for name in ("epochs", "capture_budget", "device")}
    try:
        return with_values(after.config, free, NOUN) == before.config
    except DesignError:  # another optimiser, which has other values
        return False
