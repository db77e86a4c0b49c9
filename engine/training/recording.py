"""Recording that cannot hurt: a Recorder whose disk is full costs one notice, and the run goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.errors import FileError
from engine.training.filmstrip import Frame
from engine.training.mailbox import Mailbox
from engine.training.messages import Ended
from engine.training.recorder import MetricRow, Recorder
from engine.training.state import TrainingState


class Recording:
    """Passes everything on to ``recorder`` (None: to nobody). After a failure it keeps the rows and tries again at the next
    epoch; frames and log lines of the meantime are lost. Training thread only."""

    def __init__(self, recorder: Recorder | None, mailbox: Mailbox) -> None:
        self._recorder = recorder
        self._mailbox = mailbox
        self._unwritten: list[MetricRow] = []
        self._works = recorder is not None
        self._told = False

    @property
    def is_on(self) -> bool:
        """Whether anybody records."""
        return self._recorder is not None

    def points(self, rows: list[MetricRow]) -> None:
        """See ``Recorder.points``."""
        if self._recorder is None:
            return
        self._unwritten += rows
        self._write_rows()

    def epoch(self, state: TrainingState) -> bool:
        """An epoch, or the run, is over: try again if it failed before, and save a checkpoint; whether that worked."""
        if self._recorder is None:
            return False
        self._works = True
        self._write_rows()
        return self._attempt(self._recorder.checkpoint, state)

    def frame(self, frame: Frame) -> None:
        """See ``Recorder.frame``."""
        if self._recorder is not None:
            self._attempt(self._recorder.frame, frame)

    def log(self, line: str) -> None:
        """See ``Recorder.log``."""
        if self._recorder is not None:
            self._attempt(self._recorder.log, line)

    def end(self, ended: Ended, trace: str) -> None:
        """The last lines of the log. Without a log, the traceback of a surprise goes to the mailbox: it is never lost."""
        self.log(f"{ended.state.value}: {ended.reason} {ended.suggestion}".strip())
        if trace and self._works:
            self.log(trace)
        if trace and not self._works:
            self._mailbox.post_notice(trace)

    def _write_rows(self) -> None:
        if self._recorder is not None and self._unwritten and self._attempt(self._recorder.points, self._unwritten):
            self._unwritten = []

    def _attempt(self, write: Callable[[Any], None], what: Any) -> bool:
        if not self._works:
            return False
        try:
            write(what)
        except Exception as error:  # whatever goes wrong while saving, hours of training are worth more
            self._works = False
            self._tell(str(error) if isinstance(error, FileError | OSError) else repr(error))
            return False
        return True

    def _tell(self, reason: str) -> None:
        if not self._told:
            self._told = True
            self._mailbox.post_notice(f"The run cannot be saved ({reason}). Training goes on; saving is tried again each epoch.")
