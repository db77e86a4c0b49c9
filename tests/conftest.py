"""Fixtures for every test: the repository's real data folder, and what must be true after each test."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent.parent

settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
settings.load_profile("no clock")


@pytest.fixture
def real_data() -> Path:
    """The folder of real data sets; the test is skipped where there is none."""
    for candidate in (os.environ.get("LAYERSCOPE_DATA"), ROOT.parent / "shared" / "data"):
        if candidate and Path(candidate).is_dir():
            return Path(candidate)
    pytest.skip("needs real data: set LAYERSCOPE_DATA to a folder that holds mnist/")


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """A test that leaves a thread of ours running fails by name."""
    before = set(threading.enumerate())
    yield
    leaked = [thread for thread in threading.enumerate() if thread not in before and thread.name.startswith("layerscope")]
    for thread in leaked:
        owner = getattr(getattr(thread, "_target", None), "__self__", None)
        stop = getattr(owner, "stop", None) or getattr(owner, "close", None)
        thread.join(5)
        if thread.is_alive() and stop is not None:
            stop()  # so that this test fails alone, and the process can end
            thread.join(5)
            raise AssertionError(f"the test left the thread {thread.name} running")
    assert not [thread.name for thread in leaked if thread.is_alive()], "the test left threads running"


def pytest_collection_finish() -> None:
    """The modules stay: exempt them, so that collecting what each test leaves takes no time."""
    gc.collect()
    gc.freeze()


def _qt_application() -> Any:
    widgets = sys.modules.get("PySide6.QtWidgets")
    return widgets.QApplication.instance() if widgets else None


def pytest_sessionfinish() -> None:
    """Destroy what is left of Qt's widgets while the interpreter is whole."""
    app = _qt_application()
    if app is None:
        return
    from PySide6.QtCore import QCoreApplication, QEvent

    for _ in range(2):
        for widget in app.topLevelWidgets():
            widget.hide()
            widget.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
