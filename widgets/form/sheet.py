"""The style sheet of fields, for forms and whatever stands beside them."""

from __future__ import annotations

from widgets.theme import Look


def field_sheet(look: Look) -> str:
    """Line edits and the lists of choices."""
    px, name = look.px, {key: look.colour(key).name() for key in look.theme.colours}
    return (
        f"QLineEdit {{ background: {name['field']}; color: {name['text']}; border: 1px solid {name['line']};"
        f" border-radius: {px(6)}px; padding: 0 {px(8)}px; selection-background-color: {name['accent']};"
        f" selection-color: {name['accent_text']}; }}"
        f"QLineEdit:hover {{ border-color: {name['muted']}; }}"
        f"QLineEdit:focus {{ border-color: {name['outline']}; }}"
        f'QLineEdit[wrong="true"] {{ border-color: {name["bad"]}; }}'
        f"QToolButton#takeAway {{ background: transparent; color: {name['muted']}; border: 1px solid transparent;"
        f" border-radius: {px(6)}px; padding: 0; }}"
        f"QToolButton#takeAway:hover {{ background: {name['hover']}; color: {name['text']}; }}"
        f"QToolButton#takeAway:focus {{ border-color: {name['outline']}; }}"
        f"QComboBox QAbstractItemView {{ background: {name['panel']}; color: {name['text']}; border: 1px solid {name['line']};"
        f" selection-background-color: {name['selected']}; selection-color: {name['text']}; outline: 0; }}"
    )
