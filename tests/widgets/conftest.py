"""What every widget test needs: a platform off screen for large windows, protected singletons, and nothing left behind."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

SCREEN = os.path.relpath(Path(__file__).parent.parent / "screen.json")
"""The platform's own screen has 800 × 800 pixels. The path is relative: a colon would end it."""
if os.environ.setdefault("QT_QPA_PLATFORM", "offscreen") == "offscreen":
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={SCREEN}"

from PySide6.QtCore import QCoreApplication, QEvent  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from app.guard import protect_singletons  # noqa: E402

protect_singletons()


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Deleted widgets are really gone before the next test: their timers and events cannot reach into it. So are those that are
    in no window, as controls of a view without its card. What is there before a test is exempted from collection, which then
    takes no time: not after it, when pytest still holds what its fixtures made."""
    gc.collect()
    gc.freeze()
    before = set(windows())
    yield
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    for widget in set(windows()) - before:
        widget.deleteLater()
    undress(app)


def windows() -> list[QWidget]:
    """Every widget that is in no other."""
    return [widget for widget in QApplication.topLevelWidgets() if widget.parent() is None]


def undress(app: QApplication) -> None:
    """Where no window is seen any more, its style goes too: else the next one is dressed twice, while it is made and in its own
    style."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if app.styleSheet() and not any(widget.isVisible() for widget in app.topLevelWidgets()):
        app.setStyleSheet("")
