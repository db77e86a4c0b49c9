"""FrameClock: how long the GUI thread was ever kept from its timer, measured in the running program itself."""

from __future__ import annotations

import time
from collections import deque

from PySide6.QtCore import QObject, Qt, QTimer

PERIOD_MS = 16


class FrameClock(QObject):
    """A 16 ms precise timer that notes the gaps between its ticks: a gap of 33 ms is one frame lost at 30 per second."""

    def __init__(self, parent: QObject | None = None, keep: int = 200_000) -> None:
        super().__init__(parent)
        self.gaps: deque[float] = deque(maxlen=keep)
        self._last = 0.0
        self._timer = QTimer(self, interval=PERIOD_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Forget what was measured and measure anew."""
        self.gaps.clear()
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        """Stop measuring; the gaps stay."""
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.gaps.append(now - self._last)
        self._last = now

    def summary(self) -> dict[str, float]:
        """Longest, 99th-percentile and median gap in milliseconds, and how many were measured."""
        ordered = sorted(self.gaps) or [0.0]
        return {
            "longest_ms": 1000 * ordered[-1],
            "p99_ms": 1000 * ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))],
            "median_ms": 1000 * ordered[len(ordered) // 2],
            "frames": float(len(self.gaps)),
        }
