"""The buttons over the lower left corner of the canvas: smaller, how large, larger, fit."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton

from widgets.common.given import given
from widgets.drawn.canvas import STEP, Canvas
from widgets.theme import Look


class ZoomBar(QFrame):
    """Lies over ``canvas``; the number is a button that goes back to 100 %."""

    def __init__(self, look: Look, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._look, self._canvas = look, canvas
        self.setObjectName("zoomBar")
        self._row = QHBoxLayout(self)
        self.smaller = self._button("−", "Smaller (−, wheel)")
        self.size_button = self._button("100 %", "Back to 100 %")
        self.larger = self._button("+", "Larger (+, wheel)")
        self.fit = self._button("Fit", "All of it")
        self.smaller.clicked.connect(lambda: canvas.zoom(1 / STEP))
        self.larger.clicked.connect(lambda: canvas.zoom(STEP))
        self.size_button.clicked.connect(canvas.usual_size)
        self.fit.clicked.connect(canvas.fit)
        canvas.zoom_changed.connect(self._show_size)
        look.changed.connect(self.restyle)
        self.restyle()

    def _button(self, text: str, tip: str) -> QToolButton:
        button = given(QToolButton(), text=text, toolTip=tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._row.addWidget(button)
        return button

    def _show_size(self) -> None:
        text = f"{self._canvas.percent} %"
        if text != self.size_button.text():
            self.size_button.setText(text)
        self.settle()

    def settle(self) -> None:
        """Take the place in the lower left corner; away where there is no room."""
        px = self._look.px
        self.adjustSize()
        self.move(px(8), self._canvas.height() - self.height() - px(8))
        self.setVisible(self._canvas.width() > self.width() + px(16) and self._canvas.height() > 3 * self.height())

    def restyle(self) -> None:
        """The theme or the scale changed."""
        px, name = self._look.px, {key: self._look.colour(key).name() for key in self._look.theme.colours}
        self.setStyleSheet(
            f"#zoomBar {{ background: {name['field']}; border: 1px solid {name['line']}; border-radius: {px(6)}px; }}"
        )
        self._row.setContentsMargins(px(3), px(2), px(3), px(2))
        self._row.setSpacing(px(2))
        self.size_button.setMinimumWidth(px(52))
        self.settle()
