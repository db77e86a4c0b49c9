"""The system's signals, such as Ctrl-C in the terminal, as a Qt signal: an event loop that sleeps would not notice them."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterable

from PySide6.QtCore import QObject, QSocketNotifier, Signal

INTERRUPT = signal.SIGINT
ENDING = tuple(number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None)
"""The program is told to end: by the system that shuts down, by a terminal that closes."""


class Signals(QObject):
    """``came`` carries the number of a signal, on the GUI thread. One at a time; ``close`` gives the signals back."""

    came = Signal(int)

    def __init__(self, numbers: Iterable[int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._here, self._there = socket.socketpair()
        for end in (self._here, self._there):
            end.setblocking(False)
        self._fd_before = signal.set_wakeup_fd(self._there.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, lambda *_: None) for number in numbers}
        self._notifier = QSocketNotifier(self._here.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)

    def _read(self) -> None:
        try:
            came = self._here.recv(64)
        except BlockingIOError:  # the notifier was early, or what it told of has been read
            return
        for number in came:
            if number in self._before:
                self.came.emit(number)

    def close(self) -> None:
        """As it was before."""
        self._notifier.setEnabled(False)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._fd_before)
        self._here.close()
        self._there.close()
