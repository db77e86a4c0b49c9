"""The table of actions in the window: keys, command palette, workspaces, docks, theme, presentation, names for readers."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.actions import ACTIONS, LIST_KEYS
from app.program import Program
from app.workspaces import WORKSPACES


def test_no_two_actions_share_keys_and_each_says_what_it_does(shared: Program) -> None:
    table = shared.parts.window.actions_table
    lists = [key for keys, _ in LIST_KEYS for key in keys.split(" / ")]
    counts = Counter([spec.keys for spec in table if spec.keys] + lists)
    assert [keys for keys, count in counts.items() if count > 1] == []
    for spec in table:
        action = table[spec.id]
        assert spec.title and spec.help and spec.menu, spec.id
        assert action.text().startswith(spec.title) and (not spec.keys or not action.shortcut().isEmpty())
    ids = set(table.specs)
    assert {"zoo.lenet5", "show.loss", "probe.occlusion", "probe.activation_max"} <= ids and len(ids) > len(ACTIONS)


def test_an_action_without_a_handler_refuses_to_start(shared: Program) -> None:
    with pytest.raises(ValueError, match="without a handler"):
        shared.parts.window.actions_table.bind({})


def test_the_menu_holds_every_action(shared: Program) -> None:
    window = shared.parts.window
    assert {id(action) for action in in_menus(window.menu)} == {
        id(window.actions_table[spec.id]) for spec in window.actions_table
    }


def in_menus(menu: QMenu) -> list[QAction]:
    """Every action of a menu and the menus in it."""
    own = [action for action in menu.actions() if action.menu() is None and not action.isSeparator()]
    return own + [action for inner in menu.actions() if inner.menu() is not None for action in in_menus(inner.menu())]


def test_the_command_palette_finds_by_words_and_triggers(shared: Program, qtbot: QtBot) -> None:
    window, session = shared.parts.window, shared.parts.session
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = window.command_palette
    assert palette.isVisible()
    qtbot.keyClicks(palette.search, "LAYER next")
    assert palette.list.count() == 1 and "Next layer" in palette.list.currentItem().text()
    assert session.selection == ("c1",)
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert not palette.isVisible() and session.selection == ("r1",)
    shared.commands.open_command_palette()
    qtbot.keyClicks(palette.search, "no such action")
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert palette.list.count() == 0
    palette.hide()


def test_an_entry_whose_action_is_gone_meanwhile_is_none(shared: Program, qtbot: QtBot) -> None:
    window, pressed = shared.parts.window, list[str]()
    actions = {name: QAction(name, window) for name in ("first file", "second file")}
    for name, action in actions.items():
        action.triggered.connect(lambda _=False, name=name: pressed.append(name))
    palette = window.command_palette
    palette.open([("File", action) for action in actions.values()])
    bury(actions["first file"])  # as the recent files do when something has been saved
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert pressed == [] and not palette.isVisible()
    palette.open([("File", actions["second file"]), ("File", window.actions_table["layer.next"])])
    bury(actions["second file"])
    qtbot.keyClicks(palette.search, "e")
    assert palette.list.count() == 1 and "Next layer" in palette.list.currentItem().text()
    palette.hide()


def bury(action: QAction) -> None:
    """Delete it, now."""
    action.deleteLater()
    QCoreApplication.sendPostedEvents(action, QEvent.Type.DeferredDelete)


def test_keys_choose_workspace_and_layer(shared: Program, qtbot: QtBot) -> None:
    window, session = shared.parts.window, shared.parts.session
    for number, (name, _) in enumerate(WORKSPACES, 1):
        qtbot.keyClick(window, getattr(Qt.Key, f"Key_{number}"))
        assert window.workspaces.current == name
        assert [key for key, button in window.top_bar._buttons.items() if button.isChecked()] == [name]
    for _ in range(9):
        qtbot.keyClick(window, Qt.Key.Key_PageDown, Qt.KeyboardModifier.AltModifier)
    assert session.selection == ("out",)
    for _ in range(9):
        window.actions_table["unit.next"].trigger()
    assert shared.presenter.unit == 8
    window.actions_table["unit.next"].trigger()
    window.actions_table["unit.next"].trigger()
    assert shared.presenter.unit == 9, "a layer of 10 units has no eleventh"
    qtbot.keyClick(window, Qt.Key.Key_PageUp, Qt.KeyboardModifier.AltModifier)
    assert session.selection == ("f",) and shared.presenter.unit == -1


def test_the_theme_changes_and_changes_back(shared: Program, qtbot: QtBot) -> None:
    look, window = shared.parts.look, shared.parts.window
    before = window.grab().toImage()
    qtbot.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert look.theme.name == "light"
    assert window.grab().toImage() != before
    qtbot.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert look.theme.name == "dark"


def test_views_are_closed_shown_enlarged_and_restored(shared: Program, qtbot: QtBot) -> None:
    window, commands = shared.parts.window, shared.commands
    commands.choose_workspace("watch")
    stage = window.workspaces.stages["watch"]
    stage.restore_default()
    loss = stage.docks["loss"]
    everything = {name for name, dock in stage.docks.items() if dock.isVisible()}
    qtbot.mouseClick(loss.header.close_button, Qt.MouseButton.LeftButton)
    assert not loss.isVisible()
    window.actions_table["show.loss"].trigger()
    assert loss.isVisible()
    loss.enlarge_requested.emit()
    assert {name for name, dock in stage.docks.items() if dock.isVisible()} == {"loss"}
    assert stage.is_open("headline")
    loss.enlarge_requested.emit()
    assert {name for name, dock in stage.docks.items() if dock.isVisible()} == everything
    for dock in stage.docks.values():
        dock.close()
    window.actions_table["view.restore"].trigger()
    assert {name for name, dock in stage.docks.items() if dock.isVisible()} == everything


def test_a_workspace_without_views_says_so_and_offers_some(shared: Program, qtbot: QtBot) -> None:
    """It was black, without a word."""
    window = shared.parts.window
    for name, stage in window.workspaces.stages.items():
        shared.commands.choose_workspace(name)
        hint = stage._nothing
        for view in stage.visible_views():
            assert hint.isHidden()
            stage.close_view(view.name)
        for view in stage.views:  # those that stood behind tabs
            stage.close_view(view.name)
        assert hint.isVisible() and hint.geometry() == stage.rect() and "closed" in hint.words.text()
        window.grab()
        qtbot.mouseClick(hint.restore, Qt.MouseButton.LeftButton)
        assert hint.isHidden() and stage.visible_views()
    stage = window.workspaces.stage
    for view in stage.views:
        stage.close_view(view.name)
    qtbot.mouseClick(stage._nothing.pick, Qt.MouseButton.LeftButton)
    assert window.view_picker.isVisible()
    window.view_picker.hide()
    shared.commands.show_view("probes")
    assert stage._nothing.isHidden()
    stage.restore_default()
    shared.commands.choose_workspace("watch")


def test_another_view_can_be_shown_while_one_is_enlarged(shared: Program) -> None:
    window = shared.parts.window
    shared.commands.choose_workspace("watch")
    stage = window.workspaces.stages["watch"]
    stage.restore_default()
    stage.docks["loss"].enlarge_requested.emit()
    shared.commands.show_view("headline")
    assert stage.docks["headline"].isVisible()
    stage.restore_default()


def test_a_view_of_another_workspace_is_brought_there(shared: Program, qtbot: QtBot) -> None:
    window = shared.parts.window
    shared.commands.choose_workspace("watch")
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert window.workspaces.current == "design" and window.help_panel.isVisible()
    shared.commands.choose_workspace("watch")
    qtbot.keyClick(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ControlModifier)
    assert window.workspaces.current == "design"
    shared.commands.choose_workspace("watch")


@pytest.mark.parametrize("workspace", [name for name, _ in WORKSPACES])
def test_every_button_has_a_name(shared: Program, workspace: str) -> None:
    shared.commands.choose_workspace(workspace)
    nameless = [
        f"{button.parent().__class__.__name__}/{button.__class__.__name__} {button.objectName()}"
        for button in shared.parts.window.findChildren(QAbstractButton)
        if button.isVisible()
        and not (button.accessibleName() or any(letter.isalpha() for letter in button.text()))
        and not button.objectName().startswith("qt_")
    ]
    assert nameless == []


def test_tab_reaches_network_inspector_and_transport(shared: Program, qtbot: QtBot) -> None:
    window = shared.parts.window
    shared.commands.choose_workspace("watch")
    window.activateWindow()
    window.network.setFocus()
    wanted: dict[str, QWidget] = {"network": window.network, "inspector": window.inspector, "transport": window.transport}
    reached = set()
    for _ in range(120):
        focus = window.focusWidget()
        reached |= {name for name, panel in wanted.items() if focus is panel or panel.isAncestorOf(focus)}
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert reached == set(wanted)


@pytest.mark.parametrize("way", ["keys", "button", "palette"])
def test_the_view_picker_opens_and_toggles_a_view(shared: Program, qtbot: QtBot, way: str) -> None:
    window, commands = shared.parts.window, shared.commands
    commands.choose_workspace("watch")
    stage = window.workspaces.stage
    stage.restore_default()
    if way == "keys":
        qtbot.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    elif way == "button":
        assert window.top_bar.views_button.isVisible() and "Ctrl+Shift+V" in window.top_bar.views_button.toolTip()
        qtbot.mouseClick(window.top_bar.views_button, Qt.MouseButton.LeftButton)
    else:
        commands.open_command_palette()
        window.command_palette.search.setText("views…")
        qtbot.keyClick(window.command_palette.search, Qt.Key.Key_Return)
    picker = window.view_picker
    assert picker.isVisible()
    qtbot.keyClicks(picker.search, "learned filters")
    qtbot.keyClick(picker.search, Qt.Key.Key_Return)
    assert not stage.docks["filters"].isVisible()
    qtbot.keyClick(picker.search, Qt.Key.Key_Return)
    assert stage.docks["filters"].isVisible()
    qtbot.keyClick(picker, Qt.Key.Key_Escape)
    assert not picker.isVisible()
    stage.restore_default()


def test_a_view_opens_in_the_workspace_where_one_is(shared: Program, qtbot: QtBot) -> None:
    window, spaces = shared.parts.window, shared.parts.window.workspaces
    shared.commands.choose_workspace("probe")
    stage = spaces.stage
    assert "filters" not in stage.docks and "filters" in stage
    window.actions_table["show.filters"].trigger()
    assert spaces.current == "probe" and stage.docks["filters"].isVisible()
    chosen: list[int] = []
    spaces.unit_chosen.connect(chosen.append)
    stage.docks["filters"].view.unit_chosen.emit(3)
    assert chosen == [3], "a view made on demand is connected"
    qtbot.waitUntil(lambda: stage.docks["filters"].view in stage.visible_views())
    assert {want.capture for want in spaces.wants()} >= {"filters"}
    qtbot.mouseClick(stage.docks["filters"].header.close_button, Qt.MouseButton.LeftButton)
    assert "filters" not in {want.capture for want in spaces.wants()}
    stage.restore_default()
    shared.commands.choose_workspace("watch")
