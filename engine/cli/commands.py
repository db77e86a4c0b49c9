"""The table of headless commands, and the one place where their mistakes become sentences and exit codes."""

from __future__ import annotations

import argparse
import importlib
import io
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from engine.errors import LayerscopeError
from engine.registry import nearest

DONE, MISTAKE, INTERRUPTED, TERMINATED = 0, 2, 130, 143
INSTALL = "python -m pip install -e ."

COMMANDS = {
    "info": "a network layer by layer: shapes, parameters, multiply-accumulates, receptive field",
    "train": "train a network on a data set and keep the run in a folder",
    "resume": "go on with a run where it stopped",
    "evaluate": "loss and accuracy of a trained run on a data set",
    "probe": "ask a trained run a question, such as what it looks at (occlusion)",
    "export": "a network as PyTorch code with its weights, as a drawing (SVG, PDF, PNG), or as a design file",
    "data": "the data sets: list, describe, get",
    "screenshots": "every main state of the window as PNG files",
    "doctor": "versions, devices, data folders and missing system libraries",
}
"""Name to one line of help, in the order of the help page. Each is the module of that name in this package."""


class Interrupted(Exception):
    """The command was asked to end and everything worth keeping is saved; the text says where, ``code`` is the exit code."""

    def __init__(self, sentence: str, code: int = INTERRUPTED) -> None:
        super().__init__(sentence)
        self.code = code


class Terminated(KeyboardInterrupt):
    """The system asks the process to end (SIGTERM): as Ctrl-C, but for the exit code."""


class _HelpPage(argparse.RawDescriptionHelpFormatter):
    """Help as wide as a terminal usually is, with lists left as they are."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=100)


class Parser(argparse.ArgumentParser):
    """argparse with one plain sentence for a mistake instead of a page of usage.

    ``details`` writes the end of the help page; it is called only when that is shown, because it may load torch.
    """

    details: Callable[[], str] | None = None

    def format_help(self) -> str:
        return super().format_help() + (self.details() if self.details else "")

    def error(self, message: str) -> NoReturn:
        unknown = "unrecognized arguments: "
        if message.startswith(unknown):
            word = message.removeprefix(unknown).split()[0]
            options = [text for action in self._actions for text in action.option_strings if text.startswith("--")]
            message = f"there is no {'option' if word.startswith('-') else 'argument'} '{word}'. {nearest(word, options)}"
        end = "" if message.endswith((".", "?")) else "."
        self.exit(MISTAKE, f"{self.prog}: {message}{end} See {self.prog} --help.\n")


def print_overview(program: str) -> int:
    """Print the help page of the whole program; returns the exit code."""
    print(f"{program} [FILE]           open the window, with a design or a run")
    print(f"{program} --demo           open the window and train the built-in example at once")
    print(f"{program} --version        print the version")
    print(f"{program} COMMAND --help   about one of these commands, which need no window:\n")
    for name, help in COMMANDS.items():
        print(f"  {name:<13}{help}")
    return DONE


def print_version() -> int:
    """Print the program's version; returns the exit code."""
    from engine.files.versions import layerscope_version

    print(f"layerscope {layerscope_version()}")
    return DONE


def exists(path: str) -> bool:
    """Whether there is something at ``path``; a name that no file can have is no file."""
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False


def looks_like_a_file(text: str) -> bool:
    """Whether ``text`` is meant as a file or folder: it names one that lies somewhere, or ends as files do."""
    return not text.startswith("-") and bool(re.search(r"[/\\]|\w\.[A-Za-z]\w*$", text))


def no_such(word: str, options: Sequence[str]) -> str:
    """The sentence for a ``word`` that is neither a command, nor one of the ``options``, nor a file that is there."""
    if looks_like_a_file(word):
        return f"There is no file '{word}'. Name a design file or the folder of a run."
    return f"There is no command or file '{word}'. {nearest(word, [*COMMANDS, *options])}"


def mistake(sentence: str) -> int:
    """Say on standard error what the user can mend; returns the exit code that goes with it."""
    print(sentence, file=sys.stderr)
    return MISTAKE


Painter = Callable[..., Any]
"""Draws what a command asks for: it is the window's own, in ``app``."""


def run_command(name: str, argv: Sequence[str], painter: Painter | None = None) -> int:
    """Run one command with its arguments; returns the exit code and never raises for a user's mistake.

    ``painter`` is what commands draw with: the caller has it, because the engine does not know the window.
    """
    _forgive_narrow_terminals()
    try:
        with _asked_to_end():
            return _run(name, argv, painter)
    except SystemExit as end:  # argparse's way of saying that help was shown, or that the arguments are wrong
        return end.code if isinstance(end.code, int) else MISTAKE
    except LayerscopeError as error:
        return mistake(error.sentence())
    except ModuleNotFoundError as error:
        return mistake(missing_package(error))
    except Interrupted as stop:
        print(stop, file=sys.stderr)
        return stop.code
    except KeyboardInterrupt as stop:
        print("Interrupted.", file=sys.stderr)
        return code_of(stop)
    except BrokenPipeError:  # the reader of our output, such as head, has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        return mistake(f"The system refused: {error.strerror or error} ({error.filename or 'no file named'}).")


def code_of(stop: KeyboardInterrupt) -> int:
    """The exit code that says what ended the program."""
    return TERMINATED if isinstance(stop, Terminated) else INTERRUPTED


@contextmanager
def _asked_to_end() -> Iterator[None]:
    """Inside, SIGTERM raises Terminated where Ctrl-C would raise KeyboardInterrupt: in the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield  # the main thread has its own idea of signals
        return

    def end(number: int, frame: FrameType | None) -> NoReturn:
        raise Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _run(name: str, argv: Sequence[str], painter: Painter | None) -> int:
    module = importlib.import_module(f"engine.cli.{name}")
    parser = Parser(prog=f"main.py {name}", description=COMMANDS[name].capitalize() + ".", formatter_class=_HelpPage)
    parser.set_defaults(painter=painter)
    module.add_arguments(parser)
    code = int(module.run(parser.parse_args(argv)))
    sys.stdout.flush()
    return code


def missing_package(error: ModuleNotFoundError) -> str:
    """The sentence for a package that is not installed; a module of our own that is missing is a bug, and is raised."""
    if (error.name or "").partition(".")[0] in ("", "app", "engine", "widgets"):
        raise error
    return f"The Python package '{error.name}' is not installed. Type: {INSTALL}"


def _forgive_narrow_terminals() -> None:
    """A terminal that cannot show × gets a question mark, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
