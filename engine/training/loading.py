"""Loading data on a thread of its own, so that the training thread can obey meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable

from engine.data.dataset import DataSet


class Loading:
    """Calls ``load`` at once, and ``when_done`` after it. A load nobody waits for any more ends by itself, unheard."""

    def __init__(self, load: Callable[[], DataSet], when_done: Callable[[], None]) -> None:
        self._load = load
        self._when_done = when_done
        self._data: DataSet | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="layerscope-loading")
        self._thread.start()

    @property
    def is_done(self) -> bool:
        """Whether ``result`` is there."""
        return self._data is not None or self._error is not None

    def result(self) -> DataSet:
        """What was loaded; raises what ``load`` raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        assert self._data is not None
        return self._data

    def _run(self) -> None:
        try:
            self._data = self._load()
        except BaseException as error:
            self._error = error
        self._when_done()
