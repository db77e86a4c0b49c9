"""Untrained: before anything is trained, the views show the network with its first weights on the data that are chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.changes import Part, difference
from app.chips import reading
from app.document import Document
from app.run.answers import Answers, Asker
from app.run.live_run import LiveRun
from app.run.runs import Runs
from app.run.starting import getting, getting_so_far, needs_other_data, require_startable
from app.session import Session
from engine.data.pieces import Interest
from engine.data.source import DATASETS
from engine.design.kinds import Shape
from engine.errors import LayerscopeError

if TYPE_CHECKING:
    from torch import Tensor

    from engine.data.dataset import DataSet

Found = tuple["DataSet", Mapping[str, "Tensor"] | None]
"""Data, and first weights where the network goes with them and they have been drawn."""

SETTLE_MS = 200
"""So long nothing must be edited before it is made anew."""
LOOK_MS = 150
"""Between two looks at how far the data are."""
MOST_BYTES = 512 << 20
"""Data that take more are read only for a run."""
MOST_FILES = 20_000
MOST_PARAMS, MOST_LAYERS = 30_000_000, 1000
"""Larger networks are built only for a run."""
_AT_RUN = "Press Space to train: pictures appear then, because {} for a look beforehand."


class Untrained(QObject):
    """GUI thread only; data are read and weights drawn on another thread, once ``start`` was called. What it makes is a run that
    has not begun, kept and shown by ``runs``, never in place of one that has. Data are read even if the network does not go
    with them. ``told`` says why there is nothing to be seen, or what is being done about it."""

    told = Signal(str)
    read = Signal(str, object)  # how the document calls data that are there, and the DataSet
    reading = Signal(str)  # that data are read or made for a look, with how much of them is there; "" where none are

    def __init__(self, session: Session, runs: Runs, answers: Answers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._runs = session, runs
        self._asker: Asker[Found] = Asker("layerscope-untrained", answers)
        self._read: tuple[Document, DataSet] | None = None  # the last data, for the next network
        self._interest = Interest()  # how far they are
        self._said = ""
        self._looking = QTimer(self, interval=LOOK_MS)
        self._looking.timeout.connect(self._say_reading)
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
        self._interest = Interest()
        self._settling.start()
        self._say_reading()

    def _say_reading(self) -> None:
        """What is being done to have the data of the document, as it is now."""
        document = self._session.document
        is_reading = self.is_busy and self._may_be_replaced() and self._known(document) is None
        sentence = getting_so_far(document.data, self._interest.done) if is_reading else ""
        if sentence != self._said:
            self._said = sentence
            self.reading.emit(sentence)
        if sentence:
            self._looking.start()
        else:
            self._looking.stop()

    def _make(self) -> None:
        run, document = self._runs.shown, self._session.document
        if not self._may_be_replaced():
            self._read = None  # the run has them
            return
        if run is not None and not run.is_begun and not _needs_another(run.document, document):
            return
        known = self._known(document)
        refused: Callable[[str], object] = self._clear
        try:
            self._require_sensible(document)
        except LayerscopeError as error:
            self._clear(error.plainly())
            job, refused = partial(self._data_alone, document, known, self._interest), _pass_over
        else:
            if known is None:
                self._clear(f"{getting(document.data)}…")
            job = partial(self._job, document, known, self._interest)
        self._asker.ask(job, partial(self._show, document), refused, self._say_reading)
        self._say_reading()

    def _may_be_replaced(self) -> bool:
        """Whether nothing would be lost: no run is shown, or one without a network that has begun to learn."""
        run = self._runs.shown
        return run is None or not run.is_begun or not (run.is_alive or run.has_network)

    def _known(self, document: Document) -> DataSet | None:
        return None if self._read is None or needs_other_data(self._read[0], document) else self._read[1]

    def _require_sensible(self, document: Document) -> None:
        """LayerscopeError where the network cannot be trained as it is, or would take too much for a look."""
        require_startable(document)
        report = self._session.report
        if report.costs.params > MOST_PARAMS or len(report.leaves) > MOST_LAYERS:
            raise LayerscopeError(_AT_RUN.format("the network is too large"))

    def _job(self, document: Document, known: DataSet | None, interest: Interest) -> Iterator[Found]:
        """The worker's: data and weights."""
        from engine.problem import make_problem
        from engine.training.trainer import seeded_network, weights_on_cpu

        design, config = document.design, document.config
        data = known or self._load(document, design.input_shape, interest)
        yield data, None  # which may be looked at, whether the network goes with them or not
        make_problem(config.task, data, design).check(design)
        self._asker.require_wanted()
        yield data, weights_on_cpu(seeded_network(design, config.seed, config.init))

    def _data_alone(self, document: Document, known: DataSet | None, interest: Interest) -> Iterator[Found]:
        """The worker's: data for a network that cannot be trained; as stored where it has no layers, or reads no pictures."""
        shape, has_layers = document.design.input_shape, bool(document.design.layers)
        is_picture = len(shape) == 3 and shape[0] in (1, 3)
        yield known or self._load(document, shape if has_layers and is_picture else None, interest), None

    def _load(self, document: Document, shape: Shape | None, interest: Interest) -> DataSet:
        """The data, unless there are too many for a look; ``interest`` is told how far they are."""
        from engine.data.load import load

        if document.data not in DATASETS and _is_large(Path(document.data).expanduser()):
            raise LayerscopeError(_AT_RUN.format("there are too many data"))
        config = document.config

        def between(done: float | None = None, /) -> None:
            self._asker.require_wanted()
            interest.require(done)

        return load(document.data, shape, config.seed, config.validation_share, between=between, most=MOST_BYTES)

    def _show(self, document: Document, found: Found) -> None:
        data, weights = found
        self._read = (document if document.design.layers else reading(document, data.slots)), data
        self.read.emit(document.data, data)
        if weights is not None and self._may_be_replaced():
            self._runs.replace_shown(LiveRun.untrained(document, data, weights))

    def _clear(self, sentence: str) -> None:
        self._asker.cancel()
        if self._runs.shown is not None and not self._runs.shown.is_begun:
            self._runs.put_away()
            self._settling.stop()
        self.told.emit(sentence)
        self._say_reading()


def _pass_over(_: str) -> None:
    """The views say already what is wrong with the network."""


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
