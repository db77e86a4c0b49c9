"""Presenter: keeps every panel of the window showing what the session and the run say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer

from app.pace import Pace
from app.parts import Parts
from app.probe_controller import ProbeAnswer
from engine.design.check import LayerReport
from engine.training.messages import Ended, RunState
from widgets.panels.data_card import CardFacts
from widgets.views.base import Focus

PATIENCE_MS = 150
"""A picture that is recomputed faster than this is not tinted meanwhile: it would only flicker."""
HEALTH_SHARE = 0.001
"""Of the GUI thread's time, for the sparklines of all cards: in effect they are drawn once a second."""


class Presenter(QObject):
    """GUI thread only. It reads and shows; it changes nothing but the selection of a layer at fault."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.window)
        self.session, self.runs, self.window = parts.session, parts.runs, parts.window
        self.try_again: Callable[[dict[str, Any]], None] = lambda _: None
        self.unit = -1
        self._focused_layer = ""
        self._health_pace = Pace(HEALTH_SHARE, slowest=1.0)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(lambda: self._set_stale(True))
        self._connect(parts)
        self.show_document()

    def _connect(self, parts: Parts) -> None:
        session, runs, window = parts.session, parts.runs, parts.window
        session.document_changed.connect(self.show_document)
        session.selection_changed.connect(self._show_selection)
        session.title_changed.connect(self._show_title)
        runs.state_changed.connect(self._show_state)
        runs.progress_changed.connect(self._show_progress)
        runs.snapshot_changed.connect(self._show_snapshot)
        runs.frames_changed.connect(lambda: window.transport.set_frames(runs.frames))
        runs.ended.connect(self._show_end)
        runs.data_changed.connect(self._show_data)
        parts.probes.answered.connect(self._show_answer)
        parts.probes.failed.connect(window.probe_panel.show_error)
        parts.probes.busy_changed.connect(window.probe_panel.set_busy)
        for told in (session.refused, window.network.refused, runs.failed):
            told.connect(self.tell_error)
        runs.notice.connect(window.banner.tell)
        runs.developing_changed.connect(self._show_developing)
        parts.files.told.connect(window.banner.tell)

    def tell_error(self, sentence: str) -> None:
        """Say what cannot be, in the banner."""
        self.window.banner.tell(sentence, "error")

    # -- the document --

    def show_document(self) -> None:
        """The design changed."""
        design, report = self.session.document.design, self.session.report
        self.window.network.set_design(design, report)
        self.window.network.set_input_note(Path(self.session.document.data).name)
        self._show_title()
        self._show_selection()

    def _show_title(self) -> None:
        name, modified = self.session.document.design.name, self.session.modified
        self.window.top_bar.set_name(name, modified)
        self.window.setWindowTitle(f"{name}{' •' if modified else ''} — Layerscope")

    def _show_selection(self) -> None:
        session, inspector = self.session, self.window.inspector
        design, report = session.document.design, session.report
        self.window.network.set_selection(session.selection)
        if len(session.selection) > 1:
            inspector.show_many(session.selection)
        elif session.selected:
            inspector.show_layer(design, report, session.selected)
            self.window.probe_panel.set_value("layer", session.selected)
        else:
            inspector.show_input(design, report, Path(session.document.data).name)
        if self._focus().layer != self._focused_layer:
            self.unit = -1
        self.follow_focus()

    # -- the focus --

    def _focus(self) -> Focus:
        return Focus(self.session.selected, self.unit)

    def follow_focus(self) -> None:
        """Tell the views which layer and unit are looked at."""
        self._focused_layer = self.session.selected
        self.window.workspaces.set_focus(self._focus())

    def choose_unit(self, unit: int) -> None:
        """Look at one unit of the selected layer."""
        report = self.selected_report()
        most = report.output_shape[0] - 1 if report and report.output_shape else 0
        self.unit = max(0, min(unit, most))
        self.window.probe_panel.set_value("unit", self.unit)
        self.follow_focus()

    def selected_report(self) -> LayerReport | None:
        """The report of the selected layer."""
        return self.session.report[self.session.selected] if self.session.selected else None

    # -- the run --

    def _show_snapshot(self) -> None:
        snapshot = self.runs.snapshot
        if snapshot is None:
            return
        self.window.workspaces.draw(snapshot)
        if self.runs.is_past or not self.runs.is_alive or self._health_pace.is_due():
            self._health_pace.draw(lambda: self._show_health(snapshot.step if self.runs.is_past else float("inf")))

    def _show_health(self, step: float) -> None:
        self.window.network.set_history(self.runs.history, step)
        self.window.inspector.set_health(self.runs.history, step)

    def _show_state(self) -> None:
        self.window.transport.set_state(str(self.runs.state))

    def _show_progress(self) -> None:
        progress, transport = self.runs.progress, self.window.transport
        if progress is not None:
            transport.set_progress(
                progress.step,
                progress.total_steps,
                progress.epoch,
                progress.epochs,
                progress.images_per_second,
                progress.capture_share,
                progress.seconds_left,
            )
        transport.set_cursor(self.runs.cursor)

    def _show_developing(self, developing: bool) -> None:
        if developing:
            self._patience.start()
        else:
            self._patience.stop()
            self._set_stale(False)

    def _set_stale(self, stale: bool) -> None:
        """Tint the pictures that do not yet show the step that was asked for."""
        for view in self.window.workspaces.stages[self.window.workspaces.current].views:
            view.set_stale(stale and bool(view.wants(self._focus())), "recomputing")

    def _show_answer(self, answer: ProbeAnswer) -> None:
        self.window.probe_panel.show_result(answer.result, answer.asked_of)

    def _show_data(self) -> None:
        data = self.runs.data
        if data is None:
            return
        from engine.data.card import card_of

        card = card_of(data)
        self.window.data_card.show_facts(
            CardFacts(card.title, card.help, card.lines(), card.classes, card.counts["train"], card.mean_image, card.samples)
        )
        for note in data.notes:
            self.window.banner.tell(note)

    def _show_end(self, ended: Ended) -> None:
        kind = {RunState.FAILED: "error", RunState.FINISHED: "good"}.get(ended.state, "notice")
        if ended.layer:
            self.session.select([ended.layer])
        changes = dict(ended.changes)
        ways = [(f"Start again with {in_words(changes)}", lambda: self.try_again(changes))] if changes else []
        self.window.banner.tell(f"{ended.reason} {ended.suggestion}".strip(), kind, ways)


def in_words(changes: dict[str, Any]) -> str:
    """Changed settings in words: "learning rate 0.005"."""
    return ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in changes.items())
