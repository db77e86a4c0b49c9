"""Program: the composition root. It makes the session, the controllers and the window, and connects them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from app.actions import LIST_KEYS, ActionSpec
from app.chips import Chips
from app.collector import Collector
from app.document import Document
from app.errors import Surprises
from app.file_controller import FileController
from app.loader import Loader
from app.probe_controller import ProbeAnswer, ProbeController
from app.run_controller import RunController, replace_config
from app.session import Session
from app.settings import Settings, SettingsFile
from app.window import MainWindow
from app.workspaces import WORKSPACES
from engine.design.parameters import construct, form_fields
from engine.errors import LayerscopeError
from engine.training.messages import Ended, RunState
from engine.zoo import network
from widgets.panels.data_card import CardFacts
from widgets.panels.probe import ProbeChoice
from widgets.stage import LAYOUT_VERSION
from widgets.style import apply_style
from widgets.theme import Look
from widgets.views.base import VIEWS, Focus

DEMO = Document(network("residual_small"), data="strokes")


class Program(QObject):
    """Everything that lives as long as the window. GUI thread only. ``leave`` ends it in good order."""

    def __init__(self, app: QApplication, settings: SettingsFile | None = None, document: Document = DEMO) -> None:
        super().__init__()
        self._app = app
        self.settings = settings or SettingsFile()
        remembered = self.settings.read()
        self.look = Look(remembered.theme if remembered.theme in ("dark", "light") else "dark")
        apply_style(app, self.look)
        self.session = Session(document)
        self.runs = RunController(self)
        self.probes = ProbeController(self.runs, self)
        self.window = MainWindow(self.look)
        self.files = FileController(self.window, self.session, self.runs)
        self.files.folder = remembered.folder
        self.chips = Chips(self.look, self.window.top_bar, self.session, self.runs)
        self.surprises = Surprises(lambda: self.session.document)
        self.collector = Collector(self)
        self.loader = Loader(self)
        self.loader.when_loaded(self._finish_loading)
        self.unit = -1
        self._connect_session()
        self._connect_runs()
        self._connect_probes()
        self._bind_actions()
        self._restore(remembered)
        self._show_document()

    # -- connections --

    def _connect_session(self) -> None:
        window, session = self.window, self.session
        session.document_changed.connect(self._show_document)
        session.selection_changed.connect(self._show_selection)
        session.title_changed.connect(self._show_title)
        session.refused.connect(lambda sentence: window.banner.tell(sentence, "error"))
        window.network.edit_requested.connect(session.apply)
        window.network.refused.connect(lambda sentence: window.banner.tell(sentence, "error"))
        window.network.selection_changed.connect(session.select)
        window.network.help_requested.connect(self.show_help)
        window.inspector.edit_requested.connect(session.apply)
        window.inspector.help_requested.connect(self.show_help)
        window.palette_panel.chosen.connect(window.network.add_kind)
        self.files.told.connect(window.banner.tell)
        self.surprises.reported.connect(lambda sentence: window.banner.tell(sentence, "error"))
        window.dropped = self._open_dropped
        window.may_close = self.may_close

    def _connect_runs(self) -> None:
        runs, window = self.runs, self.window
        runs.state_changed.connect(self._show_state)
        runs.progress_changed.connect(self._show_progress)
        runs.snapshot_changed.connect(self._show_snapshot)
        runs.frames_changed.connect(lambda: window.transport.set_frames(runs.frames))
        runs.ended.connect(self._show_end)
        runs.notice.connect(window.banner.tell)
        runs.data_changed.connect(self._show_data)
        transport = window.transport
        transport.run_clicked.connect(self.toggle)
        transport.pause_clicked.connect(self.toggle)
        transport.step_clicked.connect(lambda: runs.step(self.session.document))
        transport.stop_clicked.connect(runs.stop)
        transport.back_clicked.connect(lambda: runs.scrub(0))
        transport.scrubbed.connect(runs.scrub)
        transport.live_clicked.connect(runs.go_live)
        spaces = window.workspaces
        spaces.wants_changed.connect(lambda: runs.set_watch(spaces.wants()))
        spaces.layer_chosen.connect(lambda id: self.session.select([id]))
        spaces.unit_chosen.connect(self.choose_unit)
        spaces.image_chosen.connect(runs.pin_index)
        window.top_bar.workspace_chosen.connect(self.choose_workspace)

    def _connect_probes(self) -> None:
        panel, probes = self.window.probe_panel, self.probes
        panel.asked.connect(self.ask_probe)
        panel.cancelled.connect(probes.cancel)
        probes.answered.connect(self._show_answer)
        probes.failed.connect(panel.show_error)
        probes.busy_changed.connect(panel.set_busy)
        self.window.inspector.look_inside.connect(self.look_inside)

    def _bind_actions(self) -> None:
        runs, files, window = self.runs, self.files, self.window
        stack = self.session.undo_stack
        table = window.actions_table
        table.bind(
            {
                "file.new": files.new,
                "file.open": files.open,
                "file.save": files.save,
                "file.save_as": files.save_as,
                "file.save_run": files.save_run,
                "file.image": files.open_image,
                "file.quit": window.close,
                "edit.undo": stack.undo,
                "edit.redo": stack.redo,
                "edit.add_layer": window.network.open_palette,
                "layer.previous": lambda: self.choose_layer(-1),
                "layer.next": lambda: self.choose_layer(1),
                "unit.previous": lambda: self.choose_unit(max(0, self.unit - 1)),
                "unit.next": lambda: self.choose_unit(self.unit + 1),
                "run.toggle": self.toggle,
                "run.step": lambda: runs.step(self.session.document),
                "run.stop": runs.stop,
                "run.restart": lambda: runs.restart(self.session.document),
                "run.new_seed": self.restart_with_new_seed,
                "run.live": runs.go_live,
                "image.previous": lambda: self.pin_beside(-1),
                "image.next": lambda: self.pin_beside(1),
                "view.design": lambda: self.choose_workspace("design"),
                "view.watch": lambda: self.choose_workspace("watch"),
                "view.probe": lambda: self.choose_workspace("probe"),
                "view.theme": self.switch_theme,
                "view.presentation": self.switch_presentation,
                "view.restore": lambda: window.workspaces.stages[window.workspaces.current].restore_default(),
                "help.palette": lambda: window.command_palette.open(self.all_actions()),
                "help.selection": lambda: self.show_help(self._selected_kind()),
                "help.keys": self.show_keys,
            }
        )
        for view in VIEWS.entries():
            spec = ActionSpec(f"show.{view.name}", f"Show {view.title.lower()}", "Views", help=view.help)
            table.add(spec, lambda name=view.name: self.show_view(name))
        self._add_zoo_actions()
        window.fill_menu()

    def _add_zoo_actions(self) -> None:
        from engine.zoo import listing

        for name, title, notes in listing():
            spec = ActionSpec(f"zoo.{name}", title, "Networks", help=notes)
            self.window.actions_table.add(spec, lambda name=name: self.files.open_builtin(name))

    def all_actions(self) -> list[tuple[str, Any]]:
        """(menu, action) of every action there is, for the command palette."""
        table = self.window.actions_table
        return [(menu, action) for menu in table.menus() for action in table.in_menu(menu)]

    # -- after torch --

    def _finish_loading(self) -> None:
        """What needs torch: the probes' forms and menus."""
        from engine.probes.base import PROBES

        choices = [ProbeChoice(p.probe, p.title, p.help, form_fields(p)) for p in PROBES.entries()]
        self.window.probe_panel.set_choices(choices)
        self.window.inspector.set_probes([(choice.name, choice.title, choice.help) for choice in choices])
        for choice in choices:
            spec = ActionSpec(f"probe.{choice.name}", choice.title, "Probe", help=choice.help)
            self.window.actions_table.add(spec, lambda name=choice.name: self.look_inside(name))
        self.window.fill_menu()
        self.collector.settle()

    # -- what the actions do --

    def toggle(self) -> None:
        """Run, pause or go on."""
        if self.runs.is_past:
            self.runs.go_live()
        self._attempt(lambda: self.runs.toggle(self.session.document))

    def restart_with_new_seed(self) -> None:
        """A new run from other initial weights; the seed is part of the document and can be undone."""
        seed = self.session.document.config.seed + 1
        self.session.change(f"Set seed to {seed}", lambda document: replace_config(document, seed=seed))
        self._attempt(lambda: self.runs.restart(self.session.document))

    def choose_layer(self, step: int) -> None:
        """Select the layer before (-1) or behind (1) the selected one."""
        layers = self.session.document.design.layers
        if layers:
            selected = self.session.selected
            at = self.session.document.design.index(selected) + step if selected else 0
            self.session.select([layers[max(0, min(len(layers) - 1, at))].id])

    def choose_unit(self, unit: int) -> None:
        """Look at one unit of the selected layer."""
        report = self._selected_report()
        most = report.output_shape[0] - 1 if report and report.output_shape else 0
        self.unit = min(unit, most)
        self.window.probe_panel.set_value("unit", self.unit)
        self._follow_focus()

    def pin_beside(self, step: int) -> None:
        """Pin the test image before (-1) or behind (1) the pinned one."""
        pin = self.runs.pin
        self.runs.pin_index((pin.index if pin is not None and pin.index >= 0 else 0) + step)

    def choose_workspace(self, name: str) -> None:
        """Show another workspace."""
        self.window.workspaces.choose(name)
        self.window.top_bar.set_workspace(name)

    def show_view(self, name: str) -> None:
        """Bring a view to the front, in this workspace if it is here, else in the first that has it."""
        stages = self.window.workspaces.stages
        order = [self.window.workspaces.current, *(workspace for workspace, _ in WORKSPACES)]
        for workspace in order:
            if name in stages[workspace].docks:
                self.choose_workspace(workspace)
                stages[workspace].docks[name].show()
                stages[workspace].docks[name].raise_()
                return

    def show_help(self, kind: str) -> None:
        """Explain a kind of layer."""
        self.window.help_panel.show_kind(kind, self.session.document.design, self.session.report, self.session.selected)
        self.show_view("help")

    def show_keys(self) -> None:
        """Every shortcut on one page."""
        rows = [(spec.keys, spec.title) for spec in self.window.actions_table if spec.keys] + list(LIST_KEYS)
        self.window.help_panel.show_keys(rows)
        self.show_view("help")

    def switch_theme(self) -> None:
        """Light instead of dark, or the other way round."""
        self.look.set_theme("light" if self.look.theme.name == "dark" else "dark")

    def switch_presentation(self) -> None:
        """Everything 1.6 times larger, or back."""
        self.look.set_scale(1.0 if self.look.scale > 1 else 1.6)

    def look_inside(self, probe: str) -> None:
        """Open a probe on the selected layer and unit, and ask it."""
        self.choose_workspace("probe")
        values: dict[str, Any] = {"layer": self.session.selected} if self.session.selected else {}
        if self.unit >= 0:
            values["unit"] = self.unit
        self.window.probe_panel.choose(probe, values)
        if self.runs.has_network:
            self.window.probe_panel.button.click()

    def ask_probe(self, name: str, values: dict[str, Any]) -> None:
        """Ask a probe with the values of its form."""
        from engine.probes.base import PROBES

        try:
            probe = construct(PROBES.get(name), values, f"the probe '{name}'")
        except LayerscopeError as error:
            self.window.probe_panel.show_error(str(error))
            return
        self.probes.ask(probe)

    def _open_dropped(self, name: str) -> None:
        path = Path(name)
        is_image = path.suffix.lower() in (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
        _ = self.files.open_image_path(path) if is_image else self.files.open_path(path)

    def _attempt(self, work: Callable[[], object]) -> None:
        """Do ``work`` once torch is there; a mistake of the user's is told as its sentence."""

        def attempt() -> None:
            try:
                work()
            except LayerscopeError as error:
                self.window.banner.tell(str(error), "error")

        self.loader.start()
        self.loader.when_loaded(attempt)

    # -- what is shown --

    def _show_document(self) -> None:
        design, report = self.session.document.design, self.session.report
        self.window.network.set_design(design, report)
        self.window.network.set_input_note(Path(self.session.document.data).name)
        self._show_title()
        self._show_selection()

    def _show_title(self) -> None:
        name = self.session.document.design.name
        self.window.top_bar.set_name(name, self.session.modified)
        self.window.setWindowTitle(f"{name}{' •' if self.session.modified else ''} — Layerscope")

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
        self.unit = -1
        self._follow_focus()

    def _follow_focus(self) -> None:
        self.window.workspaces.set_focus(Focus(self.session.selected, self.unit))

    def _selected_report(self):  # type: ignore[no-untyped-def]
        return self.session.report[self.session.selected] if self.session.selected else None

    def _selected_kind(self) -> str:
        return self.session.document.design[self.session.selected].kind if self.session.selected else ""

    def _show_snapshot(self) -> None:
        snapshot = self.runs.snapshot
        if snapshot is None:
            return
        step = snapshot.step if self.runs.is_past else float("inf")
        self.window.workspaces.draw(snapshot)
        self.window.network.set_history(self.runs.history, step)
        self.window.inspector.set_health(self.runs.history, step)

    def _show_state(self) -> None:
        self.window.transport.set_state(str(self.runs.state))
        for view in self._all_views():
            view.set_stale(self.runs.is_past, "")

    def _all_views(self):  # type: ignore[no-untyped-def]
        return [view for stage in self.window.workspaces.stages.values() for view in stage.views]

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

    def _show_answer(self, answer: ProbeAnswer) -> None:
        self.window.probe_panel.show_result(answer.result)

    def _show_data(self) -> None:
        data = self.runs.data
        if data is None:
            return
        from engine.data.card import card_of

        card = card_of(data)
        facts = CardFacts(card.title, card.help, card.lines(), card.classes, card.counts["train"], card.mean_image, card.samples)
        self.window.data_card.show_facts(facts)
        for note in data.notes:
            self.window.banner.tell(note)

    def _show_end(self, ended: Ended) -> None:
        kind = {RunState.FAILED: "error", RunState.FINISHED: "good"}.get(ended.state, "notice")
        sentence = f"{ended.reason} {ended.suggestion}".strip()
        if ended.layer:
            self.session.select([ended.layer])
        ways = (
            [("Start again with " + _in_words(ended.changes), lambda: self._try_again(dict(ended.changes)))]
            if ended.changes
            else []
        )
        self.window.banner.tell(sentence, kind, ways)

    def _try_again(self, changes: dict[str, Any]) -> None:
        self.session.change(f"Set {_in_words(changes)}", lambda document: replace_config(document, **changes))
        self._attempt(lambda: self.runs.restart(self.session.document))

    # -- beginning and end --

    def _restore(self, settings: Settings) -> None:
        self.window.restore_geometry_text(settings.window)
        if settings.layout_version == LAYOUT_VERSION:
            for name, text in settings.layouts.items():
                if name in self.window.workspaces.stages:
                    self.window.workspaces.stages[name].restore_layout(text)
        self.choose_workspace("watch")

    def may_close(self) -> bool:
        """Ask about unsaved changes; if the window may go, end the run and leave."""
        if not self.files.may_leave():
            return False
        self.leave()
        QTimer.singleShot(0, self._app, self._app.quit)
        return True

    def quit_after(self, seconds: float) -> None:
        """Close without asking after ``seconds``: for unattended checks of the real window."""
        self.files.may_leave = lambda: True  # type: ignore[method-assign]
        QTimer.singleShot(round(1000 * seconds), self.window, self.window.close)

    @Slot()
    def leave(self) -> None:
        """Remember the layout, end every thread, give hooks and collection back. Safe to call twice."""
        layouts = {name: stage.layout_text() for name, stage in self.window.workspaces.stages.items()}
        self.settings.write(
            Settings(
                theme=self.look.theme.name,
                layout_version=LAYOUT_VERSION,
                layouts=layouts,
                window=self.window.geometry_text(),
                folder=self.files.folder,
            )
        )
        self.loader.finish()
        self.probes.close()
        self.runs.close()
        self.collector.stop()
        self.surprises.uninstall()


def _in_words(changes: dict[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in changes.items())
