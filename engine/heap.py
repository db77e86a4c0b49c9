"""Memory that was freed, given back to the system: C's library keeps it, for each thread apart, in case it is asked for again."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Give back all that can be, of all threads; any thread, in some milliseconds. Where C's library offers no such thing (it is
    glibc's), nothing is done."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
