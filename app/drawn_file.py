"""A network drawn into a file without a window."""

from __future__ import annotations

import os

from engine.design.check import check
from engine.design.network import NetworkDesign


def drawn_file(design: NetworkDesign, way: str, ending: str, theme: str) -> bytes:
    """The bytes of a file with ``design`` drawn ``way`` ("volumes", "graph"), by its ``ending`` (svg, pdf, png), in the theme
    "light" (on white) or "dark". No display is needed. Blocks are unfolded as in the window at first."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    from widgets.drawn.drawing import WAYS, first_unfolded
    from widgets.drawn.export import Export
    from widgets.drawn.figures import drawn
    from widgets.drawn.picture import Fonts
    from widgets.theme import load_theme

    app = QGuiApplication.instance() or QGuiApplication([])
    report, fonts = check(design), Fonts()
    scene = WAYS[way](drawn(design, report, first_unfolded(design, report)), fonts.measure)
    made = Export(scene, load_theme(theme), design.name, fonts).files()[ending]()
    assert app is not None
    return made
