"""Where Qt can open no window, the program says so in one sentence and ends; left alone, Qt would abort."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar

from PySide6.QtCore import QtMsgType, qInstallMessageHandler

T = TypeVar("T")

NO_WINDOW = 2
"""The exit status, as for any mistake that a sentence explains."""


def with_display(make: Callable[[], T]) -> T:
    """What ``make`` returns, which makes the QApplication. Where no display can be had, one sentence goes to standard error and
    the process ends with status 2: Qt gives its last message and would abort behind it. Other messages go to standard error.
    Whoever heard Qt's messages before hears them again."""
    heard: list[str] = []

    def hear(kind: QtMsgType, _: Any, message: str) -> None:
        heard.append(message)
        if kind is QtMsgType.QtFatalMsg:
            _leave(no_window(heard, os.environ))

    before = qInstallMessageHandler(hear)
    try:
        made = make()
    finally:
        qInstallMessageHandler(before)
    for message in heard:
        sys.stderr.write(f"{message}\n")
    return made


def no_window(heard: Sequence[str], environment: Mapping[str, str]) -> str:
    """Why there is no window and what to do, in a sentence, from what Qt said before it gave up."""
    said = "\n".join(heard)
    unknown = re.search(r'Could not find the Qt platform plugin "([^"]*)"', said)
    refused = re.search(r"could not connect to display (\S+)", said)
    advice = "Start Layerscope on a desktop, or use its commands, which need none: python main.py --help."
    if unknown:
        return f"No window can be opened: QT_QPA_PLATFORM names '{unknown[1]}', which Qt does not have. Leave it unset."
    if refused:
        return f"No window can be opened: the display '{refused[1]}' does not answer. {advice}"
    if not environment.get("DISPLAY") and not environment.get("WAYLAND_DISPLAY"):
        return f"No window can be opened: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set). {advice}"
    if "wl_display" in said and "DISPLAY" not in environment:
        return f"No window can be opened: the display '{environment.get('WAYLAND_DISPLAY')}' does not answer. {advice}"
    return "No window can be opened: Qt cannot be loaded. 'python main.py doctor' names the system libraries that are missing."


def _leave(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
    os._exit(NO_WINDOW)  # from inside Qt, which aborts as soon as this returns
