"""What every registered view must do: teach while empty, draw what was captured, survive what was not, in any size and theme."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from engine.design.network import NetworkDesign
from engine.snapshot import Snapshot, Want
from tests.widgets import made_up
from widgets.dock import ViewDock
from widgets.style import apply_style
from widgets.theme import Look
from widgets.viewing.base import VIEWS, Focus, View

FOCUS = Focus("c1", 3)
AREAS = ("top", "middle", "side")

pytestmark = pytest.mark.parametrize("kind", VIEWS.entries(), ids=list(VIEWS))


@pytest.fixture
def look() -> Look:
    return Look()


@pytest.fixture
def view(qtbot: QtBot, look: Look, kind: type[View]) -> View:
    made = kind(look)
    qtbot.addWidget(made)
    made.resize(480, 320)
    made.show()
    return made


def picture(view: View) -> QImage:
    for _ in range(3):
        QApplication.processEvents()
    return view.grab().toImage()


def test_it_says_what_it_is(kind: type[View]) -> None:
    assert kind.name and kind.title and kind.help and kind.workspaces
    assert kind.area in AREAS
    assert len(kind.empty_text) > 30, "the empty state says what to do"


def test_before_the_first_snapshot_it_teaches(view: View) -> None:
    assert view.is_empty and view.subtitle == ""
    shown = picture(view)
    view.show_snapshot(made_up.snapshot(), FOCUS)
    assert not view.is_empty
    assert picture(view) != shown


def test_clearing_brings_the_empty_state_back(view: View, kind: type[View]) -> None:
    shown = picture(view)
    view.show_snapshot(made_up.snapshot(), FOCUS)
    view.set_stale(True, "recomputing")
    view.clear()
    assert view.is_empty and view.subtitle == ""
    assert picture(view) == shown


def test_what_was_not_captured_is_said_in_a_sentence(view: View) -> None:
    view.show_snapshot(made_up.snapshot(captured=False), FOCUS)
    assert view.is_empty
    assert view.draw(made_up.snapshot(captured=False), FOCUS).endswith(".")


@pytest.mark.parametrize("focus", [Focus(), Focus("f"), Focus("gone", 99), Focus("c2", 5)])
def test_any_focus_is_drawn_or_explained(view: View, focus: Focus) -> None:
    for captured in (True, False):
        snapshot = made_up.snapshot(captured=captured)
        reason = view.draw(snapshot, focus)
        view.show_snapshot(snapshot, focus)
        assert view.is_empty == bool(reason)
        picture(view)


def test_a_network_without_layers_is_survived(view: View) -> None:
    view.show_snapshot(made_up.snapshot(captured=False, design=NetworkDesign("empty", (1, 28, 28))), Focus())
    assert view.is_empty


def test_wants_are_hashable_and_few(view: View) -> None:
    for focus in (Focus(), FOCUS):
        wants = view.wants(focus)
        assert isinstance(wants, frozenset) and len(wants) <= 4
        assert all(isinstance(want, Want) and want.capture and want.layer in ("", focus.layer) for want in wants)
    assert view.wants(FOCUS) == view.wants(FOCUS)


def test_drawing_twice_changes_nothing_and_a_new_step_does_not_flicker(view: View) -> None:
    snapshot = made_up.snapshot()
    view.show_snapshot(snapshot, FOCUS)
    first = picture(view)
    view.show_snapshot(snapshot, FOCUS)
    assert picture(view) == first
    view.show_snapshot(dataclasses.replace(snapshot, step=snapshot.step + 1), FOCUS)
    assert not view.is_empty


def test_themes_and_scales(view: View, look: Look) -> None:
    view.show_snapshot(made_up.snapshot(), FOCUS)
    dark = picture(view)
    look.set_theme("light")
    light = picture(view)
    assert light != dark
    look.set_scale(1.6)
    assert picture(view) != light
    look.set_theme("dark")
    look.set_scale(1.0)
    assert picture(view) == dark


@pytest.mark.parametrize("size", [(1, 1), (40, 30), (90, 700), (3000, 2000)])
def test_any_size(view: View, size: tuple[int, int]) -> None:
    view.show_snapshot(made_up.snapshot(), FOCUS)
    view.resize(*size)
    picture(view)
    assert not view.is_empty


def test_a_stale_picture_is_tinted(view: View) -> None:
    view.show_snapshot(made_up.snapshot(), FOCUS)
    current = picture(view)
    view.set_stale(True, "step 40")
    assert picture(view) != current
    view.set_stale(False)
    assert picture(view) == current


def test_hidden_views_catch_up_when_shown(view: View) -> None:
    view.show_snapshot(made_up.snapshot(), FOCUS)
    expected = picture(view)
    view.clear()
    view.hide()
    view.show_snapshot(made_up.snapshot(), FOCUS)
    view.show()
    assert picture(view) == expected


def test_it_stands_in_a_dock_with_its_controls(qtbot: QtBot, look: Look, kind: type[View]) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    made = kind(look)
    dock = ViewDock(look, made)
    window.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, dock)
    window.resize(700, 400)
    window.show()
    made.show_snapshot(made_up.snapshot(), FOCUS)
    QApplication.processEvents()
    assert made.isVisible()
    assert all(dock.header.isAncestorOf(control) for control in made.controls())
    state = window.saveState(1)
    dock.close()
    assert window.restoreState(state, 1) and dock.isVisible()


def test_it_is_drawn_under_the_application_style(view: View, look: Look) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    try:
        for theme in ("dark", "light"):
            look.set_theme(theme)
            apply_style(app, look)
            view.show_snapshot(made_up.snapshot(), FOCUS)
            picture(view)
            assert not view.is_empty
    finally:
        app.setStyleSheet("")


def test_snapshots_without_a_pinned_image_are_drawn(view: View) -> None:
    snapshot: Snapshot = made_up.snapshot(pinned=())
    view.show_snapshot(snapshot, FOCUS)
    assert not view.is_empty
    picture(view)
