"""The banner: it lies over the stage and pushes nothing, has two lines at most, and goes when its cause is cured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QGraphicsView, QLabel
from pytestqt.qtbot import QtBot

from app.changes import replace_config
from app.program import Program
from engine.design.network import NetworkDesign, layer
from engine.training.messages import RunState
from tests.app.conftest import open_file
from tests.widgets import made_up
from widgets.banner import BRIEF_MS, NOTICE_MS, Banner
from widgets.common.legend import LegendStrip

Until = Callable[[Callable[[], bool]], None]
LONG = "The folder holds 12,000 pictures of a size that this network cannot read, and so on and so forth. " * 6


@pytest.fixture
def banner(shared: Program) -> Banner:
    shared.parts.window.resize(1280, 720)
    QApplication.processEvents()
    return shared.parts.window.banner


def test_it_pushes_nothing(shared: Program, banner: Banner) -> None:
    """The stage moved down with every message, and up again."""
    spaces = shared.parts.window.workspaces
    before = spaces.geometry()
    banner.tell(LONG, "error", [("Fix: set units to 10", lambda: None)])
    QApplication.processEvents()
    assert spaces.geometry() == before and banner.isVisible()
    host = spaces.parentWidget()
    assert host.rect().contains(banner.geometry())
    titles = [dock.titleBarWidget() for dock in spaces.stage.docks.values() if dock.isVisible()]
    assert not any(banner.geometry().contains(title.mapTo(host, QPoint(4, 4))) for title in titles if title is not None)


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_it_has_two_lines_at_most_and_its_tip_says_the_rest(shared: Program, banner: Banner, scale: float) -> None:
    shared.parts.look.set_scale(scale)
    banner.tell(LONG, "error")
    QApplication.processEvents()
    label = banner._text
    assert banner.text == LONG and label.text().endswith("…") and label.toolTip() == LONG
    line = QFontMetrics(label.font()).lineSpacing()
    assert label.text().count("\n") == 1 and 2 * line - 2 <= label.sizeHint().height() <= label.height() < 3 * line
    assert label.sizeHint().width() <= label.width()
    shared.parts.look.set_scale(1.0)


def test_ways_on_stand_below_the_words_where_there_is_little_room(shared: Program, banner: Banner) -> None:
    """At 200 % the button took the whole width, and the sentence had none."""
    shared.parts.look.set_scale(2.0)
    banner.tell(LONG, "error", [("Start again with learning rate 0.005", lambda: None)])
    QApplication.processEvents()
    (button,) = banner.buttons
    assert button.y() >= banner._text.y() + banner._text.height() and banner._text.width() > banner.width() * 3 // 4
    assert banner.rect().contains(button.geometry())
    shared.parts.look.set_scale(1.0)


def test_a_sentence_that_would_be_cut_beside_its_buttons_stands_above_them(shared: Program, banner: Banner) -> None:
    """Also where it takes the place of another message: its buttons were squashed to lines."""
    banner.tell("Opened.")
    QApplication.processEvents()
    sentence = "The loss stopped being a number at step 167: the weights of layer 'c1' are not finite. Try a rate of 0.05."
    banner.tell(sentence, "error", [(f"Go on from step {step} with learning rate 0.05", lambda: None) for step in (1, 2)])
    QApplication.processEvents()
    assert banner._text.toolTip() == "" and banner._text.text().replace("\n", " ") == sentence
    for button in banner.buttons:
        assert button.height() >= button.sizeHint().height() and button.y() >= banner._text.y() + banner._text.height()
        assert banner.rect().contains(button.geometry())


@pytest.mark.parametrize("scale", [1.0, 2.0, 2.5])
def test_its_buttons_are_whole_and_the_words_give_way(shared: Program, banner: Banner, scale: float) -> None:
    titles = [
        "Start again with learning rate 0.005",
        "Fix: Set the units of the last layer to 10, one for each class of the data",
    ]
    shared.parts.look.set_scale(scale)
    QApplication.processEvents()
    banner.tell(LONG, "error", [(title, lambda: None) for title in titles])
    QApplication.processEvents()
    assert [button.text().replace("\n", " ") for button in banner.buttons] == titles
    for button in banner.buttons:
        assert button.width() >= button.sizeHint().width() and button.height() >= button.sizeHint().height()
        assert banner.rect().contains(button.geometry())
    assert banner._text.width() >= banner._text.sizeHint().width() and banner._text.text()
    assert banner.parentWidget().rect().contains(banner.geometry())
    shared.parts.look.set_scale(1.0)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0, 2.5])
def test_it_covers_nothing_that_a_probe_is_asked_with(shared: Program, banner: Banner, qtbot: QtBot, scale: float) -> None:
    shared.parts.look.set_scale(scale)
    shared.commands.choose_workspace("probe")
    qtbot.wait(50)
    panel, host = shared.parts.window.probe_panel, banner.parentWidget()
    for ways in ([], [("Go on from step 100", lambda: None)]):
        banner.tell(LONG, "error", ways)
        QApplication.processEvents()
        for part in (panel.button, panel.fold, panel.chooser):
            assert not banner.geometry().intersects(QRect(part.mapTo(host, QPoint()), part.size())), part
    shared.parts.look.set_scale(1.0)
    shared.commands.choose_workspace("watch")


def test_what_is_seen_anyway_is_said_briefly(shared: Program, banner: Banner) -> None:
    shared.parts.appearance.larger()
    assert banner.text == "Text and pictures are at 110 %." and banner._timer.interval() == BRIEF_MS <= 4000
    shared.parts.appearance.usual()
    banner.tell("Stopped.")
    assert banner._timer.interval() == NOTICE_MS


def test_a_short_one_is_no_wider_than_it_needs(banner: Banner) -> None:
    banner.tell("Stopped.")
    QApplication.processEvents()
    assert banner._text.text() == "Stopped." and banner._text.toolTip() == ""
    assert banner.width() < banner.parentWidget().width() // 2


def test_esc_and_a_click_close_it(shared: Program, banner: Banner, qtbot: QtBot) -> None:
    banner.tell("No.", "error")
    qtbot.keyClick(shared.parts.window.network.list, Qt.Key.Key_Escape)
    assert banner.text == ""
    banner.tell("No.", "error")
    qtbot.mouseClick(banner._text, Qt.MouseButton.LeftButton)
    assert banner.text == ""
    banner.tell("No.", "error")
    qtbot.mouseClick(banner, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert banner.text == ""


def test_what_is_to_be_read_comes_back_behind_what_takes_its_place(banner: Banner) -> None:
    """A note on pictures that were left out was gone before anybody could read it, and the offer to bring work back for ever."""
    taken: list[str] = []
    banner.tell("Bring it back?", ways=[("Back", lambda: taken.append("back"))], cause="offer", comes_back=True)
    banner.tell("3 were left out.", comes_back=True)
    banner.tell("Finished.", "good")
    banner.tell("Saved.", "good")
    assert banner.text == "Saved."
    banner.dismiss()
    assert banner.text == "3 were left out." and not banner.buttons
    banner.dismiss()
    assert banner.text == "Bring it back?"
    banner.buttons[0].click()
    assert taken == ["back"] and banner.text == ""


def test_only_what_is_no_error_asks_nothing_and_need_not_be_read_leaves_by_itself(banner: Banner) -> None:
    """What was told until it is read went after eight seconds, read or not, where it had no buttons."""
    banner.tell("3 were left out.", comes_back=True)
    assert not banner._timer.isActive()
    banner.tell("No.", "error")
    assert not banner._timer.isActive()
    banner.tell("Bring it back?", ways=[("Back", lambda: None)])
    assert not banner._timer.isActive()
    for kind in ("notice", "brief", "good"):
        banner.tell("Done.", kind)
        assert banner._timer.isActive()
    banner._timer.timeout.emit()  # it has been there for its time
    assert banner.text == "3 were left out." and not banner._timer.isActive()
    banner.dismiss()
    assert banner.text == ""


@pytest.mark.parametrize("size", [(1280, 720), (1600, 1000)])
@pytest.mark.parametrize(
    "sentence", ["Stopped.", "Saved the run in my-run: open it again with Ctrl+O, or measure it with evaluate."]
)
def test_it_covers_no_legend_and_no_curve(program: Program, qtbot: QtBot, size: tuple[int, int], sentence: str) -> None:
    """For eight seconds nobody could read what the colours meant."""
    window, banner = program.parts.window, program.parts.window.banner
    window.resize(*size)
    program.commands.choose_workspace("watch")
    window.workspaces.draw(made_up.snapshot())
    qtbot.wait(50)
    banner.tell(sentence)
    QApplication.processEvents()
    host = banner.parentWidget()
    stage = window.workspaces.stage
    plots = [each for each in stage.findChildren(QGraphicsView) if each.isVisible()]
    legends = [each for each in stage.findChildren(LegendStrip) if each.isVisible() and each._legend is not None]
    assert plots and legends
    for each in (*plots, *legends):
        assert not banner.geometry().intersects(QRect(each.mapTo(host, QPoint()), each.size())), each


def test_what_is_told_again_or_cured_does_not_come_back_twice(banner: Banner) -> None:
    banner.tell("Bring it back?", cause="offer", comes_back=True)
    banner.tell("Finished.")
    banner.tell("Bring it back?", cause="offer", comes_back=True)
    banner.tell("Finished.")
    banner.cured("offer")
    assert banner.text == "Finished."
    banner.dismiss()
    assert banner.text == ""


def test_another_cause_cures_nothing(banner: Banner) -> None:
    banner.tell("No.", "error", cause="files")
    banner.cured("run", "edit")
    assert banner.text == "No."
    banner.cured("files")
    assert banner.text == ""


def test_wrong_classes_are_told_until_they_are_right(program: Program) -> None:
    session, banner = program.parts.session, program.parts.window.banner
    session.apply("Seven", lambda design: design.with_parameters("out", units=7))
    program.commands.toggle()
    assert "10 classes" in banner.text
    session.apply("More filters", lambda design: design.with_parameters("c1", filters=5))
    assert "10 classes" in banner.text  # they are still wrong
    session.apply("Ten", lambda design: design.with_parameters("out", units=10))
    assert banner.text == ""


def test_a_file_that_is_not_there_is_told_until_one_is_opened(program: Program, tmp_path: Path) -> None:
    from engine.files.design_file import save_design

    banner = program.parts.window.banner
    open_file(program, tmp_path / "nothing.design.json")
    assert "nothing.design.json" in banner.text
    save_design(tmp_path / "there.design.json", program.parts.session.document.design)
    assert open_file(program, tmp_path / "there.design.json")
    assert banner.text == ""


def test_a_refused_edit_is_told_until_the_next(shared: Program, banner: Banner) -> None:
    session = shared.parts.session
    session.apply("No kernel", lambda design: design.with_parameters("c1", kernel=-3))
    assert "kernel" in banner.text
    session.apply("More filters", lambda design: design.with_parameters("c1", filters=5))
    assert banner.text == ""


def test_stopped_is_told_until_the_next_run_trains(program: Program, until: Until) -> None:
    runs, banner = program.parts.runs, program.parts.window.banner
    program.parts.speed.choose(1.0)
    program.commands.toggle()
    until(lambda: runs.shown is not None and runs.shown.state is RunState.RUNNING)
    runs.stop()
    until(lambda: banner.text == "Stopped.")
    program.commands.toggle()
    until(lambda: runs.shown is not None and runs.shown.state is RunState.RUNNING)
    assert banner.text == ""


def test_a_refused_start_is_over_once_what_was_told_is_not_in_the_way(shared: Program, banner: Banner) -> None:
    """ "The network has no layers" stayed, with layers, until all of the design went with the data."""
    session = shared.parts.session
    session.open(shared.parts.session.document.with_design(NetworkDesign("empty", (1, 8, 8))))
    shared.commands.toggle()
    assert "has no layers" in banner.text
    session.apply("Name", lambda design: replace(design, name="other"))
    assert "has no layers" in banner.text
    session.apply("Add", lambda design: design.inserted(0, layer("out", "linear", units=10)))
    assert session.report.errors and banner.text == ""


def test_of_one_layer_or_epoch_there_is_no_plural(shared: Program) -> None:
    document = shared.parts.session.document
    one = NetworkDesign("one", (1, 8, 8), (layer("c", "conv2d", filters=1, kernel=1, bias=False),))
    shared.parts.session.open(replace_config(document.with_design(one), {"epochs": 1}))
    shared.parts.session.select([])
    inspector, window = shared.parts.window.inspector, shared.parts.window
    said = " ".join(label.text() for label in inspector.findChildren(QLabel))
    assert "1 layer, 1 parameter, " in said
    assert window.network.totals.text().startswith("1 param") and "params" not in window.network.totals.text()
    assert "1 epoch," in window.top_bar.chips["training"].toolTip()


def test_what_a_view_has_done_is_said_briefly(shared: Program, banner: Banner) -> None:
    view = shared.parts.window.workspaces.stage.visible_views()[0]
    view.done.emit("Copied.")
    assert banner.text == "Copied." and banner.property("kind") == "brief"
