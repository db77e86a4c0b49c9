"""The context menu of the network list: every gesture by name, with its key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMenu, QWidget

from engine.design.check import DesignReport
from engine.design.kinds import times
from engine.design.network import NETWORK_INPUT, NetworkDesign

MAX_SOURCES = 30
ENTRIES = (
    ("add", "Add a layer below…\t/"),
    ("", ""),
    ("rename", "Rename\tF2"),
    ("duplicate", "Duplicate\tCtrl+D"),
    ("move_up", "Move up\tAlt+Up"),
    ("move_down", "Move down\tAlt+Down"),
    ("remove", "Remove\tDel"),
    ("", ""),
    ("cut", "Cut\tCtrl+X"),
    ("copy", "Copy\tCtrl+C"),
    ("paste", "Paste below\tCtrl+V"),
)
FOR_INPUT = ("add", "paste")


def layer_menu(parent: QWidget, ids: list[str], run: Callable[[str], None]) -> QMenu:
    """The menu for the selected layers; for the input (no ids) only what can be done there."""
    menu = QMenu(parent)
    for command, text in ENTRIES:
        if not command:
            menu.addSeparator()
        elif ids or command in FOR_INPUT:
            menu.addAction(text).triggered.connect(lambda _=False, command=command: run(command))
    return menu


def add_wiring(
    menu: QMenu,
    design: NetworkDesign,
    report: DesignReport,
    id: str,
    wire: Callable[[str, str], None],
    unwire: Callable[[str, str], None],
) -> None:
    """Two submenus for layer ``id``: what it can also read, nearest first, and what it can stop reading."""
    index = design.index(id)
    reads = design.wiring()[index]
    most = design[id].parameters.inputs_allowed[1]
    earlier = [*(spec.id for spec in reversed(design.layers[:index])), NETWORK_INPUT]
    sources = [name for name in earlier if name not in reads][:MAX_SOURCES]
    menu.addSeparator()
    also = menu.addMenu("Also read from" if most > 1 else "Read from")
    for source in sources:
        also.addAction(source_text(design, report, source)).triggered.connect(lambda _=False, source=source: wire(source, id))
    also.setEnabled(bool(sources) and (most == 1 or len(reads) < most))
    if design[id].inputs:
        stop = menu.addMenu("Stop reading from")
        for source in reads:
            text = source_text(design, report, source)
            stop.addAction(text).triggered.connect(lambda _=False, source=source: unwire(source, id))


def source_text(design: NetworkDesign, report: DesignReport, id: str) -> str:
    """How a layer is named in the submenus: "p1 · Max pool · 12 × 14 × 14"."""
    if id == NETWORK_INPUT:
        return f"Input · {times(design.input_shape)}"
    shape = report[id].output_shape
    return " · ".join([id, design[id].parameters.title, *([times(shape)] if shape else [])])
