"""KeptRun: the recorder of a run of the window, into a folder that holds its newest state, its curves and its past."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from app.document import Document
from engine.errors import FileError
from engine.snapshot import History

if TYPE_CHECKING:
    from engine.data.dataset import DataSet
    from engine.files.run_lock import RunLock
    from engine.files.run_writer import RunWriter
    from engine.training.filmstrip import Frame
    from engine.training.messages import Ended
    from engine.training.recorder import MetricRow
    from engine.training.state import TrainingState

MOST_BYTES = 512 << 20
"""A state that takes more is not kept: who leaves its run is asked instead."""
EVERY_S = 0.9
"""Between two states of a run that goes on, at least: about what a killed process loses."""
FRAMES_BYTES = 256 << 20
"""Of past steps in one kept run."""


@dataclass(frozen=True, eq=False)
class Past:
    """What a run has behind it that goes on: up to ``state``."""

    history: History
    state: TrainingState
    frames: tuple[Frame, ...]


@dataclass(frozen=True, eq=False)
class Beginning:
    """What a run starts or goes on with; ``data`` says None while they are read."""

    document: Document
    data: Callable[[], DataSet | None]
    past: Past | None


class KeptRun:
    """A Recorder. Rows and past steps wait in memory for the next state, with which they are written, on the thread that saves:
    so the training waits for no disk, and what lies there belongs together. Of states only the newest stays.

    ``begin``, ``adopt`` and ``close`` are for the GUI's thread, as is reading ``kept_step`` and ``works``: none of them waits for
    the disk. There is no folder before there is something trained; ``made`` is called with it on the saving thread when there is.
    A run that goes on in a folder that another window holds by then is kept ``elsewhere``, with all that it has behind it.
    """

    def __init__(
        self, path: Path, made: Callable[[Path], object] = lambda path: None, elsewhere: Callable[[], Path] | None = None
    ) -> None:
        self.path = path
        self.kept_step = 0  # up to which the folder holds it
        self.works = True  # the last time that something was to be kept, it was
        self._made, self._elsewhere = made, elsewhere
        self._written = -EVERY_S  # when, by perf_counter
        self._writing = threading.Lock()  # held while the disk is waited for
        self._buffering = threading.Lock()  # held for moments: the training thread must not wait for the disk
        self._is_forgotten = False
        self._beginning: Beginning | None = None  # what the next thing that is written belongs to
        self._adopting: TrainingState | None = None  # the state up to which the folder is to be taken over
        self._folder: RunWriter | None = None
        self._lock: RunLock | None = None
        self._past: Past | None = None
        self._rewind: TrainingState | None = None  # what lies there is to be cut back to this before more is written
        self._is_renewed = False  # the settings that lie there are to be those that it went on with
        self._rows: list[MetricRow] = []
        self._frames: list[Frame] = []

    def begin(self, document: Document, data: Callable[[], DataSet | None], past: Past | None) -> None:
        """A run of ``document`` on ``data`` (None while they are read) starts or, with a ``past``, goes on."""
        with self._buffering:
            self._rows, self._frames = [], []  # of a run that could not be written
            self._beginning = Beginning(document, data, past)

    def adopt(self, state: TrainingState) -> None:
        """Go on in the folder as it lies there, with ``state`` its newest. ``take`` makes it ours, or else the first state."""
        self._adopting, self.kept_step = state, state.step

    def take(self) -> None:
        """Hold the folder that is adopted, on another thread than the GUI's; FileError where that cannot be."""
        with self._at_the_disk():
            if not self._is_forgotten:
                self._take()

    # -- Recorder: the training thread, and the one that saves for it --

    def points(self, rows: Sequence[MetricRow]) -> None:
        """See ``Recorder.points``."""
        with self._buffering:
            self._rows += rows

    def frame(self, frame: Frame) -> None:
        """See ``Recorder.frame``."""
        with self._buffering:
            self._frames.append(frame)

    def wants_interim(self) -> bool:
        """See ``Recorder.wants_interim``."""
        return perf_counter() - self._written >= EVERY_S

    def interim(self, state: TrainingState) -> None:
        """See ``Recorder.interim``."""
        self.checkpoint(state)

    def checkpoint(self, state: TrainingState) -> None:
        """See ``Recorder.checkpoint``; it is kept until the next one, too."""
        size = sum(tensor.nbytes for tensor in state.tensors().values())
        with self._at_the_disk():
            try:
                self._begin()
                if not state.step and self._past is None and self._folder is None:
                    return
                if size > MOST_BYTES:
                    self.works = False
                    self._take_waiting()  # else it would wait for ever
                    return
                folder = self._opened()
                self._write_waiting(folder)
                folder.interim(state)
            except Exception:
                self.works = False
                raise
            self.works, self.kept_step, self._written = True, state.step, perf_counter()

    def log(self, line: str) -> None:
        """See ``Recorder.log``. The last line comes when the run is over, and with it what no state will follow."""
        with self._at_the_disk():
            self._begin()
            if self._folder is not None:
                folder = self._opened()
                self._write_waiting(folder)
                folder.log(line)

    def ended(self, ended: Ended) -> None:
        """See ``Recorder.ended``."""
        with self._at_the_disk():
            if self._folder is not None:
                self._folder.ended(ended)

    # -- the end --

    def close(self) -> None:
        """The run is forgotten by the window: its folder is anybody's, as soon as what is being written into it is."""
        self._is_forgotten = True
        self._release_what_is_forgotten()

    @contextmanager
    def _at_the_disk(self) -> Iterator[None]:
        """Alone, for as long as it takes."""
        try:
            with self._writing:
                yield
        finally:
            self._release_what_is_forgotten()

    def _release_what_is_forgotten(self) -> None:
        """Now, or, where somebody is at the disk, when he comes back from it."""
        if self._is_forgotten and self._writing.acquire(blocking=False):
            try:
                self._release()
            finally:
                self._writing.release()

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()
        self._lock = self._folder = None

    def _begin(self) -> None:
        """Do what ``adopt`` and ``begin`` left to be done."""
        with self._buffering:
            beginning = self._beginning
        self._take_or_leave(beginning is not None and beginning.past is not None)
        with self._buffering:
            if beginning is self._beginning:
                self._beginning = None
        if beginning is None:
            return
        self._document, self._data, past = beginning.document, beginning.data, beginning.past
        if past is not None and past.state.step != self.kept_step:
            self._release()
            self._past = past  # what lies there, if anything does, is not it
        else:
            self._is_renewed = self._folder is not None

    def _take_or_leave(self, has_past: bool) -> None:
        """Make the folder ours that is adopted; where that cannot be, and all that lies in it is known, leave it for another."""
        try:
            self._take()
        except FileError:
            if self._elsewhere is None or not has_past:
                raise
            self._adopting, self.kept_step, self.path = None, 0, self._elsewhere()

    def _take(self) -> None:
        """Make the folder ours that is adopted, once."""
        from engine.files.run_writer import RunWriter

        if self._adopting is None:
            return
        folder = RunWriter.open(self.path)
        folder.keep_frames_within(FRAMES_BYTES)
        lock = folder.hold()
        try:
            self._made(self.path)
        except BaseException:
            lock.release()
            raise
        self._folder, self._lock, self._rewind, self._adopting = folder, lock, self._adopting, None

    def _opened(self) -> RunWriter:
        """The folder, made with the past where there is none yet."""
        from engine.files.atomic import make_folder
        from engine.files.run_writer import RunWriter
        from engine.files.whole_run import save_run

        if self._folder is not None:
            if self._rewind is not None:
                self._folder.rewind(self._rewind)
                self._rewind = None
            if self._is_renewed:
                self._folder.update(config=self._document.config)
                self._is_renewed = False
            return self._folder
        document, past, data = self._document, self._past, self._data()
        assert data is not None  # there is no state before there are data
        make_folder(self.path.parent)
        if past is not None:
            args = (document.design, document.config, document.data, data, past.history, past.state, past.frames)
            folder = save_run(self.path, *args, over=True)
        else:
            folder = RunWriter.create(self.path, document.design, document.config, document.data, data, data.device.type)
        folder.keep_frames_within(FRAMES_BYTES)
        self._lock = folder.hold()
        self._folder, self._past = folder, None
        self._made(self.path)
        return folder

    def _write_waiting(self, folder: RunWriter) -> None:
        """Write the rows and past steps that wait; what cannot be written goes on waiting."""
        rows, frames = self._take_waiting()
        try:
            folder.points(rows)
            rows = []
            while frames:
                folder.frame(frames[0])
                del frames[0]
        finally:
            with self._buffering:
                self._rows, self._frames = rows + self._rows, frames + self._frames

    def _take_waiting(self) -> tuple[list[MetricRow], list[Frame]]:
        with self._buffering:
            waiting = self._rows, self._frames
            self._rows, self._frames = [], []
        return waiting
