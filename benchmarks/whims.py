"""What a monkey does in the window: one action of many sorts, chosen at random."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from app.changes import replace_config
from benchmarks.window import OpenWindow
from engine.design.kinds import LAYER_KINDS
from engine.design.network import NetworkDesign
from engine.design.values import own_values
from engine.errors import LayerscopeError
from widgets.network.rows import Position

QUICK_NETWORKS = ("lenet5", "mlp", "residual_small", "autoencoder", "mask_small", "regression_mlp")
DATA = ("digits", "strokes", "shapes", "moons", "no such data", "/no such folder")
_NAMES = "Space Return Escape Tab Delete Up Down Left Right Home End F1 F2 Period 1 2 3 5 P G R Z C V X D K L T S Slash"
KEYS = tuple(Qt.Key[f"Key_{name}"] for name in _NAMES.split())
MODIFIERS = (
    *(Qt.KeyboardModifier.NoModifier,) * 3,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
SIZES = ((960, 640), (1280, 720), (1600, 1000), (2200, 1300))


class Whims:
    """Actions on one window. ``folder`` holds what is opened and saved; every choice is ``rng``'s."""

    def __init__(self, window: OpenWindow, folder: Path, rng: random.Random) -> None:
        self._window, self._parts, self._folder, self._rng = window, window.parts, folder, rng
        self._top: QWidget | None = None
        self._all: dict[str, tuple[int, Callable[[], str]]] = {
            "action": (30, self._action),
            "key": (25, self._key),
            "click": (30, self._click),
            "wheel": (5, self._wheel),
            "menu": (5, self._menu),
            "scrub": (15, self._scrub),
            "edit": (25, self._edit),
            "setting": (12, self._setting),
            "run": (20, self._run),
            "open": (4, self._open),
            "save": (4, self._save),
            "drop": (3, self._drop),
            "size": (4, self._size),
            "probe": (5, self._probe),
        }

    def do_one(self) -> str:
        """Do something; what it was."""
        names = list(self._all)
        (name,) = self._rng.choices(names, [self._all[name][0] for name in names])
        return f"{name} {self._all[name][1]()}"

    # -- what dialogs are answered with --

    def path(self) -> Path | None:
        """A file or folder to open: good, bad, or not there; None for a dialog that is left."""
        found = sorted(self._folder.iterdir())
        return self._rng.choice([None, self._folder / "missing.design.json", *found, *found])

    def place(self) -> Path | None:
        """Where to save."""
        return self._rng.choice([None, self._folder / f"{self._rng.randrange(6)}.design.json", self._folder / "run"])

    def unsaved(self) -> str:
        """What to do with what is not saved."""
        return self._rng.choice(["discard", "discard", "cancel", "save"])

    # -- the whims --

    def _action(self) -> str:
        table = self._parts.window.actions_table
        ids = [spec.id for spec in table if spec.id != "file.quit" and self._is_quick(spec.id)]
        chosen = self._rng.choice(ids)
        table[chosen].trigger()
        return chosen

    @staticmethod
    def _is_quick(id: str) -> bool:
        return not id.startswith("zoo.") or id.removeprefix("zoo.") in QUICK_NETWORKS

    def _key(self) -> str:
        key, modifier = self._rng.choice(KEYS), self._rng.choice(MODIFIERS)
        target = QApplication.activePopupWidget() or QApplication.focusWidget() or self._parts.window
        QTest.keyClick(target, key, modifier)
        return f"{modifier.name} {key.name} in {type(target).__name__}"

    def _somewhere(self) -> tuple[QWidget, QPoint]:
        top = self._top = QApplication.activePopupWidget() or self._parts.window  # kept: with it Python forgets what is in it
        at = QPoint(self._rng.randrange(max(1, top.width())), self._rng.randrange(max(1, top.height())))
        widget = top.childAt(at) or top
        return widget, widget.mapFrom(top, at)

    def _click(self) -> str:
        widget, at = self._somewhere()
        button = self._rng.choice([Qt.MouseButton.LeftButton] * 4 + [Qt.MouseButton.RightButton])
        kind = type(widget).__name__
        QTest.mouseMove(widget, at)
        if not isValid(widget):  # the mouse's coming closed it
            return f"mouse on {kind}"
        how = self._rng.choice([QTest.mouseClick] * 5 + [QTest.mouseDClick])
        how(widget, button, Qt.KeyboardModifier.NoModifier, at)
        return f"{button.name} on {kind}"

    def _wheel(self) -> str:
        widget, at = self._somewhere()
        where, none = QPointF(at), QPoint()
        turn = QPoint(0, self._rng.choice([-120, 120, 360]))
        buttons, keys, phase = Qt.MouseButton.NoButton, self._rng.choice(MODIFIERS), Qt.ScrollPhase.NoScrollPhase
        event = QWheelEvent(where, QPointF(widget.mapToGlobal(at)), none, turn, buttons, keys, phase, False)
        QApplication.sendEvent(widget, event)
        return type(widget).__name__

    def _menu(self) -> str:
        widget, at = self._somewhere()
        QApplication.sendEvent(widget, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, widget.mapToGlobal(at)))
        return type(widget).__name__

    def _scrub(self) -> str:
        run = self._parts.runs.shown
        frames = run.frames if run is not None else ()
        step = self._rng.choice(frames) if frames else 0
        self._parts.window.transport.scrubbed.emit(step)
        return str(step)

    def _edit(self) -> str:
        session, rng = self._parts.session, self._rng
        layers = session.document.design.layers
        what = rng.choice(["add", "add", "remove", "undo", "undo", "redo", "wire", "change", "select"])
        if what == "add":
            kind = rng.choice([kind.kind for kind in LAYER_KINDS.entries()])
            self._parts.window.network.add_kind(kind, Position("", rng.randrange(len(layers) + 1)))
            return f"add {kind}"
        if what in ("undo", "redo"):
            getattr(session.undo_stack, what)()
        elif layers and what == "remove":
            session.apply("Remove", lambda design: design.without([rng.choice(layers).id]))
        elif layers and what == "wire":
            self._parts.window.network.list.wired.emit(rng.choice(layers).id, rng.choice(layers).id)
        elif layers and what == "change":
            self._change_number(rng.choice(layers).id)
        elif layers:
            session.select([rng.choice(layers).id])
        return what

    def _change_number(self, id: str) -> None:
        session, rng = self._parts.session, self._rng

        def edit(design: NetworkDesign) -> NetworkDesign:
            fields = [name for name, value in own_values(design[id].parameters).items() if type(value) is int]
            return design.with_parameters(id, **{rng.choice(fields): rng.choice([0, 1, 2, 3, 5, 10, 17])}) if fields else design

        session.apply("Change", edit)

    def _setting(self) -> str:
        rng, chips = self._rng, self._parts.chips
        if rng.random() < 0.3:
            data = rng.choice(DATA)
            chips.set_data(data)
            return data
        values: dict[str, object] = {
            "learning_rate": 10.0 ** rng.randrange(-4, 4),
            "epochs": rng.randrange(1, 4),
            "seed": rng.randrange(9),
            "batch_size": rng.choice([1, 16, 64, 512]),
            "optimizer": rng.choice(["sgd", "adam", "adamw"]),
            "schedule": rng.choice(["constant", "cosine", "steps"]),
            "augment": rng.choice(["", "flip", "shift,erase"]),
        }
        name, value = rng.choice(list(values.items()))
        try:
            changed = replace_config(self._parts.session.document, {name: value})
        except LayerscopeError as error:
            return str(error)
        self._parts.session.change("Set", lambda _: changed)
        return f"{name}={value}"

    def _run(self) -> str:
        commands = self._window.program.commands
        what = self._rng.choice(["toggle", "toggle", "toggle", "step", "restart", "restart_with_new_seed", "fork_here"])
        getattr(commands, what)()
        if self._rng.random() < 0.2:
            self._parts.runs.stop()
            what += ", stop"
        return what

    def _open(self) -> str:
        path = self.path()
        if path is not None:
            self._parts.opener.open_path(path)
        return str(path and path.name)

    def _save(self) -> str:
        path, run = self.place(), self._parts.runs.shown
        if path is not None and path.name == "run" and run is not None and run.has_network:
            self._parts.saver.save_run_to(path)
        else:
            self._parts.saver.save()
        return str(path and path.name)

    def _drop(self) -> str:
        path = self.path() or self._folder
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path))])
        buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        self._parts.window.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, buttons, keys))
        return path.name

    def _size(self) -> str:
        size = self._rng.choice(SIZES)
        self._parts.window.resize(*size)
        return f"{size[0]}×{size[1]}"

    def _probe(self) -> str:
        name = self._rng.choice(["occlusion", "activation_max"])
        self._window.program.commands.look_inside(name)
        return name
