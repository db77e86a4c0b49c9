"""The promise of the extension points: one file each, and everything else follows from registering it.

Each of the four files is written to a temporary folder and loaded; then the layer is inserted from the palette by typing, its
form is edited, it trains, the view draws what the capture took of it, live and past, and the probe is asked in the window and
from the command line. Afterwards everything is taken out again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import main
from app.program import Program
from engine.capturing.base import CAPTURES
from engine.design.document import from_json, to_json
from engine.design.kinds import LAYER_KINDS
from engine.probing.base import PROBES
from engine.snapshot import Bars, Want
from engine.training.messages import RunState
from tests.app.conftest import close_program, make_program
from tests.helpers.throw_away import loaded
from widgets.viewing.base import VIEWS

LAYER = '''
"""Scaling by a fixed factor, for a test."""
from typing import ClassVar
from engine.design.kinds import LayerKind, layer_kind
from engine.design.parameters import parameter

@layer_kind
class Scale(LayerKind):
    """Multiplies by a fixed factor."""
    kind: ClassVar[str] = "scale"
    title: ClassVar[str] = "Scale"
    category: ClassVar[str] = "shape"
    help: ClassVar[str] = "Multiplies every activation by a fixed number."
    factor: float = parameter(2.0, "What everything is multiplied by.", low=-10.0, high=10.0)

    def torch(self, inputs):
        return None

    def call(self, module, names):
        return f"{self.factor} * {names[0]}"
'''
CAPTURE = '''
"""The largest activation of a layer, for a test."""
import numpy as np
from engine.capturing.base import capture
from engine.snapshot import Bars

@capture("loudest")
def loudest(context, want):
    values = context.activations(want.subject)[want.layer].flatten().cpu().numpy()
    return Bars(("smallest", "largest"), np.array([values.min(), values.max()], np.float32))
'''
VIEW = '''
"""Draws the capture "loudest" as words, for a test."""
from PySide6.QtWidgets import QLabel
from engine.snapshot import Bars, Want
from widgets.viewing.base import View, view

@view
class Loudest(View):
    """Two numbers in words."""
    name = "loudest"
    title = "Loudest"
    help = "The smallest and the largest activation of the selected layer."
    area = "side"

    def content(self):
        self.label = QLabel()
        return self.label

    def wants(self, focus):
        return frozenset({Want("loudest", focus.layer)}) if focus.layer else frozenset()

    def draw(self, snapshot, focus):
        bars = snapshot.get(Want("loudest", focus.layer), Bars)
        if bars is None:
            return "Select a layer."
        self.label.setText(f"{snapshot.step}: {bars.values[0]:.4f} {bars.values[1]:.4f}")
        return ""
'''
PROBE = '''
"""How bright the image is, for a test."""
from typing import ClassVar
import numpy as np
from engine.design.parameters import parameter
from engine.probing.base import PROBES, Probe
from engine.probing.result import BarChart

@PROBES.declare
class Brightness(Probe):
    """Mean brightness per channel."""
    kind: ClassVar[str] = "brightness"
    title: ClassVar[str] = "Brightness"
    help: ClassVar[str] = "How bright the image is, channel by channel."
    answer: ClassVar[type] = BarChart
    gain: float = parameter(1.0, "The result is multiplied by it.", low=0.0, high=100.0)

    def run(self, subject, image):
        means = image.picture.reshape(len(image.picture), -1).mean(1) * self.gain
        labels = tuple(f"channel {n}" for n in range(len(means)))
        yield BarChart("Mean brightness.", {"channels": len(means)}, labels=labels, values=means.astype(np.float32), done=0.5)
        yield BarChart("Mean brightness.", {"channels": len(means)}, labels=labels, values=means.astype(np.float32))
'''

FILES = (
    (LAYER_KINDS, "scale", LAYER),
    (CAPTURES, "loudest", CAPTURE),
    (VIEWS, "loudest", VIEW),
    (PROBES, "brightness", PROBE),
)


@pytest.fixture
def extended(tmp_path: Path) -> Iterator[None]:
    """The four files written, loaded, and in the end taken out again."""
    with loaded(FILES, tmp_path):
        yield


@pytest.fixture
def program(extended: None, qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Program]:
    made = make_program(qapp, tmp_path)
    yield made
    made.parts.saver.may_leave = lambda: True  # type: ignore[method-assign]
    close_program(made)


def test_four_files_are_all_it_takes(program: Program, qtbot: QtBot, until, tmp_path: Path, capsys) -> None:
    parts = program.parts
    session, window, runs, viewpoint = parts.session, parts.window, parts.runs, parts.viewpoint

    # The layer: found in the palette by typing, inserted with Enter, edited in its form, saved and read again.
    session.select(["r1"])
    window.network.open_palette()
    popup = window.network.palette_popup
    qtbot.keyClicks(popup.search, "scal")
    assert popup.list.currentIndex().data() == "Scale"
    qtbot.keyClick(popup.search, Qt.Key.Key_Return)
    assert [spec.kind for spec in session.document.design.layers] == ["conv2d", "relu", "scale", "flatten", "linear"]
    scale = session.selected
    assert session.document.design[scale].kind == "scale"
    window.inspector.form.changed.emit("factor", 3.0, False)
    assert session.document.design[scale].parameters.factor == 3.0
    assert from_json(to_json(session.document.design)) == session.document.design
    session.undo_stack.undo()
    assert session.document.design[scale].parameters.factor == 2.0

    # It trains, and the view draws what the capture took of it.
    program.commands.toggle()
    until(lambda: runs.shown.state is RunState.FINISHED)
    view = window.workspaces.stage.open_view("loudest")  # where room is short it lies as a tab behind another
    assert window.workspaces.views("loudest") == [view]
    want = Want("loudest", scale)
    until(lambda: viewpoint.snapshot.get(want, Bars) is not None and not view.is_empty)
    relu = Want("loudest", "r1")
    largest = float(viewpoint.snapshot.get(want, Bars).values[1])
    until(lambda: f"{largest:.4f}" in view.label.text())
    session.select(["r1"])
    until(lambda: viewpoint.snapshot.get(relu, Bars) is not None)
    assert largest == pytest.approx(2 * float(viewpoint.snapshot.get(relu, Bars).values[1]), rel=1e-4)
    viewpoint.go_to(0)
    until(lambda: view.label.text().startswith("0: "))

    # The probe: in the menu and the panel, asked by a click.
    assert "probe.brightness" in window.actions_table.specs
    program.commands.look_inside("brightness")
    until(lambda: not program.parts.probes.is_busy and not window.probe_panel.canvas.is_empty)
    expected = viewpoint.front.picture.mean()
    np.testing.assert_allclose(window.probe_panel.canvas.result.values, expected, rtol=1e-5)

    # And from the command line, on the saved run.
    run = tmp_path / "run"
    program.parts.saver.save_run_to(run)
    until(lambda: (run / "config.json").exists())
    out = tmp_path / "answer.npy"
    command = ["probe", "brightness", str(run), "--image", "test:0", "--set", "gain=2", "--out", str(out), "--json"]
    assert main.main(command) == 0
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert answer["probe"] == "brightness" and answer["channels"] == 1
    np.testing.assert_allclose(np.load(out), 2 * runs.shown.problem.example("test", 0).picture.mean(), rtol=1e-5)
