"""Words in lines: broken between words, and shortened where there is no room for all of them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QTextLayout


def in_lines(text: str, font: QFont, width: int, most: int, elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> list[str]:
    """``text`` in lines of ``width`` pixels, broken between words. Of more than ``most`` the rest stands in the last one, where
    ``elide`` says what is left out for "…"."""
    layout, begins = QTextLayout(text, font), list[int]()
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1, width))
        begins.append(line.textStart())
    layout.endLayout()
    ends = [*begins[1:most], len(text)]
    lines = [text[begin:end].rstrip() for begin, end in zip(begins[:most], ends, strict=True)]
    return [QFontMetrics(font).elidedText(line, elide, width) for line in lines]
