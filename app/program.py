"""Program: the composition root. It makes the session, the controllers and the window, and connects them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from app.actions import ActionSpec
from app.appearance import Appearance, known_scale
from app.builtin import EXAMPLES
from app.check_marks import CheckMarks
from app.chips import Chips
from app.collector import Collector
from app.commands import Commands
from app.data_cards import DataCards
from app.document import Document
from app.errors import Surprises, state_folder
from app.fitting import Fitting
from app.likeness import Likeness
from app.loader import Loader
from app.my_blocks import MyBlocks, blocks_folder
from app.opener import Opener
from app.parts import Parts
from app.presentation import Presentation
from app.presenter import Presenter
from app.probe_controller import ProbeController
from app.recent import Recent, RecentMenu
from app.recovery import Recovery
from app.run.answers import Answers
from app.run.runs import Runs
from app.run.viewpoint import Viewpoint
from app.saver import Saver
from app.session import Session
from app.settings import Settings, SettingsFile
from app.speed import Speed
from app.untrained import Untrained
from app.window import MainWindow
from engine.families import Group
from engine.zoo import NETWORKS, network
from widgets.common.last_folder import last_folder_of
from widgets.layouts import LAYOUT_VERSION
from widgets.panels.probe import ProbeChoice
from widgets.style import apply_style
from widgets.theme import Look
from widgets.viewing.base import VIEWS

DEMO = Document(network("residual_small"), data="strokes")


class Program(QObject):
    """Everything that lives as long as the window. GUI thread only. ``leave`` ends it in good order."""

    def __init__(self, app: QApplication, settings: SettingsFile | None = None, document: Document = DEMO) -> None:
        """Copies of the work are kept in the user's folder for the state of programs, the user's own blocks in that for data; or
        beside ``settings`` where these are not the user's."""
        super().__init__()
        self._app = app
        self._left = False
        self._state = state_folder() if settings is None else settings.path.parent / "state"
        self._blocks = blocks_folder() if settings is None else settings.path.parent / "blocks"
        self._keeps_unsaved = False
        self.settings = settings or SettingsFile()
        remembered = self.settings.read()
        self.parts = self._make_parts(remembered, document)
        self.presenter = Presenter(self.parts)
        self.commands = Commands(self.parts, self.presenter)
        self.surprises = Surprises(lambda: self.parts.session.document)
        self.surprises.reported.connect(self.presenter.tell_error)
        self._connect()
        self._bind_actions()
        self._restore(remembered)
        apply_style(app, self.parts.look)  # last: each widget is then dressed once, when it is shown
        self.parts.loader.when_loaded(self._finish_loading)

    def _make_parts(self, remembered: Settings, document: Document) -> Parts:
        look = Look(remembered.theme if remembered.theme in ("dark", "light") else "dark", known_scale(remembered.scale))
        look.changed.connect(lambda: apply_style(self._app, look))
        session, answers, window = Session(document, self), Answers(self), MainWindow(look)
        recovery = Recovery(session, self._state, answers, self)
        runs = Runs(self, recovery.runs)
        viewpoint = Viewpoint(answers, self)
        runs.shown_changed.connect(lambda: viewpoint.look_at(runs.shown))
        runs.changed.connect(viewpoint.follow)
        saver = Saver(window, session, runs, answers)
        runs.may_replace = saver.may_replace
        last_folder_of(window).text = remembered.folder
        appearance = Appearance(look, self)
        return Parts(
            look=look,
            appearance=appearance,
            presentation=Presentation(window, appearance),
            session=session,
            answers=answers,
            runs=runs,
            viewpoint=viewpoint,
            probes=ProbeController(viewpoint, answers, self),
            opener=Opener(window, session, runs, viewpoint, answers, recovery.runs, saver),
            saver=saver,
            recovery=recovery,
            recent=Recent(remembered.recent, self),
            my_blocks=MyBlocks(self._blocks, answers, self),
            data_cards=DataCards(session, runs, answers, window),
            fitting=Fitting(session, runs, self),
            likeness=Likeness(session, viewpoint, self),
            window=window,
            chips=Chips(look, window.top_bar, session, runs),
            speed=Speed(session, runs, window.transport.speed, DEMO.design, remembered.steps_per_second),
            untrained=Untrained(session, runs, answers, self),
            loader=Loader(self),
            collector=Collector(self),
        )

    # -- connections: from what is clicked to what it does --

    def _connect(self) -> None:
        commands, window, session = self.commands, self.parts.window, self.parts.session
        runs, viewpoint = self.parts.runs, self.parts.viewpoint
        for shown in (window.network, window.drawing):
            shown.edit_requested.connect(session.apply)
            shown.selection_changed.connect(session.select)
            shown.help_requested.connect(commands.show_help)
        session.opened.connect(window.network.forget_folding)
        window.network.settings_requested.connect(window.inspector.take_keyboard)
        window.inspector.left.connect(window.network.list.setFocus)
        window.palette_panel.chosen.connect(window.network.add_kind)
        window.palette_panel.layers_chosen.connect(window.network.add_layers)
        window.network.save_block_requested.connect(commands.save_block)
        for asked in (window.palette_panel.removal_asked, window.network.block_removal_asked):
            asked.connect(commands.remove_block)
        self.parts.my_blocks.changed.connect(self._list_my_blocks)
        self.parts.my_blocks.told.connect(self.presenter.tell_error)
        window.inspector.edit_requested.connect(session.apply)
        window.inspector.help_requested.connect(commands.show_help)
        window.inspector.look_inside.connect(commands.look_inside)
        for form in (self.parts.chips.form, window.probe_panel.form):
            form.help_requested.connect(commands.show_choice_help)
        window.probe_panel.asked.connect(commands.ask_probe)
        window.probe_panel.asked_again.connect(self.parts.probes.ask_again)
        window.probe_panel.cancelled.connect(self.parts.probes.cancel)
        window.probe_panel.image_stepped.connect(viewpoint.pin_beside)
        window.top_bar.workspace_chosen.connect(commands.choose_workspace)
        self.parts.untrained.told.connect(window.workspaces.say_why_empty)
        self.parts.untrained.read.connect(self.parts.data_cards.take)
        self.parts.untrained.read.connect(self.parts.chips.take)
        self.parts.untrained.reading.connect(self.parts.data_cards.say_beforehand)
        window.dropped = commands.open_dropped
        window.may_close = self.may_close
        self.parts.recovery.found.connect(commands.offer)
        self.presenter.try_again, self.presenter.fork = commands.try_again, commands.fork
        self.presenter.go_on_as_begun = commands.go_on_as_begun
        commands.offer(None)
        transport, spaces = window.transport, window.workspaces
        transport.run_clicked.connect(commands.toggle)
        transport.pause_clicked.connect(commands.toggle)
        transport.step_clicked.connect(commands.step)
        transport.stop_clicked.connect(runs.stop)
        transport.back_clicked.connect(lambda: viewpoint.go_to(0))
        transport.scrubbed.connect(viewpoint.go_to)
        transport.live_clicked.connect(viewpoint.go_live)
        transport.fork_clicked.connect(commands.fork)
        spaces.wants_changed.connect(lambda: viewpoint.set_watch(spaces.wants()))
        spaces.layer_chosen.connect(lambda layer: session.select([layer]))
        spaces.unit_chosen.connect(self.presenter.choose_unit)
        spaces.image_chosen.connect(viewpoint.pin_index)
        self.parts.appearance.told.connect(window.banner.tell_briefly)
        for used in (self.parts.opener.used, self.parts.saver.used):
            used.connect(last_folder_of(window).use)
            used.connect(self.parts.recent.add)

    def _list_my_blocks(self) -> None:
        texts = self.parts.my_blocks.texts
        self.parts.window.palette_panel.set_blocks(texts)
        self.parts.window.network.set_my_blocks(texts)

    def _bind_actions(self) -> None:
        table, commands = self.parts.window.actions_table, self.commands
        table.bind(commands.handlers())
        for view in VIEWS.entries():
            spec = ActionSpec(f"show.{view.name}", view.title, "View", "", view.help, True, "views", within="Views")
            table.add(spec, partial(commands.toggle_view, view.name))
        order = list(Group)
        for kind in sorted(NETWORKS.entries(), key=lambda kind: order.index(kind.group)):
            spec = ActionSpec(f"zoo.{kind.kind}", kind.title, "Networks", help=kind.help, within=kind.group.value)
            table.add(spec, partial(self.parts.opener.open_builtin, kind.kind))
        for path in sorted(EXAMPLES.glob("*.design.json")):
            title = path.name.removesuffix(".design.json").replace("_", " ").capitalize()
            spec = ActionSpec(f"example.{path.stem}", f"Example: {title}", "Networks", help=f"Open {path.name}.")
            table.add(spec, partial(self.parts.opener.open_path, path))
        self._marks = CheckMarks(self.parts)
        opener = self.parts.opener
        self._recent_menu = RecentMenu(self.parts.recent, self.parts.window, self.parts.answers, opener.open_path, opener.moment)

    def _finish_loading(self) -> None:
        """What need not be there before the first painting: the probes' forms and menus, and the plots' library."""
        import widgets.common.curves  # noqa: F401  so that the first points of a run need not wait for it
        from engine.probing.base import PROBES
        from engine.training.device import available_devices

        window = self.parts.window
        self.parts.chips.set_devices(available_devices())
        self.parts.fitting.look()
        choices = [ProbeChoice(kind()) for kind in PROBES.entries()]
        window.probe_panel.set_choices(choices)
        window.inspector.set_probes([(choice.name, choice.title, choice.help) for choice in choices])
        for choice in choices:
            spec = ActionSpec(f"probe.{choice.name}", choice.title, "Probe", help=choice.help)
            window.actions_table.add(spec, partial(self.commands.look_inside, choice.name))
        window.fill_menu()
        self.parts.recovery.look()
        self.parts.my_blocks.read()

    # -- beginning and end --

    def _restore(self, settings: Settings) -> None:
        window = self.parts.window
        window.restore_geometry_text(settings.window)
        window.sides.restore(settings.sides)
        if settings.layout_version == LAYOUT_VERSION:
            for name, text in settings.layouts.items():
                if name in window.workspaces.stages:
                    window.workspaces.stages[name].restore_layout(text)
        self.commands.choose_workspace("watch")

    def quit_after(self, seconds: float) -> None:
        """Close without asking after ``seconds``: for unattended checks of the real window."""
        self.parts.window.may_close = self._leave_and_quit
        QTimer.singleShot(round(1000 * seconds), self.parts.window, self.parts.window.close)

    def may_close(self) -> bool:
        """Ask about unsaved changes; if the window may go, end the run and leave. Qt asks once more as it quits."""
        return self._left or (self.parts.saver.may_leave() and self._leave_and_quit())

    def _leave_and_quit(self) -> bool:
        self.leave()
        QTimer.singleShot(0, self._app, self._app.quit)
        return True

    def end_at_once(self) -> None:
        """The system wants the program to end: nobody is asked, runs end as they stand, and what is not saved is there to be
        brought back at the next start."""
        self._keeps_unsaved = True
        self._leave_and_quit()

    def leave(self) -> None:
        """Remember the layout, end every thread, give hooks and collection back. Safe to call twice."""
        if self._left:
            return
        self._left = True
        window = self.parts.window
        self.parts.presentation.leave()
        self.settings.write(
            Settings(
                theme=self.parts.look.theme.name,
                scale=self.parts.appearance.scale,
                sides=window.sides.state(),
                recent=self.parts.recent.kept,
                layout_version=LAYOUT_VERSION,
                layouts={name: stage.layout_text() for name, stage in window.workspaces.stages.items()},
                window=window.geometry_text(),
                folder=last_folder_of(window).text,
                steps_per_second=self.parts.speed.chosen,
            )
        )
        self.parts.loader.finish()
        self.parts.runs.close()
        self.parts.saver.finish()  # behind the runs, whose last word may be a state that is to be saved
        self.parts.answers.close()
        shown = self.parts.runs.shown
        is_unsaved = self.parts.session.modified or (shown is not None and shown.is_unsaved)
        self.parts.recovery.close(keep=self._keeps_unsaved and is_unsaved)
        self.parts.collector.stop()
        self.surprises.uninstall()
