"""Layerscope's entry point: no command opens the window, a command runs headless without loading Qt."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from typing import Any

from engine.cli.commands import COMMANDS, exists, missing_package, mistake, no_such, print_overview, print_version, run_command

PROGRAM = "python main.py"
PAINTERS = {"screenshots": ("app.screenshots", "write_screenshots"), "export": ("app.drawn_file", "drawn_file")}
OPTIONS = ("--demo", "--version", "--help", "-h")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv`` (the process's own by default); returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words and words[0] in COMMANDS:
        return run_command(words[0], words[1:], partial(paint, words[0]))
    if "--version" in words:
        return print_version()
    if "--help" in words or "-h" in words:
        return print_overview(PROGRAM)
    return open_window(words)


def paint(command: str, *request: Any) -> Any:
    """Have drawn what ``command`` asks for; only then is what draws it imported, with Qt."""
    module, function = PAINTERS[command]
    return getattr(import_module(module), function)(*request)


def open_window(words: Sequence[str]) -> int:
    """Open the window with the file that ``words`` name, if any; with --demo the built-in example trains at once."""
    files = [word for word in words if word != "--demo"]
    unknown = next((word for word in files if not exists(word)), None)
    if unknown is not None:
        return mistake(no_such(unknown, OPTIONS))
    if len(files) > 1:
        return mistake(f"The window opens one file, not {len(files)}. Name one of {', '.join(files)}.")
    if sys.platform == "win32":
        import torch  # noqa: F401  once Qt's libraries are loaded, Windows can fail to load torch's
    try:
        from app.start import run_window
    except ModuleNotFoundError as error:
        return mistake(missing_package(error))
    return run_window(files[0] if files else None, "--demo" in words)


if __name__ == "__main__":
    sys.exit(main())
