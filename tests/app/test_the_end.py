"""How the whole program ends: window shown, the demo training, layers copied, closed; by itself, with status 0, and whole."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from tests.app.conftest import close_program, make_program

USE_AND_QUIT = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from app.program import Program
from app.settings import SettingsFile
from app.start import make_application

app = make_application()
program = Program(app, SettingsFile(Path(sys.argv[1]) / "settings.json"))
window, runs = program.parts.window, program.parts.runs
window.show()
program.commands.toggle()

def look():
    run = runs.shown
    if run is None or run.progress is None or run.progress.step < 3:
        return
    timer.stop()
    window.network.set_selection(("c1",))
    window.network.run("copy")
    print(run.is_alive, len(app.clipboard().text()))
    program.quit_after(0)

timer = QTimer(interval=20)
timer.timeout.connect(look)
timer.start()
sys.exit(app.exec())
"""


def test_a_program_that_was_used_ends_with_status_0(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", USE_AND_QUIT, str(tmp_path)],
        cwd=Path(__file__).parent.parent.parent,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    alive, copied = ended.stdout.split()
    assert alive == "True" and int(copied) > 30
    assert "Traceback" not in ended.stderr


def test_with_its_window_every_part_of_it_goes(qapp: QApplication, tmp_path: Path) -> None:
    """A control that is in no window is one itself, and stays behind."""
    before = set(qapp.topLevelWidgets())
    close_program(make_program(qapp, tmp_path))
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert [type(widget).__name__ for widget in qapp.topLevelWidgets() if widget not in before] == []
