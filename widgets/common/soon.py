"""Soon: work that waits for the end of the event in hand, so that however much changes, Qt paints once."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakSet

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid


class Soon(QTimer):
    """``work`` of ``owner``, done once however often it is asked for. GUI thread only."""

    def __init__(self, owner: QWidget, work: Callable[[], object]) -> None:
        super().__init__(owner, singleShot=True, interval=0)
        self._work = work
        self.timeout.connect(self.now)

    def ask(self) -> None:
        """Do it when the event in hand is over, or at the next ``do_all``."""
        if not self.isActive():
            self.start()
            _WAITING.add(self)

    def now(self) -> None:
        """Do it at once."""
        self.forget()
        self._work()

    def forget(self) -> None:
        """What was asked for has been done otherwise."""
        self.stop()
        _WAITING.discard(self)


_WAITING: WeakSet[Soon] = WeakSet()


def do_all() -> None:
    """Everything that waits, at once: what follows one by one would be painted one by one, each with all that lies below it."""
    for soon in list(_WAITING):
        if isValid(soon) and soon.isActive():
            soon.now()
