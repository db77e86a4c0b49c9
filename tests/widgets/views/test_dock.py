"""The dock of a view and the application style: gestures, restoring, and colours that are all the theme's own."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from tests.widgets import made_up
from widgets.common.icons import ICONS, icon
from widgets.dock import ViewDock
from widgets.style import palette, style_sheet
from widgets.theme import THEMES, Look, load_theme
from widgets.viewing.base import Focus
from widgets.views.feature_maps import FeatureMapsView


@pytest.fixture
def dock(qtbot: QtBot) -> ViewDock:
    look = Look()
    window = QMainWindow()
    dock = ViewDock(look, FeatureMapsView(look))
    window.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, dock)
    window.resize(700, 420)
    qtbot.addWidget(window)
    window.show()
    QApplication.processEvents()
    dock.window_kept = window  # type: ignore[attr-defined]
    return dock


def test_a_double_click_on_the_title_asks_to_enlarge_and_does_not_float(qtbot: QtBot, dock: ViewDock) -> None:
    with qtbot.waitSignal(dock.enlarge_requested):
        qtbot.mouseDClick(dock.header, Qt.MouseButton.LeftButton, pos=QPoint(30, 15))
    assert not dock.isFloating()


def test_buttons_appear_under_the_mouse_without_moving_anything(qtbot: QtBot, dock: ViewDock) -> None:
    words = dock.header.words.geometry()
    dock.header.enterEvent(None)  # type: ignore[arg-type]
    assert dock.header.close_button.isVisible() and dock.header.words.geometry() == words
    with qtbot.waitSignal(dock.enlarge_requested):
        qtbot.mouseClick(dock.header.enlarge_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(dock.header.close_button, Qt.MouseButton.LeftButton)
    assert not dock.isVisible()


def test_the_subtitle_is_written_beside_the_title(dock: ViewDock) -> None:
    before = dock.header.grab().toImage()
    dock.view.show_snapshot(made_up.snapshot(), Focus("c1"))
    QApplication.processEvents()
    assert dock.header.grab().toImage() != before


def test_docks_have_names_so_that_layouts_can_be_restored(dock: ViewDock) -> None:
    assert dock.objectName() == "dock-feature_maps"


def contrast(one: QColor, other: QColor) -> float:
    """The contrast ratio of WCAG 2, 1..21."""

    def luminance(colour: QColor) -> float:
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.getRgbF()[:3]]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", ["dark", "light"])
def test_text_is_readable_on_every_surface(name: str) -> None:
    theme = load_theme(name)
    for surface in ("window", "bar", "panel", "card", "field", "hover", "selected"):
        assert contrast(theme["text"], theme[surface]) > 7, surface
        assert contrast(theme["muted"], theme[surface]) >= 4.5, surface
    assert contrast(theme["accent_text"], theme["accent"]) >= 4.5
    for signal in ("good", "bad", "training", "validation", "outline"):
        assert contrast(theme[signal], theme["bar"]) > 3, signal


def test_both_themes_name_the_same_colours() -> None:
    themes = json.loads(THEMES.read_text(encoding="utf-8"))
    assert set(themes["dark"]) == set(themes["light"])
    assert all(QColor(value).isValid() for theme in themes.values() for value in theme.values())


@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_palette_is_the_themes_own(name: str) -> None:
    theme = load_theme(name)
    made = palette(theme)
    assert made.color(QPalette.ColorRole.Window) == theme["window"]
    assert made.color(QPalette.ColorRole.Text) == theme["text"]
    own = {QColor(value).name() for value in theme.colours.values()}
    active = QPalette.ColorGroup.Active
    roles = [role for role in QPalette.ColorRole if role not in (QPalette.ColorRole.NColorRoles, QPalette.ColorRole.NoRole)]
    assert {made.color(active, role).name() for role in roles} <= own


@pytest.mark.parametrize(("name", "scale"), [("dark", 1.0), ("light", 1.6)])
def test_the_style_sheet_is_complete(name: str, scale: float) -> None:
    sheet = style_sheet(Look(name, scale))
    assert "$" not in sheet
    assert load_theme(name).colours["accent"] in sheet


@pytest.mark.parametrize("name", [path.stem for path in sorted(ICONS.glob("*.svg"))])
def test_every_icon_is_drawn_in_the_themes_colour(qapp: QApplication, name: str) -> None:
    image = icon(Look(), name, "accent").pixmap(32, 32).toImage()
    inked = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    solid = [colour for colour in inked if colour.alpha() > 250]
    assert solid, "something is drawn"
    assert {colour.name() for colour in solid} == {Look().colour("accent").name()}
