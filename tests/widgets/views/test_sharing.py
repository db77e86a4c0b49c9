"""Every view has a menu that copies and saves what it shows, with the mouse and with keys, without being told."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QImage
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.probing.result import BarChart, HeatMap, ImageStrip, ProbeResult, Table
from engine.probing.saving import save_result
from engine.snapshot import Units, Want
from tests.widgets import made_up
from widgets.dock import ViewDock
from widgets.panels.base import Panel
from widgets.panels.probe import ProbePanel
from widgets.theme import Look
from widgets.viewing.base import VIEWS, Focus, View
from widgets.viewing.share import HEADER, MARGIN, share_of

FOCUS = Focus("c1", 3)


def shown(qtbot: QtBot, view: View) -> ViewDock:
    dock = ViewDock(view.look, view)
    window = QWidget()
    vars(view)["kept"] = window  # it lives as long as the view
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(dock)
    window.resize(520, 380)
    window.show()
    window.activateWindow()
    QApplication.processEvents()
    return dock


def drawn(qtbot: QtBot, kind: type[View]) -> View:
    view = kind(Look())
    view.show_snapshot(made_up.snapshot(), FOCUS)
    shown(qtbot, view)
    return view


def action(menu: QMenu, words: str) -> QAction:
    return next(action for action in menu.actions() if action.text() == words)


every_view = pytest.mark.parametrize("kind", VIEWS.entries(), ids=list(VIEWS))


@every_view
def test_what_a_view_shows_is_saved_in_every_form_it_has(kind: type[View], qtbot: QtBot, tmp_path: Path) -> None:
    view = drawn(qtbot, kind)
    share = share_of(view)
    assert "png" in share.files and share.files.keys() & {"csv", "npy"}
    for ending in share.files:
        share.save(tmp_path / f"view.{ending}")
    image = QImage(str(tmp_path / "view.png"))
    assert image.width() > 2 * view.width() and image.height() > 2 * view.height(), "twice as fine, with its title"
    colours = {image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    assert len(colours) > 10
    if "svg" in share.files:
        assert view.title in "".join(ElementTree.parse(tmp_path / "view.svg").getroot().itertext())
    if "csv" in share.files:
        header, *rows = csv.reader((tmp_path / "view.csv").read_text(encoding="utf-8").splitlines())
        assert len(header) > 1 and rows and all(len(row) == len(header) for row in rows)
    if "npy" in share.files:
        assert np.load(tmp_path / "view.npy", allow_pickle=False).size


@every_view
def test_the_menu_button_is_reached_and_opened_by_keys(kind: type[View], qtbot: QtBot) -> None:
    view = drawn(qtbot, kind)
    dock = view.parent().parent()  # type: ignore[union-attr]
    assert isinstance(dock, ViewDock)
    button = dock.header.menu_button
    assert button.isVisible() and button.focusPolicy() & Qt.FocusPolicy.TabFocus and view.title in button.accessibleName()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    (menu,) = view.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert menu.activeAction() is not None
    menu.close()


@every_view
def test_a_right_click_anywhere_opens_the_same_menu(kind: type[View], qtbot: QtBot) -> None:
    view = drawn(qtbot, kind)
    below = view.childAt(view.rect().center())
    assert below is not None
    place = below.rect().center()
    while not view.findChildren(QMenu):
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, QPoint(100, 100))
        QApplication.sendEvent(below, event)
        if event.isAccepted() or below is view:
            break
        below = below.parentWidget()
        assert below is not None
    (menu,) = view.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)
    own = [entry.text() for entry in view.menu_actions()]
    texts = [entry.text() for entry in menu.actions() if entry.text()]
    assert texts[: len(own) + 1] == [*own, "Copy picture"] and "Save as PNG…" in texts
    menu.close()


@every_view
def test_an_empty_view_offers_nothing_to_save(kind: type[View], qtbot: QtBot) -> None:
    view = kind(Look())
    qtbot.addWidget(view)
    menu = view.menu()
    own = [entry.text() for entry in view.menu_actions()]
    assert not any(entry.isEnabled() for entry in menu.actions() if not entry.isSeparator() and entry.text() not in own)


@every_view
def test_the_picture_is_copied_and_failure_is_told(kind: type[View], qtbot: QtBot, tmp_path: Path) -> None:
    view = drawn(qtbot, kind)
    asked: list[tuple[str, str]] = []

    def ask(parent: QWidget, title: str, proposal: str, filters: str, suffix: str) -> Path | None:
        asked.append((title, proposal))
        return tmp_path / "nowhere" / "a.png" if len(asked) > 1 else None

    view.ask_save = ask
    done = QSignalSpy(view.done)
    action(view.menu(), "Copy picture").trigger()
    assert done.at(0) == ["Copied."]
    assert QGuiApplication.clipboard().image().width() > 2 * view.width()
    told = QSignalSpy(view.told)
    action(view.menu(), "Save as PNG…").trigger()
    assert asked[0][0] == "Save as PNG" and asked[0][1].endswith(".png") and told.count() == 0
    action(view.menu(), "Save as PNG…").trigger()
    assert "could not be written" in told.at(0)[0] and done.count() == 1


@every_view
def test_what_was_saved_or_copied_is_said(kind: type[View], qtbot: QtBot, tmp_path: Path) -> None:
    """Nothing was seen to happen."""
    view = drawn(qtbot, kind)
    view.ask_save = lambda *_: tmp_path / "picture.png"
    done, told = QSignalSpy(view.done), QSignalSpy(view.told)
    action(view.menu(), "Save as PNG…").trigger()
    assert done.at(0) == [f"Saved picture.png in {tmp_path}."] and (tmp_path / "picture.png").exists()
    if "csv" in share_of(view).files:
        action(view.menu(), "Copy numbers").trigger()
        assert done.at(1) == ["Copied."]
    assert told.count() == 0


def test_curves_and_bars_are_drawings_and_pictures_are_not(qtbot: QtBot) -> None:
    for name, is_drawing in (("loss", True), ("headline", True), ("feature_maps", False), ("filters", False)):
        assert ("svg" in share_of(drawn(qtbot, VIEWS.get(name))).files) == is_drawing
    units = Units(np.linspace(-1, 1, 10, dtype=np.float32), made_up.DIGITS, 4, 10)
    view = VIEWS.get("feature_maps")(Look())
    view.show_snapshot(made_up.snapshot(captured={Want("feature_maps", "out"): units}), Focus("out"))
    shown(qtbot, view)
    drawing = share_of(view).files["svg"]().decode()
    assert "<image" not in drawing and "4 ✓" in drawing


def test_of_a_wall_that_is_scrolled_all_pictures_are_saved(qtbot: QtBot, tmp_path: Path) -> None:
    view = VIEWS.get("feature_maps")(Look())
    levels = np.full((128, 28, 28), 40, np.uint8)
    levels[-1] = 255  # the last one stands out
    many = replace(made_up.feature_maps(), levels=levels, low=np.zeros(128, np.float32), high=np.ones(128, np.float32), total=128)
    view.show_snapshot(made_up.snapshot(captured={Want("feature_maps", "c1"): many}), FOCUS)
    shown(qtbot, view)
    view.window().resize(260, 240)
    QApplication.processEvents()
    canvas, legend = view.grid.canvas, view.grid.legend
    hidden = canvas.sheet.height() - canvas.viewport().height()
    assert hidden > 50, "it is scrolled"
    share_of(view).save(tmp_path / "wall.png")
    image = QImage(str(tmp_path / "wall.png"))
    part, corner = view.shared_part(), QPoint(view.look.px(MARGIN), view.look.px(HEADER))
    assert image.height() == 2 * (part.height() + hidden + view.look.px(HEADER + MARGIN))
    last = corner + canvas.mapTo(part, QPoint()) + canvas.tile_rect(127).center().toPoint()
    first = corner + canvas.mapTo(part, QPoint()) + canvas.tile_rect(0).center().toPoint()
    assert image.pixelColor(2 * last) != image.pixelColor(2 * first)
    strip = part.grab(QRect(legend.mapTo(part, QPoint()), legend.size())).toImage()
    at = corner + legend.mapTo(part, QPoint()) + QPoint(0, hidden)
    saved = image.copy(QRect(2 * at, 2 * legend.size())).scaled(strip.size())
    assert abs(_mean(saved) - _mean(strip)) < 3, "the legend stands below all of them"


def _mean(image: QImage) -> float:
    return float(np.mean([image.pixelColor(x, y).lightness() for x in range(image.width()) for y in range(image.height())]))


def test_numbers_of_a_layer_are_those_that_are_shown(qtbot: QtBot, tmp_path: Path) -> None:
    share_of(drawn(qtbot, VIEWS.get("feature_maps"))).save(tmp_path / "maps.npy")
    tiles = made_up.feature_maps()
    np.testing.assert_array_equal(np.load(tmp_path / "maps.npy"), np.stack([tiles.values(index) for index in range(12)]))


ANSWERS = (
    HeatMap("a map", {"target": "4"}, values=np.eye(28, dtype=np.float32), picture=made_up.digit()[np.newaxis]),
    ImageStrip("a strip", pictures=(np.ones((1, 9, 9), np.float32),), captions=("made",)),
    BarChart("bars", labels=("a", "b"), values=np.array([1.0, -1.0], np.float32)),
    Table("rows", columns=("layer", "mean"), rows=(("c1", 0.5),)),
    ProbeResult("words", {"unit": 3}),
)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.headline)
def test_an_answer_is_saved_as_the_command_line_saves_it(answer: ProbeResult, qtbot: QtBot, tmp_path: Path) -> None:
    look = Look()
    probe = ProbePanel(look)
    panel = Panel(look, probe, "probes", "Ask the network", "middle")
    shown(qtbot, panel)
    probe.show_result(answer, "step 4")
    QApplication.processEvents()
    share = share_of(panel)
    assert "png" in share.files and "csv" in share.files and ("npy" in share.files) == (answer.array() is not None)
    for ending in share.files.keys() & {"csv", "npy"}:
        share.save(tmp_path / f"window.{ending}")
        save_result(answer, tmp_path / f"line.{ending}")
        assert (tmp_path / f"window.{ending}").read_bytes() == (tmp_path / f"line.{ending}").read_bytes()
    assert share.image().width() > 400
