"""``data list|info NAME|get NAME``: which data sets there are, what is in them, and where missing ones belong."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.commands import DONE
from engine.cli.output import note, print_json, table
from engine.errors import DataError

if TYPE_CHECKING:
    from engine.data.card import Listing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``data``."""
    parser.add_argument("action", choices=("list", "info", "get"), help="list all sets, describe one, or say how to get one")
    parser.add_argument("name", nargs="?", metavar="NAME", help="a data set, or for info also a folder or file")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Do what ``options.action`` says."""
    if options.action == "list":
        _list(options.json)
    elif options.name is None:
        raise DataError("Which data set?", "data list names them all.")
    elif options.action == "info":
        _info(options.name, options.json)
    else:
        _get(options.name, options.json)
    return DONE


def _list(as_json: bool) -> None:
    from engine.data.card import listing
    from engine.data.reader import READERS

    entries = listing()
    if as_json:
        print_json({"datasets": [_listed(entry) for entry in entries]})
        return
    rows = [
        (entry.name, entry.facts[0], "; ".join(entry.facts[1:]), "ready" if entry.available else "missing", entry.reason)
        for entry in entries
    ]
    print(table(("name", "reads", "learns", "", ""), rows))
    print("\nYour own data work as well:")
    for kind in READERS.entries():
        print(f"  {kind.wants}")


def _listed(entry: Listing) -> dict[str, object]:
    from engine.data.card import slot_document

    return {
        "name": entry.name,
        "title": entry.title,
        "help": entry.help,
        "shape": list(entry.shape),
        "classes": list(entry.classes),
        "slots": {name: slot_document(slot) for name, slot in entry.slots.items()},
        "available": entry.available,
        "reason": entry.reason,
    }


def _info(name: str, as_json: bool) -> None:
    from engine.data.card import card

    found = card(name)
    if as_json:
        print_json(found.document())
        return
    print(f"{found.title}: {found.help}")
    for line in found.lines():
        print(line)
    first = found.classes and "class"
    names = found.classes or ("all",)
    rows = [(name, *(found.counts[split][index] for split in found.counts)) for index, name in enumerate(names)]
    print()
    print(table((first or "examples", *found.counts), rows, numbers=range(1, len(found.counts) + 1)))
    for sentence in found.notes:
        note(sentence)


def _get(name: str, as_json: bool) -> None:
    """This version downloads nothing: a set is there, or its files have to be put where the sentence says."""
    from engine.data.source import DATASETS

    source = DATASETS.get(name)
    found = source.availability()
    if not found.ready:
        raise DataError(f"{source.title} is not there, and this version downloads nothing", found.reason)
    if as_json:
        print_json({"name": name, "available": True, "reason": found.reason, "folder": _text(found.folder)})
    else:
        print(f"{source.title} is ready: {found.reason}.")


def _text(folder: Path | None) -> str | None:
    return None if folder is None else str(folder)
