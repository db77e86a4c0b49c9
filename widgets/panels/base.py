"""Panel: a dock of the stage that shows something other than snapshots."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QWidget

from engine.numbers import Numbers
from engine.snapshot import Snapshot
from widgets.theme import Look
from widgets.viewing.base import Focus, View


@runtime_checkable
class Sharing(Protocol):
    """What a panel's widget may say of what can be shared of it; without it a picture of all of it is."""

    def shared_part(self) -> QWidget:
        """What pictures show."""

    def numbers(self) -> list[Numbers]:
        """What is shown as numbers, one of each form."""


class Panel(View):
    """A View without an empty state: it always shows the widget it is given."""

    workspaces = ()
    group = "tools"

    def __init__(
        self, look: Look, widget: QWidget, name: str, title: str, area: str, *, order: int = 50, readable: int = 0
    ) -> None:
        self.name, self.title, self.area, self.order, self.readable = name, title, area, order, readable  # type: ignore[misc]
        self.widget = widget
        super().__init__(look)
        self.clear()

    def content(self) -> QWidget:
        return self.widget

    def shared_part(self) -> QWidget:
        return self.widget.shared_part() if isinstance(self.widget, Sharing) else self.widget

    def numbers(self) -> list[Numbers]:
        return self.widget.numbers() if isinstance(self.widget, Sharing) else []

    def draw(self, snapshot: Snapshot, focus: Focus) -> str:
        return ""

    def clear(self) -> None:
        self._stack.setCurrentIndex(1)
