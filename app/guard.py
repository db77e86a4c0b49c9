"""Keeps None, True and False alive under bindings that lose references to them (PySide6 6.12 on Python 3.11)."""

from __future__ import annotations

import ctypes
import sys

RESERVE = 1 << 40


def protect_singletons() -> None:
    """Give None, True and False a reserve of references that no leak can use up.

    From Python 3.12 they are immortal (PEP 683) and nothing is done. Before, bindings built for 3.12 take a reference away
    from them with every call, until the interpreter aborts. Call once, before Qt is used. CPython release builds only.
    """
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython" or hasattr(sys, "gettotalrefcount"):
        return
    for singleton in (None, True, False):
        count = ctypes.c_ssize_t.from_address(id(singleton))
        if count.value < RESERVE:
            count.value += RESERVE
