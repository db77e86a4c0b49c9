"""Every action of the program in one table: it feeds the menus, the shortcuts, the tooltips, the command palette and the help."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from widgets.common.mnemonics import in_menu


@dataclass(frozen=True)
class ActionSpec:
    """``id`` names it in code; ``menu``, ``group`` (a line stands between two) and ``within`` (a menu in it) where it stands.
    ``keys`` is a shortcut in portable text ("Ctrl+S"), or ""; ``also`` are further ones."""

    id: str
    title: str
    menu: str
    keys: str = ""
    help: str = ""
    checkable: bool = False
    group: str = ""
    within: str = ""
    also: tuple[str, ...] = ()


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("file.new", "New design", "File", "Ctrl+N", "Start with an empty network.", group="open"),
    ActionSpec(
        "file.open", "Open design or run…", "File", "Ctrl+O", "Open a design, or a run by any of its files.", group="open"
    ),
    ActionSpec("file.open_run", "Open run folder…", "File", "Ctrl+Shift+O", "Open a saved run by its folder.", group="open"),
    ActionSpec("file.image", "Open image…", "File", "", "Show an image file to the network.", group="open"),
    ActionSpec("file.save", "Save design", "File", "Ctrl+S", "Write the design to its file.", group="save"),
    ActionSpec("file.save_as", "Save design as…", "File", "Ctrl+Shift+S", "Write the design to another file.", group="save"),
    ActionSpec(
        "file.save_run", "Save run", "File", "Ctrl+Alt+S", "Write the trained network, its curves and its past.", group="save"
    ),
    ActionSpec("file.save_run_as", "Save run as…", "File", "", "Write the run into another folder.", group="save"),
    ActionSpec(
        "file.reopen_run", "Reopen the last run", "File", "", "The run that was trained before, saved or not.", group="kept"
    ),
    ActionSpec(
        "file.recent_runs", "Recently trained…", "File", "", "The last runs that were trained, saved or not.", group="kept"
    ),
    ActionSpec(
        "file.bring_back",
        "Bring back what was not saved…",
        "File",
        help="What a window that did not end in good order has left behind: its unsaved changes and its run.",
        group="kept",
    ),
    ActionSpec("file.quit", "Quit", "File", "Ctrl+Q", "Close the window; unsaved changes are asked about.", group="quit"),
    ActionSpec("edit.undo", "Undo", "Edit", "Ctrl+Z", "Take the last change back.", group="undo"),
    ActionSpec("edit.redo", "Redo", "Edit", "Ctrl+Shift+Z", "Make the change again that was taken back.", group="undo"),
    ActionSpec(
        "edit.add_layer", "Add layer", "Edit", "/", "Search the layer kinds and insert one after the selection.", group="add"
    ),
    ActionSpec(
        "edit.group", "Group into a block", "Edit", "Ctrl+Shift+B", "Put the selected layers into a block.", group="block"
    ),
    ActionSpec(
        "edit.ungroup",
        "Take the block apart",
        "Edit",
        "Ctrl+Shift+U",
        "Its layers in its place, every copy written out.",
        group="block",
    ),
    ActionSpec(
        "edit.copy_apart",
        "Edit this copy alone",
        "Edit",
        "Ctrl+Shift+E",
        "Make the copy of a repeated block that is shown a block of its own.",
        group="block",
    ),
    ActionSpec(
        "edit.save_block",
        "Save to my blocks…",
        "Edit",
        "Ctrl+Shift+M",
        "Keep the block for the palette of layers.",
        group="block",
    ),
    ActionSpec(
        "edit.unfold_all", "Unfold all blocks", "Edit", "Ctrl+Alt+Right", "Show the layers of every block.", group="block"
    ),
    ActionSpec("edit.fold_all", "Fold all blocks", "Edit", "Ctrl+Alt+Left", "Show every block as one card.", group="block"),
    ActionSpec(
        "edit.head",
        "Auxiliary output, or not",
        "Edit",
        help="The layer answers like the network's own output while that trains; its loss counts with a weight.",
        group="block",
    ),
    ActionSpec("layer.previous", "Previous layer", "Edit", "Alt+PgUp", "Select the layer before.", group="layer"),
    ActionSpec("layer.next", "Next layer", "Edit", "Alt+PgDown", "Select the layer behind.", group="layer"),
    ActionSpec("unit.previous", "Previous unit", "Edit", "[", "Select the unit before, in the selected layer.", group="layer"),
    ActionSpec("unit.next", "Next unit", "Edit", "]", "Select the next unit of the selected layer.", group="layer"),
    ActionSpec("run.toggle", "Run / pause", "Run", "Space", "Start training, pause it, or go on.", group="run"),
    ActionSpec("run.step", "One step", "Run", ".", "Train on one batch, then pause.", group="run"),
    ActionSpec("run.stop", "Stop", "Run", "Shift+Space", "End the run; its network stays to be looked at.", group="run"),
    ActionSpec(
        "run.restart", "Start again", "Run", "Ctrl+R", "A new run with the same seed: the same numbers again.", group="again"
    ),
    ActionSpec(
        "run.new_seed",
        "Start again with a new seed",
        "Run",
        "Ctrl+Shift+R",
        "A new run from other initial weights.",
        group="again",
    ),
    ActionSpec("run.live", "Return to live", "Run", "Ctrl+L", "Leave the past and follow the run.", group="live"),
    ActionSpec(
        "run.fork", "Go on from the step shown", "Run", "Ctrl+G", "A new run from the past step that is shown.", group="live"
    ),
    ActionSpec(
        "run.as_begun",
        "Go on with the run’s own design",
        "Run",
        help="Take back what was edited since the run began, as one step to undo, and train on.",
        group="live",
    ),
    ActionSpec("run.slower", "Train slower", "Run", "<", "Fewer steps a second, so that it can be talked over.", group="speed"),
    ActionSpec("run.faster", "Train faster", "Run", ">", "More steps a second, up to full speed.", group="speed"),
    ActionSpec(
        "run.full_speed", "Train at full speed", "Run", "", "As many steps a second as the machine can do.", group="speed"
    ),
    ActionSpec(
        "view.design", "Design workspace", "View", "1", "Layer kinds, data and explanations beside the network.", True, "space"
    ),
    ActionSpec("view.watch", "Watch workspace", "View", "2", "What the network sees and learns while it trains.", True, "space"),
    ActionSpec("view.probe", "Probe workspace", "View", "3", "Questions to the trained network.", True, "space"),
    ActionSpec("view.larger", "Larger", "View", "Ctrl++", "Text and pictures one size larger.", group="size", also=("Ctrl+=",)),
    ActionSpec("view.smaller", "Smaller", "View", "Ctrl+-", "Text and pictures one size smaller.", group="size"),
    ActionSpec("view.usual_size", "Usual size", "View", "Ctrl+0", "Text and pictures at 100 %.", group="size"),
    ActionSpec(
        "view.light", "Light theme", "View", "Ctrl+T", "Dark letters on light paper, or the other way round.", True, "look"
    ),
    ActionSpec(
        "view.presentation",
        "Presentation mode",
        "View",
        "F11",
        "Few views, large, on the whole screen. Esc leads back.",
        True,
        "look",
    ),
    ActionSpec("view.network", "Network list", "View", "Ctrl+B", "Show or hide the list of layers on the left.", True, "panel"),
    ActionSpec("view.inspector", "Inspector", "View", "Ctrl+I", "Show or hide what can be set, on the right.", True, "panel"),
    ActionSpec(
        "view.pick", "Choose views…", "View", "Ctrl+Shift+V", "Open and close views, chosen by their pictures.", group="views"
    ),
    ActionSpec(
        "view.restore", "Restore the views", "View", "", "Put every view of this workspace back in its place.", group="views"
    ),
    ActionSpec("image.previous", "Previous image", "Image", "Left", "Pin the test image before.", group="step"),
    ActionSpec("image.next", "Next image", "Image", "Right", "Pin the next test image.", group="step"),
    ActionSpec(
        "image.pin_also", "Pin also this image", "Image", "P", "It stays pinned when another comes to the front.", group="pin"
    ),
    ActionSpec(
        "image.unpin", "Unpin this image", "Image", "Shift+P", "The image pinned before it comes to the front.", group="pin"
    ),
    ActionSpec("help.palette", "Find an action", "Help", "Ctrl+K", "Search every action by name.", group="find"),
    ActionSpec("help.selection", "Help on the selection", "Help", "F1", "Explain the selected layer.", group="help"),
    ActionSpec(
        "help.numbers",
        "What the numbers mean",
        "Help",
        "?",
        "Explain every number, colour and warning on one page.",
        group="help",
    ),
    ActionSpec("help.keys", "Keyboard shortcuts", "Help", "Ctrl+F1", "Every shortcut on one page.", group="help"),
)
"""Keys of the network list (Del, Ctrl+D, Alt+Up, F2, ...) belong to the list: they are in LIST_KEYS."""

LIST_KEYS: tuple[tuple[str, str], ...] = (
    ("Up / Down", "Previous, next layer"),
    ("Del", "Remove the selected layers, or the wire that was clicked"),
    ("Ctrl+D", "Duplicate the selected layers"),
    ("Alt+Up / Alt+Down", "Move the selected layers"),
    ("F2", "Rename the layer"),
    ("Enter", "To the settings of the layer; Enter or Esc there leads back"),
    ("Ctrl+C / Ctrl+X / Ctrl+V", "Copy, cut, paste layers"),
    ("Right on a block / Left in a block", "Unfold it and go in; go to it and fold it"),
    ("Alt+Left / Alt+Right", "Previous, next copy of a block that is repeated"),
)


class Actions:
    """The table as QActions. ``bind`` gives each its handler; an action without one is a bug and refuses to start."""

    def __init__(self, owner: QWidget, specs: tuple[ActionSpec, ...] = ACTIONS) -> None:
        self._owner = owner
        self._actions: dict[str, QAction] = {}
        self.specs: dict[str, ActionSpec] = {}
        for spec in specs:
            self.add(spec)

    def add(self, spec: ActionSpec, handler: Callable[[], object] | None = None) -> QAction:
        """One more action, as views and probes bring them."""
        action = QAction(in_menu(spec.title), self._owner, checkable=spec.checkable)
        action.setShortcuts([QKeySequence(keys) for keys in (spec.keys, *spec.also) if keys])
        action.setToolTip(f"{spec.title} ({spec.keys})" if spec.keys else spec.title)
        action.setStatusTip(spec.help)
        self._owner.addAction(action)
        self._actions[spec.id] = action
        self.specs[spec.id] = spec
        if handler is not None:
            action.triggered.connect(lambda _=False: handler())
        return action

    def bind(self, handlers: Mapping[str, Callable[[], object]]) -> None:
        """Connect every action of the table to what it does."""
        missing = [id for id in self._actions if id not in handlers]
        if missing:
            raise ValueError(f"actions without a handler: {missing}")
        for id, handler in handlers.items():
            self._actions[id].triggered.connect(lambda _=False, handler=handler: handler())

    def remove(self, prefix: str) -> None:
        """Take away every action whose id begins with ``prefix``."""
        for id in [id for id in self.specs if id.startswith(prefix)]:
            self._owner.removeAction(self._actions[id])
            self._actions.pop(id).deleteLater()
            del self.specs[id]

    def say_of(self, id: str, object: str) -> None:
        """What an action would act on, behind its title: "Undo: Set filters to 9"; with "" there is nothing, and it is greyed."""
        title = self.specs[id].title
        self._actions[id].setText(in_menu(f"{title}: {object}" if object else title))
        self._actions[id].setEnabled(bool(object))

    def __getitem__(self, id: str) -> QAction:
        return self._actions[id]

    def __iter__(self) -> Iterator[ActionSpec]:
        return iter(self.specs.values())

    def in_menu(self, menu: str) -> list[QAction]:
        """The actions of one menu, in the order of the table."""
        return [self._actions[spec.id] for spec in self if spec.menu == menu]

    def menus(self) -> list[str]:
        """The menus' names in order of appearance, but for the help, which is last."""
        names = dict.fromkeys(spec.menu for spec in self)
        return [name for name in names if name != "Help"] + ["Help"] * ("Help" in names)
