"""Which views are drawn: those that can be seen, each snapshot once; the others catch up when they are shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.workspaces import Workspaces
from engine.snapshot import Snapshot, Want
from tests.widgets import made_up
from widgets.theme import Look
from widgets.viewing.base import Focus, View


@pytest.fixture
def spaces(qapp: QApplication, qtbot: QtBot) -> Iterator[Workspaces]:
    made = Workspaces(Look(), {})
    qtbot.addWidget(made)
    made.resize(1000, 800)
    made.choose("watch")
    made.set_focus(Focus("c1"))
    made.show()
    qtbot.wait(20)
    yield made


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Snapshot]]:
    seen: list[tuple[str, Snapshot]] = []
    monkeypatch.setattr(View, "show_snapshot", lambda self, snapshot, focus: seen.append((self.name, snapshot)))
    return seen


def test_a_view_that_is_hidden_before_its_turn_is_not_drawn_until_it_is_shown(
    spaces: Workspaces, shown: list[tuple[str, Snapshot]]
) -> None:
    snapshot = made_up.snapshot()
    waiting = spaces.offer(snapshot)
    (maps,) = [view for view in waiting if view.name == "feature_maps"]
    spaces.stage.close_view("feature_maps")
    shown.clear()
    spaces.draw_newest(maps)
    assert "feature_maps" not in [name for name, _ in shown]
    spaces.stage.open_view("feature_maps")
    assert ("feature_maps", snapshot) in shown


def test_a_snapshot_is_drawn_once(spaces: Workspaces, shown: list[tuple[str, Snapshot]]) -> None:
    snapshot = made_up.snapshot()
    for view in spaces.offer(snapshot):
        spaces.draw_newest(view)
    names = [name for name, _ in shown]
    assert "feature_maps" in names and len(names) == len(set(names))
    assert spaces.offer(snapshot) == []


def test_another_layer_is_drawn_and_wanted_at_once(spaces: Workspaces, qtbot: QtBot, shown: list[tuple[str, Snapshot]]) -> None:
    snapshot = made_up.snapshot()
    spaces.draw(snapshot)
    shown.clear()
    with qtbot.waitSignal(spaces.wants_changed):
        spaces.set_focus(Focus("c2"))
    assert ("feature_maps", snapshot) in shown
    assert Want("feature_maps", "c2") in spaces.wants()


def test_what_was_cleared_is_drawn_anew(spaces: Workspaces, shown: list[tuple[str, Snapshot]]) -> None:
    snapshot = made_up.snapshot()
    spaces.draw(snapshot)
    spaces.clear()
    shown.clear()
    spaces.draw(snapshot)
    assert ("feature_maps", snapshot) in shown
