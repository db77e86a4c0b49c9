"""What is left behind a process that was killed: what was lost, and whether the rest opens and goes on."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.training.state import TrainingState

ROOT = Path(__file__).parent.parent
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Loss:
    """What one kill cost: seconds of training, edits of a design and the seconds since the first of these, and sentences about
    all that should not have been."""

    seconds: float = 0.0
    edits: int = 0
    edited: float = 0.0
    troubles: tuple[str, ...] = ()


Case = Callable[[Path, Random], Loss]
"""Works in an empty folder until it is killed; then looks at what is left."""


@contextmanager
def process(module: str, words: list[str], folder: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """``python -m module words``, which writes what it says to ``folder``/output, and is gone afterwards."""
    with (folder / "output").open("wb") as output:
        command, place = [sys.executable, "-m", module, *words], os.environ | environment
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output, env=place)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def until(condition: Callable[[], bool]) -> None:
    """Wait for it, but not for ever: TimeoutError."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.002)


def by_itself(process: subprocess.Popen[bytes], folder: Path) -> str:
    """A sentence where ``process`` is over and was not killed."""
    if process.poll() in (None, -signal.SIGKILL):
        return ""
    return f"it ended by itself: {(folder / 'output').read_text()[-300:]}"


def logged(run: Path) -> list[str]:
    """The whole lines of metrics.csv."""
    path = run / "metrics.csv"
    return path.read_text(encoding="utf-8").rpartition("\n")[0].splitlines() if path.exists() else []


def gone_on(run: Path) -> tuple[TrainingState | None, tuple[str, ...]]:
    """Open all of ``run`` and let it go on: from which state it does, and what should not be so."""
    from engine.errors import LayerscopeError
    from engine.files.newest import find_newest
    from engine.files.run_folder import RunFolder

    try:
        left = RunFolder.open(run)
        newest = find_newest(left)
        for _ in left.frames():
            pass  # each opens, or raises
    except LayerscopeError as error:
        return None, (str(error),)
    epochs = newest.state.epoch + 1 if newest.state is not None else 1
    troubles = troubles_of(["resume", str(run), "--epochs", str(epochs)], run)
    return newest.state, (*([newest.note] if newest.note else []), *troubles)


def troubles_of(words: list[str], run: Path) -> tuple[str, ...]:
    """Carry out a command in this process; what should not be so behind it."""
    from main import main

    told, failed = io.StringIO(), io.StringIO()
    with redirect_stdout(told), redirect_stderr(failed):
        code = main([*words, "--json"])
    if code:
        return (f"{words[0]} ended with {code}: {failed.getvalue().strip()[-300:]}",)
    troubles = []
    steps = [int(line.split(",")[0]) for line in logged(run)[1:] if ",train," in line]
    if steps != list(range(1, json.loads(told.getvalue().splitlines()[-1])["steps"] + 1)):
        troubles.append("metrics.csv does not have every step once")
    left = [path.name for path in run.rglob("*") if path.suffix in (".tmp", ".lock", ".damaged")]
    if left:
        troubles.append(f"left behind: {', '.join(left)}")
    return tuple(troubles)
