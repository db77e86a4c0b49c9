"""Reading and writing files so that a full disk, a crash or a foreign file never costs more than one plain sentence."""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from engine.errors import FileError

STALE_S = 3600.0
"""Nobody writes one file for so long."""
_TEMPORARY = re.compile(r"\.layerscope-[0-9a-f]{12}\.tmp")

_REASONS = {
    errno.ENOSPC: ("there is no space left on the disk", "Free some space, or choose another disk."),
    errno.EDQUOT: ("your disk quota is used up", "Free some space, or choose another disk."),
    errno.EROFS: ("the disk is read-only", "Choose another folder."),
    errno.EACCES: ("permission is denied", "Choose another folder, or change its permissions."),
    errno.EPERM: ("permission is denied", "Choose another folder, or change its permissions."),
    errno.ENOENT: ("it does not exist", "Check the name."),
    errno.ENOTDIR: ("part of its path is a file, not a folder", "Check the name."),
    errno.EISDIR: ("it is a folder", "Name a file."),
    errno.ENAMETOOLONG: ("its name is too long", "Choose a shorter one."),
}


def file_error(path: Path, error: OSError, verb: str) -> FileError:
    """What the system said about ``path``, in plain words; ``verb`` is what was tried: "write", "read" or "create"."""
    reason, suggestion = _REASONS.get(error.errno or 0, (error.strerror or str(error), ""))
    return FileError(f"Cannot {verb} '{path}': {reason}", suggestion)


@contextmanager
def atomic_write(path: Path, *, durable: bool = True) -> Iterator[BinaryIO]:
    """Yield a binary file; on leaving, it becomes ``path`` in one step. On any error the old file stays as it was.

    ``durable`` also survives a power cut (fsync). Raises FileError in plain words where the system refuses.
    """
    with _told_plainly(path):
        target = _target(path)
    temporary = target.with_name(f".layerscope-{secrets.token_hex(6)}.tmp")
    try:
        with _told_plainly(path), temporary.open("xb") as file:
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
        with _told_plainly(path):
            _keep_permissions(target, temporary)
            temporary.replace(target)
        if durable:
            sweep(target.parent)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def is_temporary(name: str) -> bool:
    """Whether a file of this ``name`` is one that is being written, or was when its writer was killed."""
    return _TEMPORARY.fullmatch(name) is not None


def sweep(folder: Path, older_than_s: float = STALE_S) -> None:
    """Delete what writes into ``folder`` left behind that were killed; what another program may be writing now stays. Who knows
    that there is no other program may take what is younger."""
    oldest = time.time() - older_than_s
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if is_temporary(entry.name) and entry.is_file(follow_symlinks=False) and entry.stat().st_mtime <= oldest:
                Path(entry).unlink()


def atomic_write_text(path: Path, text: str) -> None:
    """``text`` as UTF-8, whole or not at all; what a name of another encoding has in it is written as JSON does, "\\udce9"."""
    with atomic_write(path) as file:
        file.write(text.encode(errors="backslashreplace"))


def read_bounded(path: Path, limit: int, noun: str) -> bytes:
    """The bytes of a regular file of at most ``limit`` bytes; ``noun`` ("a design file") is what it should be."""
    with _told_plainly(path, "read"):
        require_file(path, noun)
        size = path.stat().st_size
        if size > limit:
            raise FileError(f"'{path}' is not {noun}: it is {size:,} bytes long", f"They have at most {limit:,}.")
        return path.read_bytes()


def require_file(path: Path, noun: str) -> None:
    """Raise FileError unless ``path`` is a regular file: a pipe or device would make the reader wait for ever."""
    with _told_plainly(path, "read"):
        mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise FileError(f"'{path}' is a folder, not {noun}")
    if not stat.S_ISREG(mode):
        raise FileError(f"'{path}' is a device or pipe, not {noun}")


def make_folder(path: Path) -> None:
    """Create ``path`` and its parents where they are missing; FileError where the system refuses."""
    with _told_plainly(path, "create"):
        if path.exists() and not path.is_dir():
            raise FileError(f"Cannot create the folder '{path}': there is a file of that name", "Choose another name.")
        path.mkdir(parents=True, exist_ok=True)


def _target(path: Path) -> Path:
    """Where ``path`` really lies: a link stays a link, and what it points to is replaced."""
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise FileError(f"Cannot write '{path}': it is a folder", "Name a file.")
    if not target.parent.is_dir():
        raise FileError(f"Cannot write '{path}': the folder '{target.parent}' does not exist", "Create it, or choose another.")
    return target


def _keep_permissions(old: Path, new: Path) -> None:
    with suppress(FileNotFoundError):
        new.chmod(stat.S_IMODE(old.stat().st_mode))


@contextmanager
def _told_plainly(path: Path, verb: str = "write") -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise file_error(path, error, verb) from error
