"""How a process ends that has used the window's widgets: by itself, with status 0."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COPY_AND_LEAVE = """
from PySide6.QtWidgets import QApplication
app = QApplication([])
from engine.design.check import check
from engine.zoo import network
from widgets.network import NetworkPanel
from widgets.theme import Look
panel = NetworkPanel(Look("dark"))
design = network("lenet5")
panel.set_design(design, check(design))
panel.set_selection(("c1",))
panel.run("copy")
print(len(app.clipboard().text()))
"""


def test_copied_layers_do_not_crash_the_end_of_the_process() -> None:
    """Data on the clipboard that Python made is destroyed after Python: exit status 139, as it was once."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    root = Path(__file__).parent.parent.parent
    ended = subprocess.run(
        [sys.executable, "-c", COPY_AND_LEAVE],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) > 100
