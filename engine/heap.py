"""What C's library keeps of freed memory in case it is asked for again: in one place for all threads, and given back at times.

Both are for glibc, which otherwise has a place for each thread that is alive: what a training step, a past step or a probe took
stays there, and no other thread can have it. Elsewhere nothing is done."""

from __future__ import annotations

import ctypes
import sys

_ARENA_MAX = -8  # M_ARENA_MAX of malloc.h


def keep_together() -> None:
    """From now on all threads share one place; to be called before there are others. They rarely ask at the same moment."""
    _call("mallopt", _ARENA_MAX, 1)


def give_back() -> None:
    """Give back all that can be, of all threads; any thread, in some milliseconds, of much memory in tens of them."""
    _call("malloc_trim", 0)


def _call(name: str, *numbers: int) -> None:
    """Call a function of C's library, where it has that."""
    function = getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
    if function is not None:
        function(*numbers)
