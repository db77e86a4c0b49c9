"""Starting and ending from outside: no display is one sentence, and signals of the system end the program in good order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QSocketNotifier, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.display import no_window, with_display
from app.program import Program
from app.settings import SettingsFile
from app.signals import Signals
from tests.app.conftest import close_program
from tests.conftest import ROOT

ASK = 'Could not load the Qt platform plugin "xcb" in "" even though it was found.'


def start(**changes: str) -> subprocess.CompletedProcess[str]:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_SESSION_TYPE", "PYTHONFAULTHANDLER")
    environment = {name: value for name, value in os.environ.items() if name not in names}
    command = [sys.executable, "main.py"]
    return subprocess.run(
        command, cwd=ROOT, env={**environment, **changes}, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display to ask")
@pytest.mark.parametrize(("changes", "words"), [({}, "DISPLAY"), ({"DISPLAY": ":77"}, "':77' does not answer")])
def test_without_a_display_it_is_one_sentence_and_status_2(changes, words) -> None:
    done = start(**changes)
    assert done.returncode == 2 and words in done.stderr and "main.py --help" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1 and not done.stdout


def test_a_platform_that_qt_does_not_have_is_one_sentence() -> None:
    done = start(QT_QPA_PLATFORM="nonsense")
    assert done.returncode == 2 and "'nonsense'" in done.stderr and len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("heard", "environment", "words"),
    [
        (["Failed to create wl_display", ASK], {"WAYLAND_DISPLAY": "wayland-9"}, "'wayland-9' does not answer"),
        (["From 6.5.0, xcb-cursor0 is needed", ASK], {"DISPLAY": ":0"}, "doctor"),
    ],
)
def test_why_there_is_no_window(heard, environment, words) -> None:
    assert words in no_window(heard, environment)


class Painted(QObject):
    """Notes who has been painted, and when the window said that it has been."""

    def __init__(self, *parts: QWidget) -> None:
        super().__init__()
        self.order: list[str] = []
        for part in parts:
            part.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.order.append(type(watched).__name__)
        return False


def test_the_first_frame_is_whole_before_anything_is_loaded(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    """Torch was loaded while the panels were being painted: the window stayed black for as long as both took."""
    program = Program(qapp, SettingsFile(tmp_path / "settings.json"))
    window = program.parts.window
    heads = [dock.header for dock in window.workspaces.stages["watch"].docks.values() if not dock.isHidden()]
    parts = (window.top_bar, window.transport.run_button, window.inspector, window.network.list.viewport(), heads[0])
    seen = Painted(*parts)
    window.painted = lambda: seen.order.append("loading")
    window.show()
    qtbot.waitUntil(lambda: "loading" in seen.order)
    assert set(seen.order[: seen.order.index("loading")]) == {type(part).__name__ for part in parts}
    close_program(program)


def test_whoever_heard_qts_messages_before_hears_them_again() -> None:
    heard: list[str] = []

    def hear(kind: QtMsgType, _: object, message: str) -> None:
        heard.append(message)

    before = qInstallMessageHandler(hear)
    try:
        assert with_display(lambda: 3) == 3
        assert qInstallMessageHandler(hear) is hear
        with pytest.raises(ZeroDivisionError):
            with_display(lambda: 1 // 0)
        assert qInstallMessageHandler(hear) is hear and heard == []
    finally:
        qInstallMessageHandler(before)


def test_a_call_to_read_where_no_signal_came_is_none(qtbot: QtBot) -> None:
    signals, came = Signals([]), list[int]()
    signals.came.connect(came.append)
    try:
        signals._notifier.activated.emit(signals._here.fileno(), QSocketNotifier.Type.Read)
    finally:
        signals.close()
    assert came == []


@pytest.mark.skipif(sys.platform == "win32", reason="there a process cannot send itself this signal")
def test_a_signal_wakes_the_event_loop_and_is_given_back(qtbot: QtBot) -> None:
    before = signal.getsignal(signal.SIGTERM)
    signals = Signals([signal.SIGTERM])
    try:
        with qtbot.waitSignal(signals.came) as told:
            os.kill(os.getpid(), signal.SIGTERM)
    finally:
        signals.close()
    assert told.args == [signal.SIGTERM] and signal.getsignal(signal.SIGTERM) is before


LONE = """
import gc, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from app import start
from app.program import Program
from app.settings import SettingsFile

class Short(Program):
    def __init__(self, app):
        super().__init__(app, SettingsFile(Path(sys.argv[1]) / "settings.json"))
        self.parts.loader.when_loaded(lambda: QTimer.singleShot(0, self.end_at_once))

start.Program = Short
start.run_window(None, False)
print(gc.get_freeze_count())
"""


def test_what_stays_as_long_as_the_window_is_exempt_from_collection(tmp_path: Path) -> None:
    """Else each collection of garbage walks through all of torch, while the window waits."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", LONE, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert int(done.stdout) > 100_000, done.stderr
