"""The probe panel: nested choices are edited, kept per probe, and asked with what the form says."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.design.values import construct
from engine.fill import FILLS
from engine.probing.base import PROBES
from widgets.panels.probe import WIDTH, ProbeChoice, ProbePanel
from widgets.theme import Look


@pytest.fixture
def panel(qtbot: QtBot) -> ProbePanel:
    made = ProbePanel(Look())
    qtbot.addWidget(made)
    made.set_choices([ProbeChoice(probe()) for probe in PROBES.entries()])
    made.choose("occlusion")
    made.resize(900, 700)
    made.show()
    made.activateWindow()
    QApplication.processEvents()
    return made


def asked(panel: ProbePanel) -> tuple[str, dict[str, Any]]:
    """What is asked when the button is pressed."""
    questions: list[tuple[str, dict[str, Any]]] = []
    panel.asked.connect(lambda name, values: questions.append((name, values)))
    QTest.mouseClick(panel.button, Qt.MouseButton.LeftButton)
    return questions[-1]


def enter(panel: ProbePanel, path: str, text: str) -> None:
    field = panel.form.rows[path].editor
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_a_fill_and_its_own_value_are_asked_with(panel: ProbePanel) -> None:
    panel.form.changed.emit("fill", "number", False)
    assert "fill.value" in panel.form.rows
    enter(panel, "fill.value", "0.25")
    enter(panel, "patch", "5")
    name, values = asked(panel)
    probe = construct(PROBES.get(name), values, "the probe")
    assert (probe.kind, probe.patch) == ("occlusion", 5)
    assert probe.fill == FILLS.get("number")(value=0.25)


def test_each_probe_keeps_what_was_set_for_it(panel: ProbePanel) -> None:
    enter(panel, "patch", "7")
    panel.choose("activation_max", {"layer": "c1", "unit": 3, "nothing": 1})
    assert panel.current == "activation_max" and panel.form.rows["unit"].editor.value() == 3
    panel.choose("occlusion")
    assert panel.form.rows["patch"].editor.value() == 7
    panel.set_value("layer", "c2")
    panel.choose("activation_max")
    assert asked(panel)[1]["layer"] == "c2" and asked(panel)[1]["unit"] == 3


def test_a_value_that_a_probe_does_not_take_leaves_it_as_it_was(panel: ProbePanel) -> None:
    panel.choose("activation_max", {"unit": 3})
    panel.set_value("unit", -7)
    assert panel.form.rows["unit"].editor.value() == 3
    panel.form.changed.emit("unit", -7, False)
    assert "out of range" in panel.form.rows["unit"].error


def test_every_probe_has_its_form(panel: ProbePanel) -> None:
    for probe in PROBES.entries():
        panel.choose(probe.kind)
        assert {path for path in panel.form.rows if "." not in path} == set(probe.model_fields)
        assert asked(panel)[0] == probe.kind


def test_the_column_grows_with_the_scale(panel: ProbePanel) -> None:
    panel._look.set_scale(1.6)
    assert panel._scroll.width() == round(WIDTH * 1.6)


def test_while_it_is_busy_the_button_cancels(panel: ProbePanel, qtbot: QtBot) -> None:
    panel.set_busy(True)
    with qtbot.waitSignal(panel.cancelled, timeout=1000):
        QTest.mouseClick(panel.button, Qt.MouseButton.LeftButton)


def test_the_answer_stands_below_the_question_where_there_is_no_room_beside_it(panel: ProbePanel) -> None:
    for width, below in ((900, False), (320, True), (900, False)):
        panel.resize(width, 600)
        QApplication.processEvents()
        question, answer = panel._scroll.geometry(), panel.canvas.geometry()
        assert (answer.top() > question.top(), answer.left() > question.left()) == (below, not below)
        assert answer.width() >= 200 and answer.height() >= 200 and panel.rect().contains(answer)
