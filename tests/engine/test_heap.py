"""Freed memory goes back to the system."""

from __future__ import annotations

import os
import platform
import sys
import threading
from pathlib import Path

import pytest

from engine.heap import give_back

PIECES, SIZE = 20_000, 4_096


def held() -> int:
    """Bytes of memory that this process takes from the system."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(
    sys.platform != "linux" or platform.libc_ver()[0] != "glibc", reason="other libraries of C keep less, and have no such call"
)
def test_what_a_thread_that_has_ended_took_is_given_back() -> None:
    last: list[bytearray] = []

    def fill_and_leave() -> None:
        taken = [bytearray(SIZE) for _ in range(PIECES)]
        last.append(taken.pop())  # it lies behind all the others, which are kept for its sake

    thread = threading.Thread(target=fill_and_leave)
    thread.start()
    thread.join()
    before = held()
    give_back()
    assert before - held() > PIECES * SIZE // 2
    assert len(last) == 1


def test_elsewhere_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("ctypes.CDLL", lambda _: pytest.fail("there is no library of this name"))
    give_back()
