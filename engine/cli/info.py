"""``info DESIGN``: a network layer by layer, without torch."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.cli.commands import DONE
from engine.cli.designs import resolve_design
from engine.cli.output import print_json, table
from engine.design.check import DesignReport, LayerReport, check
from engine.design.kinds import Costs, times
from engine.design.network import NetworkDesign
from engine.errors import DesignError, FileError
from engine.families import Family, Published
from engine.files.last_word import last_word_of
from engine.files.run_card import load_card
from engine.files.run_place import CARD, is_run


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``info``."""
    parser.add_argument("design", nargs="?", metavar="DESIGN", help="a design file, a run folder or a built-in network")
    parser.add_argument("--list", action="store_true", help="list the built-in networks")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Print the table or the JSON; a design with a misfit prints its table and exits with 2."""
    if options.list:
        return _list_networks(options.json)
    if options.design is None:
        raise DesignError("Which network?", "Name a design file or a built-in network (info --list).")
    design = resolve_design(options.design)
    report = check(design)
    if options.json and not report.errors:
        print_json(info_json(design, report))
    elif not options.json:
        print(_text(design, report) + _failure(Path(options.design)))
    if report.errors:
        raise report.errors[0]
    return DONE


def _list_networks(as_json: bool) -> int:
    from engine.zoo import NETWORKS

    entries = [(kind, check(kind().design()).costs) for kind in NETWORKS.entries()]
    if as_json:
        print_json({"networks": [_network_json(kind, costs) for kind, costs in entries]})
    else:
        columns = ("name", "title", "input", "parameters", "MACs", "published", "year")
        print(table(columns, [_network_row(kind, costs) for kind, costs in entries], numbers=(3, 4)))
        print(
            "\n'=' is the published size, '≠' another one. info NAME --json tells more of one; NAME@C,H,W builds it for another"
        )
        print("input, NAME:classes=N for another number of classes.")
    return DONE


def _network_json(kind: type[Family], costs: Costs) -> dict[str, Any]:
    return {
        "name": kind.kind,
        "title": kind.title,
        "notes": kind.help,
        "year": kind.year or None,
        "paper": kind.paper,
        "input": list(kind.input_shape),
        "params": costs.params,
        "macs": costs.macs,
        "published_params": kind.published.params,
        "published_macs": kind.published.macs,
        "equal": _is_as_published(kind.published, costs),
    }


def _network_row(kind: type[Family], costs: Costs) -> tuple[object, ...]:
    equal = {True: "=", False: "≠", None: ""}[_is_as_published(kind.published, costs)]
    return (kind.kind, kind.title, times(kind.input_shape), costs.params, costs.macs, equal, str(kind.year or ""))


def _is_as_published(published: Published, costs: Costs) -> bool | None:
    """Whether the size is the one that others have found; None where nobody says."""
    if published.params is None:
        return None
    return costs.params == published.params and published.macs in (None, costs.macs)


def info_json(design: NetworkDesign, report: DesignReport) -> dict[str, Any]:
    """The object that ``info --json`` prints."""
    costs = report.costs
    return {
        "name": design.name,
        "input": list(design.input_shape),
        "layers": [_layer_json(layer) for layer in report.leaves],
        "params": costs.params,
        "macs": costs.macs,
        "activations": costs.activations,
    }


def _layer_json(layer: LayerReport) -> dict[str, Any]:
    return {
        "id": layer.id,
        "kind": layer.kind,
        "output_shape": list(layer.output_shape or ()),
        "params": layer.costs.params,
        "macs": layer.costs.macs,
        "receptive_field": list(layer.receptive_field),
    }


def _text(design: NetworkDesign, report: DesignReport) -> str:
    rows = [_row(layer) for layer in report.leaves]
    costs = report.costs
    total = ("total", "", "", costs.params, costs.macs, "")
    columns = ("id", "kind", "output", "parameters", "MACs", "sees")
    head = f"{design.name}   input {times(design.input_shape)}"
    return f"{head}\n\n{table(columns, [*rows, total], numbers=(3, 4))}\n\n{costs.activations:,} activations an image"


def _failure(path: Path) -> str:
    """Why the run in the folder ``path`` failed, as a paragraph; "" where it is no run, or one that did not."""
    if not is_run(path):
        return ""
    try:
        word = last_word_of(path, load_card(path / CARD).config)
    except FileError:  # the design is what was asked for, and that can be read
        return ""
    return f"\n\nThe run failed: {word.reason}" if word is not None else ""


def _row(layer: LayerReport) -> tuple[object, ...]:
    if layer.output_shape is None:
        words = "does not fit" if layer.error else f"waits for '{layer.blocked_by}'"
        return (layer.id, layer.kind, words, "", "", "")
    return (
        layer.id,
        layer.kind,
        times(layer.output_shape),
        layer.costs.params,
        layer.costs.macs,
        times(layer.receptive_field),
    )
