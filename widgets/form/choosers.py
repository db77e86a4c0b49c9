"""The editors that are pressed instead of typed into: a switch, a choice of words or kinds, a button that adds a kind."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QMenu, QPushButton, QWidget

from engine.design.parameters import FormField, Kind
from widgets.form.values import chosen_kinds
from widgets.theme import Look


class SwitchField(QCheckBox):
    """On or off: a small slide and a word."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(96), self._look.px(28))

    def hitButton(self, point: QPoint) -> bool:
        return self.rect().contains(point)

    def paintEvent(self, event: QPaintEvent) -> None:
        px, look = self._look.px, self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_frame(painter, self, look)
        track = QRectF(px(8), (self.height() - px(14)) / 2, px(24), px(14))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("accent" if self.isChecked() else "line"))
        painter.drawRoundedRect(track, px(7), px(7))
        painter.setBrush(look.colour("accent_text" if self.isChecked() else "muted"))
        x = track.right() - px(7) if self.isChecked() else track.left() + px(7)
        painter.drawEllipse(QPointF(x, track.center().y()), px(5), px(5))
        painter.setFont(self.font())
        painter.setPen(look.colour("text"))
        box = self.rect().adjusted(0, 0, -px(10), 0)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(box, right, "on" if self.isChecked() else "off")
        painter.end()


class ChoiceField(QComboBox):
    """One of a few words, or the name of one of a registry's kinds: ``currentData``, None where that is allowed."""

    def __init__(self, look: Look, field: FormField, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._choices: tuple[str, ...] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_field(field)

    def set_field(self, field: FormField) -> None:
        """Offer the field's choices; those of a registry may have become more."""
        if field.choices == self._choices:
            return
        self._choices, chosen = field.choices, self.currentData()
        self.clear()
        if field.optional:
            self.addItem(field.none_text or "none", None)
        for name in field.choices:
            kind: type[Kind] | None = field.registry.get(name) if field.registry is not None else None
            self.addItem(kind.title if kind else name.replace("_", " "), name)
            self.setItemData(self.count() - 1, kind.help if kind else "", Qt.ItemDataRole.ToolTipRole)
        self.set_value(chosen)

    def set_value(self, value: object) -> None:
        """Show a word, or a kind or its name."""
        name = value.kind if isinstance(value, Kind) else value
        self.setCurrentIndex(next((row for row in range(self.count()) if self.itemData(row) == name), -1))

    def showPopup(self) -> None:
        """The list is as wide as its longest title."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + self._look.px(24))
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        px, look = self._look.px, self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_frame(painter, self, look)
        painter.setPen(QPen(look.colour("muted"), look.scale * 1.3))
        x, y = self.width() - px(14), self.height() / 2
        painter.drawPolyline(QPolygonF([QPointF(x - px(3), y - px(2)), QPointF(x, y + px(2)), QPointF(x + px(3), y - px(2))]))
        painter.setFont(self.font())
        painter.setPen(look.colour("muted" if self.currentData() is None else "text"))
        box = self.rect().adjusted(px(8), 0, -px(22), 0)
        shown = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()


class AddButton(QPushButton):
    """Opens the list of a registry's kinds that are not yet chosen."""

    added = Signal(str)  # a kind's name

    def __init__(self, look: Look, field: FormField, parent: QWidget | None = None) -> None:
        super().__init__("＋", parent)
        self._look, self._field = look, field
        self._taken: frozenset[str] = frozenset()
        self.menu_of_kinds = QMenu(self, toolTipsVisible=True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._open)
        self.set_field(field)

    def set_field(self, field: FormField) -> None:
        """Offer the field's kinds; they may have become more."""
        self._field = field
        self._follow()

    def set_value(self, value: object) -> None:
        """The kinds that are chosen already, and are not offered again."""
        self._taken = frozenset(each.kind for each in chosen_kinds(value))
        self._follow()

    def _left(self) -> list[type[Kind]]:
        registry = self._field.registry
        return [registry.get(name) for name in registry if name not in self._taken] if registry is not None else []

    def _follow(self) -> None:
        left = bool(self._left())
        self.setEnabled(left)
        self.setToolTip(f"{self._field.help}\n{'Press to add one.' if left else 'All there are have been added.'}")

    def _open(self) -> None:
        self.menu_of_kinds.clear()
        for kind in self._left():
            action = self.menu_of_kinds.addAction(kind.title)
            action.setData(kind.kind)
            action.setToolTip(kind.help)
            action.triggered.connect(lambda _=False, name=kind.kind: self.added.emit(name))
        self.menu_of_kinds.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def paintEvent(self, event: QPaintEvent) -> None:
        px, look = self._look.px, self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_frame(painter, self, look)
        strong = self.isEnabled() and (self.underMouse() or self.hasFocus())
        painter.setPen(QPen(look.colour("text" if strong else "muted" if self.isEnabled() else "line"), look.scale * 1.3))
        middle = QPointF(self.width() / 2, self.height() / 2)
        across, down = QPointF(px(5), 0), QPointF(0, px(5))
        painter.drawLine(middle - across, middle + across)
        painter.drawLine(middle - down, middle + down)
        painter.end()


def _paint_frame(painter: QPainter, widget: QWidget, look: Look) -> None:
    """The rounded field that an editor's content stands in."""
    edge = "outline" if widget.hasFocus() else "bad" if widget.property("wrong") else "line"
    painter.setPen(QPen(look.colour(edge), 1))
    painter.setBrush(look.colour("field"))
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), look.px(6), look.px(6))
