"""The lock on a run folder: one writer at a time, held by the system, so that it is gone with the process that held it."""

from __future__ import annotations

import errno
import json
import os
import platform
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO

from engine.errors import FileError
from engine.files.atomic import file_error
from engine.files.inside import require_inside

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

NAME = "run.lock"
"""Is there while somebody writes the run, and after a killed process; what counts is who holds it, not that it is there."""
_MAX_BYTES = 4096
_FAR = 1 << 30  # the byte that is locked on Windows, where what is locked cannot be read
_HELD = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}
_UNKNOWN = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL}
"""What file systems say that have no locks: a run on one is written without."""


class RunLock:
    """Holds the run in ``folder`` from when it is made until ``release``, or until the process is gone, however it goes.

    FileError says who holds it already: another process, on this computer or another one, or another RunLock of this process.
    What a killed process left behind is taken over. Reading a run needs no lock.
    """

    def __init__(self, folder: Path) -> None:
        self._path = require_inside(folder, folder / NAME)
        self._file = self._taken(folder)
        self._identity = os.fstat(self._file.fileno())

    def release(self) -> None:
        """Let others write. Twice is once."""
        if self._file.closed:
            return
        if os.name == "nt":  # what is open cannot be deleted there
            self._file.close()
        with suppress(OSError):
            if os.path.samestat(self._identity, self._path.stat()):  # the run may have been replaced by another one
                self._path.unlink()
        self._file.close()

    def __enter__(self) -> RunLock:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()

    def _taken(self, folder: Path) -> IO[bytes]:
        try:
            while True:
                file = self._path.open("ab+", buffering=0)
                try:
                    self._lock(file, folder)
                    if self._is_named(file):
                        self._sign(file)
                        return file
                except BaseException:
                    file.close()
                    raise
                file.close()  # whoever held it has just deleted it: what is locked now has no name any more
        except OSError as error:
            raise file_error(self._path, error, "write") from error

    def _lock(self, file: IO[bytes], folder: Path) -> None:
        try:
            _lock_file(file)
        except OSError as error:
            if error.errno in _UNKNOWN:
                return
            if error.errno not in _HELD:
                raise
            raise FileError(
                f"The run '{folder}' is being written {self._holder()}", "Stop it there, or wait until it has ended."
            ) from None

    def _is_named(self, file: IO[bytes]) -> bool:
        try:
            return os.path.samestat(os.fstat(file.fileno()), self._path.stat())
        except FileNotFoundError:
            return False

    def _sign(self, file: IO[bytes]) -> None:
        """Say in the file who holds it."""
        signature = {"host": platform.node(), "pid": os.getpid(), "since": f"{datetime.now():%Y-%m-%d %H:%M:%S}"}
        file.truncate(0)
        file.write(json.dumps(signature).encode())

    def _holder(self) -> str:
        """Who holds it, in words."""
        try:
            with self._path.open("rb") as file:
                signature = json.loads(file.read(_MAX_BYTES))
            host, pid, since = (str(signature[key])[:100] for key in ("host", "pid", "since"))
        except (OSError, ValueError, RecursionError, KeyError, TypeError):
            return "by another program"
        return f"by process {pid} on {host} since {since}"


def _lock_file(file: IO[bytes]) -> None:
    """Lock ``file``, which is open, or raise OSError at once. Not by fcntl.lockf: its locks end when anybody in this process
    closes the file, and do not hold between two of one process."""
    if sys.platform == "win32":
        file.seek(_FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
