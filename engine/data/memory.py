"""How much memory data may take: what is free now, and one sentence, before anything is read, where they would not fit."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from engine.errors import DataError

RESERVE = 256 << 20
"""Bytes that are left to the network, to the window and to other programs."""
GIB = 1 << 30

_SYSTEM = Path("/proc/meminfo")
_GROUP = Path("/sys/fs/cgroup")


def require_room(wanted: int, what: str, way_out: str) -> None:
    """DataError unless ``wanted`` bytes are free. ``what`` needs them ("The images in 'x'"), ``way_out`` says what to do."""
    free = available()
    if free is not None and wanted > free:
        raise DataError(f"{what} need {in_words(wanted)} of memory, but {in_words(free)} are free", way_out)


def available() -> int | None:
    """Bytes that can be had now; None where the system does not say."""
    found = [each for each in (_of_system(), _of_group(_GROUP)) if each is not None]
    return max(0, min(found) - RESERVE) if found else None


def in_words(count: int) -> str:
    """A number of bytes: "3.3 GiB", "12 MiB"."""
    return f"{count / GIB:,.1f} GiB" if count >= GIB // 10 else f"{count / 2**20:,.0f} MiB"


def _of_system() -> int | None:
    with suppress(OSError, ValueError, StopIteration):
        return _entry(_SYSTEM.read_text(encoding="ascii"), "MemAvailable:") * 1024
    with suppress(OSError, ValueError, AttributeError):  # no Linux: all there is, which is more than is free
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _of_group(folder: Path) -> int | None:
    """What the container that this process runs in may still take; None where it has no limit. Files that are only kept in
    memory because they were read give way."""
    with suppress(OSError, ValueError, StopIteration):
        limit, used = int((folder / "memory.max").read_text()), int((folder / "memory.current").read_text())
        return limit - used + _entry((folder / "memory.stat").read_text(), "inactive_file")
    return None


def _entry(table: str, name: str) -> int:
    """The number behind ``name`` in a table whose lines are NAME NUMBER, and perhaps a unit."""
    return next(int(words[1]) for line in table.splitlines() if (words := line.split())[:1] == [name])
