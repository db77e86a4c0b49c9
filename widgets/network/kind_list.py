"""The palette's list: which kinds match what was typed, as a model, and how a row is painted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from engine.design.kinds import CATEGORIES, LAYER_KINDS, LayerKind
from widgets.network.clipboard import KIND_MIME, own_block_mime
from widgets.network.kind_figures import draw_kind
from widgets.theme import Look

Index = QModelIndex | QPersistentModelIndex
Kind = type[LayerKind]
NO_BLOCKS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Entry:
    """One row: a heading, a kind of layer, or a block of one's own, with the ``text`` of a design that holds it."""

    title: str
    category: str
    kind: str = ""
    help: str = ""
    text: str = ""

    @property
    def is_heading(self) -> bool:
        """Whether it stands above others and cannot be chosen."""
        return not self.kind and not self.text


def entries(wanted: str, blocks: Mapping[str, str] = NO_BLOCKS) -> list[Entry]:
    """The rows for what was typed: one's own ``blocks`` and all kinds under their headings for nothing, else the matches, best
    first and of these the names of fewer words."""
    if not wanted.strip():
        own = [_heading("my blocks"), *(_own(name, text) for name, text in blocks.items())] if blocks else []
        return own + _all_kinds()
    found = [
        (rank, _own(name, text)) for name, text in blocks.items() if (rank := _match(_typed(wanted), name.lower())) is not None
    ]
    found += [(rank, _entry(kind)) for kind in LAYER_KINDS.entries() if (rank := match(wanted, kind)) is not None]

    def place(pair: tuple[int, Entry]) -> tuple[int, int, str]:
        rank, entry = pair
        return rank, len(entry.title.split()) if rank else 0, entry.title

    return [entry for _, entry in sorted(found, key=place)]


def _all_kinds() -> list[Entry]:
    kinds = LAYER_KINDS.entries()
    grouped = [(category, [kind for kind in kinds if kind.category == category]) for category in CATEGORIES]
    return [row for category, members in grouped if members for row in (_heading(category), *map(_entry, members))]


def match(wanted: str, kind: Kind) -> int | None:
    """How well ``wanted`` fits a kind's title or name, 0 best; None where its letters do not occur in order.

    0 begins with it, 1 a word begins with it, 2 contains it, 3 and up its letters occur in order, by how early and how close.
    """
    ranks = [_match(_typed(wanted), name) for name in (kind.title.lower(), kind.kind)]
    return min((rank for rank in ranks if rank is not None), default=None)


def _typed(wanted: str) -> str:
    return wanted.lower().replace(" ", "")


def _match(wanted: str, name: str) -> int | None:
    words = name.replace("_", " ").split()
    joined = "".join(words)
    if joined.startswith(wanted):
        return 0
    if any(word.startswith(wanted) for word in words):
        return 1
    if wanted in joined:
        return 2
    at = -1
    for letter in wanted:
        at = joined.find(letter, at + 1)
        if at < 0:
            return None
    return 3 + at - len(wanted) + 1


def _heading(category: str) -> Entry:
    return Entry(category.capitalize(), category)


def _own(name: str, text: str) -> Entry:
    return Entry(name, "joining", help="A block of your own. Del removes it from this list.", text=text)


def _entry(kind: Kind) -> Entry:
    sentence = kind.help.split(". ")[0].rstrip(".")
    return Entry(kind.title, kind.category, kind.kind, sentence)


class KindModel(QAbstractListModel):
    """Headings and kinds; kinds can be dragged out."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._blocks: Mapping[str, str] = NO_BLOCKS
        self._entries: list[Entry] = entries("")

    def set_blocks(self, blocks: Mapping[str, str]) -> None:
        """The blocks of one's own; they are shown with the next ``set_filter``."""
        self._blocks = dict(blocks)

    def set_filter(self, wanted: str) -> None:
        """Show what matches ``wanted``."""
        self.beginResetModel()
        self._entries = entries(wanted, self._blocks)
        self.endResetModel()

    def entry(self, row: int) -> Entry:
        """The entry of a row."""
        return self._entries[row]

    def row_of(self, kind: str) -> int:
        """The row of a kind, or -1."""
        return next((row for row, entry in enumerate(self._entries) if entry.kind == kind), -1)

    def kind_rows(self) -> list[int]:
        """The rows that can be chosen, not headings."""
        return [row for row, entry in enumerate(self._entries) if not entry.is_heading]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self._entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.ToolTipRole:
            called = f"{entry.title} ({entry.kind})" if entry.kind else entry.title
            how = "Enter adds it below the selection; or drag it to its place."
            return None if entry.is_heading else f"{called}\n{entry.help.rstrip('.')}.\n{how}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{entry.title} layers" if entry.is_heading else f"{entry.title}: {entry.help}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self._entries[index.row()].is_heading:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The dragged kind by name; a block of one's own as layers."""
        entry = self._entries[indexes[0].row()]
        if entry.text:
            return own_block_mime(entry.text)
        mime = QMimeData()
        mime.setData(KIND_MIME, entry.kind.encode())
        return mime

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction


class KindDelegate(QStyledItemDelegate):
    """A kind's figure, its title, and, unless ``compact``, one muted line of help; headings in small capitals."""

    def __init__(self, look: Look, model: KindModel, parent: QWidget, *, compact: bool = False) -> None:
        super().__init__(parent)
        self._look, self._model, self._compact = look, model, compact

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        heading = self._model.entry(index.row()).is_heading
        return QSize(self._look.px(160), self._look.px(28 if heading or self._compact else 44))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry, rect = self._model.entry(index.row()), option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not entry.is_heading:
            selected = bool(option.state & QStyle.StateFlag.State_Selected)
            self._paint_kind(painter, rect, entry, selected, bool(option.state & QStyle.StateFlag.State_MouseOver))
        else:
            font = self._look.font(10)
            font.setLetterSpacing(font.SpacingType.PercentageSpacing, 108)
            self._text(painter, rect.adjusted(self._look.px(12), self._look.px(8), 0, 0), entry.title.upper(), font, "muted")
        painter.restore()

    def _paint_kind(self, painter: QPainter, rect: QRect, entry: Entry, selected: bool, hovered: bool) -> None:
        px, look = self._look.px, self._look
        box = QRectF(rect).adjusted(px(4) + 0.5, 1.5, -px(4) - 0.5, -1.5)
        if selected or hovered:
            painter.setPen(look.colour("outline") if selected else Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("selected" if selected else "hover"))
            painter.drawRoundedRect(box, px(6), px(6))
        side = px(18 if self._compact else 26)
        tile = QRectF(box.left() + px(6), box.center().y() - side / 2, side, side)
        draw_kind(painter, entry.kind or "block", entry.category, tile, look)
        indent = px(6) + side + px(8)
        left, width = round(box.left()) + indent, round(box.width()) - indent - px(8)
        if self._compact:
            line = QRect(left, rect.top(), width, rect.height())
            self._text(painter, line, entry.title, look.font(12), "text", Qt.TextElideMode.ElideMiddle)
            return
        top = rect.top() + px(5)
        title = QRect(left, top, width, px(17))
        used = self._text(painter, title, entry.title, look.font(12, bold=True), "text")
        self._text(painter, title.adjusted(used + px(8), 0, 0, 0), entry.kind, look.font(11, fixed=True), "muted")
        self._text(painter, QRect(left, top + px(17), width, px(16)), entry.help, look.font(11), "muted")

    def _text(
        self,
        painter: QPainter,
        box: QRect,
        text: str,
        font: QFont,
        colour: str,
        shortened: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> int:
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(text, shortened, max(0, box.width()))
        painter.setFont(font)
        painter.setPen(self._look.colour(colour))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
        return metrics.horizontalAdvance(shown)
