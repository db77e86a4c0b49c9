"""The top bar: menu, name with unsaved mark, workspaces, and the chips that say and change data, training and device."""

from __future__ import annotations

from string import Template

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from widgets.common.given import given
from widgets.common.hidden import lay_out
from widgets.theme import Look

LEAST_NAME = 60  # grid pixels
_LESS_AND_LESS = (
    (True, True, False, True),
    (False, True, False, True),
    (False, True, True, True),
    (False, False, True, True),
    (False, True, True, False),
    (False, False, True, False),
)
"""What a narrowing bar shows: (brand, name, short words, chips)."""


class Popup(QFrame):
    """A panel that opens below a button and closes with Esc or a click elsewhere; it holds one widget."""

    def __init__(self, look: Look, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(look.px(12), look.px(12), look.px(12), look.px(12))
        layout.addWidget(content)
        self.content = content

    def open_below(self, button: QWidget) -> None:
        """Show it under ``button``, moved so as to stay on the screen."""
        self._button = button
        self.adjustSize()
        self.keep_on_screen()
        self.show()

    def keep_on_screen(self) -> None:
        """Move it to where all of its width is seen."""
        corner = self._button.mapToGlobal(QPoint(0, self._button.height() + 4))
        screen = self._button.screen().availableGeometry()
        corner.setX(max(screen.left(), min(corner.x(), screen.right() - self.width())))
        self.move(corner)


class TopBar(QWidget):
    """Emits intents only; what it shows is set from outside."""

    workspace_chosen = Signal(str)
    chip_clicked = Signal(str)  # data | training | device
    views_clicked = Signal()
    back_clicked = Signal()

    def __init__(self, look: Look, workspaces: tuple[tuple[str, str], ...], menu: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._shown_name = ""
        self._chip_words: dict[str, tuple[str, str]] = {}  # whole and short
        self._is_bare = self._is_slim = False
        self.setObjectName("topbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._layout = QHBoxLayout(self)
        self.menu_button = given(QToolButton(popupMode=QToolButton.ToolButtonPopupMode.InstantPopup), text="☰")
        self.menu_button.setObjectName("menu")
        self.menu_button.setMenu(menu)
        self.menu_button.setAccessibleName("Menu")
        self.menu_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.menu_button.setToolTip("Menu (every action: Ctrl+K)")
        self._brand = given(QLabel("Layerscope"), objectName="brand")
        self._name = given(QLabel(), objectName="name")
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for widget in (self.menu_button, self._brand):
            self._layout.addWidget(widget)
        self._layout.addWidget(self._name, 2)
        self._buttons = self._workspace_buttons(workspaces)
        self._layout.addStretch(6)
        self.headline = given(QLabel(), objectName="brand", visible=False)  # while presenting
        self._headline_words = ("", "")  # whole and short
        self._layout.addWidget(self.headline)
        self.chips = {name: self._chip(name) for name in ("data", "training", "device")}
        self.views_button = self._plain_button("Views", self.views_clicked)
        self.more_button = self._more_button()
        self.back_button = self._plain_button("Back", self.back_clicked)
        self.back_button.setToolTip("Leave presentation mode (Esc)")
        self.back_button.hide()
        self.restyle()
        look.changed.connect(self.restyle)

    def _workspace_buttons(self, workspaces: tuple[tuple[str, str], ...]) -> dict[str, QPushButton]:
        frame = given(QFrame(), objectName="segments")
        row = self._segments = QHBoxLayout(frame)
        group = QButtonGroup(self)
        buttons = {}
        for number, (name, title) in enumerate(workspaces, 1):
            button = given(QPushButton(title), checkable=True, objectName="segment")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(f"{title} workspace ({number})")
            button.clicked.connect(lambda _=False, name=name: self.workspace_chosen.emit(name))
            group.addButton(button)
            row.addWidget(button)
            buttons[name] = button
        self._layout.addWidget(frame, 0, Qt.AlignmentFlag.AlignVCenter)
        return buttons

    def _chip(self, name: str) -> QPushButton:
        chip = given(QPushButton(), objectName="chip")
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        chip.setAccessibleName(name.capitalize())
        chip.clicked.connect(lambda: self.chip_clicked.emit(name))
        self._layout.addWidget(chip)
        return chip

    def _plain_button(self, words: str, clicked: SignalInstance) -> QPushButton:
        button = given(QPushButton(words), objectName="chip")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(clicked)
        self._layout.addWidget(button)
        return button

    def _more_button(self) -> QPushButton:
        """What stands for the chips and the views' button where they have no room: a menu of them."""
        button = given(QPushButton("Settings"), objectName="chip", visible=False, toolTip="Data, training, device and views")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(button)
        menu.aboutToShow.connect(lambda: self._fill_more(menu))
        button.setMenu(menu)
        self._layout.addWidget(button)
        return button

    def _fill_more(self, menu: QMenu) -> None:
        menu.clear()
        for name, (words, _) in self._chip_words.items():
            menu.addAction(words).triggered.connect(lambda _=False, name=name: self.chip_clicked.emit(name))
        menu.addSeparator()
        menu.addAction(f"{self.views_button.text()}…").triggered.connect(self.views_clicked)

    def popup_place(self, chip: str) -> QWidget:
        """The button below which the chip's settings open: the chip, or what stands for it."""
        return self.chips[chip] if self.chips[chip].isVisible() else self.more_button

    def set_bare(self, bare: bool) -> None:
        """Without the chips; a button leads back."""
        self._is_bare = bare
        self.back_button.setVisible(bare)
        self._fit()

    def set_headline(self, words: str, short: str) -> None:
        """How good the network is by now, whole and in short, which is shown large in a bar without chips; "" for nothing."""
        if (words, short) != self._headline_words:
            self._headline_words = words, short
            if self._is_bare:
                self._fit()

    def set_slim(self, slim: bool) -> None:
        """A lower bar, which leaves its room to the stage."""
        if slim != self._is_slim:
            self._is_slim = slim
            self.restyle()

    def set_name(self, name: str, unsaved: str, run: str = "") -> None:
        """The document's name; a dot behind it says that there are changes in no file, its tip which: "layers and data". The tip
        names the run that is shown, too: "run killed"."""
        self._shown_name = f"{name} •" if unsaved else name
        self._fit()
        named = f"{name} · {run}" if run else name
        self._name.setToolTip(f"{named}: {unsaved} not saved yet (Ctrl+S)" if unsaved else named)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The name gets the room that is left."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is no room for everything the brand goes first, then the chips say less, then the name goes, then one
        button stands for the chips. The headline goes last, and not before it says less."""
        self._name.setMinimumWidth(self._look.px(LEAST_NAME))
        for brand, name, short, chips in _LESS_AND_LESS:
            self._brand.setVisible(brand)
            self._name.setVisible(name)
            for chip, words in self._chip_words.items():
                self.chips[chip].setText(words[short])
            for button in (*self.chips.values(), self.views_button):
                button.setVisible(chips and not self._is_bare)
            self.more_button.setVisible(not chips and not self._is_bare)
            self.headline.setText(self._headline_words[short])
            self.headline.setVisible(self._is_bare and bool(self._headline_words[short]))
            if self._layout.minimumSize().width() <= self.width():
                break
        else:
            self.headline.hide()
        metrics, least = self._name.fontMetrics(), self._look.px(LEAST_NAME)
        spare = max(0, self.width() - self._layout.minimumSize().width())
        self._name.setMinimumWidth(max(least, min(least + spare, metrics.horizontalAdvance(self._shown_name) + 2)))
        self._layout.activate()
        self._elide_name()

    def _elide_name(self) -> None:
        room = self._name.fontMetrics().elidedText(self._shown_name, Qt.TextElideMode.ElideRight, self._name.width())
        self._name.setText(room)

    def set_workspace(self, name: str) -> None:
        """Mark the workspace that is shown."""
        self._buttons[name].setChecked(True)

    def set_chip(self, name: str, text: str, tip: str, short: str = "") -> None:
        """What a chip says, its tooltip, and what it says where there is little room (by default the same)."""
        self._chip_words[name] = (text, short or text)
        self.chips[name].setToolTip(tip)
        self._fit()

    def restyle(self) -> None:
        """Sizes and fonts for the current scale."""
        px = self._look.px
        self._layout.setContentsMargins(px(8), 0, px(12), 0)
        self._layout.setSpacing(px(12))
        self.setFixedHeight(px(32 if self._is_slim else 46))
        self._brand.setFont(self._look.font(14, bold=True))
        self._name.setFont(self._look.font(12))
        self.headline.setFont(self._look.font(20, bold=True))
        self._segments.setContentsMargins(px(3), px(1 if self._is_slim else 3), px(3), px(1 if self._is_slim else 3))
        self._segments.setSpacing(px(2))
        for button in (*self._buttons.values(), *self.chips.values(), self.views_button, self.more_button, self.back_button):
            button.setFont(self._look.font(12))
            button.setFixedHeight(px(24 if button.isCheckable() else 26))
        self.menu_button.setFont(self._look.font(16))
        self.menu_button.setFixedSize(px(34), px(28 if self._is_slim else 30))
        self.setStyleSheet(Template(_SHEET).substitute(self._look.theme.colours, radius=f"{px(6)}px", pad=f"{px(12)}px"))
        lay_out(self)
        self._fit()  # before it is painted, so that no word is cut meanwhile
        QTimer.singleShot(0, self, self._fit)  # once the bar has its width


_SHEET = """
#topbar { background: $bar; border-bottom: 1px solid $line; }
#brand { color: $strong; }
#name { color: $muted; }
#segments { background: $field; border: 0; border-radius: $radius; }
QPushButton#segment { background: transparent; color: $muted; border: 1px solid transparent; }
QPushButton#segment, QPushButton#chip { border-radius: $radius; padding: 0 $pad; }
QPushButton#segment:hover { color: $text; background: $hover; }
QPushButton#segment:checked { color: $text; background: $selected; }
QPushButton#chip { background: $field; color: $text; border: 1px solid $line; }
QPushButton#chip:hover { background: $hover; }
QPushButton#segment:focus, QPushButton#chip:focus, QToolButton#menu:focus { border: 1px solid $outline; }
QToolButton#menu { background: transparent; color: $text; border: 1px solid transparent; border-radius: $radius; }
QToolButton#menu:hover { background: $hover; }
QToolButton#menu::menu-indicator, QPushButton#chip::menu-indicator { image: none; width: 0; }
"""
