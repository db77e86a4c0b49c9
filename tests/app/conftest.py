"""The whole program in a window off screen, with scratch settings, driven by real events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import Document
from app.program import Program
from app.settings import SettingsFile
from engine.design.network import NetworkDesign, layer
from engine.training.config import TrainingConfig
from tests.widgets.conftest import nothing_left_behind  # noqa: F401  (a fixture that every test here uses)

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
    settings = TrainingConfig(epochs=3).model_copy(update=config)
    program = Program(qapp, SettingsFile(folder / "settings.json"), Document(TINY, "digits", settings))
    program.parts.window.show()
    program.parts.loader.start()
    program.parts.loader.finish()
    return program


@pytest.fixture
def program(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Program]:
    made = make_program(qapp, tmp_path)
    yield made
    made.parts.files.may_leave = lambda: True  # type: ignore[method-assign]
    made.leave()
    made.parts.window.hide()
    made.parts.window.deleteLater()
    made.deleteLater()


@pytest.fixture
def until(qtbot: QtBot) -> Callable[[Callable[[], bool]], None]:
    """Wait with the event loop running until a condition holds."""

    def wait(condition: Callable[[], bool], timeout: int = 30_000) -> None:
        qtbot.waitUntil(condition, timeout=timeout)

    return wait
