"""A monkey in the window: random actions, off screen; nothing unforeseen may happen, nothing may leak, nothing may hang."""

from __future__ import annotations

import faulthandler
import os
import random
import sys
import tempfile
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks.base import Row

QUICK, FULL = 500, 10_000
"""Actions in all."""
PAUSE_S = 0.02  # at most, that the window has for itself between two actions
SLOW_S, HANG_S, PATIENCE_S = 1.0, 120.0, 10.0
REMEMBERED, SHOWN = 12, 5


@dataclass
class Outcome:
    """What came of it. ``memory`` is what the process held at the start, in the middle and at the end, in bytes; ``faults`` are
    told with the actions before them. ``is_waiting`` while an action has not returned."""

    actions: int = 0
    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    slow: int = 0
    slowest: tuple[float, str] = (0.0, "")
    memory: list[int] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    is_waiting: bool = False


def run(quick: bool) -> list[Row]:
    """One window, so many actions; what should not have been is told on standard error."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app.guard import protect_singletons

    protect_singletons()
    outcome = play(QUICK if quick else FULL)
    for fault in [*outcome.faults[:SHOWN], *outcome.warnings[:SHOWN]]:
        print(fault, file=sys.stderr)
    slow, what = outcome.slowest
    start, middle, end = (held / 2**20 for held in outcome.memory)
    case = f"{outcome.actions:,} actions"
    return [
        Row(case, "exceptions", len(outcome.faults), "", "aim: 0"),
        Row(case, "warnings of Qt", len(outcome.warnings), "", "aim: 0"),
        Row(case, f"actions of over {SLOW_S:g} s", outcome.slow, "", f"the slowest, {what}: {slow:.1f} s"),
        Row(case, "memory at the start", start, "MiB", "after a tenth of the actions"),
        Row(case, "memory in the middle", middle, "MiB"),
        Row(case, "memory at the end", end, "MiB", f"grown by {end - middle:.0f} MiB in the second half"),
        Row(case, "threads left running", len(outcome.leaked), "", ", ".join(outcome.leaked) or "aim: 0"),
    ]


def play(actions: int, seed: int = 0) -> Outcome:
    """Let the monkey loose for so many actions, and end the program as closing its window does."""
    from app import dialogs
    from benchmarks.whims import Whims
    from benchmarks.window import OpenWindow
    from engine.zoo import network

    outcome, recent = Outcome(), deque[str](maxlen=REMEMBERED)
    with tempfile.TemporaryDirectory() as scratch, _watched(outcome, recent):
        folder = Path(scratch) / "files"
        _fill(folder)
        window = OpenWindow(Path(scratch), network("lenet5"), epochs=2)
        whims = Whims(window, folder, random.Random(seed))
        answers: dict[str, Callable[..., Any]] = {
            "ask_open": lambda *_: whims.path(),
            "ask_save": lambda *_: whims.place(),
            "ask_folder": lambda *_: whims.path(),
            "ask_unsaved": lambda *_: whims.unsaved(),
        }
        with _answered(dialogs, answers):
            for number in range(actions):
                _one(whims, window, outcome, recent, number)
                if number in (actions // 10, actions // 2, actions - 1):
                    outcome.memory.append(_held())
        window.close()
        outcome.leaked = _left_running()
    return outcome


def _one(whims: Any, window: Any, outcome: Outcome, recent: deque[str], number: int) -> None:
    faulthandler.dump_traceback_later(HANG_S, exit=True)  # says where it hangs, and ends
    begun, what = time.perf_counter(), "nothing"
    outcome.is_waiting = True
    try:
        what = whims.do_one()
        recent.append(f"{number}: {what}")
    except Exception:
        outcome.faults.append(f"{traceback.format_exc()}  after {'; '.join(recent)}")
    outcome.is_waiting = False
    seconds = time.perf_counter() - begun
    window.live_for(PAUSE_S)
    _bury()
    outcome.actions += 1
    outcome.slow += seconds > SLOW_S
    outcome.slowest = max(outcome.slowest, (seconds, what))
    faulthandler.cancel_dump_traceback_later()


def _bury() -> None:
    """Free what was given up: an event loop does so by itself, but here none runs."""
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # type: ignore[arg-type]  # None: of all objects


@contextmanager
def _watched(outcome: Outcome, recent: deque[str]) -> Iterator[None]:
    """What nobody caught, on any thread, and what Qt warns of, goes to ``outcome``; what waits for the user, such
    as a modal dialog, is left."""
    from PySide6.QtCore import QTimer, QtMsgType, qInstallMessageHandler
    from PySide6.QtWidgets import QApplication, QDialog

    from app.start import make_application

    def caught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        text = "".join(traceback.format_exception(kind, error, trace))
        outcome.faults.append(f"{text}  after {'; '.join(recent)}")

    def heard(kind: QtMsgType, _: Any, message: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and "This plugin does not support" not in message:
            outcome.warnings.append(f"{message}  after {'; '.join(list(recent)[-2:])}")

    def leave() -> None:
        modal, menu = QApplication.activeModalWidget(), QApplication.activePopupWidget()
        if isinstance(modal, QDialog):
            modal.reject()
        elif outcome.is_waiting and menu is not None:  # a tool button's menu is waited for in the click
            menu.close()

    make_application()
    hooks = sys.excepthook, threading.excepthook
    sys.excepthook = caught
    threading.excepthook = lambda args: caught(args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback)
    heard_before = qInstallMessageHandler(heard)
    timer = QTimer(interval=50)
    timer.timeout.connect(leave)
    timer.start()
    try:
        yield
    finally:
        timer.stop()
        qInstallMessageHandler(heard_before)
        sys.excepthook, threading.excepthook = hooks


@contextmanager
def _answered(module: Any, answers: dict[str, Callable[..., Any]]) -> Iterator[None]:
    """The dialogs are answered at once."""
    before = {name: getattr(module, name) for name in answers}
    for name, answer in answers.items():
        setattr(module, name, answer)
    try:
        yield
    finally:
        for name, asked in before.items():
            setattr(module, name, asked)


def _fill(folder: Path) -> None:
    """Files to open: designs, one of them spoilt, an image, and something that is none."""
    import numpy as np
    from PIL import Image

    from engine.files.design_file import save_design
    from engine.zoo import network

    folder.mkdir()
    for name in ("mlp", "lenet5"):
        save_design(folder / f"{name}.design.json", network(name))
    (folder / "spoilt.design.json").write_text('{"format": "layerscope-design/1"')
    (folder / "text.png").write_text("no picture")
    Image.fromarray(np.arange(30 * 20 * 3, dtype=np.uint8).reshape(30, 20, 3)).save(folder / "picture.png")


def _left_running() -> list[str]:
    """Threads of ours that do not end; one that reads data for nobody ends with the piece in hand."""
    ours = [thread for thread in threading.enumerate() if thread.name.startswith("layerscope")]
    for thread in ours:
        thread.join(PATIENCE_S)
    return [thread.name for thread in ours if thread.is_alive()]


def _held() -> int:
    """Bytes that this process holds now, where the system says so."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
