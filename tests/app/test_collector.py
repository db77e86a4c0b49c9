"""Collector: garbage is collected on the GUI thread, what stays is exempt, and in the end all is as it was found."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from app.collector import Collector


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[Collector]:
    parent = QObject()
    made = Collector(parent)
    yield made
    made.stop()


def test_what_is_there_when_it_settles_is_exempt_until_it_stops(collector: Collector) -> None:
    gc.unfreeze()
    assert not gc.isenabled()
    collector.settle()
    assert gc.get_freeze_count()
    collector.stop()
    assert not gc.get_freeze_count() and gc.isenabled()


def test_what_was_exempt_before_it_came_stays_so(collector: Collector) -> None:
    gc.freeze()
    collector.settle()
    collector.stop()
    assert gc.get_freeze_count() and gc.isenabled()
