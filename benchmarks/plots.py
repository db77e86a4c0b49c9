"""One update and painting of a loss plot, ours on pyqtgraph, against pyqtgraph at its defaults and its best, and our old plot;
and of the colour bar below pictures, which is the one thing of a plot that we paint ourselves."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.base import Row, in_turn

Floats = NDArray[np.float64]
Update = Callable[[int], None]
SIZE, BAR = (520, 200), (420, 40)
PASSES = 4  # of the event loop: a timer, the scene's own bookkeeping, the painting, and one to spare
NEW = 4  # points that arrive between two paintings


def run(quick: bool) -> list[Row]:
    """Three curves (raw, averaged, validation), 520 × 200, off screen; every update brings four new points."""
    from app.guard import protect_singletons

    protect_singletons()
    if not os.environ.get("DISPLAY") and sys.platform == "linux":
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication([])
    rounds = 60 if quick else 400
    rows = []
    for points in (500, 5_000, 100_000):
        rows += _compare(points, rounds)
        app.processEvents()
    return rows + _colour_bars(rounds)


def _colour_bars(rounds: int) -> list[Row]:
    """Our strip below a mosaic against pyqtgraph's ColorBarItem without handles; every update brings other limits, which in the
    program is rare: its limits have two figures."""
    ours, theirs = _Turn(None, _our_bar(), BAR), _Turn(None, _their_bar(), BAR)
    pairs = in_turn(ours, theirs, rounds, warm_ups=10)
    for turn in (ours, theirs):
        turn.close()
    baseline = f"pyqtgraph's ColorBarItem: {1000 * pairs.baseline_seconds:.2f} ms"
    return [Row("colour bar", "update and paint", 1000 * pairs.seconds, "ms", baseline, pairs.speed_up)]


def _our_bar() -> tuple[Any, Update]:
    from engine.words import number
    from widgets.common.legend import LegendStrip
    from widgets.common.pictures import Legend
    from widgets.theme import Look

    strip = LegendStrip(Look())

    def update(count: int) -> None:
        strip.show_legend(Legend("sequential", "0", number(1 + count / 1000, 5), note="one range for every map"))

    return strip, update


def _their_bar() -> tuple[Any, Update]:
    import pyqtgraph as pg

    from widgets.theme import Look

    view, look = pg.GraphicsView(background=Look().colour("bar")), Look()
    bar = pg.ColorBarItem(values=(0, 1), colorMap=pg.colormap.get("viridis"), orientation="h", width=8, interactive=False)
    bar.getAxis("bottom").setTickFont(look.font(11))
    view.setCentralItem(bar)

    def update(count: int) -> None:
        bar.setLevels((0, 1 + count / 1000))

    return view, update


def _compare(points: int, rounds: int) -> list[Row]:
    """Ours against each other way, A B A B; then how long each keeps the interpreter lock from another thread."""
    data = _Data(points, 2 * rounds + 60)
    ours = _Turn(data, _ours(data))
    others = {
        "pyqtgraph, its defaults": _Turn(data, _plain(data)),
        "pyqtgraph, its best settings": _Turn(data, _tuned(data)),
        "painted by ourselves, recorded": _Turn(data, _painted(data)),
    }
    rows = []
    for name, other in others.items():
        ours.restart(), other.restart()
        pairs = in_turn(ours, other, rounds, warm_ups=10)
        baseline = f"{name}: {1000 * pairs.baseline_seconds:.2f} ms"
        rows.append(Row(f"{points:,} points", "update and paint", 1000 * pairs.seconds, "ms", baseline, pairs.speed_up))
    for turn in (ours, *others.values()):
        turn.close()
    return rows


class _Data:
    """A noisy loss that falls: all steps, values and averages there will be."""

    def __init__(self, points: int, updates: int) -> None:
        from widgets.common.decimate import moving_average

        count = points + NEW * updates
        self.points = points
        self.steps = np.arange(1.0, count + 1)
        self.raw = 2.3 * np.exp(-self.steps / points * 8) + 0.1 + np.random.default_rng(0).exponential(0.05, count)
        self.average = moving_average(self.raw, 0.9)
        self.validation = 2.2 * np.exp(-self.steps / points * 8) + 0.2


class _Turn:
    """One update of one way of plotting and the painting that follows from it."""

    def __init__(self, data: _Data | None, plot: tuple[Any, Update], size: tuple[int, int] = SIZE) -> None:
        from PySide6.QtWidgets import QApplication

        self._first, self._update = data.points if data is not None else 0, plot[1]
        self._widget = plot[0]
        self._paint = QApplication.processEvents
        self._widget.resize(*size)
        self._count = self._first
        self._update(self._count)
        self._widget.show()
        self._paint()

    def __call__(self) -> None:
        self._count += NEW
        self._update(self._count)
        for _ in range(PASSES):
            self._paint()

    def restart(self) -> None:
        """Begin again with the first points."""
        self._count = self._first

    def close(self) -> None:
        """Take the widget from the screen."""
        self._widget.hide()
        self._widget.deleteLater()


def _ours(data: _Data) -> tuple[Any, Update]:
    from widgets.common.curves import CurvePlot
    from widgets.theme import Look

    plot = CurvePlot(Look())
    plot.add_curve("raw", "training", "training", smooth=True)
    plot.add_curve("validation", "validation", "validation")
    plot.set_smoothing(0.9)

    def update(count: int) -> None:
        plot.set_points("raw", data.steps[:count], data.raw[:count])
        plot.set_points("validation", data.steps[:count:50], data.validation[:count:50])

    return plot, update


def _painted(data: _Data) -> tuple[Any, Update]:
    from benchmarks.painted_plot import PaintedPlot
    from widgets.common.curve_data import Curve
    from widgets.theme import Look

    plot = PaintedPlot(Look())
    raw, validation = Curve("training", "training", smooth=True), Curve("validation", "validation")
    raw.set_weight(0.9)

    def update(count: int) -> None:
        raw.update(data.steps[:count], data.raw[:count])
        validation.update(data.steps[:count:50], data.validation[:count:50])
        plot.set_curves(raw, validation)

    return plot, update


def _plain(data: _Data) -> tuple[Any, Update]:
    """As its tutorial does it: a PlotWidget, three curves of ``plot``, everything else as it comes."""
    import pyqtgraph as pg

    plot = pg.PlotWidget()
    return plot, _updater(data, [plot.plot(pen=colour) for colour in ("b", "r", "y")])


def _tuned(data: _Data) -> tuple[Any, Update]:
    """With everything its documentation advises: down-sampling to peaks, only what is in view, no search for NaN."""
    import pyqtgraph as pg

    plot = pg.PlotWidget()
    curves = [plot.plot(pen=colour, skipFiniteCheck=True) for colour in ("b", "r", "y")]
    plot.getPlotItem().setDownsampling(auto=True, mode="peak")
    plot.getPlotItem().setClipToView(True)
    plot.getPlotItem().hideButtons()
    plot.setRange(xRange=(0, 2 * data.points), yRange=(0, 2.5), padding=0)
    return plot, _updater(data, curves)


def _updater(data: _Data, curves: list[Any]) -> Update:
    def update(count: int) -> None:
        curves[0].setData(data.steps[:count], data.raw[:count])
        curves[1].setData(data.steps[:count], data.average[:count])
        curves[2].setData(data.steps[:count:50], data.validation[:count:50])

    return update
