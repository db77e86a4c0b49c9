"""DataCards: has the card of the data that are chosen computed on another thread, once they are read, and shown."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.changes import Part
from app.run.answers import Answers, Asker
from app.run.live_run import LiveRun
from app.run.run_record import News
from app.run.runs import Runs
from app.run.starting import getting_so_far
from app.session import Session
from app.window import MainWindow
from widgets.panels.card_facts import CardFacts

if TYPE_CHECKING:
    from engine.data.dataset import DataSet

NOTES = "notes on the data"


class DataCards(QObject):
    """GUI thread only. The card is always that of the data that are chosen, as they were read last: for the run that is shown, or
    for a look beforehand. It stays whatever becomes of the network."""

    def __init__(self, session: Session, runs: Runs, answers: Answers, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._runs, self._window = session, runs, window
        self._asker: Asker[CardFacts] = Asker("layerscope-data-card", answers)
        self._shown: weakref.ref[DataSet] | None = None  # a card keeps no data in memory
        self._name = ""  # as the document calls them
        self._beforehand = ""  # what is said of the data while they are read for a look
        runs.changed.connect(self._follow)
        runs.shown_changed.connect(self.show)
        session.document_changed.connect(self._follow_document)
        self.show()

    def _follow_document(self, parts: Part) -> None:
        if parts & Part.DATA:
            self.show()

    def _follow(self, run: LiveRun, news: News) -> None:
        is_reading = run.data is None and bool(news & News.PROGRESS)
        if run is self._runs.shown and (is_reading or news & (News.DATA | News.STATE)):
            self.show()

    def say_beforehand(self, sentence: str) -> None:
        """The data are being read before any run is begun, as ``sentence`` says; "": they are not."""
        self._beforehand = sentence
        self.show()

    def show(self) -> None:
        """Show the card of the data, once they are there; the same data are not counted twice."""
        run, chosen = self._runs.shown, self._session.document.data
        data = run.data if run is not None and run.document.data == chosen else None
        if data is not None:
            self.take(chosen, data)
        elif chosen != self._name or self._beforehand or _is_begun_with(run, chosen):
            self._forget()
            self._window.data_card.show_none(self._why_none(run, chosen))

    def take(self, name: str, data: DataSet) -> None:
        """The data called ``name`` in the document are there: show their card if they are chosen."""
        if name != self._session.document.data or (self._shown is not None and self._shown() is data):
            return
        self._name, self._shown = name, weakref.ref(data)
        self._count(data)

    def _forget(self) -> None:
        self._name, self._shown = "", None
        self._window.banner.cured(NOTES)
        self._asker.cancel()

    def _why_none(self, run: LiveRun | None, chosen: str) -> str:
        name = Path(chosen).name
        if run is None or not _is_begun_with(run, chosen):
            return self._beforehand or f"{name} has not been read yet: press Space to train on it."
        if run.state.is_over:
            return f"{name} could not be read."
        return getting_so_far(chosen, (run.progress.read or 0.0) if run.progress is not None else 0.0)

    def _count(self, data: DataSet) -> None:
        self._window.data_card.say(f"Counting the examples of {data.name}…")
        self._window.banner.cured(NOTES)
        if data.notes:
            self._window.banner.tell(" ".join(data.notes), cause=NOTES, comes_back=True)

        def job() -> Iterator[CardFacts]:
            yield facts_of(data)

        self._asker.ask(job, self._window.data_card.show_facts, self._refused)

    def _refused(self, sentence: str) -> None:
        self._forget()
        self._window.data_card.say(sentence)
        self._window.banner.tell(sentence, "error")


def _is_begun_with(run: LiveRun | None, data: str) -> bool:
    return run is not None and run.is_begun and run.document.data == data


def facts_of(data: DataSet) -> CardFacts:
    """The card of a data set, as the panel draws it. Any thread; takes a moment."""
    from engine.data.card import card_of

    return card_of(data)
