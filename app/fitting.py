"""Fitting: whether the network on screen can learn from the data that are chosen, known before anybody starts a run."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from app.run.live_run import LiveRun
from app.run.run_record import News
from app.run.runs import Runs
from app.session import Session
from engine.data.meaning import Slot
from engine.data.source import DATASETS
from engine.errors import LayerscopeError
from engine.fit import require_fit_to, require_input_fit


class Fitting(QObject):
    """GUI thread only. Known sets say beforehand what they hold; a folder or file does once a run has read it."""

    changed = Signal()

    def __init__(self, session: Session, runs: Runs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._runs = session, runs
        self.misfit: LayerscopeError | None = None
        self._read: tuple[str, Mapping[str, Slot]] | None = None  # the data that a run read last, and what they hold
        session.document_changed.connect(self.look)
        runs.shown_changed.connect(self.look)
        runs.changed.connect(self._follow)

    def _follow(self, run: LiveRun, news: News) -> None:
        if run is self._runs.shown and news & News.DATA and run.data is not None:
            self._read = run.document.data, run.data.slots
            self.look()

    def look(self) -> None:
        """Find out what does not fit, and tell where that is another thing than before."""
        before, self.misfit = self.misfit, self._find()
        if str(before or "") != str(self.misfit or ""):
            self.changed.emit()

    def _find(self) -> LayerscopeError | None:
        document, report, slots = self._session.document, self._session.report, self._slots()
        if slots is None or not report.layers:
            return None
        task, design = document.config.task, document.design
        try:
            require_input_fit(task, slots, design, report)
            if not report.errors:  # what does not fit in itself is told by the design's own report
                require_fit_to(task, slots, design, report)
        except LayerscopeError as error:
            return error
        return None

    def _slots(self) -> Mapping[str, Slot] | None:
        data, run = self._session.document.data, self._runs.shown
        if data in DATASETS:
            return DATASETS.get(data).slots
        if run is not None and run.data is not None and run.document.data == data:
            return run.data.slots
        return self._read[1] if self._read is not None and self._read[0] == data else None
