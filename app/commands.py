"""Commands: what each action does, from run and pause to the next image. It steers; the Presenter shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from app.actions import LIST_KEYS
from app.changes import on_machine_of, replace_config
from app.keeping.kept_runs import Kept
from app.keeping.session_folder import Leftover
from app.parts import Parts
from app.presenter import Presenter
from engine.design.parameters import Kind
from engine.design.values import construct
from engine.errors import LayerscopeError
from engine.training.messages import RunState
from widgets.common.mnemonics import in_menu
from widgets.common.words import begun_without

NOTHING: Mapping[str, Any] = {}
LEFTOVER = "leftover"
"""The cause of what the banner says of what a killed process left behind."""
OF_THE_LIST = ("group", "ungroup", "copy_apart", "save_block", "fold_all", "unfold_all", "head")
"""Commands of the network list that the menus have, too."""
IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")


class Commands(QObject):
    """GUI thread only. A mistake of the user's becomes a sentence in the banner."""

    def __init__(self, parts: Parts, presenter: Presenter) -> None:
        super().__init__(parts.window)
        self._parts, self._presenter = parts, presenter
        self.session, self.runs, self.window, self.look = parts.session, parts.runs, parts.window, parts.look
        self.recovery = parts.recovery
        self._recent_runs: list[QAction] = []
        self._leftover: Leftover | None = None  # what can be brought back
        self.appearance, self.presentation = parts.appearance, parts.presentation
        self.opener, self.probes, self.loader, self.viewpoint = parts.opener, parts.probes, parts.loader, parts.viewpoint

    def handlers(self) -> dict[str, Callable[[], object]]:
        """For each action of the table, what it does."""
        runs, viewpoint, opener, saver = self.runs, self.viewpoint, self.opener, self._parts.saver
        presenter, window = self._presenter, self.window
        stack = self.session.undo_stack
        return {
            "file.new": opener.new,
            "file.open": opener.open,
            "file.open_run": opener.open_run,
            "file.save": saver.save,
            "file.save_as": saver.save_as,
            "file.save_run": saver.save_run,
            "file.save_run_as": saver.save_run_as,
            "file.reopen_run": lambda: self._attempt(opener.reopen_last),
            "file.recent_runs": self.open_recent_runs,
            "file.bring_back": self.offer_again,
            "file.image": opener.open_image,
            "file.quit": window.close,
            "edit.undo": stack.undo,
            "edit.redo": stack.redo,
            "edit.add_layer": window.network.open_palette,
            **{f"edit.{name}": partial(window.network.run, name) for name in OF_THE_LIST},
            "layer.previous": lambda: self.choose_layer(-1),
            "layer.next": lambda: self.choose_layer(1),
            "unit.previous": lambda: presenter.choose_unit(presenter.unit - 1),
            "unit.next": lambda: presenter.choose_unit(presenter.unit + 1),
            "run.toggle": self.toggle,
            "run.step": self.step,
            "run.stop": runs.stop,
            "run.restart": self.restart,
            "run.new_seed": self.restart_with_new_seed,
            "run.fork": self.fork_here,
            "run.as_begun": self.go_on_as_begun,
            "run.live": viewpoint.go_live,
            "run.slower": self._parts.speed.slower,
            "run.faster": self._parts.speed.faster,
            "run.full_speed": self._parts.speed.full,
            "image.previous": lambda: viewpoint.pin_beside(-1),
            "image.next": lambda: viewpoint.pin_beside(1),
            "image.pin_also": viewpoint.pin_also,
            "image.unpin": viewpoint.unpin,
            "view.design": lambda: self.choose_workspace("design"),
            "view.watch": lambda: self.choose_workspace("watch"),
            "view.probe": lambda: self.choose_workspace("probe"),
            "view.larger": self.appearance.larger,
            "view.smaller": self.appearance.smaller,
            "view.usual_size": self.appearance.usual,
            "view.light": self.appearance.switch_theme,
            "view.presentation": self.presentation.switch,
            "view.network": lambda: window.sides.toggle("network"),
            "view.inspector": lambda: window.sides.toggle("inspector"),
            "view.pick": lambda: window.view_picker.open(window.workspaces.stage),
            "view.restore": lambda: window.workspaces.stage.restore_default(),
            "help.palette": self.open_command_palette,
            "help.selection": self.help_on_selection,
            "help.numbers": self.show_explanations,
            "help.keys": self.show_keys,
        }

    def toggle(self) -> None:
        """Run, pause or go on. From the past it first returns to live: a run that goes on meanwhile is not paused. One whose last
        weights are no numbers any more goes on from the past that is shown."""
        run, step = self.runs.shown, self.viewpoint.cursor
        if run is not None and run.is_broken and step is not None and run.can_go_on_as(self.session.document):
            self.fork(step)
            return
        if self.viewpoint.is_past:
            self.viewpoint.go_live()
            if self.runs.shown is not None and self.runs.shown.state is RunState.RUNNING:
                return
        self._attempt(lambda: self.runs.toggle(self.session.document))

    def step(self) -> None:
        """One training step, then pause. A run that is over begins again, and is then looked at live."""
        if self.runs.shown is not None and not self.runs.shown.is_alive:
            self.viewpoint.go_live()
        self._attempt(lambda: self.runs.step(self.session.document))

    def fork(self, step: int, changes: Mapping[str, Any] = NOTHING) -> None:
        """A new run from the weights kept nearest to ``step``, with some training settings changed."""

        def work() -> None:
            if self.runs.fork(self.session.document, step, changes) and changes:
                self.session.change("Change the training", lambda document: replace_config(document, changes))

        self._attempt(work)

    def fork_here(self) -> None:
        """A new run from the past step that is shown."""
        if self.viewpoint.cursor is None:
            self.window.banner.tell("Choose a past step on the timeline first: a new run then goes on from there.")
        else:
            self.fork(self.viewpoint.cursor)

    def go_on_as_begun(self) -> None:
        """Go on with the run that is over as it began, whatever was edited since: that is taken back, as one step to undo."""
        run, document = self.runs.shown, self.session.document
        if run is None or run.over is None:
            self.window.banner.tell("There is no run to go on with. Press Space to train.")
            return
        if not run.can_go_on_as(document):
            self.session.change(f"Back to the run of “{run.document.design.name}”", lambda now: on_machine_of(run.document, now))
            self.window.banner.tell("The network and its training are again those of the run. Ctrl+Z brings your edits back.")
        self.toggle()

    def restart(self) -> None:
        """A new run with the same seed."""
        self._attempt(lambda: self.runs.restart(self.session.document))

    def try_again(self, changes: dict[str, Any]) -> None:
        """A new run with some training settings changed, as the end of a failed one proposed."""
        self.session.change("Change the training", lambda document: replace_config(document, changes))
        self.restart()

    def restart_with_new_seed(self) -> None:
        """A new run from other initial weights; the seed is part of the document and can be undone."""
        seed = self.session.document.config.seed + 1
        self.session.change(f"Set seed to {seed}", lambda document: replace_config(document, {"seed": seed}))
        self.restart()

    def choose_layer(self, step: int) -> None:
        """Select the layer before (-1) or behind (1) the selected one in the list, where blocks are folded or not."""
        place = self.window.network.beside(self.session.selected, step)
        if place:
            self.session.select([place])

    def save_block(self, name: str, text: str) -> None:
        """Keep a block, as the text of a design, among the user's own."""
        if self._parts.my_blocks.save(name, text):
            self.window.banner.tell(f"“{name}” is among your blocks now: the palette (/) lists it.")

    def remove_block(self, name: str) -> None:
        """Take a block out of the user's own; it can be brought back as long as the message stands."""
        text = self._parts.my_blocks.remove(name)
        if text:
            way = ("Bring back", lambda: self.save_block(name, text))
            self.window.banner.tell(f"“{name}” is no longer among your blocks.", "notice", [way])

    def choose_workspace(self, name: str) -> None:
        """Show another workspace."""
        self.window.workspaces.choose(name)
        self.window.top_bar.set_workspace(name)

    def show_view(self, name: str) -> None:
        """Bring a view to the front in this workspace; a panel of the window's own, in the workspace where it stands."""
        spaces = self.window.workspaces
        if name not in spaces.stage:
            self.choose_workspace(next(workspace for workspace, stage in spaces.stages.items() if name in stage))
        spaces.stage.open_view(name)

    def toggle_view(self, name: str) -> None:
        """Bring a view to the front; close the one that is seen already."""
        stage = self.window.workspaces.stage
        if any(view.name == name for view in stage.visible_views()):
            stage.close_view(name)
        else:
            self.show_view(name)

    def show_help(self, kind: str) -> None:
        """Explain a kind of layer."""
        self.window.help_panel.show_kind(kind, self.session.document.design, self.session.report, self.session.selected)
        self.show_view("help")

    def show_choice_help(self, kind: type[Kind]) -> None:
        """Explain what is chosen in a form: an optimiser, a fill."""
        self.window.help_panel.show_choice(kind)
        self.show_view("help")

    def help_on_selection(self) -> None:
        """Explain the kind of the selected layer."""
        selected = self.session.selected
        self.show_help(self.session.document.design[selected].kind if selected else "")

    def open_command_palette(self) -> None:
        """Search every action by name."""
        table = self.window.actions_table
        self.window.command_palette.open([(menu, action) for menu in table.menus() for action in table.in_menu(menu)])

    def open_recent_runs(self) -> None:
        """Search the runs that are kept without having been saved."""
        self.opener.find_kept(self._list_recent_runs)

    def _list_recent_runs(self, found: Sequence[Kept]) -> None:
        for action in self._recent_runs:
            action.deleteLater()
        self._recent_runs = [QAction(in_menu(kept.title), self) for kept in found]
        for action, kept in zip(self._recent_runs, found, strict=True):
            action.triggered.connect(lambda _=False, kept=kept: self._attempt(lambda: self.opener.reopen(kept)))
        self.window.command_palette.open([("", action) for action in self._recent_runs], "a run that was trained")

    def offer(self, leftover: Leftover | None) -> None:
        """What a killed process left behind can be brought back; None: there is nothing, or no more."""
        self._leftover = leftover
        self.window.actions_table["file.bring_back"].setEnabled(leftover is not None)
        self.window.banner.cured(LEFTOVER)
        if leftover is not None:
            ways = [("Bring back", lambda: self._bring_back(leftover)), ("Discard", lambda: self._settle(leftover))]
            self.window.banner.tell(leftover.sentence, "notice", ways, LEFTOVER, comes_back=True)

    def offer_again(self) -> None:
        """From the menu, after the message was closed."""
        self.offer(self._leftover)

    def _bring_back(self, leftover: Leftover) -> None:
        if not self.opener.bring_back(leftover, lambda: self._settle(leftover)):
            self.offer(leftover)

    def _settle(self, leftover: Leftover) -> None:
        """It was brought back or is not wanted."""
        self.offer(None)
        self.recovery.settle(leftover)

    def show_explanations(self) -> None:
        """What every number, colour and warning means, on one page."""
        self.window.help_panel.show_explanations()
        self.show_view("help")

    def show_keys(self) -> None:
        """Every shortcut on one page."""
        rows = [(spec.keys, spec.title) for spec in self.window.actions_table if spec.keys] + list(LIST_KEYS)
        self.window.help_panel.show_keys(rows)
        self.show_view("help")

    def look_inside(self, probe: str) -> None:
        """Open a probe on the selected layer and unit, and ask it."""
        self.choose_workspace("probe")
        layer = self._presenter.focus().layer
        values: dict[str, Any] = {"layer": layer} if layer else {}
        if self._presenter.unit >= 0:
            values["unit"] = self._presenter.unit
        self.window.probe_panel.choose(probe, values)
        if self.runs.shown is not None and self.runs.shown.has_network:
            self.window.probe_panel.button.click()

    def ask_probe(self, name: str, values: dict[str, Any]) -> None:
        """Ask a probe with the values of its form."""
        from engine.probing.base import PROBES

        try:
            probe = construct(PROBES.get(name), values, f"the probe '{name}'")
        except LayerscopeError as error:
            self.window.probe_panel.show_error(error.plainly())
            return
        layer, run = str(getattr(probe, "layer", "")), self.viewpoint.run
        if run is not None and layer in self.session.document.design and layer not in run.document.design:
            self.window.probe_panel.show_error(begun_without(layer))
        else:
            self.probes.ask(probe)

    def open_dropped(self, name: str) -> None:
        """A file was dropped on the window: an image is pinned, anything else opened."""
        path = Path(name)
        if path.suffix.lower() in IMAGE_SUFFIXES:
            self.opener.open_image_path(path)
        else:
            self.opener.open_path(path)

    def _attempt(self, work: Callable[[], object]) -> None:
        """Do ``work`` once torch is there; a mistake of the user's is told as its sentence."""

        def attempt() -> None:
            try:
                work()
            except LayerscopeError as error:
                self._presenter.tell_misfit(error)

        self.loader.start()
        self.loader.when_loaded(attempt)
