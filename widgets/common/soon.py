"""Soon: work that waits for the end of the event in hand, so that however much changes, Qt paints once."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget


class Soon(QTimer):
    """Emits ``due`` once, however often it is asked to. GUI thread only."""

    due = Signal()

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner, singleShot=True, interval=0)
        self.timeout.connect(self.due)

    def ask(self) -> None:
        """When the event in hand is over, or at the next ``do_all``."""
        if not self.isActive():
            self.start()

    def now(self) -> None:
        """At once, if it was asked for."""
        if self.isActive():
            self.stop()
            self.due.emit()


def do_all(root: QWidget) -> None:
    """Everything that waits in ``root``, at once: what follows one by one is painted one by one, with all that lies below it."""
    for soon in root.findChildren(Soon):
        soon.now()
