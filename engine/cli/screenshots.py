"""``screenshots``: every main state of the window as PNG files, drawn off screen."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.cli.commands import DONE
from engine.files.atomic import make_folder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``screenshots``."""
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the PNG files go; made if missing")
    parser.add_argument("--theme", choices=("light", "dark"), help="by default both")


def run(options: argparse.Namespace) -> int:
    """Draw and name the files. ``options.painter`` is the window's own function: the engine does not know the window."""
    make_folder(options.out)
    for path in options.painter(options.out, options.theme):
        print(path)
    return DONE
