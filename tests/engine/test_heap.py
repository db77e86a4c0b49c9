"""Freed memory goes back to the system, and all threads take it from one place."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from engine.heap import give_back, keep_together
from tests.conftest import ROOT

PIECES, SIZE = 20_000, 4_096
ON_GLIBC = sys.platform == "linux" and platform.libc_ver()[0] == "glibc"
COUNT_PLACES = """
import ctypes, sys, threading
from engine.heap import keep_together
if sys.argv[1] == "together":
    keep_together()
library, taken, all_there = ctypes.CDLL(None), [], threading.Barrier(4)

def take():
    taken.append(bytearray(4096))
    all_there.wait()

threads = [threading.Thread(target=take) for _ in range(3)]
for thread in threads:
    thread.start()
all_there.wait()
library.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(library.fopen(sys.argv[2].encode(), b"w"))
library.malloc_info(0, file)
library.fclose(file)
"""


def held() -> int:
    """Bytes of memory that this process takes from the system."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not ON_GLIBC, reason="other libraries of C keep less, and have no such call")
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


@pytest.mark.skipif(not ON_GLIBC, reason="other libraries of C keep less, and have no such call")
def test_threads_take_their_memory_from_one_place(tmp_path: Path) -> None:
    def places(how: str) -> int:
        told = tmp_path / how
        subprocess.run([sys.executable, "-c", COUNT_PLACES, how, str(told)], cwd=ROOT, check=True, timeout=60)
        return told.read_text().count("<heap nr=")

    assert places("together") == 1 < places("apart")


def test_elsewhere_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("ctypes.CDLL", lambda _: pytest.fail("there is no library of this name"))
    give_back()
    keep_together()
