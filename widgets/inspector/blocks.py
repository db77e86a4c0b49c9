"""The building blocks of the inspector: headings, dark blocks of fixed-width text, the red box, a grid of buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from widgets.common.given import given
from widgets.common.tip_zones import TipZones
from widgets.theme import Look


class Heading(QLabel):
    """A section's name in small spaced capitals."""

    def __init__(self, look: Look, text: str = "", space_above: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._look, self._space_above = look, space_above
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.restyle()

    def restyle(self) -> None:
        """The theme or the scale changed."""
        font = self._look.font(11)
        font.setLetterSpacing(font.SpacingType.PercentageSpacing, 104)
        self.setFont(font)
        self.setStyleSheet(f"color: {self._look.colour('muted').name()};")
        self.setContentsMargins(0, self._look.px(self._space_above), 0, 0)


class TextBlock(QFrame):
    """Rich text in a rounded dark frame; ``tone`` "bad" makes it the error box."""

    def __init__(self, look: Look, tone: str = "", fixed: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._tone, self._fixed = look, tone, fixed
        self.setObjectName("inspectorBlock")
        self.label = QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._layout = QVBoxLayout(self)
        self._layout.addWidget(self.label)
        self._tips: tuple[str, ...] = ()
        self._zones = TipZones(self.label)
        self.restyle()

    def set_tips(self, tips: Sequence[str]) -> None:
        """One tooltip for each line."""
        self._tips = tuple(tips)
        self.label.setAccessibleDescription(" ".join(tips))
        QTimer.singleShot(0, self, self._place_tips)  # once the text has its height

    def _place_tips(self) -> None:
        high = self.label.height() / max(1, len(self._tips))
        width = self.label.width()
        self._zones.place([(QRect(0, round(row * high), width, round(high)), tip) for row, tip in enumerate(self._tips)])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_tips()

    def set_html(self, html: str) -> None:
        """Show ``html``; nothing hides the block."""
        self.label.setText(f"<div style='line-height:130%'>{html}</div>" if html else "")
        self.setVisible(bool(html))

    def restyle(self) -> None:
        """The theme or the scale changed."""
        px, look = self._look.px, self._look
        edge = look.colour(self._tone or "line").name()
        text = look.colour(self._tone or "text").name()
        self.setStyleSheet(
            f"#inspectorBlock {{ background: {look.colour('field').name()}; border: 1px solid {edge};"
            f" border-radius: {px(8)}px; }}"
            f"QLabel {{ color: {text}; background: transparent; border: none; }}"
        )
        self.label.setFont(look.font(11, fixed=self._fixed))
        self._layout.setContentsMargins(px(10), px(8), px(10), px(8))


class ButtonGrid(QWidget):
    """Buttons in two columns where they fit; ``chosen`` tells which was pressed."""

    chosen = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.buttons: dict[str, QPushButton] = {}
        self._helps: dict[str, str] = {}
        self.restyle()

    def set_entries(self, entries: Sequence[tuple[str, str, str]]) -> None:
        """One button per (name, title, help)."""
        for button in self.buttons.values():
            self._grid.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = {}
        for name, title, help in entries:
            button = given(QPushButton(title), objectName="lookInside")
            button.setToolTip(help)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
            self.buttons[name], self._helps[name] = button, help
        self.restyle()

    def set_reasons(self, reasons: Mapping[str, str]) -> None:
        """Grey out what cannot be chosen now; ``reasons`` say why not, by name, in the place of its help."""
        for name, button in self.buttons.items():
            reason = reasons.get(name, "")
            button.setEnabled(not reason)
            button.setToolTip(reason or self._helps[name])

    def _arrange(self) -> None:
        """Two columns, or one where a title would not fit into half the width."""
        room = (self.width() - self._grid.spacing()) // 2 - self._look.px(24)
        wide = any(button.fontMetrics().horizontalAdvance(button.text()) > room for button in self.buttons.values())
        columns = 1 if wide else 2
        for number, button in enumerate(self.buttons.values()):
            self._grid.addWidget(button, number // columns, number % columns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def restyle(self) -> None:
        """The theme or the scale changed."""
        px, name = self._look.px, {key: self._look.colour(key).name() for key in self._look.theme.colours}
        self._grid.setSpacing(px(6))
        self.setStyleSheet(
            f"QPushButton {{ background: {name['card']}; color: {name['text']}; border: 1px solid {name['line']};"
            f" border-radius: {px(6)}px; padding: 0 {px(10)}px; text-align: left; }}"
            f"QPushButton:hover {{ background: {name['hover']}; }}"
            f"QPushButton:focus {{ border-color: {name['outline']}; }}"
            f"QPushButton:pressed {{ background: {name['selected']}; }}"
            f"QPushButton:disabled {{ color: {name['muted']}; }}"
        )
        for button in self.buttons.values():
            button.setFont(self._look.font(12))
            button.setFixedHeight(px(28))
        self._arrange()
