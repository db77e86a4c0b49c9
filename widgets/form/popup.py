"""FormPopup: a form that opens below a button, grows with what is chosen in it, and scrolls where the screen ends."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from widgets.form.parameter_form import ParameterForm
from widgets.network.scroll_bar import scroll_bar_sheet
from widgets.theme import Look
from widgets.top_bar import Popup

WIDTH = 376  # of the form: labels with a note, beside the widest editors
BAR = 8  # of the scroll bar, where there is one


class FormScroll(QScrollArea):
    """A form as high as it wants to be, up to ``room``."""

    def __init__(self, look: Look, form: ParameterForm) -> None:
        super().__init__(widgetResizable=True)
        self._look, self._form = look, form
        self.room = 10_000
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(form)
        form.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        width = self._look.px(WIDTH)
        wanted = self._form.heightForWidth(width) if self._form.hasHeightForWidth() else self._form.sizeHint().height()
        return QSize(width + (self._look.px(BAR) if wanted > self.room else 0), min(wanted, self.room))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class FormPopup(Popup):
    """Closes with Esc or a click elsewhere, as every Popup."""

    def __init__(self, look: Look, form: ParameterForm, parent: QWidget | None = None) -> None:
        self._scroll = FormScroll(look, form)
        super().__init__(look, self._scroll, parent)
        self._look = look
        look.changed.connect(self.restyle)
        form.installEventFilter(self)
        self.restyle()

    def open_below(self, button: QWidget) -> None:
        """Show it under ``button``, no higher than what is left of the screen there."""
        bottom = button.mapToGlobal(button.rect().bottomLeft()).y()
        frame = self.sizeHint().height() - self._scroll.sizeHint().height()
        self._scroll.room = max(
            self._look.px(160), button.screen().availableGeometry().bottom() - bottom - frame - self._look.px(16)
        )
        super().open_below(button)
        self._fit()
        self.keep_on_screen()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key that no field wants is the window's, which does not get it by itself while a popup is open: Ctrl+Z, Space."""
        keys, owner = QKeySequence(event.keyCombination()), self.parentWidget()
        actions = owner.window().actions() if owner is not None else []
        action = next((each for each in actions if each.isEnabled() and each.shortcut() == keys), None)
        if action is not None:
            action.trigger()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        self._scroll.updateGeometry()
        self.adjustSize()

    def restyle(self) -> None:
        """The theme or the scale changed."""
        panel, line = self._look.colour("panel").name(), self._look.colour("line").name()
        self.setStyleSheet(f"#popup {{ background: {panel}; border: 1px solid {line}; }}")
        self._scroll.setStyleSheet(f"QScrollArea {{ background: transparent; border: none; }}{scroll_bar_sheet(self._look)}")
        margin = self._look.px(12)
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(margin, margin, margin, margin - self._look.px(4))  # each row has 4 below it
        self._fit()
