"""The context menu of the network list: every gesture by name, with its key."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QMenu, QWidget

from engine.design.check import DesignReport
from engine.design.kinds import times
from engine.design.network import NETWORK_INPUT, NetworkDesign, resolved_inputs
from engine.design.places import block_of, inside
from engine.design.wiring import inner_sources
from widgets.network.rows import Rows

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
    ("", ""),
    ("head", "Auxiliary output, or not"),
    ("group", "Group into a block\tCtrl+Shift+B"),
    ("ungroup", "Take the block apart\tCtrl+Shift+U"),
    ("copy_apart", "Edit this copy alone\tCtrl+Shift+E"),
    ("save_block", "Save to my blocks…\tCtrl+Shift+M"),
)
FOR_INPUT = ("add", "paste")


def layer_menu(parent: QWidget, ids: Sequence[str], cannot: Sequence[str], run: Callable[[str], None]) -> QMenu:
    """The menu for the selected layers; for the input (no ids) only what can be done there, nothing of what ``cannot`` be."""
    menu = QMenu(parent)
    for command, text in ENTRIES:
        if not command:
            menu.addSeparator()
        elif (ids or command in FOR_INPUT) and command not in cannot:
            menu.addAction(text).triggered.connect(lambda _=False, command=command: run(command))
    return menu


def add_wiring(
    menu: QMenu,
    rows: Rows,
    report: DesignReport,
    place: str,
    wire: Callable[[str, str], None],
    unwire: Callable[[str, str], None],
) -> None:
    """Two submenus for the layer at ``place``: what it can also read of what its block reads and of the layers before it there,
    nearest first, and what it can stop reading."""
    design, block = rows.design, block_of(place)
    layers, copy = design.layers_in(block), rows.copies.get(block, 0)
    index = design.index(place)
    reads = resolved_inputs(layers)[index]
    most = design[place].parameters.inputs_allowed[1]
    earlier = {inside(block, spec.id, copy): spec.id for spec in reversed(layers[:index])} | {
        block or NETWORK_INPUT: NETWORK_INPUT
    }
    sources = [source for source, name in earlier.items() if name not in reads][:MAX_SOURCES]
    menu.addSeparator()
    also = menu.addMenu("Also read from" if most > 1 else "Read from")
    for source in sources:
        text = source_text(design, report, block, earlier[source])
        also.addAction(text).triggered.connect(lambda _=False, source=source: wire(source, place))
    also.setEnabled(bool(sources) and (most == 1 or len(reads) < most))
    if design[place].inputs:
        stop = menu.addMenu("Stop reading from")
        for name in reads:
            text = source_text(design, report, block, name)
            stop.addAction(text).triggered.connect(lambda _=False, name=name: unwire(name, place))


def source_text(design: NetworkDesign, report: DesignReport, block: str, name: str) -> str:
    """How what the layers of ``block`` call ``name`` is named in the submenus: "p1 · Max pool · 12 × 14 × 14"."""
    if name.startswith("@"):
        return " · ".join(["Input", *_shape_of_input(design, report, block, name)])
    place = inside(block, name)
    shape = report[place].output_shape
    return " · ".join([name, design[place].parameters.title, *([times(shape)] if shape else [])])


def _shape_of_input(design: NetworkDesign, report: DesignReport, block: str, name: str) -> list[str]:
    if not block:
        return [times(design.input_shape if name == NETWORK_INPUT else design.inputs[name.removeprefix("@")])]
    number = inner_sources(max(1, len(design[block].inputs))).index(name) + 1
    return [f"{number} of the block"] if number > 1 else ["of the block"]
