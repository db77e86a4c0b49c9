"""The whole program in a window off screen, with scratch settings, driven by real events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QDeadlineTimer, QEventLoop
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import dialogs
from app.document import Document
from app.program import Program
from app.settings import SettingsFile
from engine.design.network import NetworkDesign, layer
from engine.training.config import training_config
from tests.widgets.conftest import nothing_left_behind, undress  # noqa: F401  (a fixture that every test here uses)

TINY = NetworkDesign(
    "tiny",
    (1, 8, 8),
    (
        layer("c1", "conv2d", filters=4, kernel=3, padding=1),
        layer("r1", "relu"),
        layer("f", "flatten"),
        layer("out", "linear", units=10),
    ),
)


def make_program(qapp: QApplication, folder: Path, **config: object) -> Program:
    """A program with a tiny network on the digits, torch loaded, its window shown."""
    settings = training_config(**{"epochs": 3, **config})
    program = Program(qapp, SettingsFile(folder / "settings.json"), Document(TINY, "digits", settings))
    program.parts.window.show()
    program.parts.loader.start()
    program.parts.loader.finish()
    return program


@pytest.fixture(autouse=True)
def no_dialog_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A modal dialog would wait for ever; a test that expects one replaces it."""
    for name in ("ask_open", "ask_save", "ask_folder", "ask_unsaved"):
        monkeypatch.setattr(dialogs, name, lambda *_, name=name: pytest.fail(f"the program asked: {name}"))


def close_program(made: Program) -> None:
    """End it as closing its window does, without asking about changes."""
    made.leave()
    made.parts.window.hide()
    made.parts.window.deleteLater()
    made.deleteLater()
    undress(made._app)


def open_file(program: Program, path: Path) -> bool:
    """Open a file or run, and wait until it is there, or refused; False where what is open may not be left."""
    return program.parts.opener.open_path(path) and opened(program)


def opened(program: Program) -> bool:
    """Wait until all is read that is being opened."""
    patience = QDeadlineTimer(30_000)
    while program.parts.opener.is_busy:
        assert not patience.hasExpired()
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    return True


def save_file(program: Program) -> bool:
    """Save the design, and wait until it is on the disk, or refused; whether it is."""
    return program.parts.saver.save() and program.parts.saver.finish()


@pytest.fixture
def program(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Program]:
    made = make_program(qapp, tmp_path)
    yield made
    close_program(made)


def _begin_threads(program: Program) -> None:
    """Those that read and write: else they begin in whatever test first opens or saves, and outlive it."""
    program.parts.opener.open_image_path(Path("none.png"))
    open_file(program, Path("none"))
    program.parts.saver._writing.write(lambda: None, lambda: None)
    assert program.parts.saver.finish()


@pytest.fixture(scope="module")
def open_window(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    made = make_program(qapp, tmp_path_factory.mktemp("program"))
    made.parts.recovery._timer.setInterval(3_600_000)  # else its thread begins in whatever test comes two seconds later
    _begin_threads(made)
    yield made
    close_program(made)


@pytest.fixture
def shared(qtbot: QtBot, open_window: Program) -> Program:
    """One program for all tests of a module that neither train nor close it, with a fresh document and no message."""
    open_window.parts.session.open(Document(TINY, "digits", training_config(epochs=3)))
    open_window.parts.window.banner.hide()
    open_window.parts.window.activateWindow()
    qtbot.waitUntil(open_window.parts.window.isActiveWindow)
    return open_window


@pytest.fixture
def until(qtbot: QtBot) -> Callable[[Callable[[], bool]], None]:
    """Wait with the event loop running until a condition holds."""

    def wait(condition: Callable[[], bool], timeout: int = 30_000) -> None:
        qtbot.waitUntil(condition, timeout=timeout)

    return wait
