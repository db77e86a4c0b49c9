"""The menus: what the table of actions says of each action's place, with lines between groups and menus in menus."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu

from app.actions import Actions, ActionSpec


def fill(menu: QMenu, table: Actions) -> None:
    """Fill ``menu`` with a menu for each name in the table, anew."""
    for old in menu.actions():
        if (inner := old.menu()) is not None:
            inner.deleteLater()
    menu.clear()
    for name in table.menus():
        _fill_one(_menu_in(menu, name), [spec for spec in table if spec.menu == name], table)


def _fill_one(menu: QMenu, specs: list[ActionSpec], table: Actions) -> None:
    inner: dict[str, QMenu] = {}
    group, groups = specs[0].group, list(dict.fromkeys(spec.group for spec in specs))
    for spec in sorted(specs, key=lambda spec: groups.index(spec.group)):  # some come to the table later than their group
        if spec.group != group:
            menu.addSeparator()
            group = spec.group
        if not spec.within:
            menu.addAction(table[spec.id])
            continue
        if spec.within not in inner:
            inner[spec.within] = _menu_in(menu, spec.within)
        inner[spec.within].addAction(table[spec.id])


def _menu_in(menu: QMenu, title: str) -> QMenu:
    """Made here, not by Qt: of what Qt makes Python keeps a shell for as long as ``menu`` lives."""
    inner = QMenu(title, menu)
    menu.addMenu(inner)
    return inner
