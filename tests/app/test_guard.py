"""The bindings must not use up None, True and False: on Python 3.11 a leak aborts the process within seconds."""

from __future__ import annotations

import subprocess
import sys

import pytest

LEAK_TEST = """
import sys
from PySide6.QtCore import QObject, Signal
class Source(QObject):
    fired = Signal(bool)
source = Source()
source.fired.connect(lambda value: None)
before = sys.getrefcount(True), sys.getrefcount(None)
for _ in range(1000):
    source.fired.emit(True)
    source.blockSignals(False)
    source.parent()
after = sys.getrefcount(True), sys.getrefcount(None)
print(*(b - a for b, a in zip(before, after)))
"""


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="the singletons are immortal from Python 3.12")
def test_the_pinned_bindings_lose_no_references() -> None:
    done = subprocess.run([sys.executable, "-c", LEAK_TEST], capture_output=True, text=True, check=True)
    lost = [int(word) for word in done.stdout.split()]
    assert max(lost) < 50, (
        f"1,000 emits lost {lost} references to True and None. This PySide6 was built for Python 3.12's immortal objects; "
        "on Python 3.11 it aborts the process. Keep the pin 'PySide6-Essentials<6.12; python_version<\"3.12\"'."
    )


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="the singletons are immortal from Python 3.12")
def test_the_guard_gives_a_reserve() -> None:
    code = "from app.guard import RESERVE, protect_singletons as p; p(); p(); import sys; print(sys.getrefcount(True) - RESERVE)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 0 < int(done.stdout) < 1 << 30
