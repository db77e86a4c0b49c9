"""Stage: the views of one workspace as docks that can be moved, closed, enlarged and put back."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QMainWindow, QTabWidget, QWidget

from widgets.dock import ViewDock
from widgets.places import room, share
from widgets.theme import Look
from widgets.views.base import View

LAYOUT_VERSION = 1


class Stage(QMainWindow):
    """One per workspace. Views declare where they stand at first: a row on top, the middle below it, a column at the side."""

    visible_changed = Signal()

    def __init__(self, look: Look, name: str, views: Sequence[View], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setObjectName(f"stage-{name}")
        self.setDockNestingEnabled(True)
        self.setAnimated(False)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.views = tuple(sorted(views, key=lambda view: view.order))
        self._look = look
        self._enlarged: QByteArray | None = None
        self._placed = False
        self._remembered = ""
        self._seen: set[str] = set()  # docks that are neither closed nor behind another tab
        self._rows: dict[str, list[ViewDock]] = {}
        self.docks = {view.name: ViewDock(look, view) for view in views}
        for name, dock in self.docks.items():
            self.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, dock)
            dock.hide()
            dock.visibilityChanged.connect(lambda seen, name=name: self._seen_changed(name, seen))
            dock.enlarge_requested.connect(lambda name=name: self.toggle_enlarged(name))
        self.restore_default()

    def restore_default(self) -> None:
        """The views that open at first, each in its first place; those that do not fit are tabs of their group's place."""
        self._enlarged = None
        opening = [view for view in self.views if view.opens]
        for view in self.views:
            self.docks[view.name].setFloating(False)
            self.docks[view.name].hide()  # side by side, even for a moment, they would widen the window
        rooms = room(self.width() / self._look.scale, self.height() / self._look.scale)
        places = {area: share([v for v in opening if v.area == area], rooms[area]) for area in ("top", "middle", "side")}
        self._rows = {area: [self.docks[place[0].name] for place in shared] for area, shared in places.items()}
        self._put_in_rows(self._rows)
        for place in (place for shared in places.values() for place in shared):
            self.docks[place[0].name].show()
            for view in place[1:]:
                self.tabifyDockWidget(self.docks[place[0].name], self.docks[view.name])
                self.docks[view.name].show()
            self.docks[place[0].name].raise_()
        self._proportion(self._rows)
        QTimer.singleShot(0, self, lambda: self._proportion(self._rows))  # tab bars take their height only now

    def _put_in_rows(self, rows: dict[str, list[ViewDock]]) -> None:
        """The row on top, the middle below it, the column at the side of the middle."""
        for dock in (dock for docks in rows.values() for dock in docks):
            self.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, dock)
        heads = [docks[0] for docks in rows.values() if docks]
        if rows["top"] and len(heads) > 1:
            self.splitDockWidget(rows["top"][0], heads[1], Qt.Orientation.Vertical)
        if rows["middle"] and rows["side"]:
            self.splitDockWidget(rows["middle"][0], rows["side"][0], Qt.Orientation.Horizontal)
        for area, docks in rows.items():
            along = Qt.Orientation.Horizontal if area == "top" else Qt.Orientation.Vertical
            for before, dock in pairwise(docks):
                self.splitDockWidget(before, dock, along)

    def showEvent(self, event: QShowEvent) -> None:
        """Sizes hold only once there is a size to divide: the first showing divides it."""
        super().showEvent(event)
        if not self._placed:
            self._placed = True
            QTimer.singleShot(0, self, self._place)

    def _place(self) -> None:
        if not self._remembered or not self._restore(self._remembered):
            self.restore_default()

    def _proportion(self, rows: dict[str, list[ViewDock]]) -> None:
        """The first sizes: a third of the height on top, two thirds of the width in the middle."""
        if rows["top"] and rows["middle"]:
            self.resizeDocks([rows["top"][0], rows["middle"][0]], [290, 710], Qt.Orientation.Vertical)
            self.resizeDocks(rows["top"], [100] * len(rows["top"]), Qt.Orientation.Horizontal)
        if rows["middle"] and rows["side"]:
            self.resizeDocks([rows["middle"][0], rows["side"][0]], [690, 310], Qt.Orientation.Horizontal)
        for area in ("middle", "side"):
            if len(rows[area]) > 1:
                self.resizeDocks(rows[area], [100 * dock.view.height_share for dock in rows[area]], Qt.Orientation.Vertical)

    def toggle_enlarged(self, name: str) -> None:
        """Give the whole stage to one view, or put the others back."""
        if self._enlarged is not None:
            state, self._enlarged = self._enlarged, None
            self.restoreState(state, LAYOUT_VERSION)
            return
        self._enlarged = self.saveState(LAYOUT_VERSION)
        for other, dock in self.docks.items():
            dock.setVisible(other == name)

    def layout_text(self) -> str:
        """The docks' places as text, for the settings."""
        state = self._enlarged if self._enlarged is not None else self.saveState(LAYOUT_VERSION)
        return bytes(state.toBase64()).decode()

    def restore_layout(self, text: str) -> None:
        """Put the docks where ``layout_text`` said; the first places where that does not fit."""
        self._remembered = text
        if not text or not self._restore(text):
            self._remembered = ""
            self.restore_default()

    def _restore(self, text: str) -> bool:
        return self.restoreState(QByteArray.fromBase64(text.encode()), LAYOUT_VERSION)

    def visible_views(self) -> list[View]:
        """The views that can be seen now (a view behind another tab or in a closed dock cannot)."""
        return [view for view in self.views if view.isVisible() and view.name in self._seen]

    def _seen_changed(self, name: str, seen: bool) -> None:
        (self._seen.add if seen else self._seen.discard)(name)
        self.visible_changed.emit()
