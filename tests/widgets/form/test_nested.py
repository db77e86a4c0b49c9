"""Choices of kinds in the form, nested, with real keys and mouse, on registries that exist only here."""

from __future__ import annotations

from typing import ClassVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from engine.design.parameters import parameter
from tests.widgets.form.conftest import CAKES, Cake, Host, Lemon, Sponge, Tart
from widgets.form.choosers import AddButton, ChoiceField
from widgets.form.field_row import NEXT_START
from widgets.form.value_field import SETTLE_MS, ValueField

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def value_field(host: Host, path: str) -> ValueField:
    editor = host.form.rows[path].editor
    assert isinstance(editor, ValueField)
    return editor


def choose_by_keys(host: Host, path: str, key: Qt.Key) -> None:
    host.form.rows[path].editor.setFocus()
    QTest.keyClick(host.form.rows[path].editor, key)


def enter(host: Host, path: str, text: str) -> None:
    field = value_field(host, path)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def open_menu(host: Host, path: str) -> AddButton:
    button = host.form.rows[path].editor
    assert isinstance(button, AddButton)
    QTest.mouseClick(button, LEFT)
    assert button.menu_of_kinds.isVisible()
    return button


def add(host: Host, path: str, title: str) -> None:
    menu = open_menu(host, path).menu_of_kinds
    action = next(action for action in menu.actions() if action.text() == title)
    QTest.mouseClick(menu, LEFT, NONE, menu.actionGeometry(action).center())


def left_of(host: Host, widget: QWidget) -> int:
    return widget.mapTo(host.form, QPoint(0, 0)).x()


def right_of(host: Host, widget: QWidget) -> int:
    return left_of(host, widget) + widget.width()


def test_the_rows_of_what_is_chosen_stand_below_the_choice(host: Host) -> None:
    assert list(host.form.rows) == ["guests", "cake", "cake.eggs", "cake.icing", "others", "names", "shares"]
    choice = host.form.rows["cake"].editor
    assert isinstance(choice, ChoiceField)
    assert [choice.itemText(row) for row in range(choice.count())] == ["Sponge", "Tart"]
    assert choice.itemData(1, Qt.ItemDataRole.ToolTipRole) == Tart.help
    bare = host.form.rows["cake.icing"].editor
    assert isinstance(bare, ChoiceField) and bare.currentText() == "bare" and bare.currentData() is None


def test_another_kind_is_chosen_by_keyboard_and_only_its_rows_are_new(host: Host) -> None:
    guests, cake = host.form.rows["guests"], host.form.rows["cake"]
    choose_by_keys(host, "cake", Qt.Key.Key_Down)
    assert host.emitted == [("cake", "tart", False)] and host.party.cake == Tart()
    assert list(host.form.rows)[:5] == ["guests", "cake", "cake.butter", "cake.icing", "cake.icing.juice"]
    assert host.form.rows["guests"] is guests and host.form.rows["cake"] is cake
    assert cake.editor.hasFocus()


def test_a_kind_is_chosen_from_the_list_that_a_press_opens(host: Host) -> None:
    choice = host.form.rows["cake"].editor
    assert isinstance(choice, ChoiceField)
    QTest.mouseClick(choice, LEFT)
    view = choice.view()
    assert view.isVisible() and view.viewport().width() >= view.sizeHintForColumn(0)
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert host.emitted == [("cake", "tart", False)] and not view.isVisible()


def test_none_is_chosen_where_it_is_allowed(host: Host) -> None:
    host.set(cake="tart")
    choose_by_keys(host, "cake.icing", Qt.Key.Key_Home)
    assert host.emitted == [("cake.icing", None, False)]
    assert "cake.icing.juice" not in host.form.rows and host.party.cake == Tart(icing=None)


def test_values_at_depth_two_are_named_by_their_path(host: Host) -> None:
    host.set(cake="tart")
    left: list[bool] = []
    host.form.left.connect(lambda: left.append(True))
    enter(host, "cake.icing.juice", "0.75")
    assert host.emitted == [("cake.icing.juice", 0.75, False)]
    assert host.party.cake == Tart(icing=Lemon(juice=0.75))
    assert left == [True] and not value_field(host, "cake.icing.juice").hasFocus(), "the keyboard is done there"


def test_kinds_are_added_from_a_menu_of_those_not_yet_chosen(host: Host) -> None:
    add(host, "others", "Tart")
    assert host.emitted == [("others", ("tart",), False)] and host.party.others == (Tart(),)
    assert "others.tart.icing.juice" in host.form.rows
    button = open_menu(host, "others")
    assert [(action.text(), action.toolTip()) for action in button.menu_of_kinds.actions()] == [("Sponge", Sponge.help)]
    QTest.keyPress(button.menu_of_kinds, Qt.Key.Key_Down)
    QTest.keyPress(button.menu_of_kinds, Qt.Key.Key_Return)
    assert host.emitted[-1] == ("others", (Tart(), "sponge"), False)
    assert [other.kind for other in host.party.others] == ["tart", "sponge"]
    assert not host.form.rows["others"].editor.isEnabled(), "none is left"


def take_away(host: Host, title: str) -> QWidget:
    return next(each for each in host.form.findChildren(QWidget, "takeAway") if each.accessibleName() == f"Take {title} away")


def test_one_is_taken_away_and_the_others_keep_their_values_and_rows(host: Host) -> None:
    host.set(others=("tart", "sponge"))
    enter(host, "others.sponge.eggs", "6")
    row = host.form.rows["others.sponge.eggs"]
    QTest.mouseClick(take_away(host, "Tart"), LEFT)
    assert host.emitted[-1] == ("others", (Sponge(eggs=6),), False)
    assert host.party.others == (Sponge(eggs=6),)
    assert host.form.rows["others.sponge.eggs"] is row
    assert not [path for path in host.form.rows if path.startswith("others.tart")]
    take_away(host, "Sponge").setFocus()
    QTest.keyClick(take_away(host, "Sponge"), Qt.Key.Key_Space)
    assert host.party.others == ()


def test_a_kind_that_is_enrolled_later_is_offered_without_losing_what_is_typed(host: Host) -> None:
    class Crumble(Cake):
        """Late."""

        kind: ClassVar[str] = "crumble"
        title: ClassVar[str] = "Crumble"
        help: ClassVar[str] = "Fruit below, crumbs above."
        fruit: str = parameter("apple", "Which fruit.")

    field = value_field(host, "cake.eggs")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "11")
    field.setCursorPosition(1)
    CAKES.declare(Crumble)
    host.show()
    assert value_field(host, "cake.eggs") is field and field.hasFocus()
    assert (field.text(), field.cursorPosition()) == ("11", 1)
    choose_by_keys(host, "cake", Qt.Key.Key_End)
    assert host.party.cake == Crumble()
    enter(host, "cake.fruit", "pear")
    assert host.emitted[-1] == ("cake.fruit", "pear", False)
    add(host, "others", "Crumble")
    assert value_field(host, "others.crumble.fruit").text() == "apple"


def test_equal_parameters_of_another_kind_are_not_taken_for_the_same(host: Host) -> None:
    class Cupcake(Sponge):
        """With the very parameters of a sponge."""

        kind: ClassVar[str] = "cupcake"
        title: ClassVar[str] = "Cupcake"

    CAKES.declare(Cupcake)
    host.show()
    field = value_field(host, "cake.eggs")
    field.selectAll()
    field.setFocus()
    QTest.keyClicks(field, "9")
    host.set(cake="cupcake")
    assert value_field(host, "cake.eggs") is not field and value_field(host, "cake.eggs").text() == "4"


def test_dragging_a_nested_field_is_one_gesture(host: Host) -> None:
    host.set(others=("sponge",))
    field, start = value_field(host, "others.sponge.eggs"), QPoint(60, 14)
    QTest.mousePress(field, LEFT, NONE, start)
    for away in (6, 12):
        QTest.mouseMove(field, start + QPoint(away, 0))
    QTest.mouseRelease(field, LEFT, NONE, start + QPoint(12, 0))
    path = "others.sponge.eggs"
    assert host.emitted == [(path, 5, True), (path, 6, True), (path, 6, False)]
    assert value_field(host, path) is field, "the rows live through the gesture"


def test_arrow_keys_on_a_nested_field_settle(host: Host, qtbot: QtBot) -> None:
    field = value_field(host, "cake.eggs")
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Up)
    QTest.keyClick(field, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: len(host.emitted) == 3, timeout=SETTLE_MS * 10)
    assert host.emitted == [("cake.eggs", 5, True), ("cake.eggs", 6, True), ("cake.eggs", 6, False)]


def test_a_bad_nested_entry_is_explained_at_its_row(host: Host) -> None:
    enter(host, "cake.eggs", "99")
    assert host.emitted == [] and "out of range" in host.form.rows["cake.eggs"].error
    assert host.form.rows["cake.eggs"].error_label.isVisible()
    QTest.keyClick(value_field(host, "cake.eggs"), Qt.Key.Key_Escape)
    assert host.form.rows["cake.eggs"].error == "" and value_field(host, "cake.eggs").text() == "4"


@pytest.mark.parametrize(
    ("path", "at"),
    [
        ("cake.icing.juice", "cake.icing.juice"),
        ("others.tart.butter", "others.tart.butter"),
        ("others.butter", "others"),
        ("cake.icing.nothing", "cake.icing"),
    ],
)
def test_errors_stand_at_their_row_or_at_the_nearest_above_it(host: Host, path: str, at: str) -> None:
    host.set(cake="tart", others=("tart",))
    host.show({path: "too much of it."})
    assert {where for where, row in host.form.rows.items() if row.error} == {at}
    assert host.form.rows[at].error == "Too much of it." and host.form.rows[at].editor.property("wrong") is True
    host.show()
    assert not any(row.error for row in host.form.rows.values())


def test_lists_of_words_and_numbers_are_typed_with_commas(host: Host) -> None:
    assert value_field(host, "names").text() == "Ada" and value_field(host, "shares").text() == "0.5, 0.5"
    enter(host, "names", "Ada, Kurt")
    enter(host, "shares", "0.25, 0.75")
    assert host.emitted == [("names", ("Ada", "Kurt"), False), ("shares", (0.25, 0.75), False)]
    assert value_field(host, "names").text() == "Ada, Kurt" and value_field(host, "shares").text() == "0.25, 0.75"
    enter(host, "shares", "a half")
    assert "list of numbers" in host.form.rows["shares"].error


def test_while_a_run_is_alive_rows_say_what_waits_for_the_next(host: Host) -> None:
    host.form.set_alive(True)
    waiting = [path for path, row in host.form.rows.items() if NEXT_START in row.label.text()]
    assert waiting == ["guests", "cake", "cake.icing", "others", "names", "shares"]
    host.set(cake="tart")
    assert NEXT_START in host.form.rows["cake.butter"].label.text(), "new rows know it too"
    assert NEXT_START not in host.form.rows["cake.icing.juice"].label.text()
    host.form.set_alive(False)
    assert not any(NEXT_START in row.label.text() for row in host.form.rows.values())


@pytest.mark.parametrize("scale", [1.0, 1.6])
def test_columns_stand_in_line_over_the_levels_and_nothing_is_clipped(host: Host, scale: float) -> None:
    host.look.set_scale(scale)
    host.set(cake="tart", others=("sponge", "tart"))
    host.form.set_alive(True)
    host.form.resize(host.look.px(376), host.form.sizeHint().height())
    QApplication.processEvents()
    rows = host.form.rows
    assert {right_of(host, row.editor) for row in rows.values()} == {host.form.width()}
    numbers = {row.editor.width() for row in rows.values() if row.field.form in ("whole", "real")}
    assert numbers == {host.look.px(112)}
    steps = [left_of(host, rows[path].label) for path in ("guests", "cake.butter", "cake.icing.juice")]
    assert steps == [0, host.look.px(12), 2 * host.look.px(12)]
    for row in rows.values():
        assert row.editor.height() == host.look.px(28)
        assert row.label.width() >= row.label.minimumSizeHint().width()
        assert row.label.height() >= row.label.sizeHint().height()


def test_a_focus_that_goes_with_its_row_leaves_the_rest_usable(host: Host) -> None:
    host.set(cake="tart")
    value_field(host, "cake.butter").setFocus()
    host.set(cake="sponge")
    enter(host, "cake.eggs", "7")
    assert host.party.cake == Sponge(eggs=7)


def test_help_is_asked_for_what_is_chosen_at_the_row_with_the_focus(host: Host, qtbot: QtBot) -> None:
    host.set(cake="tart", others=("sponge",))
    told: list[type] = []
    host.form.help_requested.connect(told.append)
    for path in ("cake", "cake.butter", "cake.icing", "cake.icing.juice", "others.sponge.icing", "guests", "others"):
        host.form.rows[path].editor.setFocus()
        QTest.keyClick(host.form.rows[path].editor, Qt.Key.Key_F1)
    assert told == [Tart, Tart, Lemon, Lemon, Sponge], "rows that belong to nothing chosen leave F1 to the window"


def test_in_a_narrow_form_choices_stay_in_line(host: Host) -> None:
    host.set(cake="tart", others=("tart",))
    host.form.resize(host.look.px(276), host.form.sizeHint().height())
    QApplication.processEvents()
    choices = [row.editor for row in host.form.rows.values() if row.field.form == "one_of"]
    assert len({left_of(host, editor) for editor in choices}) == 1
    assert {right_of(host, editor) for editor in choices} == {host.form.width()}


def test_in_a_scroll_area_a_long_sentence_makes_room_for_itself(host: Host, qtbot: QtBot) -> None:
    area = QScrollArea(widgetResizable=True)
    qtbot.addWidget(area)
    area.setWidget(host.form)
    area.resize(host.look.px(300), host.look.px(100))
    area.show()
    host.set(cake="tart", others=("tart", "sponge"))
    before = host.form.height()
    host.show({"others.tart.icing.juice": "There is far too much juice in it for a sentence that fits on one line. " * 2})
    QApplication.processEvents()
    row = host.form.rows["others.tart.icing.juice"]
    assert row.error_label.height() >= row.error_label.heightForWidth(row.error_label.width())
    assert host.form.height() > before
    for row in host.form.rows.values():
        assert row.height() >= host.look.px(32) and row.editor.geometry().bottom() < row.height()
    area.takeWidget()  # it is the fixture's to close
