"""Pictures of every main state of the window, made by the program itself from a real run, drawn off screen."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QBuffer, QByteArray, QEventLoop, QIODevice, QSize
from PySide6.QtWidgets import QApplication, QWidget

from app.builtin import builtin_document
from app.program import Program
from app.run.live_run import LiveRun
from app.settings import SettingsFile
from app.start import make_application
from app.workspaces import WORKSPACES
from engine.cli.commands import Terminated
from engine.errors import LayerscopeError
from engine.training.messages import RunState
from widgets.sides import SIDES
from widgets.views.arithmetic import ArithmeticView

SIZES = ((1280, 720), (1600, 1000), (2560, 1440))
STEPS = 250
TIMEOUT_S = 120.0
LARGE = 2.0
"""The size of text that every workspace is shown at, in the smallest window."""
DRAWN = (
    ("alexnet", "volumes", False),
    ("resnet_s", "volumes", True),
    ("googlenet", "volumes", False),
    ("googlenet", "graph", False),
    ("googlenet", "graph", True),
    ("resnet50", "graph", False),
    ("unet", "graph", True),
)
"""Drawings of networks: the built-in network, how it is drawn, and whether its blocks are unfolded."""
TASKS_SHOWN = (("autoencoder", "autoencoder"), ("mask", "mask_small"), ("regression", "regression_mlp"))
"""One state of each further task: its name in the file, and the built-in network."""


def write_screenshots(folder: Path, theme: str | None = None) -> list[Path]:
    """Render the states into ``folder`` as NAME-THEME.png; both themes unless one is named. Returns the files written.

    Takes some minutes, and says each picture on standard error as soon as it lies there: they show a network that is really
    trained. FileError where the folder cannot be written.
    """
    app = make_application()
    written: list[Path] = []
    with tempfile.TemporaryDirectory() as scratch, _signals_between_pieces():
        program = Program(app, SettingsFile(Path(scratch) / "settings.json"))
        try:
            program.parts.loader.start()
            program.parts.loader.finish()
            for name, widget in _states(program, app):
                for chosen in (theme,) if theme else ("dark", "light"):
                    program.parts.look.set_theme(chosen)
                    _settle(app, 0.25)
                    written.append(_save(widget, folder / f"{name}-{chosen}.png"))
                    sys.stderr.write(f"{len(written)}: {written[-1].name}\n")
        finally:
            program.leave()
            program.parts.window.deleteLater()
            _settle(app, 0.1)
    return written


def _states(program: Program, app: QApplication) -> Iterator[tuple[str, QWidget]]:
    """Bring the program from one state to the next; each is drawn when it is yielded."""
    commands, window = program.commands, program.parts.window
    viewpoint, session = program.parts.viewpoint, program.parts.session
    window.resize(*SIZES[1])
    window.show()
    yield from _beginning(program, app)

    run = _train(program, app)
    session.select([session.document.design.layers[0].id])
    _settle(app, 0.3)
    yield "02-watch-running", window
    run.pause()
    _wait(app, lambda: run.state is RunState.PAUSED or run.state.is_over)  # on a slow machine it may have ended meanwhile
    for width, height in (SIZES[0], SIZES[2]):
        window.resize(QSize(width, height))
        _settle(app, 0.5)
        yield f"03-watch-{width}x{height}", window
    window.resize(*SIZES[1])

    viewpoint.go_to(50)
    _settle(app, 1.0)
    yield "04-step-50-not-live", window
    viewpoint.go_live()

    commands.choose_workspace("design")
    commands.show_help("conv2d")
    _settle(app, 0.5)
    yield "05-design", window
    yield from _arithmetic(program, app)
    session.apply("Break it", lambda design: design.with_parameters(design.layers[0].id, kernel=40))
    _settle(app, 0.5)
    yield "06-design-error", window
    session.undo_stack.undo()

    yield from _probes(program, app)

    yield from _large(program, app)
    yield from _presentation(program, app)
    commands.open_command_palette()
    _settle(app, 0.3)
    yield "11-command-palette", window.command_palette
    window.command_palette.hide()

    yield from _tasks(program, app)
    yield from _drawings(program, app)


def _beginning(program: Program, app: QApplication) -> Iterator[tuple[str, QWidget]]:
    """Data that are made, the untrained network, and the first steps, slow enough to be talked over."""
    parts, window = program.parts, program.parts.window
    program.commands.toggle()
    _wait(app, lambda: parts.runs.shown is not None and _is_reading(parts.runs.shown))
    yield "00-making-data", window
    parts.runs.put_away()
    window.banner.hide()
    parts.untrained.start()
    _wait(app, lambda: parts.viewpoint.snapshot is not None and not parts.untrained.is_busy)
    _settle(app, 0.5)
    yield "01-start", window
    program.commands.toggle()
    _wait(app, lambda: parts.runs.shown is not None and parts.runs.shown.progress is not None)
    _settle(app, 3.0)
    yield "02-watch-slow", window
    parts.speed.full()


def _is_reading(run: LiveRun) -> bool:
    """Whether some of the data are there, or all of them."""
    return run.progress is not None and (run.progress.read is None or run.progress.read > 0.1)


def _arithmetic(program: Program, app: QApplication) -> Iterator[tuple[str, QWidget]]:
    """Each tab of the arithmetic view, which has the stage to itself."""
    stage = program.parts.window.workspaces.stage
    view = stage.open_view("arithmetic")
    assert isinstance(view, ArithmeticView)
    stage.toggle_enlarged(view.name)
    for tab, name in enumerate(("window", "matrix", "field")):
        view.tabs.choose(tab)
        view.redraw()
        view.player.go_to(330)
        _settle(app, 0.5)
        yield f"05-arithmetic-{name}", program.parts.window
    view.tabs.choose(0)
    stage.toggle_enlarged(view.name)
    _settle(app, 0.3)


def _probes(program: Program, app: QApplication) -> Iterator[tuple[str, QWidget]]:
    parts, session = program.parts, program.parts.session
    for number, probe in enumerate(("occlusion", "activation_max"), 7):
        session.select([session.document.design.layers[-1].id])
        program.commands.look_inside(probe)
        _wait(app, lambda: not parts.probes.is_busy)
        _settle(app, 0.5)
        yield f"{number:02}-probe-{probe.replace('_', '-')}", parts.window


def _large(program: Program, app: QApplication) -> Iterator[tuple[str, QWidget]]:
    """Both panels away; then large text in a small window."""
    window, sides = program.parts.window, program.parts.window.sides
    program.commands.choose_workspace("watch")
    program.parts.session.select([program.parts.session.document.design.layers[0].id])
    for side in SIDES:
        sides.show_side(side.name, False)
    _settle(app, 0.5)
    yield "09-panels-hidden", window
    for side in reversed(SIDES):
        sides.show_side(side.name, True)
    window.resize(*SIZES[0])
    program.parts.look.set_scale(LARGE)
    for name, _ in WORKSPACES:
        program.commands.choose_workspace(name)
        _settle(app, 0.5)
        yield f"09-text-{LARGE:.0%}-{name}".replace("%", ""), window
    program.parts.look.set_scale(1.0)


def _presentation(program: Program, app: QApplication) -> Iterator[tuple[str, QWidget]]:
    """Every workspace presented, as on a projector."""
    window = program.parts.window
    program.parts.presentation.begin()
    _settle(app, 0.5)  # the screen's size comes first
    for width, height in (SIZES[0], SIZES[1]):
        window.resize(width, height)
        for name, _ in WORKSPACES[1:]:
            program.commands.choose_workspace(name)
            _settle(app, 0.8)
            yield f"10-presentation-{name}-{width}x{height}", window
    program.parts.presentation.leave()
    program.commands.choose_workspace("watch")
    window.resize(*SIZES[1])
    _settle(app, 0.3)


def _tasks(program: Program, app: QApplication) -> Iterator[tuple[str, QWidget]]:
    session = program.parts.session
    for number, (title, name) in enumerate(TASKS_SHOWN, 12):
        session.open(builtin_document(name, session.document))
        program.commands.restart()
        _train(program, app)
        yield f"{number}-watch-{title}", program.parts.window


def _drawings(program: Program, app: QApplication) -> Iterator[tuple[str, QWidget]]:
    """Networks drawn as volumes and as graphs, their blocks folded and unfolded."""
    session, window = program.parts.session, program.parts.window
    program.commands.choose_workspace("design")
    for number, (name, way, is_unfolded) in enumerate(DRAWN, 15):
        session.open(builtin_document(name, session.document))
        window.drawing_view.choose(way)
        window.drawing.fold_all(unfold=is_unfolded)
        _settle(app, 0.5)
        yield f"{number}-{way}-{name}{'-unfolded' if is_unfolded else ''}", window


def _train(program: Program, app: QApplication) -> LiveRun:
    """Let the run that was just started train some hundred steps; it may have come to its end by then."""
    runs = program.parts.runs
    _wait(app, lambda: runs.shown is not None and (runs.shown.is_alive or runs.shown.state.is_over))
    run = runs.shown
    assert run is not None
    _wait(app, lambda: (run.progress is not None and run.progress.step >= STEPS) or run.state.is_over)
    if run.state is RunState.FAILED:
        raise LayerscopeError(f"The example could not be trained: {program.parts.window.banner.text}")
    _settle(app, 0.5)
    return run


def _save(widget: QWidget, path: Path) -> Path:
    from engine.files.atomic import atomic_write

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LayerscopeError(f"The folder {path.parent} cannot be made ({error.strerror})", "Name another one.") from None
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    widget.grab().save(buffer, "PNG")
    with atomic_write(path) as file:
        file.write(data.data())
    return path


_came: list[int] = []  # signals that wait


@contextmanager
def _signals_between_pieces() -> Iterator[None]:
    """Inside, Ctrl-C and SIGTERM wait for the end of ``_settle``: what is raised in a slot, which Qt calls, gets no further."""
    usual = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    waiting = {number: handler for number, handler in usual.items() if callable(handler)}
    for number in waiting:
        signal.signal(number, lambda number, _: _came.append(number))
    try:
        yield
    finally:
        for number, handler in waiting.items():
            signal.signal(number, handler)
        _came.clear()


def _obey_signals() -> None:
    """End as the command line does: SIGTERM there raises its own exception."""
    if _came:
        raise Terminated if _came.pop() == signal.SIGTERM else KeyboardInterrupt


def _settle(app: QApplication, seconds: float) -> None:
    """Let the window live for a while, so that what is under way is drawn."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        time.sleep(0.005)
        _obey_signals()


def _wait(app: QApplication, done: Callable[[], bool]) -> None:
    """Let the window live until ``done``; LayerscopeError after two minutes."""
    end = time.monotonic() + TIMEOUT_S
    while not done():
        if time.monotonic() > end:
            raise LayerscopeError("The network did not train fast enough to be pictured", "Try again when the machine is idle.")
        _settle(app, 0.02)
