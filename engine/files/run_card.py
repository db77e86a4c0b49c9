"""config.json of a run folder: what was trained on what, how, where and with which versions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.data.card import slot_document
from engine.data.meaning import MEANINGS, Slot
from engine.data.source import class_names
from engine.design.values import construct, plain_values
from engine.errors import DataError, DesignError, FileError
from engine.files.atomic import atomic_write_text, read_bounded
from engine.files.versions import recorded_versions
from engine.registry import brief
from engine.training.config import TrainingConfig
from engine.training.kinds import LOSSES, OPTIMISERS, SCHEDULES

if TYPE_CHECKING:
    from engine.data.dataset import DataSet

FAMILY, VERSION = "layerscope-run", 2
FORMAT = f"{FAMILY}/{VERSION}"
MAX_BYTES = 1 << 20


@dataclass(frozen=True)
class DataRecord:
    """What a run learned from: ``name`` is what --data was given; ``fingerprint`` and ``slots`` (their meanings hold the
    normalisation) are the DataSet's, and empty while it has not been loaded."""

    name: str
    fingerprint: str = ""
    slots: Mapping[str, Slot] = field(default_factory=dict)

    def of(self, data: DataSet) -> DataRecord:
        """The same name with what is known once the set has been loaded."""
        return DataRecord(self.name, data.fingerprint, dict(data.slots))

    def as_trained(self, data: DataSet) -> DataSet:
        """``data`` with the normalisation that the network was trained with, in place of its own; but for ``strangers``."""
        strangers = self.strangers(data)
        slots = {
            name: slot if name in strangers else slot.with_meaning(slot.meaning.as_trained(self.slots[name].meaning))
            for name, slot in data.slots.items()
        }
        return replace(data, slots=slots)

    def to_go_on_with(self, data: DataSet) -> DataSet:
        """``data`` as they were trained on, to be trained on further; a note says where they are others than they were.
        DataError where the classes are others: what the network has learned would be answers to another question."""
        known, names = class_names(self.slots), class_names(data.slots)
        if known and known != names:
            at, (was, now) = next((at, pair) for at, pair in enumerate(zip_longest(known, names)) if pair[0] != pair[1])
            raise DataError(
                f"Class {at} of {data.name} was {_quoted(was)} when this run began and is now {_quoted(now)}",
                "Put the data back as they were, or start a new run.",
            )
        changed = self.fingerprint not in ("", data.fingerprint)
        note = f"{data.name} is not what it was when this run began. The run goes on with what is there."
        return replace(self.as_trained(data), notes=(*data.notes, note) if changed else data.notes)

    def strangers(self, data: DataSet) -> tuple[str, ...]:
        """The slots of ``data`` that the network was not trained with, or not as what they are here."""
        return tuple(
            name
            for name, slot in data.slots.items()
            if name not in self.slots or type(self.slots[name].meaning) is not type(slot.meaning)
        )


def _quoted(name: str | None) -> str:
    return "missing" if name is None else f"'{name}'"


@dataclass(frozen=True)
class RunCard:
    """``device`` is where the run went ("cpu", "cuda"), "" while it has not."""

    config: TrainingConfig
    data: DataRecord
    device: str = ""
    versions: dict[str, str] = field(default_factory=recorded_versions)


def save_card(path: Path, card: RunCard) -> None:
    """Write config.json in one step."""
    document = {
        "format": FORMAT,
        "training": plain_values(card.config),
        "data": {
            "name": card.data.name,
            "fingerprint": card.data.fingerprint,
            "slots": {name: slot_document(slot) for name, slot in card.data.slots.items()},
        },
        "seed": card.config.seed,
        "device": card.device,
        "versions": card.versions,
    }
    atomic_write_text(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def load_card(path: Path) -> RunCard:
    """The card in a config.json of this format or an older one; FileError names the file and what is wrong with it."""
    try:
        document = json.loads(read_bounded(path, MAX_BYTES, "a run's config.json"))
    except (ValueError, RecursionError) as error:
        raise FileError(f"'{path}' is damaged: it is not valid JSON ({error})") from None
    try:
        return _card(_current(document, path))
    except (DesignError, DataError) as error:
        raise FileError(f"'{path}' is damaged: {error.sentence()}") from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise FileError(f"'{path}' is not the config.json of a run", f"Its format should be '{FORMAT}'.") from None


def _current(document: dict[str, Any], path: Path) -> dict[str, Any]:
    """``document`` migrated to today's version; a newer one is refused."""
    family, _, number = str(document["format"])[:100].partition("/")
    if family != FAMILY or not (number.isascii() and number.isdecimal()):
        raise KeyError("format")
    if int(number) > VERSION:
        raise FileError(
            f"'{path}' was written by a newer Layerscope (format {brief(int(number))})", "Update Layerscope to open it."
        )
    for version in range(int(number), VERSION):
        document = MIGRATIONS[version](document)
    return document


def _card(document: dict[str, Any]) -> RunCard:
    return RunCard(
        config=construct(TrainingConfig, document["training"], "the training configuration"),
        data=_data_record(document["data"]),
        device=str(document.get("device", "")),
        versions={str(name): str(version) for name, version in dict(document.get("versions", {})).items()},
    )


def _data_record(document: dict[str, Any]) -> DataRecord:
    slots = {str(name): _slot(str(name), entry) for name, entry in dict(document.get("slots", {})).items()}
    return DataRecord(str(document["name"]), str(document.get("fingerprint", "")), slots)


def _slot(name: str, document: dict[str, Any]) -> Slot:
    values = dict(document["meaning"])
    kind = str(values.pop("kind"))
    meaning = construct(MEANINGS.get(kind), values, f"the meaning of slot '{name}'")
    return Slot(name, meaning, tuple(int(size) for size in document["shape"]), bool(document.get("padded")))


def _from_1_to_2(document: dict[str, Any]) -> dict[str, Any]:
    """Flat settings go to the kinds that have them, those of kinds that are not chosen go away; images and labels become slots.

    The fingerprint is forgotten: it was made in another way.
    """
    training = dict(document["training"])
    chosen = (OPTIMISERS.get(training["optimizer"]), LOSSES.get(training["loss"]), SCHEDULES.get(training["schedule"]))
    known = {*TrainingConfig.model_fields, *(name for kind in chosen for name in kind.model_fields)}
    data = dict(document["data"])
    image = {"kind": "image", "mean": data.get("mean", []), "deviation": data.get("deviation", [])}
    slots = {
        "image": {"meaning": image, "shape": []},
        "label": {"meaning": {"kind": "classes", "names": data.get("classes", [])}, "shape": []},
    }
    return document | {
        "format": FORMAT,
        "training": {"task": "classify"} | {key: value for key, value in training.items() if key in known or key not in _FLAT},
        "data": {"name": data["name"], "slots": slots if data.get("mean") else {}},
    }


_FLAT = ("momentum", "weight_decay")
"""Settings of format 1 that were written even where the chosen optimiser has none."""

MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_1_to_2}
"""For each older version N, the function that turns a document of version N into one of version N + 1."""
