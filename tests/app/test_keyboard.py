"""Where the keyboard is: from a card to its settings and back, so that the program's own keys work again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.program import Program

CONTROL = Qt.KeyboardModifier.ControlModifier


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(focused(), key, modifiers)


@pytest.fixture
def filters(shared: Program) -> QWidget:
    """The field of the number of filters, with the keyboard in it and a new number typed."""
    shared.parts.session.select(["c1"])
    editor = shared.parts.window.inspector.form.rows["filters"].editor
    editor.setFocus()
    editor.selectAll()
    QTest.keyClicks(editor, "7")
    return editor


def test_enter_on_a_card_goes_to_the_first_field_of_the_inspector_and_esc_back(shared: Program) -> None:
    window = shared.parts.window
    shared.parts.session.select(["c1"])
    window.network.list.setFocus()
    press(Qt.Key.Key_Return)
    assert focused() is next(iter(window.inspector.form.rows.values())).editor
    assert focused().selectedText() == "c1"
    press(Qt.Key.Key_Escape)
    assert focused() is window.network.list


def test_enter_on_the_inputs_card_goes_to_its_shape(shared: Program) -> None:
    shared.parts.session.select([])
    shared.parts.window.network.list.setFocus()
    press(Qt.Key.Key_Enter)
    assert focused() is shared.parts.window.inspector.form.rows["@shape"].editor


def test_after_enter_the_keys_of_the_program_work(shared: Program, filters: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    session, toggled = shared.parts.session, []
    monkeypatch.setattr(shared.parts.runs, "toggle", toggled.append)  # nothing is to be trained here
    press(Qt.Key.Key_Return)
    assert session.document.design["c1"].parameters.filters == 7
    assert focused() is shared.parts.window.network.list
    press(Qt.Key.Key_Space)
    assert toggled == [session.document]
    press(Qt.Key.Key_Z, CONTROL)
    assert session.document.design["c1"].parameters.filters == 4


def test_an_entry_that_is_no_value_keeps_the_keyboard(shared: Program, filters: QWidget) -> None:
    QTest.keyClicks(filters, "x")
    press(Qt.Key.Key_Return)
    assert focused() is filters and shared.parts.window.inspector.form.rows["filters"].error
    press(Qt.Key.Key_Escape)
    assert focused() is filters and filters.text() == "4"
    press(Qt.Key.Key_Escape)
    assert focused() is shared.parts.window.network.list


def test_an_entry_that_is_refused_keeps_the_keyboard(shared: Program) -> None:
    shared.parts.session.select(["c1"])
    name = shared.parts.window.inspector.form.rows["@id"].editor
    name.setFocus()
    name.selectAll()
    QTest.keyClicks(name, "out")  # which another layer is called
    press(Qt.Key.Key_Return)
    assert focused() is name and shared.parts.window.inspector.form.rows["@id"].error
