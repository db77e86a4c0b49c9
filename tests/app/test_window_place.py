"""The window fits its screen, comes back to it, and keeps its layout from start to start."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from app.program import Program
from app.screen_room import inside, room_of
from app.settings import Settings, SettingsFile
from app.window import MainWindow
from tests.app.conftest import close_program, make_program
from widgets.theme import Look

SCREEN = QRect(0, 0, 1280, 720)


def test_no_window_is_larger_than_what_the_screen_has_room_for() -> None:
    for available in (SCREEN, QRect(0, 30, 1280, 690), QRect(1920, 0, 800, 600)):
        room = room_of(available, 24)
        assert room.width() < available.width() and room.height() + 24 < available.height()
        for size in (QSize(1600, 1000), QSize(960, 640)):
            assert room.contains(inside(QRect(QPoint(), size), room))


@pytest.mark.parametrize("corner", [QPoint(-4000, -300), QPoint(3000, 2000), QPoint(200, 700), QPoint(40, 30)])
def test_a_window_is_moved_onto_the_screen(corner: QPoint) -> None:
    moved = inside(QRect(corner, QSize(1000, 650)), SCREEN)
    assert SCREEN.contains(moved) and moved.size() == QSize(1000, 650)
    assert corner != QPoint(40, 30) or moved.topLeft() == corner, "no further than need be"


def small_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = QGuiApplication.primaryScreen()
    monkeypatch.setattr(type(screen), "availableGeometry", lambda _: SCREEN)


def test_the_first_window_fits_the_screen_it_opens_on(qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    small_screen(monkeypatch)
    window = MainWindow(Look())
    qtbot.addWidget(window)
    window.show()
    assert window.width() <= 1280 and window.height() <= 696 and window.minimumWidth() <= 1280
    bar = window.top_bar
    for chip in (*bar.chips.values(), bar.views_button):
        assert chip.isVisible() and window.rect().contains(chip.mapTo(window, chip.rect().bottomRight()))
    for button in (window.transport.run_button, window.transport.stop_button):
        assert window.rect().contains(button.mapTo(window, button.rect().bottomRight()))


def text_of(geometry: QRect, window: QWidget) -> str:
    """The geometry that a window at ``geometry`` would have kept."""
    window.setGeometry(geometry)
    window.show()
    return window.saveGeometry().toBase64().toStdString()


@pytest.mark.parametrize("place", [QRect(5000, 3000, 1000, 700), QRect(-3000, 10, 1000, 700), QRect(0, 0, 2400, 1400)])
def test_a_kept_place_that_is_off_the_screen_is_brought_back(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch, place: QRect
) -> None:
    other = QMainWindow()
    qtbot.addWidget(other)
    kept = text_of(place, other)
    small_screen(monkeypatch)
    window = MainWindow(Look())
    qtbot.addWidget(window)
    window.restore_geometry_text(kept)
    window.show()
    assert SCREEN.contains(window.frameGeometry())


def test_damaged_geometry_is_passed_over(qtbot: QtBot, qapp: QApplication) -> None:
    window = MainWindow(Look())
    qtbot.addWidget(window)
    before = window.size()
    for text in ("", "no base64 ✗", "AAAA"):
        window.restore_geometry_text(text)
        assert window.size() == before


def docks_of(program: Program, name: str) -> dict[str, object]:
    stage = program.parts.window.workspaces.stages[name]
    return {view.name: stage.docks[view.name].geometry().getRect() for view in stage.visible_views()}


def move_things(program: Program) -> None:
    stage = program.parts.window.workspaces.stages["watch"]
    stage.close_view("filters")
    stage.resizeDocks([stage.docks["loss"]], [700], Qt.Orientation.Horizontal)
    stage.resizeDocks([stage.docks["loss"]], [360], Qt.Orientation.Vertical)
    sides = program.parts.window.sides
    sides.splitter.setSizes([420, sides.width() - 700, 280])
    sides.splitter.splitterMoved.emit(420, 1)


@pytest.mark.parametrize("last", ["watch", "design"])
def test_a_maximised_window_restarted_five_times_keeps_its_layout(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, last: str
) -> None:
    """Sizes of docks that are restored before the window is maximised shrink at each start, if they are taken for the newest."""
    program = make_program(qapp, tmp_path)
    window = program.parts.window
    window.showMaximized()
    qtbot.wait(100)
    move_things(program)
    qtbot.wait(100)
    docks, panels = docks_of(program, "watch"), (window.network.width(), window.inspector.width())
    for _ in range(5):
        program.commands.choose_workspace(last)  # a stage that is not shown at the end is kept too
        qtbot.wait(30)
        close_program(program)
        program = make_program(qapp, tmp_path)
        window = program.parts.window
        qtbot.waitUntil(window.isMaximized)
        qtbot.waitUntil(lambda now=program: docks_of(now, "watch") == docks, timeout=3000)
        assert (window.network.width(), window.inspector.width()) == panels
    close_program(program)


def test_settings_of_before_are_read(tmp_path: Path) -> None:
    """What an earlier version wrote, and what no version wrote."""
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "light", "layout_version": 2, "layouts": {}, "window": "", "folder": "here"}')
    assert SettingsFile(path).read() == Settings(theme="light", layout_version=2, folder="here")
    path.write_text('{"theme": "light", "scale": "large"}')
    assert SettingsFile(path).read() == Settings()
