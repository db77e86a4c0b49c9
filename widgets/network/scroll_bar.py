"""The thin scroll bar of side panels, as a style sheet."""

from __future__ import annotations

from widgets.theme import Look


def scroll_bar_sheet(look: Look) -> str:
    """A quiet vertical bar without arrows, 8 pixels wide at scale 1."""
    px, handle, hover = look.px, look.colour("line").name(), look.colour("muted").name()
    return (
        f"QScrollBar:vertical {{ background: transparent; width: {px(8)}px; margin: 0; border: none; }}"
        f"QScrollBar::handle:vertical {{ background: {handle}; border-radius: {px(3)}px; min-height: {px(24)}px;"
        f" margin: 0 {px(1)}px; }}"
        f"QScrollBar::handle:vertical:hover {{ background: {hover}; }}"
        "QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical { height: 0; border: none; background: none; }"
        "QScrollBar::add-page:vertical, QScrollBar::sub-page:vertical { background: none; }"
    )
