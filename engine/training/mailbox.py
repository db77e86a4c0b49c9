"""The mailbox between the training thread, which posts, and the window, which empties it when it has time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.snapshot import Snapshot
from engine.training.messages import Ended, Mail, Points, Progress

if TYPE_CHECKING:
    from engine.data.dataset import DataSet


class Mailbox:
    """Keeps every metric point and notice, and of snapshots and progress only the newest: nothing queues up, nobody waits.

    Any thread may call any method.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._points: dict[str, list[tuple[NDArray[np.float64], NDArray[np.float64]]]] = {}
        self._snapshot: Snapshot | None = None
        self._progress: Progress | None = None
        self._notices: list[str] = []
        self._data: DataSet | None = None
        self._ended: Ended | None = None

    def post_points(self, name: str, steps: ArrayLike, values: ArrayLike) -> None:
        """Add points to the series ``name``; the arrays are copied."""
        chunk = (np.array(steps, dtype=np.float64, ndmin=1), np.array(values, dtype=np.float64, ndmin=1))
        with self._lock:
            self._points.setdefault(name, []).append(chunk)

    def post_snapshot(self, snapshot: Snapshot) -> None:
        """Replace the snapshot that waits, if any."""
        with self._lock:
            self._snapshot = snapshot

    def post_progress(self, progress: Progress) -> None:
        """Replace the progress that waits, if any."""
        with self._lock:
            self._progress = progress

    def post_notice(self, sentence: str) -> None:
        """Say something that the user should know, but that does not end the run."""
        with self._lock:
            self._notices.append(sentence)

    def post_data(self, data: DataSet) -> None:
        """The data set has been loaded."""
        with self._lock:
            self._data = data

    def post_ended(self, ended: Ended) -> None:
        """The run is over; nothing is posted after this."""
        with self._lock:
            self._ended = ended

    def take(self) -> Mail:
        """Everything that has arrived, taken out."""
        with self._lock:
            chunks, self._points = self._points, {}
            snapshot, self._snapshot = self._snapshot, None
            progress, self._progress = self._progress, None
            notices, self._notices = tuple(self._notices), []
            data, self._data = self._data, None
            ended, self._ended = self._ended, None
        return Mail(_joined(chunks), snapshot, progress, notices, data, ended)


def _joined(chunks: dict[str, list[tuple[NDArray[np.float64], NDArray[np.float64]]]]) -> Points:
    return {
        name: (np.concatenate([steps for steps, _ in parts]), np.concatenate([values for _, values in parts]))
        for name, parts in chunks.items()
    }
