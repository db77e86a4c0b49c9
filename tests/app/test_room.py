"""At 1280 × 720 everything stands inside the window and is legible, whatever was visited before and however large the text is."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QMenu,
    QStyle,
    QStyleOptionComboBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.program import Program
from engine.probing.result import HeatMap
from tests.widgets import made_up
from widgets.common.recorded import Recorded
from widgets.common.tile_overlay import TileOverlay
from widgets.inspector.blocks import Heading
from widgets.theme import Look
from widgets.top_bar import TopBar
from widgets.transport.timeline import Timeline

SCALES = [1.0, 1.5, 2.0, 2.5]


@pytest.fixture(autouse=True)
def small_window(program: Program, qtbot: QtBot) -> None:
    program.parts.window.resize(1280, 720)
    qtbot.wait(50)


def visit(program: Program, qtbot: QtBot, workspace: str) -> None:
    program.commands.choose_workspace(workspace)
    qtbot.wait(60)


def assert_every_view_is_inside(program: Program) -> None:
    stage = program.parts.window.workspaces.stage
    views = stage.visible_views()
    assert views
    for view in views:
        dock = stage.docks[view.name].geometry()
        assert stage.rect().contains(dock), (view.name, dock, stage.rect())
        assert stage.rect().contains(view.rect().translated(view.mapTo(stage, view.rect().topLeft()))), view.name


@pytest.mark.parametrize("scale", SCALES)
def test_views_stay_inside_the_stage_on_a_second_visit_in_another_theme(program: Program, qtbot: QtBot, scale: float) -> None:
    program.commands.look.set_scale(scale)
    for theme in ("dark", "light"):
        program.commands.look.set_theme(theme)
        for workspace in ("watch", "design", "probe"):
            visit(program, qtbot, workspace)
            assert_every_view_is_inside(program)


@pytest.mark.parametrize("scale", SCALES)
def test_buttons_and_chips_show_all_of_their_words(program: Program, qtbot: QtBot, scale: float) -> None:
    bar = program.parts.window.top_bar
    bar.set_chip("data", "Data: strokes · 8,000", "", "strokes")
    program.commands.look.set_scale(scale)
    qtbot.wait(60)
    chips = (*bar.chips.values(), bar.views_button) if scale < 2.5 else (bar.more_button,)  # one button stands for them
    for button in (bar.menu_button, *bar._buttons.values(), *chips):
        assert button.isVisible() and button.width() >= button.minimumSizeHint().width(), button.text()
        assert bar.rect().contains(button.mapTo(bar, button.rect().bottomRight())), button.text()
    assert bar.chips["data"].text() == ("strokes" if scale >= 2.0 else "Data: strokes · 8,000")


@pytest.mark.parametrize("scale", SCALES)
def test_no_word_of_the_top_bar_is_cut_in_the_moment_its_size_changes(program: Program, scale: float) -> None:
    """What is painted before the event loop has another turn."""
    bar = program.parts.window.top_bar
    bar.set_chip("data", "Data: strokes · 8,000", "", "strokes")
    for size in (scale, 1.0, scale):
        program.commands.look.set_scale(size)
        buttons = (*bar._buttons.values(), *bar.chips.values(), bar.views_button, bar.more_button, bar.menu_button)
        cut = [each.text() for each in buttons if each.isVisible() and each.width() < each.minimumSizeHint().width()]
        assert cut == [] and bar._layout.minimumSize().width() <= bar.width()


def test_the_button_that_stands_for_the_chips_leads_to_the_views_too(program: Program, qtbot: QtBot) -> None:
    bar, window = program.parts.window.top_bar, program.parts.window
    program.commands.look.set_scale(2.5)
    qtbot.wait(60)
    assert bar.more_button.isVisible()
    menu = bar.more_button.menu()
    menu.aboutToShow.emit()
    assert [entry.text() for entry in menu.actions() if not entry.isSeparator()][-1] == "Views…"
    menu.actions()[-1].trigger()
    assert window.view_picker.isVisible()
    window.view_picker.hide()


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])  # beyond, the title and the axis' button leave no room for them
def test_the_keys_of_the_curves_have_their_words(program: Program, qtbot: QtBot, scale: float) -> None:
    """The slider took their room in the smallest window."""
    program.commands.look.set_scale(scale)
    qtbot.wait(60)
    stage = program.parts.window.workspaces.stage
    for name in ("loss", "headline"):
        stage.open_view(name)
        program.parts.window.workspaces.draw(made_up.snapshot())
        qtbot.wait(60)
        words, view = stage.docks[name].header.words, stage.docks[name].view
        assert view.isVisible()
        title = words.sizeHint().width() + words.look.px(6)
        assert words.shown(words.width() - title)[0] == view.key


@pytest.mark.parametrize("scale", [2.25, 2.5])
def test_colours_of_the_curves_have_words_at_the_largest_sizes_too(program: Program, qtbot: QtBot, scale: float) -> None:
    """The number behind them took their room."""
    program.commands.look.set_scale(scale)
    qtbot.wait(60)
    stage = program.parts.window.workspaces.stage
    for name in ("loss", "headline"):
        stage.open_view(name)
        program.parts.window.workspaces.draw(made_up.snapshot())
        qtbot.wait(60)
        words, view = stage.docks[name].header.words, stage.docks[name].view
        key, _ = words.shown(words.width() - words.sizeHint().width() - words.look.px(6))
        assert key and all(said for said, _ in key) and key[-1][1] == view.key[-1][1]


@pytest.mark.parametrize("scale", SCALES)
def test_the_transport_bar_is_inside_the_window_and_its_figures_are_whole(program: Program, qtbot: QtBot, scale: float) -> None:
    program.commands.look.set_scale(scale)
    transport = program.parts.window.transport
    transport.set_progress(1_234_567, 9_000_000, 12.34, 10_000, 123_456.0, 0.0123, 40_000.0)
    figures = transport.figures
    qtbot.waitUntil(lambda: figures.isHidden() or 0 < figures.geometry().right() <= transport.width())
    assert figures.isHidden() == (scale == 2.5), "there the timeline needs the room"
    assert figures.isHidden() or figures.width() >= figures.room_for(figures.shown_texts)
    for button in (transport.back_button, transport.run_button, transport.step_button, transport.stop_button):
        assert transport.rect().contains(button.geometry())
    assert transport.rect().contains(transport.timeline.geometry())
    assert transport.timeline.width() >= transport.timeline.minimumSizeHint().width()


def test_a_narrowing_top_bar_gives_up_the_brand_then_words_then_the_name(qtbot: QtBot, qapp: QApplication) -> None:
    menu = QMenu()
    qtbot.addWidget(menu)
    page = QWidget()  # as in the window, which narrows it beyond what its row would like
    qtbot.addWidget(page)
    bar = TopBar(Look(), (("design", "Design"), ("watch", "Watch"), ("probe", "Probe")), menu, page)
    bar.set_name("LeNet-5", False)
    page.show()
    for name in bar.chips:
        bar.set_chip(name, f"{name}: a long word", "", name)
    seen = []
    for width in range(1200, 500, -4):
        bar.resize(width, 46)
        state = (bar._brand.isVisible(), bar._name.isVisible(), bar.chips["data"].text() == "data: a long word")
        if not seen or seen[-1] != state:
            seen.append(state)
        if bar._layout.minimumSize().width() <= width:
            shown = [each for each in (*bar._buttons.values(), *bar.chips.values(), bar.more_button) if each.isVisible()]
            assert all(button.width() >= button.minimumSizeHint().width() for button in shown)
    assert seen == [(True, True, True), (False, True, True), (False, True, False), (False, False, False), (False, True, False)]
    assert bar.more_button.isVisible() and not bar.chips["data"].isVisible(), "one button stands for the chips"
    bar.resize(1200, 46)
    assert bar._brand.isVisible() and bar.chips["data"].text() == "data: a long word"
    bar.resize(720, 46)
    bar.set_chip("device", "CPU", "")
    assert bar.chips["device"].text() == "CPU"  # the same where there is no shorter word


def test_titles_are_whole_where_there_is_room_for_them(program: Program, qtbot: QtBot) -> None:
    visit(program, qtbot, "watch")
    stage = program.parts.window.workspaces.stage
    for name in ("feature_maps", "input_image"):
        words = stage.docks[name].header.words
        assert words.width() >= words.sizeHint().width(), name


def test_every_number_in_sight_says_what_it_means(program: Program, qtbot: QtBot) -> None:
    """Labels, buttons and painted parts that show figures have a tooltip, of their own or of what holds them."""
    spaces, window = program.parts.window.workspaces, program.parts.window
    program.parts.session.select(["c1"])
    for workspace in ("watch", "probe", "design"):
        visit(program, qtbot, workspace)
        snapshot = made_up.snapshot()
        spaces.draw(snapshot)
        window.inspector.set_health(snapshot.history, float("inf"))
        qtbot.wait(60)
        shown = [label for label in window.findChildren(QLabel) if label.isVisible() and not isinstance(label, Heading)]  # names
        texts = {label: re.sub("<[^>]*>", "", label.text()) for label in shown}
        numbers = [label for label, text in texts.items() if re.search(r"\d", text) and len(text) < 80]  # what is longer is prose
        buttons = [button for button in window.findChildren(QAbstractButton) if button.isVisible()]
        buttons = [button for button in buttons if re.search(r"\d", button.text())]
        painted = [part for part in window.findChildren(Recorded) if part.isVisible() and not is_told_by_place(part)]
        mute = [widget for widget in (*numbers, *buttons, *painted) if not tip_above(widget)]
        assert not mute, [(type(widget).__name__, getattr(widget, "text", str)()) for widget in mute]


def is_told_by_place(part: QWidget) -> bool:
    """Whether its tooltip depends on where the mouse is: tiles and the timeline, which have tests of their own."""
    return isinstance(part, TileOverlay) or isinstance(part.parentWidget(), Timeline)


def tip_above(widget: QWidget) -> str:
    """The tooltip of the nearest widget that has one, among those that the mouse finds on and in it, and those that hold it."""
    inside = [child.toolTip() for child in widget.findChildren(QWidget) if child.toolTip()]
    above: QWidget | None = widget
    while above is not None and not above.toolTip():
        above = above.parentWidget()
    return above.toolTip() if above is not None else "".join(inside)


@pytest.mark.parametrize("scale", SCALES)
def test_no_words_are_cut(program: Program, qtbot: QtBot, scale: float) -> None:
    """Buttons have room for their words, wrapped labels for their lines, choosers for the longest choice that is chosen."""
    program.commands.look.set_scale(scale)
    program.parts.session.select(["c1"])
    for workspace in ("watch", "design", "probe"):
        visit(program, qtbot, workspace)
        program.parts.window.workspaces.draw(made_up.snapshot())
        qtbot.wait(60)
        window, hidden = program.parts.window, behind_tabs(program)
        buttons = [each for each in window.findChildren(QAbstractButton) if each.isVisible() and each.text()]
        cut = [each.text() for each in buttons if each.width() < each.minimumSizeHint().width()]
        labels = [each for each in window.findChildren(QLabel) if each.isVisible() and each.wordWrap() and each.text()]
        cut += [each.text() for each in labels if each.height() < each.heightForWidth(each.width()) and each not in hidden]
        choosers = [each for each in window.findChildren(QComboBox) if each.isVisible()]
        cut += [each.currentText() for each in choosers if words_room(each) < advance(each, each.currentText())]
        assert cut == [], workspace


def behind_tabs(program: Program) -> set[QWidget]:
    """What belongs to views behind other tabs, which Qt calls visible."""
    stage = program.parts.window.workspaces.stage
    behind = [dock for dock in stage.docks.values() if dock.view not in stage.visible_views()]
    return {part for dock in behind for part in dock.findChildren(QWidget)}


def words_room(chooser: QComboBox) -> int:
    option = QStyleOptionComboBox()
    chooser.initStyleOption(option)
    field = QStyle.SubControl.SC_ComboBoxEditField
    return chooser.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, chooser).width()


def advance(widget: QWidget, words: str) -> int:
    return widget.fontMetrics().horizontalAdvance(words)


@pytest.mark.parametrize("scale", SCALES)
def test_a_panel_without_room_is_folded_away_and_comes_back(program: Program, qtbot: QtBot, scale: float) -> None:
    program.commands.look.set_scale(scale)
    qtbot.wait(60)
    window = program.parts.window
    both = window.network.isVisible() and window.inspector.isVisible()
    assert window.network.isVisible() and both == (scale < 2.0)
    program.parts.window.actions_table["view.inspector"].trigger()
    qtbot.wait(60)
    assert window.inspector.isVisible() == (not both)
    assert window.network.isVisible() == both, "there is room for one: the one asked for last"
    program.commands.look.set_scale(1.0)
    qtbot.wait(60)
    assert window.network.isVisible()


@pytest.mark.parametrize("scale", SCALES)
def test_a_probe_shows_its_question_or_its_answer_whole(program: Program, qtbot: QtBot, scale: float) -> None:
    program.commands.look.set_scale(scale)
    visit(program, qtbot, "probe")
    panel = program.parts.window.probe_panel
    if panel.canvas.isVisible():
        hint = panel.canvas.empty
        assert hint.height() >= hint.heightForWidth(hint.width())
    facts = {"target": "4", "probability": 0.97, "patch": (6, 6), "stride": (1, 1), "fill": "zero"}
    values = np.outer(np.hanning(28), np.hanning(28)).astype(np.float32)
    panel.show_result(HeatMap("P(4) is 97 %.", facts, values=values, picture=made_up.digit(4)[np.newaxis]), "step 800")
    qtbot.wait(60)
    assert panel.canvas.isVisible(), "the question leaves its room to the answer"
    assert panel.canvas.pictures.canvas.height() >= program.commands.look.px(60)
    assert panel.canvas.pictures.canvas.mosaic.factor >= 1


@pytest.mark.parametrize(("size", "wide"), [((1280, 720), 380), ((1600, 1000), 420), ((2560, 1440), 420)])
def test_the_page_of_keys_is_wide_enough_to_be_read(program: Program, qtbot: QtBot, size: tuple[int, int], wide: int) -> None:
    """Its lines were broken in the middle of a shortcut."""
    window = program.parts.window
    window.resize(*size)
    program.commands.choose_workspace("watch")
    qtbot.wait(60)
    window.actions_table["help.keys"].trigger()
    qtbot.waitUntil(lambda: window.workspaces.stage.docks["help"].width() >= wide)
