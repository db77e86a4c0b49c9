"""The application's style: Fusion with a palette and one style sheet, both made from the theme's colours."""

from __future__ import annotations

from string import Template

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from widgets.common.icons import ICONS
from widgets.theme import Look, Theme


def apply_style(app: QApplication, look: Look) -> None:
    """Dress the whole application in ``look``; call it again when ``look.changed`` is emitted."""
    app.setStyleSheet("")  # to take one off and put another on takes half the time of changing it
    if app.style().name() != "fusion":
        app.setStyle("Fusion")
    app.setFont(look.font(12))
    app.setPalette(palette(look.theme))
    app.setStyleSheet(style_sheet(look))


def palette(theme: Theme) -> QPalette:
    """Every role of Qt's palette in the theme's colours, so that nothing is left to the system's own."""
    role = QPalette.ColorRole
    made = QPalette()
    for name, roles in {
        "window": (role.Window,),
        "field": (role.Base,),
        "bar": (role.AlternateBase, role.ToolTipBase, role.Mid),
        "hover": (role.Button, role.Midlight, role.Light),
        "text": (role.WindowText, role.Text, role.ButtonText, role.ToolTipText),
        "strong": (role.BrightText,),
        "muted": (role.PlaceholderText,),
        "line": (role.Dark, role.Shadow),
        "accent": (role.Highlight, role.Accent, role.Link),
        "linear": (role.LinkVisited,),
        "accent_text": (role.HighlightedText,),
    }.items():
        for each in roles:
            made.setColor(each, theme[name])
    faded = QColor(theme["muted"])
    faded.setAlpha(140)
    for each in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, each, faded)
    return made


def style_sheet(look: Look) -> str:
    """The style sheet with the theme's colours and the scale's sizes filled in."""
    sizes = {f"px{size}": f"{look.px(size)}px" for size in (1, 2, 3, 4, 5, 6, 8, 10, 11, 12, 13, 14, 16, 18, 20, 24, 28, 56, 180)}
    sizes["half10"] = f"{look.px(10) // 2}px"  # a larger radius than half the side is no radius for Qt
    paths = {
        name: (ICONS / f"{name}.svg").as_posix()
        for name in ("chevron_down", "chevron_up", "chevron_left", "chevron_right", "check", "ink_check")
    }
    return Template(_SHEET).substitute(look.theme.colours, **sizes, **_arrows(look, paths))


def _arrows(look: Look, paths: dict[str, str]) -> dict[str, str]:
    """Style sheets take arrows from files only, so each theme has its own tinted copies."""
    dark = look.theme.name == "dark"
    return {name: path.replace(".svg", "_light.svg" if dark else ".svg") for name, path in paths.items()}


_SHEET = """
QWidget { color: $text; selection-background-color: $accent; selection-color: $accent_text; }
QMainWindow, QDialog, QWidget#window { background: $window; }
QMainWindow::separator { background: transparent; width: $px4; height: $px4; }
QMainWindow::separator:hover { background: $accent; }
QSplitter::handle { background: $line; }
QSplitter::handle:hover { background: $accent; }
QLabel#muted { color: $muted; font-size: $px11; }
QLabel#empty { color: $muted; font-size: $px13; padding: $px16; }
QLabel#problem { color: $bad; }
QLabel#warning { color: $warning; }
QLabel#headline { font-size: $px14; font-weight: bold; }

QFrame#popup { background: $bar; border: 1px solid $line; }

QToolTip { background: $card; color: $text; border: 1px solid $line; padding: $px4 $px6; font-size: $px11; }

QPushButton { background: $hover; color: $text; border: 1px solid $line; border-radius: $px6; padding: $px5 $px12; }
QPushButton:hover { background: $selected; }
QPushButton#fold:checked { background: $selected; }
QPushButton:pressed { background: $field; }
QPushButton:focus { border: 1px solid $outline; }
QPushButton:disabled { color: $muted; background: $panel; }
QPushButton#primary { background: $accent; color: $accent_text; border: 1px solid $accent; font-weight: bold; }
QPushButton#primary:hover { border-color: $text; }
QPushButton#primary:focus { border: 2px solid $text; padding: $px4 $px11; }
QPushButton#primary:disabled { background: $line; border-color: $line; color: $muted; }

QToolButton { background: transparent; color: $muted; border: 1px solid transparent; border-radius: $px4; padding: $px2 $px5;
    font-size: $px11; }
QToolButton:hover { background: $hover; color: $text; }
QToolButton:checked { background: $selected; color: $text; }
QToolButton:focus { border: 1px solid $outline; }
QToolButton:disabled { color: $line; }
QToolButton#card-button { padding: 0; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox { background: $field; color: $text;
    border: 1px solid $line; border-radius: $px6; padding: $px3 $px8; }
QLineEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover { border-color: $muted; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
    border: 1px solid $outline; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled { color: $muted; background: $panel; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {
    subcontrol-origin: border; width: $px16; border: none; background: transparent; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url("$chevron_up"); width: $px8; height: $px8; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url("$chevron_down"); width: $px8; height: $px8; }
QComboBox::drop-down { border: none; width: $px18; }
QComboBox::down-arrow { image: url("$chevron_down"); width: $px10; height: $px10; }
QComboBox[flat="true"], QSpinBox[flat="true"] { background: transparent; border: 1px solid transparent; color: $muted;
    font-size: $px11; padding: $px1 $px4; }
QComboBox[flat="true"]:hover, QSpinBox[flat="true"]:hover { background: $hover; color: $text; }
QComboBox[flat="true"]:focus, QSpinBox[flat="true"]:focus { border: 1px solid $outline; color: $text; }
QComboBox QAbstractItemView { background: $card; border: 1px solid $line; outline: 0; padding: $px2; }

QCheckBox, QRadioButton { background: transparent; spacing: $px6; }
QCheckBox::indicator { width: $px14; height: $px14; border: 1px solid $muted; border-radius: $px3; background: $field; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$check"); }
QCheckBox::indicator:focus, QCheckBox:focus::indicator { border-color: $outline; }

QSlider { background: transparent; min-height: $px16; }
QSlider::groove:horizontal { height: $px3; background: $line; border-radius: 1px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 1px; }
QSlider::handle:horizontal { background: $text; width: $px10; height: $px10; margin: -$px4 0; border-radius: $half10; }
QSlider::handle:horizontal:focus { background: $outline; }

QProgressBar { background: $field; border: none; border-radius: $px2; text-align: center; }
QProgressBar::chunk { background: $accent; border-radius: $px2; }

QMenu { background: $card; color: $text; border: 1px solid $line; padding: $px4; menu-scrollable: 1; }
QMenu::item { padding: $px5 $px24 $px5 $px28; border-radius: $px4; background: transparent; }
QMenu::indicator { width: $px14; height: $px14; left: $px8; }
QMenu::indicator:checked { image: url("$ink_check"); }
QMenu::right-arrow { image: url("$chevron_right"); width: $px10; height: $px10; right: $px8; }
QMenu::item:selected { background: $accent; color: $accent_text; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $line; margin: $px4 $px8; }

QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: $muted; padding: $px5 $px12; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QMainWindow > QTabBar { font-size: $px11; }
QMainWindow > QTabBar::tab { padding: $px4 $px8; min-width: $px56; max-width: $px180; margin-left: $px3; }
QMainWindow > QTabBar::tab:hover { background: $hover; border-top-left-radius: $px4; border-top-right-radius: $px4; }
QTabBar::scroller { width: $px18; }
QTabBar QToolButton { background: $window; border: none; border-radius: 0; padding: 0; }
QTabBar QToolButton:hover { background: $hover; }
QTabBar QToolButton::left-arrow { image: url("$chevron_left"); width: $px10; height: $px10; }
QTabBar QToolButton::right-arrow { image: url("$chevron_right"); width: $px10; height: $px10; }

QAbstractScrollArea { background: transparent; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QListView, QTreeView, QTableView { background: $field; border: 1px solid $line; border-radius: $px6; outline: 0;
    alternate-background-color: $bar; gridline-color: $line; }
QListView#view-cards { background: transparent; border: none; }
QListView:focus, QTreeView:focus, QTableView:focus { border: 1px solid $outline; }
QAbstractItemView::item:selected { background: $selected; color: $text; }
QHeaderView { background: transparent; }
QHeaderView::section { background: $bar; color: $muted; border: none; border-bottom: 1px solid $line; padding: $px4 $px8; }

QScrollBar:vertical { background: transparent; width: $px10; margin: 0; }
QScrollBar:horizontal { background: transparent; height: $px10; margin: 0; }
QScrollBar::handle { background: $line; border-radius: $px3; margin: $px2; }
QScrollBar::handle:vertical { min-height: $px24; }
QScrollBar::handle:horizontal { min-width: $px24; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
"""
