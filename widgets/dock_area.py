"""DockArea: cards as docks that are put in rows and columns, given their sizes, and described so that they can come back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from PySide6.QtCore import QByteArray, QChildEvent, QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QHoverEvent
from PySide6.QtWidgets import QLayout, QMainWindow, QStyle, QTabBar, QTabWidget, QWidget

from widgets.dock import ViewDock
from widgets.places import Plan


class DockArea(QMainWindow):
    """``docks`` by the names of their views. It puts and measures; which views stand where is decided by the Stage."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setDockNestingEnabled(True)
        self.setAnimated(False)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        layout = self.layout()
        assert layout is not None, "a main window has one from the start"
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.docks: dict[str, ViewDock] = {}

    # -- putting --

    def clear_places(self) -> None:
        """No dock has a place; all are hidden."""
        self._leave_separators()
        for dock in self.docks.values():
            dock.setFloating(False)
            self.removeDockWidget(dock)  # side by side, even for a moment, they would widen the window

    def _leave_separators(self) -> None:
        """As if the mouse were elsewhere: Qt would look for the separator that it is on, also where there is none any more."""
        away = QPointF(-1, -1)
        QCoreApplication.sendEvent(self, QHoverEvent(QEvent.Type.HoverLeave, away, away, away))

    def put_in_places(self, places: Plan) -> None:
        """Show the views of ``places``, where none has a place yet; the first one of each is in front."""
        self._put_in_rows({area: [self.docks[place[0].name] for place in shared] for area, shared in places.items()})
        for place in (place for shared in places.values() for place in shared):
            front = self.docks[place[0].name]
            front.show()
            for view in place[1:]:
                self.tabifyDockWidget(front, self.docks[view.name])
                self.docks[view.name].show()
            front.raise_()

    def _put_in_rows(self, rows: Mapping[str, list[ViewDock]]) -> None:
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

    def put_beside_its_group(self, dock: ViewDock) -> None:
        """As a tab of a card of its group, else of its area, else of any; alone where nothing is open."""
        others = sorted((other for other in self.docks.values() if other is not dock), key=lambda other: other.view.order)
        there = [other for other in others if not other.isHidden() and not other.isFloating()]
        alike = [other for other in there if other.view.group == dock.view.group]
        near = [other for other in there if other.view.area == dock.view.area]
        self.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, dock)
        for other in (alike or near or there)[:1]:
            self.tabifyDockWidget(other, dock)

    def raise_all(self, names: Iterable[str]) -> None:
        """Bring these to the front of their places; the first of them where two share one."""
        for name in reversed([*names]):
            self.docks[name].raise_()

    # -- sizes, in pixels --

    @property
    def gap(self) -> int:
        """Between two places."""
        return self.style().pixelMetric(QStyle.PixelMetric.PM_DockWidgetSeparatorExtent, None, self)

    def give_sizes(self, sizes: Mapping[str, tuple[int, int]]) -> None:
        """Give the places of these docks their width and height, tabs included."""
        docks = [self.docks[name] for name in sizes]
        self.resizeDocks(docks, [max(1, width) for width, _ in sizes.values()], Qt.Orientation.Horizontal)
        self.resizeDocks(docks, [max(1, height) for _, height in sizes.values()], Qt.Orientation.Vertical)

    def place_sizes(self) -> dict[str, tuple[int, int]]:
        """By the name of the view that is in front: width and height of each place, tabs included."""
        standing = [dock for dock in self.docks.values() if not dock.isHidden() and not dock.isFloating()]
        standing = [dock for dock in standing if dock.x() >= 0 and dock.y() >= 0]  # Qt moves those behind a tab away
        return {dock.view.name: (dock.width(), dock.height() + self._tabs_above(dock)) for dock in standing}

    def _tabs_above(self, dock: ViewDock) -> int:
        """The height of the bar of tabs over a card; 0 where it stands alone."""
        bars = [bar for bar in self.findChildren(QTabBar) if not bar.isHidden() and bar.geometry().left() == dock.x()]
        return next((bar.height() for bar in bars if bar.geometry().bottom() + 1 == dock.y()), 0)

    # -- as text --

    def state_text(self) -> str:
        """Qt's state of the docks in base64."""
        return bytes(self.saveState().toBase64().data()).decode()

    def take_state(self, text: str) -> bool:
        """Put the docks where ``state_text`` said; False where Qt cannot read that. They leave their places first: of those
        taken over as they stand Qt would leave the bars of tabs behind, in sight."""
        self.clear_places()
        return self.restoreState(QByteArray.fromBase64(text.encode()))

    def event(self, event: QEvent) -> bool:
        """Tabs keep their titles whole, and are scrolled where they have no room."""
        if isinstance(event, QChildEvent) and event.type() == QEvent.Type.ChildPolished:
            child = event.child()
            if isinstance(child, QTabBar):
                child.setElideMode(Qt.TextElideMode.ElideNone)
        return super().event(event)
