"""Presenter: keeps every panel of the window showing what the session and the run say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from app.changes import EVERYTHING, Part, in_words, is_beside
from app.intent import Intent
from app.parts import Parts
from app.probe_controller import ProbeAnswer
from app.run.live_run import LiveRun
from app.run.run_record import News
from app.run.starting import require_startable
from app.run_presenter import RUN, RunPresenter, changed_in_words, end_in_words
from engine.design.check import LayerReport
from engine.errors import DesignError, Fix, LayerscopeError
from engine.training.messages import Ended, RunState
from widgets.banner import Way
from widgets.common.words import as_title
from widgets.viewing.base import Focus

FILES, EDIT, MISFIT = "files", "edit", "misfit"
"""Causes of what the banner says: the next attempt, the next edit, or an edit after which it is in the way of no run cures it."""


class Presenter(QObject):
    """GUI thread only. It reads and shows; it changes nothing but the selection of a layer at fault."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.window)
        self.session, self.runs, self.viewpoint, self.window = parts.session, parts.runs, parts.viewpoint, parts.window
        self.fitting = parts.fitting
        self.try_again: Callable[[dict[str, Any]], None] = lambda _: None
        self.fork: Callable[[int, dict[str, Any]], None] = lambda *_: None
        self.go_on_as_begun: Callable[[], None] = lambda: None
        self.unit = -1
        self._focused_layer = ""
        self._pinned = 0
        self._told_misfit = ""  # the sentence of a start that was refused; "": a run has found out
        self.of_the_run = RunPresenter(parts.runs, parts.viewpoint, parts.window, self.focus, parts.likeness)
        self._intent = Intent(parts.session, parts.runs, parts.viewpoint, parts.window.transport)
        self._connect(parts)
        self.show_document(EVERYTHING)

    def _connect(self, parts: Parts) -> None:
        session, runs, window = parts.session, parts.runs, parts.window
        session.document_changed.connect(self.show_document)
        session.selection_changed.connect(self._show_selection)
        for changed in (session.title_changed, runs.shown_changed, parts.opener.used, parts.saver.used):
            changed.connect(lambda *_: self._show_title())
        runs.ended.connect(self._show_end)
        runs.notice.connect(self._show_notice)
        runs.changed.connect(self._cure_by_training)
        parts.viewpoint.run_changed.connect(window.probe_panel.forget_error)
        parts.viewpoint.pins_changed.connect(self._show_pins)
        parts.probes.answered.connect(self._show_answer)
        parts.probes.forgotten.connect(window.probe_panel.forget_answer)
        for changed in (parts.probes.busy_changed, parts.viewpoint.cursor_changed, self.of_the_run.progressed):
            changed.connect(lambda *_: window.probe_panel.set_age(parts.probes.age()))
        parts.probes.failed.connect(window.probe_panel.show_error)
        parts.probes.busy_changed.connect(window.probe_panel.set_busy)
        for told in (session.refused, window.network.refused, window.drawing.refused, window.workspaces.told):
            told.connect(self.tell_error)
        window.workspaces.done.connect(window.banner.tell_briefly)
        for told in (parts.opener.told, parts.saver.told, parts.recovery.told):
            told.connect(lambda sentence, kind: window.banner.tell(sentence, kind, cause=FILES))
        parts.opener.began_otherwise.connect(self._tell_other)
        parts.opener.opened_failed.connect(self._show_end)
        for trying in (parts.opener.trying, parts.saver.trying):
            trying.connect(lambda: window.banner.cured(FILES))
        parts.chips.told.connect(window.banner.tell)
        parts.fitting.changed.connect(self._show_misfit)

    def tell_error(self, sentence: str) -> None:
        """Say what cannot be, in the banner, until another edit."""
        self.window.banner.tell(sentence, "error", cause=EDIT)

    def tell_misfit(self, error: LayerscopeError) -> None:
        """Say why something cannot be, select the layer at fault, and offer to mend it where that is simple."""
        if isinstance(error, DesignError) and error.layer:
            self.session.select([error.layer])
        self._told_misfit = error.plainly()
        self.window.banner.tell(self._told_misfit, "error", self._mending(error.fix, error.suggestion), MISFIT)

    def _tell_other(self, sentence: str) -> None:
        """A run that was opened is not of the document: it can go on as it began, and the edits stay until then."""
        way = ("Go on with the run’s own design", lambda: self.go_on_as_begun())
        self.window.banner.tell(sentence, "notice", [way], RUN)

    def _mending(self, fix: Fix | None, advice: str) -> list[Way]:
        """The button that applies ``fix`` as one step to undo."""
        if fix is None:
            return []
        title = as_title(advice)
        return [(f"Fix: {title}", lambda: self.session.apply(advice.strip().rstrip("."), fix))]

    # -- the document --

    def show_document(self, parts: Part) -> None:
        """``parts`` of the document changed: show them, and leave the rest as it is."""
        document, network = self.session.document, self.window.network
        self._cure_by_editing()
        if parts & Part.DATA:
            network.set_input_note(Path(document.data).name)
        if parts & Part.DESIGN:
            network.set_design(document.design, self.session.report)
            self.window.drawing.set_design(document.design, self.session.report)
        if parts & Part.NAME:
            self._show_title()
        if parts & (Part.DESIGN | Part.DATA):
            self._show_selection()

    def _show_title(self) -> None:
        name, unsaved = self.session.document.design.name, self.session.unsaved
        run = self._run_name()
        self.window.top_bar.set_name(name, in_words(unsaved), run)
        mark = f" • {in_words(unsaved)}" if is_beside(unsaved) else " •" if unsaved else ""
        self.window.setWindowTitle(f"{name}{mark}{f' · {run}' if run else ''} — Layerscope")
        stack = self.session.undo_stack
        self.window.actions_table.say_of("edit.undo", stack.undo_text())
        self.window.actions_table.say_of("edit.redo", stack.redo_text())

    def _run_name(self) -> str:
        """The run that is shown, by the folder that the user keeps it in; "" where there is none."""
        run = self.runs.shown
        return f"run {run.folder.name}" if run is not None and run.folder is not None else ""

    def _show_selection(self) -> None:
        session, inspector = self.session, self.window.inspector
        design, report = session.document.design, session.report
        self.window.network.set_selection(session.selection)
        self.window.drawing.set_selection(session.selection)
        if len(session.selection) > 1:
            inspector.show_many(session.selection)
        elif session.selected:
            inspector.show_layer(design, report, session.selected, self.fitting.misfit)
        else:
            inspector.show_input(design, report, Path(session.document.data).name, self.fitting.misfit)
        self.window.probe_panel.set_value("layer", self.focus().layer)
        if self.focus().layer != self._focused_layer:
            self.unit = -1
            self.window.probe_panel.set_value("unit", 0)  # it was of another layer, which may have more of them
        self.follow_focus()

    def _show_misfit(self) -> None:
        """What does not go with the data is said where it can be mended, before anybody starts a run."""
        self.window.network.set_misfit(self.fitting.misfit)
        self._show_selection()

    # -- the focus --

    def focus(self) -> Focus:
        """What is looked at: the selected layer and a unit of it; of a block the layer whose output is its output."""
        selected = self.session.selected
        return Focus(self.session.document.design.outputs.get(selected, selected), self.unit)

    def follow_focus(self) -> None:
        """Tell the views which layer and unit are looked at."""
        self._focused_layer = self.focus().layer
        self.window.workspaces.set_focus(self.focus())

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

    # -- what runs and probes tell --

    def _show_pins(self) -> None:
        front = self.viewpoint.front
        self.window.probe_panel.set_image(front.source if front is not None else "")
        count = len(self.viewpoint.pins.all)
        if count > 1 and count != self._pinned:
            self.window.banner.tell(f"{count} images are pinned.")
        self._pinned = count

    def _show_answer(self, answer: ProbeAnswer) -> None:
        self.window.probe_panel.show_result(answer.result, answer.asked_of)

    def _show_notice(self, run: LiveRun, sentence: str) -> None:
        if run is self.runs.shown:
            self.window.banner.tell(sentence)

    def _show_end(self, run: LiveRun, ended: Ended) -> None:
        if run is not self.runs.shown:
            return
        ended = _with_warning(run, ended)
        if ended.layer:
            self.session.select([ended.layer])
        sentence, kind, ways = end_in_words(ended, lambda changes: self.try_again(changes))
        if self.runs.before is not None and not run.has_begun:
            sentence = f"{sentence} The run before it is shown again."
        if run.is_broken and (frame := run.newest_before_divergence()) is not None:
            changes = dict(ended.changes)
            otherwise = f" with {changed_in_words(changes)}" if changes else ""
            ways = [(f"Go on from step {frame.step:,}{otherwise}", lambda: self.fork(frame.step, changes)), *ways]
            sentence += " Space keeps the old rate." if changes else ""
        cause, self._told_misfit = MISFIT if ended.fix is not None else RUN, ""
        self.window.banner.tell(sentence, kind, [*ways, *self._mending(ended.fix, ended.suggestion)], cause)

    # -- what the banner says holds until its cause is cured --

    def _cure_by_editing(self) -> None:
        banner = self.window.banner
        banner.cured(EDIT)
        if banner.cause == MISFIT:
            error = self._in_the_way()
            if error is None or self._told_misfit not in ("", error.plainly()):
                banner.cured(MISFIT)

    def _in_the_way(self) -> LayerscopeError | None:
        """Why no run of the document can start, as far as that is known."""
        try:
            require_startable(self.session.document)
        except LayerscopeError as error:
            return error
        return self.fitting.misfit

    def _cure_by_training(self, run: LiveRun, news: News) -> None:
        if news & News.STATE and run is self.runs.shown and run.is_alive:
            self.window.banner.cured(RUN, MISFIT)


def _with_warning(run: LiveRun, ended: Ended) -> Ended:
    """The end of a run that has finished; where its loss has blown up, that and a way on."""
    from engine.training.blown_up import warned

    if ended.state is not RunState.FINISHED or run.over is None:
        return ended
    return warned(ended, run.history, run.over.step - run.batches, run.document.config)
