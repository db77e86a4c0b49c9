"""Starting and ending from outside: no display is one sentence, and signals of the system end the program in good order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from pytestqt.qtbot import QtBot

from app.display import no_window
from app.signals import Signals
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
