"""DataCards: has the card of the data that a run learns from computed on another thread, and shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.run.answers import Answers, Asker
from app.run.live_run import LiveRun, News
from app.run.runs import Runs
from app.window import MainWindow
from widgets.panels.card_facts import CardFacts

if TYPE_CHECKING:
    from engine.data.dataset import DataSet


class DataCards(QObject):
    """GUI thread only. The card is always that of the run that is shown; the newest data win."""

    def __init__(self, runs: Runs, answers: Answers, window: MainWindow) -> None:
        super().__init__(window)
        self._runs, self._window = runs, window
        self._asker: Asker[CardFacts] = Asker("layerscope-data-card", answers)
        self._shown: DataSet | None = None
        runs.changed.connect(self._follow)
        runs.shown_changed.connect(self.show)

    def _follow(self, run: LiveRun, news: News) -> None:
        if run is self._runs.shown and news & (News.DATA | News.STATE):
            self.show()

    def show(self) -> None:
        """Show the card of the shown run's data, once they are there; the same data are not counted twice."""
        run = self._runs.shown
        if run is None:
            return
        if run.data is None:
            self._shown = None
            self._asker.cancel()
            name = Path(run.document.data).name
            self._window.data_card.say(f"{name} could not be read." if run.state.is_over else f"Reading {name}…")
        elif run.data is not self._shown:
            self._count(run.data)

    def _count(self, data: DataSet) -> None:
        self._shown = data
        self._window.data_card.say(f"Counting the examples of {data.name}…")
        for note in data.notes:
            self._window.banner.tell(note)

        def job() -> Iterator[CardFacts]:
            yield facts_of(data)

        self._asker.ask(job, self._window.data_card.show_facts, self._refused)

    def _refused(self, sentence: str) -> None:
        self._shown = None
        self._window.data_card.say(sentence)
        self._window.banner.tell(sentence, "error")


def facts_of(data: DataSet) -> CardFacts:
    """The card of a data set, as the panel draws it. Any thread; takes a moment."""
    from engine.data.card import card_of

    return card_of(data)
