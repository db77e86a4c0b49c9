"""The generated form, with real keys, wheel and mouse."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.design.parameters import FormField, form_fields
from engine.design.values import own_values
from engine.layers.conv import Conv2d
from engine.training.optimisers.sgd import Sgd
from widgets.form import ParameterForm
from widgets.form.choosers import ChoiceField, SwitchField
from widgets.form.value_field import SETTLE_MS, ValueField
from widgets.theme import Look

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Emitted = list[tuple[str, Any, bool]]


@pytest.fixture
def form(qtbot: QtBot, look: Look) -> ParameterForm:
    """The form of a convolution, which takes what it emits, as an owner does."""
    form = ParameterForm(look)
    qtbot.addWidget(form)
    values = {name: getattr(Conv2d(), name) for name in Conv2d.model_fields}
    form.set_fields(form_fields(Conv2d), values)

    def accept(name: str, value: object, continuing: bool) -> None:
        values[name] = value
        form.set_fields(form_fields(Conv2d), values)

    form.changed.connect(accept)
    form.resize(276, 400)
    form.show()
    form.activateWindow()
    QApplication.processEvents()
    return form


def emitted(form: ParameterForm) -> Emitted:
    seen: Emitted = []
    form.changed.connect(lambda name, value, continuing: seen.append((name, value, continuing)))
    return seen


def editor(form: ParameterForm, name: str) -> ValueField:
    field = form.rows[name].editor
    assert isinstance(field, ValueField)
    return field


def type_into(field: ValueField, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def test_every_parameter_has_a_labelled_row(form: ParameterForm) -> None:
    assert list(form.rows) == list(Conv2d.model_fields)
    assert [row.editor.accessibleName() for row in form.rows.values()][:2] == ["Filters", "Kernel"]
    assert isinstance(form.rows["bias"].editor, SwitchField)
    assert isinstance(form.rows["padding_mode"].editor, ChoiceField)
    assert "Height and width" in form.rows["kernel"].toolTip()


def test_enter_commits_once(form: ParameterForm) -> None:
    seen = emitted(form)
    type_into(editor(form, "filters"), "24")
    assert seen == []
    QTest.keyClick(editor(form, "filters"), Qt.Key.Key_Return)
    QTest.keyClick(editor(form, "filters"), Qt.Key.Key_Return)
    assert seen == [("filters", 24, False)]


def test_leaving_the_field_commits(form: ParameterForm) -> None:
    seen = emitted(form)
    type_into(editor(form, "filters"), "24")
    editor(form, "kernel").setFocus()
    assert seen == [("filters", 24, False)]


@pytest.mark.parametrize(("text", "value"), [("3", 3), ("3×5", (3, 5)), ("3 x 5", (3, 5)), ("same", "same"), ("valid", "valid")])
def test_padding_takes_numbers_sizes_and_words(form: ParameterForm, text: str, value: object) -> None:
    seen = emitted(form)
    type_into(editor(form, "padding"), text)
    QTest.keyClick(editor(form, "padding"), Qt.Key.Key_Return)
    assert seen == [("padding", value, False)]


@pytest.mark.parametrize(
    ("text", "says"), [("many", "is not a whole number"), ("0", "out of range"), ("", "is not a whole number")]
)
def test_a_bad_entry_is_explained_and_changes_nothing(form: ParameterForm, look: Look, text: str, says: str) -> None:
    seen, field = emitted(form), editor(form, "filters")
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert seen == []
    assert says in form.rows["filters"].error
    assert form.rows["filters"].error_label.isVisible()
    assert field.value() == 16
    red = field.grab().toImage().pixelColor(field.width() // 2, 0)
    assert red == look.colour("bad")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "16"
    assert form.rows["filters"].error == ""
    assert seen == []


def test_leaving_a_bad_entry_keeps_the_sentence(form: ParameterForm) -> None:
    field = editor(form, "filters")
    type_into(field, "many")
    editor(form, "kernel").setFocus()
    assert field.text() == "many"
    assert form.rows["filters"].error
    type_into(field, "8")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert form.rows["filters"].error == ""
    assert field.value() == 8


def test_escape_restores_what_was_typed(form: ParameterForm) -> None:
    seen = emitted(form)
    type_into(editor(form, "kernel"), "11")
    QTest.keyClick(editor(form, "kernel"), Qt.Key.Key_Escape)
    assert editor(form, "kernel").text() == "3"
    editor(form, "filters").setFocus()
    assert seen == []


def test_arrow_keys_step_as_one_gesture_that_settles(form: ParameterForm, qtbot: QtBot) -> None:
    seen, field = emitted(form), editor(form, "kernel")
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Up)
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert seen == [("kernel", 4, True), ("kernel", 5, True)]
    qtbot.waitUntil(lambda: len(seen) == 3, timeout=SETTLE_MS * 10)
    assert seen[-1] == ("kernel", 5, False)


def test_leaving_ends_the_gesture_at_once(form: ParameterForm) -> None:
    seen, field = emitted(form), editor(form, "kernel")
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Down)
    editor(form, "filters").setFocus()
    assert seen == [("kernel", 2, True), ("kernel", 2, False)]


def wheel(field: ValueField, notches: int) -> QWheelEvent:
    middle = QPointF(field.rect().center())
    phase = Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(
        middle, field.mapToGlobal(middle), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, NONE, phase, False
    )
    QApplication.sendEvent(field, event)
    return event


def test_the_wheel_turns_only_the_focused_field(form: ParameterForm) -> None:
    seen, field = emitted(form), editor(form, "kernel")
    editor(form, "filters").setFocus()
    assert not wheel(field, 1).isAccepted()
    assert seen == []
    field.setFocus()
    wheel(field, 2)
    assert seen == [("kernel", 5, True)]


def test_dragging_changes_and_release_ends_the_gesture(form: ParameterForm) -> None:
    seen, field = emitted(form), editor(form, "filters")
    editor(form, "kernel").setFocus()
    start = QPoint(60, 14)
    QTest.mousePress(field, LEFT, NONE, start)
    for away in (6, 12, 18):
        QTest.mouseMove(field, start + QPoint(away, 0))
    QTest.mouseRelease(field, LEFT, NONE, start + QPoint(18, 0))
    assert seen == [("filters", 17, True), ("filters", 18, True), ("filters", 19, True), ("filters", 19, False)]
    assert not field.hasFocus()


def test_a_click_focuses_and_selects_all(form: ParameterForm) -> None:
    seen, field = emitted(form), editor(form, "filters")
    editor(form, "kernel").setFocus()
    QTest.mouseClick(field, LEFT, NONE, QPoint(60, 14))
    assert field.hasFocus()
    assert field.selectedText() == "16"
    assert seen == []


def test_the_arrows_on_the_left_step(form: ParameterForm) -> None:
    seen, field = emitted(form), editor(form, "filters")
    QTest.mouseClick(field, LEFT, NONE, QPoint(10, 5))
    QTest.mouseClick(field, LEFT, NONE, QPoint(10, field.height() - 5))
    assert seen == [("filters", 17, True), ("filters", 16, True)]


def test_the_switch_and_the_choice(form: ParameterForm) -> None:
    seen = emitted(form)
    QTest.mouseClick(form.rows["bias"].editor, LEFT)
    choice = form.rows["padding_mode"].editor
    choice.setFocus()
    QTest.keyClick(choice, Qt.Key.Key_Down)
    assert seen == [("bias", False, False), ("padding_mode", "reflect", False)]
    QTest.keyClick(form.rows["bias"].editor, Qt.Key.Key_Space)
    assert seen[-1] == ("bias", True, False)


def test_the_same_fields_keep_focus_cursor_and_typing(form: ParameterForm) -> None:
    field = editor(form, "filters")
    type_into(field, "240")
    field.setCursorPosition(1)
    values = {name: getattr(Conv2d(), name) for name in Conv2d.model_fields} | {"kernel": 7}
    form.set_fields(form_fields(Conv2d), values)
    assert editor(form, "filters") is field
    assert field.hasFocus()
    assert (field.text(), field.cursorPosition()) == ("240", 1)
    assert editor(form, "kernel").text() == "7"
    form.set_fields(form_fields(Conv2d), values | {"filters": 99})  # the value itself changed: undo, say
    assert field.text() == "99"


def test_other_fields_replace_the_rows(form: ParameterForm) -> None:
    form.changed.disconnect()
    form.set_fields(form_fields(Sgd), own_values(Sgd()))
    assert list(form.rows) == list(Sgd.model_fields)
    type_into(editor(form, "learning_rate"), "5e-4")
    seen = emitted(form)
    QTest.keyClick(editor(form, "learning_rate"), Qt.Key.Key_Return)
    assert seen == [("learning_rate", 5e-4, False)]
    assert editor(form, "learning_rate").text() == "5e-4"


def test_errors_from_outside_stand_below_the_field(form: ParameterForm) -> None:
    values = {name: getattr(Conv2d(), name) for name in Conv2d.model_fields}
    form.set_fields(form_fields(Conv2d), values, {"groups": "3 groups do not divide 16 filters.", "kernel": ""})
    assert form.rows["groups"].error == "3 groups do not divide 16 filters."
    assert form.rows["kernel"].editor.property("wrong") is True
    assert not form.rows["kernel"].error_label.isVisible()
    form.set_fields(form_fields(Conv2d), values)
    assert form.rows["groups"].error == ""
    assert form.rows["kernel"].editor.property("wrong") is False


def test_none_is_shown_as_what_it_means(qtbot: QtBot, look: Look) -> None:
    form = ParameterForm(look)
    qtbot.addWidget(form)
    stride = FormField("stride", "Stride", "", "sizes", None, low=1, optional=True, none_text="as the kernel")
    form.set_fields((stride,), {"stride": 2})
    seen, field = emitted(form), editor(form, "stride")
    assert field.placeholderText() == "as the kernel"
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert seen == [("stride", None, False)]


def test_units_are_shown_and_the_scale_enlarges(form: ParameterForm, look: Look) -> None:
    assert "px" in form.rows["kernel"].label.text()
    before = editor(form, "kernel").height()
    look.set_scale(1.6)
    assert editor(form, "kernel").height() == pytest.approx(1.6 * before, abs=1)
