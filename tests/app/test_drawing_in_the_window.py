"""The drawing in the Design workspace: it follows the document, and the document follows it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.program import Program
from engine.design.network import NetworkDesign
from tests.widgets.drawn.bench import small

NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def drawn(shared: Program) -> Program:
    shared.commands.choose_workspace("design")
    QApplication.processEvents()
    shared.parts.window.drawing.canvas.fit()
    return shared


def open_design(program: Program, design: NetworkDesign) -> None:
    program.parts.session.apply("Other", lambda _: design)
    program.parts.window.drawing.canvas.fit()


def click(program: Program, place: str) -> None:
    canvas = program.parts.window.drawing.canvas
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, NONE, canvas.place_of(place))


def test_it_is_the_middle_of_the_design_workspace(drawn: Program) -> None:
    drawing = drawn.parts.window.drawing
    assert drawing.isVisible()
    assert set(drawing.scene().by_place) == {"@in", "c1", "r1", "f", "out"}


def test_a_click_shows_the_layer_in_list_and_inspector_and_del_removes_it(drawn: Program) -> None:
    window, session = drawn.parts.window, drawn.parts.session
    click(drawn, "f")
    assert session.selected == "f" and window.network.selected_ids() == ["f"]
    QTest.keyClick(window.drawing.canvas, Qt.Key.Key_Delete)
    assert [spec.id for spec in session.document.design.layers] == ["c1", "r1", "out"]
    session.undo_stack.undo()
    assert "f" in window.drawing.scene().by_place


def test_what_is_selected_elsewhere_is_marked_in_the_drawing(drawn: Program) -> None:
    drawn.parts.session.select(["r1", "out"])
    assert drawn.parts.window.drawing.canvas.selection == ("r1", "out")


def test_layers_inside_blocks_are_shown_by_the_inspector_and_edited(drawn: Program) -> None:
    open_design(drawn, small())
    click(drawn, "res.0.b")
    session = drawn.parts.session
    assert session.selected == "res.0.b"
    session.apply("Kernel", lambda design: design.with_parameters("res.0.b", kernel=1, padding=0))
    assert drawn.parts.window.drawing.design is session.document.design
    QTest.keyClick(drawn.parts.window.drawing.canvas, Qt.Key.Key_Delete)
    assert "res.0.b" not in session.document.design


def test_a_kind_chosen_in_the_drawer_is_added_below_the_selection(drawn: Program) -> None:
    click(drawn, "r1")
    drawn.parts.window.drawing.drawer.kinds.chosen.emit("dropout")
    kinds = [spec.kind for spec in drawn.parts.session.document.design.layers]
    assert kinds == ["conv2d", "relu", "dropout", "flatten", "linear"]


def test_what_cannot_be_is_told_in_the_banner(drawn: Program) -> None:
    open_design(drawn, small())
    canvas = drawn.parts.window.drawing.canvas
    canvas.hand.wired.emit("c1", "res.0.sum")
    assert "same block" in drawn.parts.window.banner.text
