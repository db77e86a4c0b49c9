"""Time from starting the program to its first painted window, with torch loaded after it, against loading torch first."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.base import Row

ROOT = Path(__file__).parent.parent
OURS = """
import time, sys
start = float(sys.argv[1])
{first}
from app.start import make_application
app = make_application()
from app.program import Program
from app.settings import SettingsFile
from pathlib import Path
program = Program(app, SettingsFile(Path(sys.argv[2])))
def painted():
    print(time.time() - start, 'torch' in sys.modules, flush=True)
    app.quit()
program.parts.window.painted = painted
program.parts.window.show()
app.exec()
program.leave()
"""


def run(quick: bool) -> list[Row]:
    """Each start is a process of its own; both kinds in turn. The clock starts before the interpreter does."""
    rounds = 5 if quick else 15
    ours, other, lazy = [], [], True
    _start("")  # so that the files are in the system's cache
    for _ in range(rounds):
        seconds, had_torch = _start("")
        lazy = lazy and not had_torch
        ours.append(seconds)
        other.append(_start("import torch")[0])
    ratio = median(theirs / mine for mine, theirs in zip(ours, other, strict=True))
    case = "cold process, torch after the window" if lazy else "cold process, TORCH WAS LOADED FIRST"
    return [Row(case, "first painted window", median(ours), "s", "torch loaded before the window", ratio)]


def _start(first: str) -> tuple[float, bool]:
    """(seconds to the first painting, whether torch was loaded by then)."""
    with tempfile.TemporaryDirectory() as scratch:
        environment = {**os.environ}
        if not environment.get("DISPLAY") and sys.platform == "linux":
            environment["QT_QPA_PLATFORM"] = "offscreen"
        command = [sys.executable, "-c", OURS.format(first=first), str(time.time()), str(Path(scratch) / "settings.json")]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    seconds, torch = done.stdout.split()
    return float(seconds), torch == "True"
