"""DESIGN on the command line: a file, a run folder, or the name of a built-in network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.cli.commands import exists, looks_like_a_file
from engine.design.network import NetworkDesign
from engine.errors import FileError
from engine.files.design_file import load_design


def resolve_design(text: str) -> NetworkDesign:
    """The design that ``text`` names. A built-in name goes before a file of that name (write ./lenet5 for the file)."""
    return resolve_network(text)[0]


def resolve_network(text: str) -> tuple[NetworkDesign, Mapping[str, Any]]:
    """(the design that ``text`` names, the training settings that a built-in network is shown with)."""
    from engine.families import family, network

    if is_built_in(text):
        return network(text), family(text).training
    path = Path(text)
    if not exists(text):
        raise FileError(f"There is no file '{text}'", "Name a design file or a built-in network (info --list).")
    return load_design(path / "design.json" if path.is_dir() else path), {}


def is_built_in(text: str) -> bool:
    """Whether ``text`` is meant as the name of a built-in network, known or not."""
    from engine.families import NETWORKS

    return text in NETWORKS or not (looks_like_a_file(text) or exists(text))
