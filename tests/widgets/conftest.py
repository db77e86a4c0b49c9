"""What every widget test needs: a platform without a screen, protected singletons, and nothing left behind."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent

from app.guard import protect_singletons

protect_singletons()


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Deleted widgets are really gone before the next test: their timers and events cannot reach into it."""
    yield
    if QCoreApplication.instance() is None:
        return
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
