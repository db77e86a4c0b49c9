"""Writing: files are written on a thread of its own, one after the other, and who leaves can wait for the last of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from PySide6.QtCore import QEventLoop, QObject, Signal

from app.run.answers import Answers, Asker

Write = Callable[[], object]


class Writing(QObject):
    """GUI thread only. ``refused`` carries the sentence of what could not be written."""

    refused = Signal(str)
    idle = Signal()

    def __init__(self, answers: Answers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answers = answers
        self._asker: Asker[None] = Asker("layerscope-saver", answers)
        self._waiting: deque[tuple[Write, Callable[[], object]]] = deque()
        self._failed = False  # the last one could not be written

    @property
    def is_busy(self) -> bool:
        """Whether something is being written, or waits."""
        return self._asker.is_busy or bool(self._waiting)

    def write(self, write: Write, written: Callable[[], object]) -> None:
        """Have ``write`` called on the other thread, behind what waits; ``written`` is called on this one when it is done. A
        LayerscopeError says in a sentence that it could not be."""
        self._waiting.append((write, written))
        if not self._asker.is_busy:
            self._next()

    def finish(self) -> bool:
        """Return when all is written; meanwhile the window is painted, but takes no input. False where the last one failed."""
        if not self.is_busy:
            return True
        loop = QEventLoop()
        self.idle.connect(loop.quit)
        self._answers.expect()  # whoever waits may have been called by what hands answers on
        loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        return not self._failed

    def _next(self) -> None:
        write, written = self._waiting.popleft()

        def job() -> Iterator[None]:
            write()
            yield None

        def done(_: None) -> None:
            self._failed = False
            written()

        self._asker.ask(job, done, self._refuse, self._go_on)

    def _refuse(self, sentence: str) -> None:
        self._failed = True
        self.refused.emit(sentence)

    def _go_on(self) -> None:
        if self._waiting:
            self._next()
        else:
            self.idle.emit()
