"""``export DESIGN --to svg --out FILE``: a network as a drawing for a slide or a paper."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.cli.commands import DONE
from engine.cli.designs import resolve_design
from engine.files.atomic import atomic_write

DRAWINGS = ("svg", "pdf", "png")
WAYS = ("volumes", "graph")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``export``."""
    parser.add_argument("design", metavar="DESIGN", help="a design file, a run folder or a built-in network")
    parser.add_argument("--to", choices=DRAWINGS, required=True, help="svg and pdf are vectors")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--as", dest="way", choices=WAYS, default="volumes", help="how it is drawn; volumes by default")
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help="light, on white, by default")


def run(options: argparse.Namespace) -> int:
    """Draw and name the file. ``options.painter`` is the window's own function: the engine does not know the window."""
    design = resolve_design(options.design)
    data = options.painter(design, options.way, options.to, options.theme)
    with atomic_write(options.out) as file:
        file.write(data)
    print(options.out)
    return DONE
