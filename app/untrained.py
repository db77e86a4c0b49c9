"""Untrained: before anything is trained, the views show the network with its first weights on the data that are chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.changes import Part, difference
from app.document import Document
from app.run.answers import Answers, Asker
from app.run.live_run import LiveRun
from app.run.runs import Runs
from app.run.starting import getting, needs_other_data, require_startable
from app.session import Session
from engine.data.source import DATASETS
from engine.errors import LayerscopeError

if TYPE_CHECKING:
    from torch import Tensor

    from engine.data.dataset import DataSet

Found = tuple["DataSet", Mapping[str, "Tensor"]]

SETTLE_MS = 200
"""So long nothing must be edited before it is made anew."""
MOST_BYTES = 512 << 20
"""Data that take more are read only for a run."""
MOST_FILES = 20_000
MOST_PARAMS, MOST_LAYERS = 30_000_000, 1000
"""Larger networks are built only for a run."""
_AT_RUN = "Press Space to train: pictures appear then, because {} for a look beforehand."


class Untrained(QObject):
    """GUI thread only; data are read and weights drawn on another thread, once ``start`` was called. What it makes is a run that
    has not begun, kept and shown by ``runs``, never in place of one that has. ``told`` says why there is nothing to be seen, or
    what is being done about it."""

    told = Signal(str)

    def __init__(self, session: Session, runs: Runs, answers: Answers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._runs = session, runs
        self._asker: Asker[Found] = Asker("layerscope-untrained", answers)
        self._read: tuple[Document, DataSet] | None = None  # the last data, for the next network
        self._settling = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settling.timeout.connect(self._make)

    def start(self) -> None:
        """From now on there is always something to be seen; torch has been loaded."""
        self._session.document_changed.connect(self._plan)
        self._runs.shown_changed.connect(self._plan)
        self._make()

    @property
    def is_busy(self) -> bool:
        """Whether something is being made, or will be in a moment."""
        return self._settling.isActive() or self._asker.is_busy

    def _plan(self) -> None:
        self._asker.cancel()
        self._settling.start()

    def _make(self) -> None:
        run, document = self._runs.shown, self._session.document
        if not self._may_be_replaced():
            self._read = None  # the run has them
            return
        if run is not None and not run.is_begun and not _needs_another(run.document, document):
            return
        known = self._known(document)
        try:
            self._require_sensible(document)
        except LayerscopeError as error:
            self._clear(str(error))
            return
        if known is None:
            self._clear(f"{getting(document.data)}…")
        self._asker.ask(partial(self._job, document, known), partial(self._show, document), self._clear)

    def _may_be_replaced(self) -> bool:
        """Whether nothing would be lost: no run is shown, or one without a network that has begun to learn."""
        run = self._runs.shown
        return run is None or not run.is_begun or not (run.is_alive or run.has_network)

    def _known(self, document: Document) -> DataSet | None:
        return None if self._read is None or needs_other_data(self._read[0], document) else self._read[1]

    def _require_sensible(self, document: Document) -> None:
        """LayerscopeError where the network cannot be trained as it is, or would take too much for a look."""
        report = self._session.report
        if report.errors:
            raise report.errors[0]
        require_startable(document)
        if report.costs.params > MOST_PARAMS or len(report.layers) > MOST_LAYERS:
            raise LayerscopeError(_AT_RUN.format("the network is too large"))

    def _job(self, document: Document, known: DataSet | None) -> Iterator[Found]:
        """The worker's: data and weights."""
        from engine.problem import make_problem
        from engine.training.trainer import seeded_network, weights_on_cpu

        design, config = document.design, document.config
        data = known or self._load(document)
        make_problem(config.task, data, design).check(design)
        self._asker.require_wanted()
        yield data, weights_on_cpu(seeded_network(design, config.seed, config.init))

    def _load(self, document: Document) -> DataSet:
        """The data, unless there are too many for a look."""
        from engine.data.load import load

        if document.data not in DATASETS and _is_large(Path(document.data).expanduser()):
            raise LayerscopeError(_AT_RUN.format("there are too many data"))
        config, wanted = document.config, self._asker.require_wanted
        shape = document.design.input_shape
        return load(document.data, shape, config.seed, config.validation_share, between=wanted, most=MOST_BYTES)

    def _show(self, document: Document, found: Found) -> None:
        data, weights = found
        self._read = document, data
        if self._may_be_replaced():
            self._runs.replace_shown(LiveRun.untrained(document, data, weights))

    def _clear(self, sentence: str) -> None:
        self._asker.cancel()
        if self._runs.shown is not None and not self._runs.shown.is_begun:
            self._runs.put_away()
            self._settling.stop()
        self.told.emit(sentence)


def _needs_another(before: Document, after: Document) -> bool:
    """Whether the network, its first weights or what it is shown are others."""
    if difference(before, after) & (Part.DESIGN | Part.DATA) or needs_other_data(before, after):
        return True
    return (before.config.init, before.config.task) != (after.config.init, after.config.task)


def _is_large(path: Path) -> bool:
    """Whether a file or a folder holds much; not all of a large folder is looked at."""
    total = 0
    try:
        for number, each in enumerate(path.rglob("*") if path.is_dir() else [path]):
            total += each.stat().st_size
            if total > MOST_BYTES or number >= MOST_FILES:
                return True
    except OSError:
        return False  # whoever reads it will say what is wrong
    return False
