"""Python's cyclic garbage is collected on the GUI thread only: a widget destroyed on another thread crashes Qt."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 500


class Collector(QObject):
    """Switches automatic collection off and collects from a timer, when the interpreter's own thresholds say so."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.collect_if_due)
        self._timer.start()

    def collect_if_due(self) -> None:
        """Collect the oldest generation that is over its threshold."""
        due = [generation for generation, count in enumerate(gc.get_count()) if count > gc.get_threshold()[generation] > 0]
        if due:
            gc.collect(due[-1])

    def settle(self) -> None:
        """Everything alive now stays until the process ends: exempt it, so that later collections take no time. For a process
        with one window, once that is made and torch is there."""
        gc.collect()
        gc.freeze()

    def stop(self) -> None:
        """Back to the interpreter's own collection."""
        self._timer.stop()
        gc.enable()
