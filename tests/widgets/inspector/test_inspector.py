"""The inspector on a real session: forms that edit, live arithmetic, errors, health, help."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.document import Document
from app.session import Session
from engine.data.augmentation import AUGMENTATIONS
from engine.design.kinds import LAYER_KINDS
from engine.design.network import NetworkDesign, layer
from engine.design.parameters import Kind, form_fields
from engine.families import network
from engine.fill import FILLS
from engine.probing.base import PROBES
from engine.snapshot import History
from engine.task import TASKS
from engine.training.kinds import INITIALISERS, LOSSES, OPTIMISERS, PENALTIES, SCHEDULES
from widgets.inspector import HelpPanel, Inspector
from widgets.theme import Look


class Desk:
    """An inspector whose edits are applied and that follows the selected layer, as in the window."""

    def __init__(self, qtbot: QtBot, design: NetworkDesign, id: str) -> None:
        self.look = Look()
        self.inspector = Inspector(self.look)
        qtbot.addWidget(self.inspector)
        self.session = Session(Document(design))
        self.session.select([id])
        self.edits: list[tuple[str, str]] = []
        self.inspector.edit_requested.connect(lambda title, edit, key: self.edits.append((title, key)))
        self.inspector.edit_requested.connect(self.session.apply)
        self.session.document_changed.connect(self.show)
        self.session.selection_changed.connect(self.show)
        self.show()
        self.inspector.resize(300, 900)
        self.inspector.show()
        self.inspector.activateWindow()
        QApplication.processEvents()

    def show(self) -> None:
        design, report = self.session.document.design, self.session.report
        if self.session.selected:
            self.inspector.show_layer(design, report, self.session.selected)
        else:
            self.inspector.show_input(design, report, "MNIST digits")

    @property
    def design(self) -> NetworkDesign:
        return self.session.document.design

    def field(self, name: str) -> QLineEdit:
        editor = self.inspector.form.rows[name].editor
        assert isinstance(editor, QLineEdit)
        return editor

    def enter(self, name: str, text: str) -> None:
        field = self.field(name)
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(qtbot, network("residual_small"), "c1")
    yield desk
    desk.session.undo_stack.clear()


def text_of(html: str) -> str:
    return re.sub(r"<[^>]*>", "", html)


def test_a_layer_is_explained(desk: Desk) -> None:
    assert desk.inspector.title.text() == "CONVOLUTION · c1"
    assert "1 × 28 × 28 → 12 × 28 × 28" in desk.inspector.about.text()
    assert "312" in desk.inspector.arithmetic.label.text()
    assert not desk.inspector.error_box.isVisible()
    assert list(desk.inspector.form.rows)[:3] == ["@id", "filters", "kernel"]


def test_an_entry_changes_the_design_and_the_arithmetic(desk: Desk) -> None:
    desk.enter("kernel", "3")
    assert desk.design["c1"].parameters.kernel == 3
    assert desk.edits == [("Set kernel of c1 to 3", "")]
    assert "120" in desk.inspector.arithmetic.label.text()  # 3·3·1·12 + 12
    assert not desk.field("kernel").hasFocus()


def test_what_changed_downstream_is_listed(desk: Desk) -> None:
    desk.enter("kernel", "9")
    shown = text_of(desk.inspector.downstream.label.text())
    assert "p1 12×14×14 → 12×12×12" in shown
    assert "and 2 more" in shown
    desk.enter("kernel", "5")
    assert "12×12×12 → 12×14×14" in text_of(desk.inspector.downstream.label.text())
    desk.session.select(["r1"])
    assert not desk.inspector.downstream.isVisible()


def test_a_drag_is_one_undo_step_and_compares_with_its_start(desk: Desk) -> None:
    field, start = desk.field("filters"), QPoint(60, 14)
    desk.field("kernel").setFocus()
    for _ in range(2):
        QTest.mousePress(field, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
        for away in (6, 12, 18):
            QTest.mouseMove(field, start + QPoint(away, 0))
        QTest.mouseRelease(field, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start + QPoint(18, 0))
    assert desk.design["c1"].parameters.filters == 18
    assert desk.session.undo_stack.count() == 2  # two drags, two steps
    assert "r1 15×28×28 → 18×28×28" in text_of(desk.inspector.downstream.label.text())
    desk.session.undo_stack.undo()
    assert desk.design["c1"].parameters.filters == 15
    assert desk.field("filters").text() == "15"


def test_a_rename_is_an_edit(desk: Desk) -> None:
    desk.enter("@id", "stem")
    assert desk.design.layers[0].id == "stem"
    assert desk.edits == [("Rename c1 to stem", "")]


@pytest.mark.parametrize("id", ["p1", "3d", ""])
def test_a_bad_name_is_refused_below_the_field(desk: Desk, id: str) -> None:
    field = desk.field("@id")
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, id)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert desk.edits == []
    assert desk.inspector.form.rows["@id"].error
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "c1"
    assert not desk.inspector.form.rows["@id"].error


def test_a_misfit_is_told_at_the_top_with_its_cure(desk: Desk) -> None:
    desk.enter("kernel", "40")
    error = desk.session.report["c1"].error
    assert error is not None
    assert desk.inspector.error_box.isVisible()
    shown = text_of(desk.inspector.error_box.label.text())
    assert error.suggestion in shown
    assert not desk.inspector.arithmetic.isVisible()
    assert desk.field("kernel").property("wrong") is True
    desk.session.undo_stack.undo()
    assert not desk.inspector.error_box.isVisible()
    assert desk.field("kernel").property("wrong") is False


def test_a_blocked_layer_says_what_it_waits_for(desk: Desk) -> None:
    desk.session.apply("", lambda design: design.with_parameters("c1", kernel=99))
    desk.session.select(["p1"])
    assert "Waits for c1" in desk.inspector.about.text()


def test_the_input_shape_can_be_edited(desk: Desk) -> None:
    desk.session.select([])
    assert desk.inspector.title.text() == "INPUT"
    assert "MNIST digits" in desk.inspector.about.text()
    desk.enter("@shape", "3×32×32")
    assert desk.design.input_shape == (3, 32, 32)
    desk.enter("@shape", "3×0×32")
    assert desk.design.input_shape == (3, 32, 32)
    assert "out of range" in desk.inspector.form.rows["@shape"].error


def test_several_layers_are_named(desk: Desk) -> None:
    desk.inspector.show_many(["c1", "r1", "p1"])
    assert desk.inspector.title.text() == "3 LAYERS"
    assert not desk.inspector.form.isVisible()
    assert not desk.inspector.health.isVisible()


def test_a_layer_that_is_gone_shows_the_input(desk: Desk) -> None:
    desk.inspector.show_layer(desk.design, desk.session.report, "gone")
    assert desk.inspector.title.text() == "INPUT"


def test_health_is_empty_until_training(desk: Desk) -> None:
    assert "Train" in desk.inspector.health.label.text()
    numbers = History()
    numbers.extend("layer/c1/gradient_norm", [0, 1], [0.5, 0.0021])
    desk.inspector.set_health(numbers, float("inf"))
    assert "0.0021" in desk.inspector.health.label.text()
    desk.inspector.set_health(numbers, 0)
    assert "0.5" in desk.inspector.health.label.text()
    desk.session.select(["p1"])
    assert "no weights" in desk.inspector.health.label.text(), "it has been trained"
    desk.session.select(["out"])
    assert "Not measured of this layer" in desk.inspector.health.label.text()
    desk.inspector.set_health(History(), 0)
    assert "Train" in desk.inspector.health.label.text()


def test_look_inside_and_help(desk: Desk) -> None:
    asked: list[str] = []
    desk.inspector.look_inside.connect(asked.append)
    desk.inspector.help_requested.connect(asked.append)
    assert not desk.inspector.probes.isVisible()
    desk.inspector.set_probes([("occlusion", "Occlusion", "Hide parts."), ("activation_max", "Maximise unit", "Dream.")])
    QTest.mouseClick(desk.inspector.probes.buttons["activation_max"], Qt.MouseButton.LeftButton)
    QTest.mouseClick(desk.inspector.help_button, Qt.MouseButton.LeftButton)
    assert asked == ["activation_max", "conv2d"]


def test_theme_and_scale_reach_the_texts(desk: Desk) -> None:
    dark = desk.look.colour("outline").name()
    assert dark in desk.inspector.arithmetic.label.text()
    desk.look.set_theme("light")
    assert dark not in desk.inspector.arithmetic.label.text()
    assert desk.look.colour("outline").name() in desk.inspector.arithmetic.label.text()
    before = desk.field("kernel").height()
    desk.look.set_scale(1.6)
    assert desk.field("kernel").height() > 1.5 * before


@pytest.mark.parametrize("kind", list(LAYER_KINDS))
def test_every_kind_has_a_help_page(qtbot: QtBot, kind: str) -> None:
    panel = HelpPanel(Look())
    qtbot.addWidget(panel)
    panel.show_kind(kind)
    shown = panel.toPlainText()
    cls = LAYER_KINDS.get(kind)
    assert cls.title in shown and cls.help[:30] in shown
    for field in cls.model_fields:
        assert field.replace("_", " ") in shown.lower() or "label" in str(cls.model_fields[field].json_schema_extra)


def test_a_help_page_is_in_the_colours_of_another_theme_at_once(desk: Desk) -> None:
    """Its arithmetic stayed in those of the theme in which it was opened: black on dark."""
    panel = HelpPanel(desk.look)
    panel.show_kind("conv2d", desk.design, desk.session.report, "c1")
    before = [desk.look.colour(name).name() for name in ("outline", "strong")]
    assert all(colour in panel.toHtml() for colour in before)
    desk.look.set_theme("light")
    assert all(desk.look.colour(name).name() in panel.toHtml() for name in ("outline", "strong"))
    assert not any(colour in panel.toHtml() for colour in before)


REGISTRIES = (OPTIMISERS, SCHEDULES, LOSSES, PENALTIES, INITIALISERS, AUGMENTATIONS, FILLS, TASKS, PROBES)


@pytest.mark.parametrize("kind", [kind for registry in REGISTRIES for kind in registry.entries()], ids=lambda kind: kind.kind)
def test_everything_that_can_be_chosen_has_a_help_page(qtbot: QtBot, kind: type[Kind]) -> None:
    panel = HelpPanel(Look())
    qtbot.addWidget(panel)
    panel.show_choice(kind)
    shown = panel.toPlainText()
    assert kind.title in shown and kind.kind in shown and kind.help.split("\n")[0] in shown
    for field in form_fields(kind):
        assert field.label in shown and field.help in shown
        for name in field.choices:
            assert name in shown
            assert field.registry is None or field.registry.get(name).help in shown


def test_a_help_page_says_range_unit_and_default(qtbot: QtBot) -> None:
    panel = HelpPanel(Look())
    qtbot.addWidget(panel)
    panel.show_choice(OPTIMISERS.get("sgd"))
    assert "0 to 0.9999; default 0.9; may change during a run" in panel.toPlainText()
    panel.show_choice(PROBES.get("occlusion"))
    assert "1 to 4096 px; default a fifth of the image" in panel.toPlainText()
    assert f"default {FILLS.get('zero').title}" in panel.toPlainText()


def test_the_help_page_has_the_arithmetic_of_the_selected_layer(qtbot: QtBot, desk: Desk) -> None:
    panel = HelpPanel(desk.look)
    qtbot.addWidget(panel)
    panel.show_kind("conv2d", desk.design, desk.session.report, "c1")
    assert "5·5·1·12 + 12 = 312" in panel.toPlainText()
    panel.show_kind("", desk.design, desk.session.report, "")
    assert panel.toPlainText().startswith("Input")
    panel.show_keys([("Ctrl+S", "Save")])
    assert "Ctrl+S" in panel.toPlainText()


def test_buttons_are_never_cut_off(desk: Desk) -> None:
    desk.inspector.set_probes([("a", "Occlusion sensitivity", ""), ("b", "Activation maximisation", "")])
    QApplication.processEvents()
    for button in desk.inspector.probes.buttons.values():
        assert button.fontMetrics().horizontalAdvance(button.text()) <= button.width() - 20
    desk.inspector.set_probes([("a", "One", ""), ("b", "Two", "")])
    QApplication.processEvents()
    one, two = desk.inspector.probes.buttons.values()
    assert one.y() == two.y()


def test_a_narrow_panel_keeps_its_labels_whole(desk: Desk) -> None:
    desk.inspector.resize(190, 900)
    QApplication.processEvents()
    for row in desk.inspector.form.rows.values():
        assert row.label.width() >= row.label.sizeHint().width()


def test_of_very_many_layers_some_are_named(desk: Desk) -> None:
    desk.inspector.show_many([f"l{number}" for number in range(9_999)])
    text = desk.inspector.about.text()
    assert "l0, l1" in text and "and 9,959 more" in text and len(text) < 600


def test_a_run_that_recorded_no_health_says_so(desk: Desk) -> None:
    """One that was trained on the command line asked to be trained."""
    numbers = History()
    numbers.extend("train/loss", [0, 1], [2.3, 2.1])
    desk.inspector.set_health(numbers, float("inf"))
    assert "Not recorded by “train”" in desk.inspector.health.label.text()
    numbers.extend("layer/c1/gradient_norm", [2], [0.5])
    desk.inspector.set_health(numbers, float("inf"))
    assert "0.5" in desk.inspector.health.label.text()


# -- blocks --


def plain(html: str) -> str:
    """The text of a label, without its colours."""
    return re.sub("<[^>]+>", "", html).replace("&nbsp;", " ")


def with_block() -> NetworkDesign:
    inside = (layer("c", "conv2d", filters=4, kernel=3, padding=1), layer("r", "relu"))
    block = layer("res", "block", layers=inside, repeat=3, name="Twice")
    return NetworkDesign("blocks", (1, 8, 8), (block, layer("f", "flatten"), layer("out", "linear", units=10)))


def test_a_block_has_a_form_without_its_layers_and_says_what_one_copy_costs(qtbot: QtBot) -> None:
    desk = Desk(qtbot, with_block(), "res")
    assert list(desk.inspector.form.rows) == ["@id", "name", "repeat"]
    text = plain(desk.inspector.arithmetic.label.text())
    assert "parameters = the sum over the copies" in text and "40 + 148 + 148 = 336" in text
    assert "unfold" in desk.inspector.health.label.text()
    desk.inspector.form.changed.emit("repeat", 2, False)
    assert desk.design["res"].parameters.repeat == 2 and desk.edits[-1][0] == "Set repeat of res to 2"
    assert "40 + 148 = 188" in plain(desk.inspector.arithmetic.label.text())


def test_a_layer_inside_is_edited_in_all_copies_and_told_with_its_place(qtbot: QtBot) -> None:
    desk = Desk(qtbot, with_block(), "res.1.c")
    assert desk.inspector.title.text() == "CONVOLUTION · c"
    assert "In copy 2 of res: what is set here is set in every copy." in desk.inspector.about.text()
    desk.inspector.form.changed.emit("filters", 6, False)
    assert desk.design["res.0.c"].parameters.filters == 6 and desk.edits[-1][0] == "Set filters of c to 6"
    changes = plain(desk.inspector.downstream.label.text())
    assert "r 4×8×8 → 6×8×8" in changes and "f 256 → 384" in changes
    desk.inspector.form.changed.emit("@id", "conv", False)
    assert desk.session.selected == "res.1.conv" and "res.1.conv" in desk.design


def test_what_waits_for_a_layer_in_a_block_says_so_in_words(qtbot: QtBot) -> None:
    desk = Desk(qtbot, with_block().with_parameters("res.0.c", kernel=40), "out")
    assert "Waits for c in copy 1 of res" in desk.inspector.about.text()


def test_a_layer_is_made_an_auxiliary_output_with_a_weight_and_no_longer(qtbot: QtBot) -> None:
    desk = Desk(qtbot, with_block(), "f")
    button = desk.inspector.head_button
    assert button.isVisible() and button.text() == "Make it an auxiliary output"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert desk.design.heads == (("f", 0.3),)
    desk.inspector.form.changed.emit("@head", 0.5, False)
    assert desk.design.heads == (("f", 0.5),)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert desk.design.heads == () and "@head" not in desk.inspector.form.rows
    for place in ("out", "res.0.c"):
        desk.session.select([place])
        assert button.isHidden(), place


def test_a_layer_deep_in_blocks_needs_no_wider_inspector(qtbot: QtBot) -> None:
    desk = Desk(qtbot, with_block(), "res.1.c")
    desk.session.apply("", lambda design: design.with_id("res", "r" * 90))
    desk.session.select([f"{'r' * 90}.1.c"])
    QApplication.processEvents()
    assert desk.inspector.form.width() <= desk.inspector.width()
