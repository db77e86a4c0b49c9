"""Recording that cannot hurt: a Recorder whose disk is full costs one notice, and the run goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from engine.errors import FileError
from engine.training.filmstrip import Frame
from engine.training.mailbox import Mailbox
from engine.training.messages import Ended
from engine.training.recorder import MetricRow, Recorder
from engine.training.saving import Saver
from engine.training.state import TrainingState

RETRY_S = 10.0
"""After a failure, until saving is tried again."""


class Recording:
    """Passes everything on to ``recorder`` (None: to nobody). After a failure it keeps the rows and tries again with the next
    checkpoint; frames and log lines of the meantime are lost. Training thread only. Checkpoints are written on a thread beside
    it, always behind the rows of their steps."""

    def __init__(self, recorder: Recorder | None, mailbox: Mailbox) -> None:
        self._recorder = recorder
        self._mailbox = mailbox
        self._saver = Saver()
        self._unwritten: list[MetricRow] = []
        self._works = recorder is not None
        self._saved: dict[str, Any] | None = None  # what is known of the last state that was kept, without its tensors
        self._telling = threading.Lock()
        self._told = False

    @property
    def is_on(self) -> bool:
        """Whether anybody records."""
        return self._recorder is not None

    @property
    def is_interim_due(self) -> bool:
        """Whether it is time for ``interim``: not while something is being written, and only as often as its cost allows."""
        return self._recorder is not None and self._saver.is_due and self._recorder.wants_interim()

    def points(self, rows: list[MetricRow]) -> None:
        """See ``Recorder.points``."""
        if self._recorder is None:
            return
        self._unwritten += rows
        self._write_rows()

    def interim(self, state: TrainingState, copying: float = 0.0) -> None:
        """A state for the case that the process is killed; it took ``copying`` seconds to copy. Broken weights are not saved, so
        that the last good ones stay."""
        if self._recorder is not None:
            self._save(partial(self._write_if_whole, self._pass_by, state), copying)

    def epoch(self, state: TrainingState) -> None:
        """An epoch is over: save a checkpoint, unless its weights are broken."""
        if self._recorder is not None:
            self._save(partial(self._write_if_whole, self._keep, state))

    def last(self, state: TrainingState) -> None:
        """The run is over: save it whatever it is, if that has not been done. When this returns it is on the disk."""
        self._saver.wait()
        if self._recorder is not None and (self._saved is None or not state.is_as(self._saved)):
            self._save(partial(self._attempt, self._keep, state))
            self._saver.wait()

    def settle(self) -> None:
        """Return when all that was to be saved is on the disk."""
        self._saver.wait()

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
        self._saver.wait()
        self.log(f"{ended.state.value}: {ended.reason} {ended.suggestion}".strip())
        if trace and self._works:
            self.log(trace)
        if self._recorder is not None:
            self._attempt(self._recorder.ended, ended)
        if trace and not self._works:
            self._mailbox.post_notice(trace)

    def _save(self, write: Callable[[], object], copying: float = 0.0) -> None:
        """Try again if it failed before: first the rows, then, on the thread beside this one, the checkpoint."""
        self._saver.wait()
        self._works = True
        self._write_rows()
        if self._works:
            self._saver.save(write, copying)

    def _keep(self, state: TrainingState) -> None:
        assert self._recorder is not None
        self._recorder.checkpoint(state)
        self._saved = state.info()

    def _pass_by(self, state: TrainingState) -> None:
        assert self._recorder is not None
        self._recorder.interim(state)

    def _write_if_whole(self, write: Callable[[TrainingState], None], state: TrainingState) -> None:
        if _is_whole(state):
            self._attempt(write, state)

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
            self._saver.rest(RETRY_S)
            self._tell(str(error) if isinstance(error, FileError | OSError) else repr(error))
            return False
        return True

    def _tell(self, reason: str) -> None:
        with self._telling:
            if not self._told:
                self._told = True
                self._mailbox.post_notice(f"The run cannot be saved ({reason}). Training goes on; saving is tried again.")


def _is_whole(state: TrainingState) -> bool:
    """Whether all weights are numbers. numpy's threads are none, torch's would take time from the training uncounted."""
    floats = [tensor for tensor in state.network.values() if tensor.is_floating_point()]
    return all(bool(np.isfinite(tensor.float().numpy()).all()) for tensor in floats)
