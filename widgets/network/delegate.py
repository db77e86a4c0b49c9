"""The painter of the network list: cards, gutter lanes, health curves; and the inline editor of ids."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF, QRegion
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from widgets.network.block_paint import paint_chevron, paint_repeat, paint_stack, paint_stepper, paint_stripe
from widgets.network.cards import Card
from widgets.network.geometry import Geometry
from widgets.network.gutter import paint_gutter
from widgets.network.model import LayerListModel
from widgets.network.sparkline import caption, polyline
from widgets.network.wires import Wire
from widgets.theme import Look

Index = QModelIndex | QPersistentModelIndex
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_PENS = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine)  # of a card; of one that waits for another
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class CardDelegate(QStyledItemDelegate):
    """Paints one row in about a quarter of a millisecond: paths, elided texts and curves are kept until they change."""

    def __init__(self, look: Look, model: LayerListModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._model = look, model
        self.wire_from = self.wire_to = -1  # rows of a wire being dragged
        self.wire: Wire | None = None  # the chosen one
        self.damaged: QRegion | None = None  # what the list paints now; Qt asks for every row between its first and its last
        self.restyle()

    def restyle(self) -> None:
        """The theme, the scale or the number of lanes changed."""
        self.geometry = Geometry(self._look, self._model.columns())
        self._colours = {name: self._look.colour(name) for name in self._look.theme.colours}
        self._paths: dict[tuple[float, float], tuple[QPainterPath, QPainterPath]] = {}
        self._elided: dict[tuple[str, str, int], str] = {}
        self._curves: dict[str, tuple[object, QPolygonF]] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self.geometry.px(200), self.geometry.row_height)

    # -- painting --

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        if self.damaged is not None and not self.damaged.intersects(rect):
            return
        row, card = index.row(), self._model.card(index.row())
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lifted = row in (self.wire_from, self.wire_to)
        paint_gutter(painter, self.geometry, self._model, row, rect, self._colours, self.wire, lifted)
        rect = self.geometry.indented(rect, card.depth)
        if card.repeat > 1 and not card.is_unfolded:
            paint_stack(painter, self.geometry, rect, self._colours)
        self._paint_frame(painter, rect, card, selected, hovered or row == self.wire_to)
        self._paint_texts(painter, rect, card, row)
        painter.restore()

    def _paint_frame(self, painter: QPainter, row: QRect, card: Card, selected: bool, hovered: bool) -> None:
        box = self.geometry.card(row)
        whole, stripe = self._shapes(box.width(), box.height())
        fill = self._colours["selected" if selected else "hover" if hovered else "card"]
        outline = "bad" if card.problem else "outline" if selected else "line"
        painter.translate(box.topLeft())
        painter.setPen(QPen(self._colours[outline], 1.5 if card.problem and selected else 1, _PENS[bool(card.blocked)]))
        painter.setBrush(fill)
        painter.drawPath(whole)
        if card.colours:
            paint_stripe(painter, stripe, box.height(), card, self._colours)
        else:
            painter.fillPath(stripe, self._colours[card.category])
        painter.translate(-box.topLeft())

    def _shapes(self, width: float, height: float) -> tuple[QPainterPath, QPainterPath]:
        """The card's outline and its coloured left edge, at the origin."""
        key = (width, height)
        if key not in self._paths:
            radius, stripe = self.geometry.radius, self.geometry.stripe
            whole, inner = QPainterPath(), QPainterPath()
            whole.addRoundedRect(QRectF(0, 0, width, height), radius, radius)
            outer = QPainterPath()
            outer.addRoundedRect(QRectF(-0.5, -0.5, width, height + 1), radius, radius)
            inner.addRoundedRect(QRectF(stripe - 0.5, -0.5, width, height + 1), radius, radius)
            left = QPainterPath()
            left.addRect(QRectF(-1, -1, radius + 1, height + 2))
            self._paths[key] = (whole, outer.subtracted(inner).intersected(left))
        return self._paths[key]

    def _paint_texts(self, painter: QPainter, row: QRect, card: Card, index: int) -> None:
        top = self.geometry.line(row, 0)
        shape_width = self._text(painter, top, self._shape(card, top.width()), "figures", "text", RIGHT)
        room = top.adjusted(self.title_left(card), 0, -shape_width - self.geometry.px(8), 0)
        self._paint_title(painter, row, room, card)
        if card.problem:
            self._paint_problem(painter, row, card)
            return
        middle = self.geometry.line(row, 1)
        params_width = self._text(painter, middle, card.params, "figures", "muted", RIGHT)
        room = middle.adjusted(0, 0, -params_width - self.geometry.px(8), 0)
        self._text(painter, room, card.blocked or card.summary, "text", "muted")
        if card.copy:
            paint_stepper(painter, self.geometry, row, card, self._colours)
        used = self._paint_health(painter, row, card, index) if card.series and not card.blocked else 0
        if card.note:
            line = self.geometry.line(row, 2)
            self._text(painter, line.adjusted(0, 0, -used, 0), card.note, "text", "warning")

    def title_left(self, card: Card) -> int:
        """How far from the left of its line a title begins: behind the chevron of a block."""
        return self.geometry.px(16) if card.is_block else 0

    def _paint_title(self, painter: QPainter, row: QRect, room: QRect, card: Card) -> None:
        """The title; the id and, of a block, how often it comes where there is room beside."""
        px = self.geometry.px
        if card.is_block:
            paint_chevron(painter, self.geometry, row, card, self._colours)
        pill = px(12) + self.geometry.metrics["badge"].horizontalAdvance(f"×{card.repeat}") + px(7) if card.repeat > 1 else 0
        used = self._text(painter, room.adjusted(0, 0, -pill, 0), card.title, "title", "muted" if card.blocked else "text")
        beside = room.adjusted(used + px(7), 1, 0, 1)
        if card.label and beside.width() - pill >= px(24):
            used = self._text(painter, beside.adjusted(0, 0, -pill, 0), card.label, "text", "muted")
            beside = beside.adjusted(used + px(7), 0, 0, 0)
        if card.repeat > 1:
            paint_repeat(painter, self.geometry, beside, card, self._colours)

    def _shape(self, card: Card, width: int) -> str:
        """The output shape, without its spaces where the title would not fit beside it."""
        metrics, px = self.geometry.metrics, self.geometry.px
        title = metrics["title"].horizontalAdvance(card.title) + self.title_left(card)
        needed = title + metrics["figures"].horizontalAdvance(card.shape) + px(8)
        return card.shape if needed <= width else card.shape.replace(" ", "")

    def _paint_problem(self, painter: QPainter, row: QRect, card: Card) -> None:
        """A round red badge and the reason, on two lines where one is too short; and a button where it can be mended."""
        px = self.geometry.px
        first, second = self.geometry.line(row, 1), self.geometry.line(row, 2)
        badge = QRectF(first.left(), first.top() + px(6), px(16), px(16))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colours["bad"])
        painter.drawEllipse(badge)
        painter.setFont(self.geometry.font("badge"))
        painter.setPen(self._colours["card"])
        painter.drawText(badge, int(Qt.AlignmentFlag.AlignCenter), "!")
        indent, problem = px(22), card.problem
        if card.fix:
            taken = self._paint_fix(painter, row) + px(8)
            first, second = first.adjusted(0, 0, -taken, 0), second.adjusted(0, 0, -taken, 0)
        start, rest = self._broken(problem[:1].upper() + problem[1:], first.width() - indent)
        lines = (first, second) if rest else (first.translated(0, px(7)),)
        for line, words in zip(lines, (start, rest), strict=False):
            self._text(painter, line.adjusted(indent, 0, 0, 0), words, "text", "bad")

    def _paint_fix(self, painter: QPainter, row: QRect) -> int:
        """The button; returns its width."""
        box, radius = self.geometry.fix_button(row), self.geometry.px(6)
        painter.setPen(QPen(self._colours["line"], 1))
        painter.setBrush(self._colours["field"])
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.setFont(self.geometry.font("text"))
        painter.setPen(self._colours["text"])
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), "Fix")
        return box.width()

    def _broken(self, text: str, width: int) -> tuple[str, str]:
        """``text`` broken into a first line that fits and the rest."""
        metrics = self.geometry.metrics["text"]
        if metrics.horizontalAdvance(text) <= width:
            return text, ""
        words = text.split(" ")
        count = next((n for n in range(len(words), 0, -1) if metrics.horizontalAdvance(" ".join(words[:n])) <= width), 1)
        return " ".join(words[:count]), " ".join(words[count:])

    def _paint_health(self, painter: QPainter, row: QRect, card: Card, index: int) -> int:
        """The curve and its number; returns the width they take."""
        value = self._model.series(index).until(self._model.step)
        if value is None:
            return 0
        line = self.geometry.line(row, 2)
        width = self._text(painter, line, caption(card.series, value), "figures", "muted", RIGHT)
        box = self.geometry.curve(row, width)
        points = self._curve(card, index, box.width(), box.height())
        painter.translate(box.topLeft())
        painter.setPen(QPen(self._colours["outline" if card.series == "gradient_norm" else "warning"], self._look.scale * 1.5))
        painter.drawPolyline(points)
        painter.translate(-box.topLeft())
        return round(line.right() - box.left()) + self.geometry.px(8)

    def _curve(self, card: Card, row: int, width: float, height: float) -> QPolygonF:
        """The polyline at the origin, computed only when its points or its size changed."""
        key = (*self._model.health_key(row), width, height)
        known = self._curves.get(card.id)
        if known is None or known[0] != key:
            known = (key, polyline(card.series, self._model.series(row), self._model.step, QRectF(0, 0, width, height)))
            self._curves[card.id] = known
        return known[1]

    def _text(self, painter: QPainter, box: QRect, text: str, font: str, colour: str, align: Qt.AlignmentFlag = LEFT) -> int:
        """Draw ``text`` elided to ``box``; returns the width it takes."""
        if not text or box.width() <= 0:
            return 0
        key = (text, font, box.width())
        if key not in self._elided:
            if len(self._elided) > 4000:
                self._elided.clear()
            self._elided[key] = self.geometry.metrics[font].elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        shown = self._elided[key]
        painter.setFont(self.geometry.font(font))
        painter.setPen(self._colours[colour])
        painter.drawText(box, int(align), shown)
        return self.geometry.metrics[font].horizontalAdvance(shown)

    # -- renaming in place --

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAccessibleName(f"New id of {index.data(Qt.ItemDataRole.EditRole)}")
        editor.setFont(self.geometry.font("text"))
        accent, field, text = (QColor(self._colours[name]).name() for name in ("accent", "field", "text"))
        editor.setStyleSheet(
            f"QLineEdit {{ border: 1px solid {accent}; border-radius: 4px; background: {field}; color: {text}; }}"
        )
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        model.setData(index, editor.text().strip(), Qt.ItemDataRole.EditRole)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        px, depth = self.geometry.px, self._model.card(index.row()).depth
        row = self.geometry.indented(option.rect, depth)
        editor.setGeometry(self.geometry.line(row, 0).adjusted(-px(4), -px(2), -px(80), px(4)))
