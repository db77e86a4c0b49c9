"""Look: the one table of named colours, the fonts and the scale that everything on screen is drawn with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase

THEMES = Path(__file__).parent.parent / "resources" / "themes.json"


@dataclass(frozen=True)
class Theme:
    """Named colours of one theme ("window", "card", "text", "muted", "accent", category names, ...), as hex strings."""

    name: str
    colours: dict[str, str]

    def __getitem__(self, name: str) -> QColor:
        return QColor(self.colours[name])


def load_theme(name: str, *, high_contrast: bool = False) -> Theme:
    """The theme "dark" or "light" from resources/themes.json; with ``high_contrast`` for a projector in a bright room."""
    table = json.loads(THEMES.read_text(encoding="utf-8"))
    return Theme(name, table[name] | (table[f"{name}, high contrast"] if high_contrast else {}))


class Look(QObject):
    """The current theme and scale; widgets are given one and redraw on ``changed``. GUI thread only."""

    changed = Signal()

    def __init__(self, theme: str = "dark", scale: float = 1.0) -> None:
        super().__init__()
        self.theme = load_theme(theme)
        self.scale = scale
        self.high_contrast = False

    def colour(self, name: str) -> QColor:
        """The theme's colour called ``name``."""
        return self.theme[name]

    def px(self, pixels: float) -> int:
        """``pixels`` of the 4-pixel grid, scaled."""
        return round(pixels * self.scale)

    def font(self, size: int = 12, *, bold: bool = False, fixed: bool = False) -> QFont:
        """The system font in ``size`` pixels (11 small, 12 body, 13 headings); ``fixed`` has tabular figures."""
        family = QFontDatabase.SystemFont.FixedFont if fixed else QFontDatabase.SystemFont.GeneralFont
        font = QFontDatabase.systemFont(family)
        font.setPixelSize(self.px(size))
        font.setBold(bold)
        return font

    def set_theme(self, name: str) -> None:
        """Change the theme of everything."""
        self.theme = load_theme(name, high_contrast=self.high_contrast)
        self.changed.emit()

    def set_scale(self, scale: float, *, high_contrast: bool = False) -> None:
        """Change the size of everything, text and pictures alike, and how much colours differ."""
        self.scale, self.high_contrast = scale, high_contrast
        self.set_theme(self.theme.name)
