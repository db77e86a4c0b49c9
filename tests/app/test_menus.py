"""The menus: one for the views, lines between groups, marks at what is on, keys at every action; and the palette's last word."""

from __future__ import annotations

import gc
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.program import Program


def menu_of(program: Program, name: str) -> QMenu:
    window = program.parts.window
    window.menu.aboutToShow.emit()
    found = next(action.menu() for action in window.menu.actions() if action.text() == name)
    assert isinstance(found, QMenu)
    return found


def entries(menu: QMenu) -> dict[str, QAction]:
    return {action.text(): action for action in menu.actions() if not action.isSeparator()}


def test_there_is_one_menu_for_the_views_and_help_is_last(shared: Program) -> None:
    names = [action.text() for action in shared.parts.window.menu.actions()]
    assert names[:5] == ["File", "Edit", "Run", "View", "Image"] and names[-1] == "Help" and "Views" not in names
    inner = entries(menu_of(shared, "View"))["Views"].menu()
    assert {"Loss", "Feature maps", "Predictions"} <= set(entries(inner))


def test_lines_stand_between_groups_and_nowhere_else(shared: Program) -> None:
    for name in ("File", "Edit", "Run", "View", "Image", "Help"):
        kinds = [action.isSeparator() for action in menu_of(shared, name).actions()]
        assert not kinds[0] and not kinds[-1] and any(kinds), name
        assert not any(first and second for first, second in pairwise(kinds)), name


def test_what_was_open_recently_stands_beside_open_and_quit_is_last(shared: Program, tmp_path: Path) -> None:
    """It stood below Quit, in a group of its own."""
    shared.parts.recent.add(tmp_path / "one.design.json")
    actions = menu_of(shared, "File").actions()
    titles = [action.text() for action in actions]
    assert titles[-1] == "Quit" and titles.index("Open image…") + 1 == titles.index("Open recent")
    assert not any(action.isSeparator() for action in actions[titles.index("Open design or run…") : titles.index("Open recent")])


def test_what_is_on_is_marked(shared: Program, qtbot: QtBot) -> None:
    window, table = shared.parts.window, shared.parts.window.actions_table
    shared.commands.choose_workspace("design")
    view = entries(menu_of(shared, "View"))
    assert view["Design workspace"].isChecked() and not view["Watch workspace"].isChecked()
    shared.commands.choose_workspace("watch")
    assert table["view.watch"].isChecked() and not table["view.design"].isChecked()
    table["view.watch"].trigger()
    assert table["view.watch"].isChecked(), "a second time changes nothing"
    for name, panel in (("network", window.network), ("inspector", window.inspector)):
        assert table[f"view.{name}"].isChecked() and panel.isVisible()
        table[f"view.{name}"].trigger()
        assert not table[f"view.{name}"].isChecked() and not panel.isVisible()
        window.sides.handles[name].click()
        assert table[f"view.{name}"].isChecked() and panel.isVisible(), "the mark follows the mouse too"
    stage = window.workspaces.stage
    stage.restore_default()
    assert table["show.loss"].isChecked()
    stage.docks["loss"].header.close_button.click()
    assert not table["show.loss"].isChecked()
    table["show.loss"].trigger()
    assert table["show.loss"].isChecked() and stage.is_open("loss")
    qtbot.waitUntil(lambda: "loss" in [each.name for each in stage.visible_views()])
    table["show.loss"].trigger()
    assert not stage.is_open("loss"), "what is seen is closed"
    stage.restore_default()


def test_nothing_found_is_said(shared: Program, qtbot: QtBot) -> None:
    palette = shared.parts.window.command_palette
    shared.commands.open_command_palette()
    assert not palette.nothing.isVisible()
    qtbot.keyClicks(palette.search, "flux capacitor")
    assert palette.nothing.isVisible() and not palette.list.isVisible()
    assert palette.nothing.text().startswith("Nothing is called “flux capacitor”.")
    palette.search.setText("loss")
    assert palette.list.isVisible() and not palette.nothing.isVisible() and palette.list.count()
    palette.hide()


def test_the_palette_fits_a_small_window_with_large_text(shared: Program, qtbot: QtBot) -> None:
    window, look = shared.parts.window, shared.parts.look
    window.resize(1280, 720)
    look.set_scale(2.5)
    shared.commands.open_command_palette()
    palette = window.command_palette
    assert palette.width() <= window.width() and palette.height() <= window.height()
    palette.hide()
    look.set_scale(1.0)


def test_menus_that_are_filled_anew_leave_nothing_behind(shared: Program) -> None:
    counts = []
    for _ in range(3):
        for _ in range(5):
            shared.parts.window.fill_menu()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # type: ignore[arg-type]
        gc.collect()
        counts.append(sum(issubclass(type(each), QMenu) for each in gc.get_objects()))
    assert counts[0] == counts[1] == counts[2]
