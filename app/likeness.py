"""Likeness: whether what is seen of a run is of the document on screen, or of an earlier one; and of which layers still."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.changes import Part, difference
from app.document import Document
from app.run.live_run import LiveRun
from app.run.viewpoint import Viewpoint
from app.session import Session
from engine.design.check import DesignReport, check

UNTRAINED = "Untrained: the network with its first weights. Space trains it."


class Likeness(QObject):
    """GUI thread only. ``layers`` are the places of those that are in the run as they are on screen, also of those in blocks,
    None where all are; ``sentence`` says
    what is another, "" where nothing is."""

    changed = Signal()

    def __init__(self, session: Session, viewpoint: Viewpoint, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._viewpoint = session, viewpoint
        self._checked: tuple[LiveRun, DesignReport] | None = None
        self.layers: frozenset[str] | None = None
        self.sentence = ""
        session.document_changed.connect(self.look)
        viewpoint.run_changed.connect(self.look)

    def look(self) -> None:
        """Compare anew, and tell where something is otherwise than before."""
        run, document = self._viewpoint.run, self._session.document
        parts = difference(run.document, document) & (Part.DESIGN | Part.DATA) if run is not None else Part(0)
        layers = self._alike(run, parts) if run is not None and parts else None
        sentence = sentence_of(run.document, document, parts) if run is not None and parts else ""
        if run is not None and not run.is_begun:
            sentence = UNTRAINED
        if (layers, sentence) != (self.layers, self.sentence):
            self.layers, self.sentence = layers, sentence
            self.changed.emit()

    def _alike(self, run: LiveRun, parts: Part) -> frozenset[str]:
        """The layers that have the same parameters, read the same and see the same shapes; with other data none."""
        if parts & Part.DATA:
            return frozenset()
        if self._checked is None or self._checked[0] is not run:
            self._checked = run, check(run.document.design)
        old, new = run.document.design.flat, self._session.document.design.flat
        before, after = self._checked[1], self._session.report
        wires = dict(zip((spec.id for spec in old.layers), old.wiring(), strict=True))
        return frozenset(
            spec.id
            for spec, reads, report in zip(new.layers, new.wiring(), after.leaves, strict=True)
            if wires.get(spec.id) == reads
            and (spec is old[spec.id] or spec.parameters == old[spec.id].parameters)
            and report.inputs == before[spec.id].inputs
        )


def sentence_of(run: Document, document: Document, parts: Part) -> str:
    """What a label says of pictures of ``run`` beside another ``document``."""
    shown = f"Shown: “{run.design.name}” on {Path(run.data).name}"
    edited = f"{shown}, before it was edited." if Part.DESIGN in parts else f"{shown}."
    return f"{edited} The data are {Path(document.data).name} now." if Part.DATA in parts else edited
