"""The card "Network": the drawing with its switch, its export menu, and the kinds of layers beside it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QToolButton, QWidget

from engine.errors import LayerscopeError
from widgets.common.given import given
from widgets.common.icons import icon
from widgets.common.sharing import write
from widgets.drawn.drawing import NetworkDrawing
from widgets.drawn.export import Export
from widgets.panels.base import Panel
from widgets.theme import Look, load_theme

SUBTITLES = {
    "volumes": ("volumes C × H × W, drawn to scale", "volumes to scale", ""),
    "graph": ("who reads whom, with shapes", "who reads whom", ""),
}
FORMATS = {
    "svg": ("SVG drawing…", "SVG drawings (*.svg)"),
    "pdf": ("PDF page…", "PDF documents (*.pdf)"),
    "png": ("PNG picture…", "PNG pictures (*.png)"),
}


class NetworkView(Panel):
    """The middle of the Design workspace. It needs the design and its report, not Snapshots."""

    group = "network"
    order = 1
    height_share = 3
    help = (
        "The network as volumes to scale or as a graph. Click selects, Ctrl adds; drag pans, the wheel zooms. The + on a line "
        "puts a layer there; pull the ring beside a layer to another one to wire them. Double-click folds or unfolds a block."
    )

    def __init__(self, look: Look, drawing: NetworkDrawing) -> None:
        self.drawing = drawing
        super().__init__(look, drawing, "network", "Network", "middle")
        self._controls = [self._make_switch(), self._make_export()]
        drawing.drawn_anew.connect(self._say_what)
        drawing.canvas.zoom_changed.connect(self._say_what)
        self._say_what()

    def controls(self) -> list[QWidget]:
        return self._controls

    def _make_switch(self) -> QWidget:
        """Volumes | Graph."""
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self.ways: dict[str, QToolButton] = {}
        group = QButtonGroup(box)
        for way, title in (("volumes", "Volumes"), ("graph", "Graph")):
            button = given(QToolButton(), text=title, checkable=True, checked=way == self.drawing.way)
            button.setAccessibleName(f"Draw as {way}")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(partial(self.choose, way))
            group.addButton(button)
            row.addWidget(button)
            self.ways[way] = button
        return box

    def choose(self, way: str) -> None:
        """Draw as "volumes" or as a "graph"."""
        self.ways[way].setChecked(True)
        self.drawing.set_way(way)

    def _make_export(self) -> QToolButton:
        words = "Export the whole drawing for a slide or a paper"
        self.export_button = given(QToolButton(), toolTip=words)
        self.export_button.setAccessibleName(words)
        self.look.changed.connect(self._dress)
        self._dress()
        self.export_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(self.export_button)
        for ending, (words, _) in FORMATS.items():
            menu.addAction(words, partial(self._ask_and_export, ending))
        menu.addSeparator()
        self.light = QAction("On white, for papers", menu)
        self.light.setCheckable(True)
        self.light.setChecked(True)
        menu.addAction(self.light)
        self.export_button.setMenu(menu)
        return self.export_button

    def _dress(self) -> None:
        """A picture, not a word: narrow cards with large text have room for it too."""
        self.export_button.setIcon(icon(self.look, "export", "muted", 16))
        self.export_button.setIconSize(QSize(self.look.px(16), self.look.px(16)))

    def menu_actions(self) -> list[QAction]:
        made = []
        for words, unfold in (("Unfold all blocks", True), ("Fold all blocks", False)):
            action = QAction(words, self)
            action.triggered.connect(partial(self.drawing.fold_all, unfold=unfold))
            made.append(action)
        return made

    def exported(self) -> Export:
        """The whole drawing, as files."""
        design = self.drawing.design
        theme = load_theme("light") if self.light.isChecked() else self.look.theme
        return Export(self.drawing.scene(), theme, design.name if design is not None else "", self.drawing.fonts)

    def _ask_and_export(self, ending: str) -> None:
        words, filters = FORMATS[ending]
        name = self.drawing.design.name if self.drawing.design is not None else "network"
        proposal = f"{name.lower().replace(' ', '_').replace('/', '_')}_{self.drawing.way}.{ending}"
        path = self.ask_save(self, f"Export as {words.removesuffix('…')}", proposal, filters, ending)
        if path is None:
            return
        try:
            write(path, self.exported().files()[ending]())
        except LayerscopeError as error:
            self.told.emit(error.plainly())
        else:
            self.done.emit(f"Saved {path.name} in {path.parent}.")

    def _say_what(self) -> None:
        """What is drawn how; where the canvas has no room for the scale, with it."""
        scale = "" if self.drawing.canvas.has_legend else " · ".join(self.drawing.canvas.scene.legend[:2])
        self.set_subtitle(*filter(None, (scale, *SUBTITLES[self.drawing.way])), "")
