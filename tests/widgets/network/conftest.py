"""A bench with the small residual network."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from engine.families import network
from tests.widgets.network.bench import Bench


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(qtbot, network("residual_small"))
    yield bench
    bench.session.undo_stack.clear()
