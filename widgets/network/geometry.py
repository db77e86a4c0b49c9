"""Where everything lies on a card of the network list, for one scale: a table of rectangles that painting and gestures share."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QFont, QFontMetrics

from widgets.theme import Look

MAX_GUTTER_LANES = 6  # more lanes than this are drawn closer together
MAX_DEPTH = 5  # cards that lie deeper in blocks are indented no further


class Geometry:
    """Sizes and fonts at the current scale. Made anew when the look changes."""

    def __init__(self, look: Look, columns: int = 0) -> None:
        px = look.px
        self.px = px
        self.fonts = {
            "title": look.font(13, bold=True),
            "text": look.font(11),
            "figures": look.font(11, fixed=True),
            "badge": look.font(11, bold=True),
        }
        self.metrics = {name: QFontMetrics(font) for name, font in self.fonts.items()}
        self.card_height, self.gap = px(52), px(6)
        self.row_height = self.card_height + self.gap
        self.line_width = px(2)
        self.dot_x, self.dot_radius = px(15) + self.line_width % 2 / 2, look.scale * 5.5
        self.lane_pitch = px(11) * min(1.0, MAX_GUTTER_LANES / max(1, columns))
        self.gutter = px(38) + round(self.lane_pitch * max(0, min(columns, MAX_GUTTER_LANES) - 1))
        self.right_margin, self.padding, self.stripe = px(12), px(12), px(3)
        self.radius = float(px(8))
        self.spark_width = px(60)
        self.indent = px(14)

    def font(self, name: str) -> QFont:
        """One of the card's fonts: title, text, figures, badge."""
        return self.fonts[name]

    def fit(self, has_bar: bool) -> None:
        """Leave less room on the right where a scroll bar takes it."""
        self.right_margin = self.px(4 if has_bar else 12)

    def card(self, row: QRect) -> QRectF:
        """The card within its row, on whole pixels plus a half, so that its outline is sharp."""
        width = row.width() - self.gutter - self.right_margin
        return QRectF(row.left() + self.gutter + 0.5, row.top() + 0.5, width - 1, self.card_height - 1)

    def indented(self, row: QRect, depth: int) -> QRect:
        """The row as it is for the card of a layer in ``depth`` blocks: all but dots and lanes lie further right."""
        return row.adjusted(min(depth, MAX_DEPTH) * self.indent, 0, 0, 0)

    def depth_at(self, x: int) -> int:
        """The depth to whose cards a point at ``x`` belongs."""
        return max(0, (x - self.gutter) // self.indent)

    def bracket_x(self, row: QRect, depth: int) -> float:
        """Where the line beside the cards of ``depth`` runs."""
        return row.left() + self.gutter + (min(depth, MAX_DEPTH) - 0.5) * self.indent

    def chevron(self, row: QRect) -> QRect:
        """The button of a block's card that folds and unfolds it, left of its title."""
        line = self.line(row, 0)
        return QRect(line.left() - self.px(4), line.top(), self.px(18), line.height())

    def stepper(self, row: QRect, text: str) -> tuple[QRect, QRect, QRect]:
        """On the card of an unfolded block: one copy back, which copy is shown, one copy on."""
        line, arrow, width = self.line(row, 2), self.px(18), self.metrics["text"].horizontalAdvance(text) + self.px(4)
        back = QRect(line.left() - self.px(4), line.top(), arrow, line.height())
        words = QRect(back.right() + 1, line.top(), width, line.height())
        return back, words, QRect(words.right() + 1, line.top(), arrow, line.height())

    def dot(self, row: QRect) -> QPointF:
        """The middle of the gutter's dot."""
        return QPointF(row.left() + self.dot_x, row.top() + self.card_height / 2)

    def lane_x(self, row: QRect, column: int) -> float:
        """Where a lane runs."""
        return row.left() + self.dot_x + self.px(13) + round(column * self.lane_pitch)

    def line(self, row: QRect, number: int) -> QRect:
        """The text line 0 (title), 1 (summary) or 2 (health) of the card."""
        card = self.card(row)
        left, right = round(card.left()) + self.padding, round(card.right()) - self.px(10)
        tops = (self.px(4), self.px(20), self.px(35))
        return QRect(left, row.top() + tops[number], right - left, self.px(16 if number == 0 else 14))

    def fix_button(self, row: QRect) -> QRect:
        """The button on the right of a card that does not fit, where that can be mended."""
        line = self.line(row, 1)
        width, height = self.metrics["text"].horizontalAdvance("Fix") + self.px(18), self.px(22)
        return QRect(line.right() - width + 1, line.top() + self.px(3), width, height)

    def curve(self, row: QRect, number_width: int) -> QRectF:
        """The box of the sparkline, left of its number."""
        line = self.line(row, 2)
        right = line.right() - number_width - self.px(6)
        return QRectF(right - self.spark_width, line.top() + self.px(3), self.spark_width, line.height() - self.px(6))
