"""Presentation: few views, large and in high contrast, on the whole screen; and back exactly as before."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QKeySequence

from app.appearance import Appearance
from app.window import MainWindow
from widgets.sides import SIDES, SideState


@dataclass(frozen=True)
class _Before:
    """What comes back at the end."""

    state: Qt.WindowState
    geometry: QRect
    sides: dict[str, SideState]


class Presentation(QObject):
    """GUI thread only. What is changed meanwhile (size of text, panels, views) ends with it; the document and the run do not."""

    def __init__(self, window: MainWindow, appearance: Appearance) -> None:
        super().__init__(window)
        self._window, self._appearance = window, appearance
        self._before: _Before | None = None

    @property
    def is_on(self) -> bool:
        """Whether it is being presented."""
        return self._before is not None

    def switch(self) -> None:
        """Begin, or go back."""
        if self.is_on:
            self.leave()
        else:
            self.begin()

    def begin(self) -> None:
        """Few views on the whole screen."""
        window = self._window
        self._before = _Before(window.windowState(), window.geometry(), window.sides.state())
        for stage in window.workspaces.stages.values():
            stage.present()
        window.setWindowState(window.windowState() | Qt.WindowState.WindowFullScreen)
        window.sides.restore({side.name: SideState(shown=False) for side in SIDES})
        window.set_bare(True)
        window.banner.hold_back(True)
        self._appearance.present(True)
        self._take_keys("F11", "Esc")

    def leave(self) -> None:
        """Everything as it was before; nothing where nothing is presented."""
        if self._before is None:
            return
        window, before, self._before = self._window, self._before, None
        window.setWindowState(before.state)
        if not before.state & (Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen):
            window.setGeometry(before.geometry)
        self._appearance.present(False)
        window.set_bare(False)
        window.sides.restore(before.sides)
        for stage in window.workspaces.stages.values():
            stage.stop_presenting()
        window.banner.hold_back(False)
        self._take_keys("F11")

    def _take_keys(self, *keys: str) -> None:
        """Esc leads out as long as it is presented, and belongs to whatever has the keyboard otherwise."""
        self._window.actions_table["view.presentation"].setShortcuts([QKeySequence(each) for each in keys])
