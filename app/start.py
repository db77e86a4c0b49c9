"""Starting the window: the guard, the application, the program, and its end."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app.guard import protect_singletons

protect_singletons()  # before the first use of Qt

from PySide6.QtWidgets import QApplication  # noqa: E402

from app.display import with_display  # noqa: E402
from app.program import Program  # noqa: E402
from app.signals import ENDING, INTERRUPT, Signals  # noqa: E402
from engine.heap import keep_together  # noqa: E402


def make_application() -> QApplication:
    """The one QApplication, named so that settings and window managers know it, in a process that lives long."""
    keep_together()
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication([sys.argv[0]])
    app.setApplicationName("layerscope")
    app.setApplicationDisplayName("Layerscope")
    return app


def run_window(file: str | None, demo: bool) -> int:
    """Open the window, with ``file`` (a design or a run) in it or the demo training; returns the exit status: as usual 128 and
    the signal's number where a signal ended it."""
    app = with_display(make_application)
    program = Program(app)
    program.surprises.install()
    signals, ended_by = Signals((INTERRUPT, *ENDING), program), []

    def obey(number: int) -> None:
        if number == INTERRUPT:
            program.parts.window.close()
        else:
            ended_by.append(number)
            program.end_at_once()

    signals.came.connect(obey)
    program.parts.window.painted = program.parts.loader.start
    program.parts.window.show()
    program.parts.loader.when_loaded(program.parts.collector.settle)
    program.parts.loader.when_loaded(program.parts.untrained.start)
    if file is not None:
        program.parts.loader.when_loaded(lambda: program.parts.opener.open_path(Path(file)))
    if demo:
        program.parts.speed.demonstrate()
        program.parts.loader.when_loaded(program.commands.toggle)
    if os.environ.get("LAYERSCOPE_QUIT_AFTER"):  # seconds; for unattended checks of the real window
        program.quit_after(float(os.environ["LAYERSCOPE_QUIT_AFTER"]))
    status = app.exec()
    program.leave()
    signals.close()
    return 128 + ended_by[0] if ended_by else status
