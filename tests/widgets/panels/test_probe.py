"""The probe panel: nested choices are edited, kept per probe, and asked with what the form says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from engine.design.values import construct
from engine.fill import FILLS
from engine.probing.base import PROBES
from engine.probing.result import HeatMap, ImageStrip
from tests.widgets import made_up
from widgets.panels.probe import WIDTH, ProbeChoice, ProbePanel
from widgets.theme import Look

ANSWER = HeatMap(
    "Covering the stroke lowers P(4) from 93 % to 21 %.",
    {f"fact_{number}": number for number in range(12)},
    values=np.eye(28, dtype=np.float32),
    picture=made_up.digit()[np.newaxis],
    meaning="P(4), without a patch minus with it",
    ends=("higher without it", "needed"),
)


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


def test_what_was_selected_before_there_were_probes_is_asked_about(qtbot: QtBot) -> None:
    """The field was empty while a layer was selected, and the question silently about the output."""
    panel = ProbePanel(Look())
    qtbot.addWidget(panel)
    panel.set_value("layer", "c1")
    panel.set_choices([ProbeChoice(probe()) for probe in PROBES.entries()])
    panel.choose("activation_max")
    assert panel.form.rows["layer"].editor.text() == "c1" and asked(panel)[1]["layer"] == "c1"
    panel.set_value("layer", "")
    assert panel.form.rows["layer"].editor.text() == ""
    assert panel.form.rows["layer"].editor.placeholderText() == "the output layer"


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


def test_the_question_folds_away_where_the_answer_needs_the_room_and_comes_back(panel: ProbePanel) -> None:
    panel.resize(620, 600)
    QApplication.processEvents()
    assert panel.is_open, "before there is an answer"
    panel.show_result(ANSWER, "step 4, test image #4")
    QApplication.processEvents()
    assert not panel._scroll.isVisible() and panel.canvas.width() > 590
    QTest.mouseClick(panel.fold, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert panel._scroll.isVisible() and panel.canvas.x() >= WIDTH
    panel.show_result(ANSWER, "step 5, test image #4")
    assert panel.is_open, "it stays as somebody wanted it"
    QTest.keyClick(panel.fold, Qt.Key.Key_Space)
    assert not panel.is_open


@pytest.mark.parametrize("size", [(600, 520), (920, 830), (1880, 1270)])
def test_image_map_and_overlay_stand_side_by_side_as_large_as_can_be(panel: ProbePanel, size: tuple[int, int]) -> None:
    panel.resize(*size)
    panel.show_result(ANSWER, "step 4, test image #4")
    for _ in range(10):  # parts ask for their heights one after the other
        QApplication.processEvents()
    canvas = panel.canvas
    mosaic, strip = canvas.pictures.canvas.mosaic, canvas.pictures.legend
    assert mosaic is not None and mosaic.columns == 3
    room = canvas.pictures.canvas.width()
    higher = (mosaic.factor + 1) * 28 + 100 > canvas.height() / 2
    assert 3 * 28 * (mosaic.factor + 1) + 2 * 12 > room - 8 or higher, "a larger whole factor does not fit"
    tops = [each.mapTo(canvas, each.rect().topLeft()).y() for each in (canvas.headline, canvas.pictures, strip, canvas.facts)]
    assert tops == sorted(tops), "headline, pictures, legend, facts"
    facts = canvas.facts
    assert facts.height() >= facts.rowCount() * 20, "no fact is hidden"


def test_captions_of_an_answer_are_whole(panel: ProbePanel) -> None:
    panel.resize(420, 600)
    caption = "best real, test image #4133 of nine thousand: 12.34"
    panel.show_result(ImageStrip("x", pictures=(np.ones((1, 9, 9), np.float32),) * 3, captions=(caption,) * 3), "step 4")
    QApplication.processEvents()
    canvas = panel.canvas.pictures.canvas
    assert canvas.mosaic is not None
    wide = round(canvas.tile_rect(0).width())
    needed = QFontMetrics(panel._look.font(11)).boundingRect(QRect(0, 0, wide, 999), Qt.TextFlag.TextWordWrap, caption)
    assert canvas.caption_height >= needed.height() * 0.85 and needed.width() <= wide


def test_a_map_in_which_nothing_matters_says_so_in_its_legend(panel: ProbePanel) -> None:
    pale = HeatMap("x", values=np.full((28, 28), 3e-6, np.float32), picture=made_up.digit()[np.newaxis], floor=0.01)
    panel.show_result(pale, "step 4")
    pictures = panel.canvas.pictures.canvas.pictures
    assert pictures is not None and pictures.legend is not None
    assert pictures.legend.note == "no pixel matters: 3e−6 at most" and pictures.legend.high == "0.01"
    assert panel.canvas.pictures.legend.toolTip().count("no pixel matters")


def test_the_picture_that_is_asked_about_is_named_and_others_are_asked_for(panel: ProbePanel, qtbot: QtBot) -> None:
    panel.set_image("test image #7")
    assert panel.image_name.text() == "test image #7"
    before, behind = panel.image_row.findChildren(QToolButton)
    for button, step in ((before, -1), (behind, 1)):
        with qtbot.waitSignal(panel.image_stepped) as asked_for:
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert asked_for.args == [step]


def test_pictures_of_an_answer_get_the_room_before_their_captions(panel: ProbePanel) -> None:
    """At 200 % captions of five lines left pictures a third of their height, which was scrolled."""
    panel._look.set_scale(2.0)
    panel.resize(690, 460)
    captions = ("made: 72.03", "best real, train image #5033: 48.92")
    digits = (made_up.digit()[np.newaxis].astype(np.float32),) * 2
    panel.show_result(ImageStrip("x", {f"fact_{n}": n for n in range(12)}, pictures=digits, captions=captions), "step 4")
    for _ in range(10):  # parts ask for their heights one after the other
        QApplication.processEvents()
    canvas = panel.canvas.pictures.canvas
    assert canvas.mosaic is not None
    assert canvas.mosaic.tile[1] > 0.6 * canvas.height() and canvas.sheet.height() <= canvas.height()
    whole = canvas.tile_rect(1)
    canvas.mouse_at(QPointF(whole.center().x(), whole.bottom() + 4))
    assert canvas.sheet.toolTip() == captions[1] == panel.canvas.pictures.legend.readout
    canvas.mouse_at(QPointF(1, 1))
    assert canvas.sheet.toolTip() == ""
