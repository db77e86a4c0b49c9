"""Names in menus: "&" makes the letter behind it a key there, so what users call their things is written with two."""

from __future__ import annotations


def in_menu(text: str) -> str:
    """``text`` as an action or a menu shows it."""
    return text.replace("&", "&&")


def as_shown(text: str) -> str:
    """What an action or a menu shows of its ``text``."""
    return text.replace("&&", "&")
