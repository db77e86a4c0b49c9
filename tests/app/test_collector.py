"""Collector: garbage is collected on the GUI thread, what stays is exempt, and in the end Python collects by itself."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.collector import Collector
from tests.app.conftest import close_program, make_program


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[Collector]:
    parent = QObject()
    made = Collector(parent)
    yield made
    made.stop()


def test_what_is_there_when_it_settles_is_exempt(collector: Collector) -> None:
    gc.unfreeze()
    assert not gc.isenabled()
    collector.settle()
    assert gc.get_freeze_count()
    collector.stop()
    assert gc.isenabled()


def test_a_program_that_is_not_alone_in_its_process_exempts_nothing(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    """It could not be given back alone, and what is left of a closed window would stay for ever."""
    gc.unfreeze()
    close_program(make_program(qapp, tmp_path))
    assert not gc.get_freeze_count() and gc.isenabled()
