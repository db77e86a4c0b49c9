"""The workspaces: which exist, and the stage of docks that each shows."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from engine.snapshot import Snapshot, Want
from widgets.stage import Stage
from widgets.theme import Look
from widgets.viewing.base import VIEWS, Focus, View

WORKSPACES: tuple[tuple[str, str], ...] = (("design", "Design"), ("watch", "Watch"), ("probe", "Probe"))


class Workspaces(QStackedWidget):
    """Every registered view can be opened in every workspace, and is at first in those it names; ``extra`` views are made
    by the window itself.

    Only visible views are drawn; the others catch up when they are shown.
    """

    wants_changed = Signal()
    layer_chosen = Signal(str)
    unit_chosen = Signal(int)
    image_chosen = Signal(int)
    told = Signal(str)
    done = Signal(str)

    def __init__(self, look: Look, extra: dict[str, list[View]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stages: dict[str, Stage] = {}
        self._focus = Focus()
        self._snapshot: Snapshot | None = None
        self._shown: dict[View, tuple[Snapshot, Focus]] = {}
        for name, _ in WORKSPACES:
            stage = Stage(look, name, {kind.name: kind for kind in VIEWS.entries()}, extra.get(name, []))
            stage.visible_changed.connect(self._visible_changed)
            stage.view_made.connect(self._connect)
            for view in stage.views:
                self._connect(view)
            self.stages[name] = stage
            self.addWidget(stage)

    def _connect(self, view: View) -> None:
        view.layer_chosen.connect(self.layer_chosen)
        view.unit_chosen.connect(self.unit_chosen)
        view.image_chosen.connect(self.image_chosen)
        view.told.connect(self.told)
        view.done.connect(self.done)

    @property
    def current(self) -> str:
        """The name of the workspace that is shown."""
        return WORKSPACES[self.currentIndex()][0]

    @property
    def stage(self) -> Stage:
        """The stage that is shown."""
        return self.stages[self.current]

    def choose(self, name: str) -> None:
        """Show the workspace ``name``."""
        self.setCurrentWidget(self.stages[name])
        self._visible_changed()

    def views(self, name: str) -> list[View]:
        """Every instance of the view called ``name`` that has been made."""
        return [view for stage in self.stages.values() for view in stage.views if view.name == name]

    def wants(self) -> frozenset[Want]:
        """What the visible views want captured."""
        return self.stage.wants(self._focus)

    def set_focus(self, focus: Focus) -> None:
        """Another layer or unit is looked at."""
        if focus != self._focus:
            self._focus = focus
            self.wants_changed.emit()
            self.draw(self._snapshot)

    def draw(self, snapshot: Snapshot | None) -> None:
        """Give the newest snapshot to the visible views that have not drawn it yet."""
        if snapshot is not None:
            for view in self.offer(snapshot):
                self.draw_newest(view)

    def offer(self, snapshot: Snapshot) -> list[View]:
        """Take ``snapshot`` as the newest; the visible views that have not drawn it yet."""
        self._snapshot = snapshot
        return [view for view in self.stage.visible_views() if self._is_outdated(view, snapshot)]

    def _is_outdated(self, view: View, snapshot: Snapshot) -> bool:
        if view not in self._shown:
            return True
        before, focus = self._shown[view]
        return focus != self._focus or (before is not snapshot and view.is_changed(before, snapshot, focus))

    def draw_newest(self, view: View) -> None:
        """Give the newest snapshot to one view, unless it has drawn it, or is hidden by now and catches up when it is shown."""
        snapshot = self._snapshot
        if snapshot is not None and view in self.stage.visible_views() and self._is_outdated(view, snapshot):
            self._shown[view] = (snapshot, self._focus)
            view.show_snapshot(snapshot, self._focus)

    def clear(self) -> None:
        """Back to the empty states."""
        self._snapshot = None
        self._shown.clear()
        for stage in self.stages.values():
            for view in stage.views:
                view.clear()

    def say_why_empty(self, sentence: str) -> None:
        """Views that have been shown nothing say this instead of what they usually say; "" is that again."""
        for stage in self.stages.values():
            for view in stage.views:
                view.say_why_empty(sentence)

    def _visible_changed(self) -> None:
        self.wants_changed.emit()
        self.draw(self._snapshot)
