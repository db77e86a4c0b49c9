"""Training steps a second with the window open and every view streaming, against a bare hand-written loop; and the frame gaps."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.bare import BATCH, Bare
from benchmarks.base import Row, torch_threads

if TYPE_CHECKING:
    from app.drawing import Piece

SETTLING = 4.0  # seconds until the early steps are past, at which every picture is taken whatever it costs
WARM_UP = 1.0  # seconds of each turn that are not measured


def run(quick: bool) -> list[Row]:
    """LeNet-5, batch 64, one torch thread each, in turn: ours in the window, the bare loop alone, its fused twin, its best
    number of threads. While a bare loop runs, ours is paused and the window sleeps."""
    from app.guard import protect_singletons

    protect_singletons()
    rounds, turn = (4, 4.0) if quick else (11, 8.0)
    with tempfile.TemporaryDirectory() as scratch, torch_threads(1):
        window = _Window(Path(scratch))
        try:
            return _measure(window, rounds, turn)
        finally:
            window.close()


def _measure(window: _Window, rounds: int, turn: float) -> list[Row]:
    bare = {name: Bare(window.data, window.design, fused) for name, fused in (("plain SGD", False), ("fused SGD", True))}
    best = max((1, 2, 4), key=lambda count: bare["plain SGD"].steps_per_second(1.5, count))
    ours: list[float] = []
    theirs: dict[str, list[float]] = {"plain SGD": [], "fused SGD": [], f"{best} threads": []}
    for _ in range(rounds):
        ours.append(window.steps_per_second(turn))
        theirs["plain SGD"].append(bare["plain SGD"].steps_per_second(turn))
        theirs["fused SGD"].append(bare["fused SGD"].steps_per_second(turn))
        theirs[f"{best} threads"].append(bare["plain SGD"].steps_per_second(turn, best))
    names = {
        "plain SGD": "bare loop, 1 thread, torch's default SGD",
        "fused SGD": "bare loop, 1 thread, fused SGD as ours",
        f"{best} threads": f"bare loop at its best of 1, 2, 4 threads: {best}",
    }
    rows = [
        Row("LeNet-5, batch 64, window open", "training speed", median(ours), "steps/s", names[key], _ratio(ours, values))
        for key, values in theirs.items()
    ]
    gaps = window.gaps(turn)
    rows.append(Row("window while training", "longest gap between frames", gaps["longest_ms"], "ms"))
    rows.append(Row("window while training", "99th percentile of the gaps", gaps["p99_ms"], "ms"))
    for name in ("feature_maps", "filters", "loss"):
        rows.append(Row("window while training", f"drawings of {name}", window.measured[name] / window.seconds, "1/s"))
    rows.append(Row("window while training", "processor time of drawing all there is once", 1000 * window.draw_cost, "ms"))
    rows.append(Row("window while training", "capture cost", 100 * window.capture_share, "%"))
    return rows


def _ratio(ours: list[float], theirs: list[float]) -> float:
    """The median over the rounds of ours / theirs."""
    return median(a / b for a, b in zip(ours, theirs, strict=True))


class _Window:
    """The real program with its window shown, training LeNet-5 without end; paused between its turns."""

    def __init__(self, scratch: Path) -> None:
        from app.document import Document
        from app.frame_clock import FrameClock
        from app.program import Program
        from app.settings import SettingsFile
        from app.start import make_application
        from engine.training.config import TrainingConfig
        from engine.zoo import network

        self._app = make_application()
        config = TrainingConfig(epochs=100_000, batch_size=BATCH, validation_share=0.0, device="cpu")
        self.design = network("lenet5")
        self._program = Program(self._app, SettingsFile(scratch / "settings.json"), Document(self.design, "strokes", config))
        self._parts = self._program.parts
        self._runs = self._parts.runs
        self._parts.window.show()
        self._parts.loader.start()
        self._parts.loader.finish()
        self._parts.collector.settle()  # as the program's own start does
        self._clock = FrameClock()
        self._pieces: set[Piece] = set()
        self.draws: Counter[str] = Counter()  # how often each view has been drawn
        self.measured: Counter[str] = Counter()
        self.seconds = 0.0
        self._program.presenter.of_the_run.drawing.drawn.connect(self._drawn)
        self._program.commands.toggle()
        self._live(lambda: self._runs.shown.progress is not None and self._runs.shown.progress.step > 20)
        self._live_for(SETTLING)
        import torch

        torch.set_num_threads(1)
        self._parts.session.select(["c1"])
        self._pause()
        self.data: Any = self._runs.shown.data

    def steps_per_second(self, seconds: float) -> float:
        """Train in the window for ``seconds``, all views streaming."""
        self._program.commands.toggle()
        self._live_for(WARM_UP)
        draws, first, start = self.draws.copy(), self._newest(), time.perf_counter()
        self._live_for(seconds)
        last, end = self._newest(), time.perf_counter()
        self.seconds += end - start
        self.measured += self.draws - draws
        self._pause()
        return (last - first) / (end - start)

    def gaps(self, seconds: float) -> dict[str, float]:
        """Longest and 99th-percentile gap between frames in a turn of its own: the clock that measures them wakes the window
        60 times a second, which the program itself does not."""
        self._program.commands.toggle()
        self._live_for(WARM_UP)
        self._clock.start()
        self._live_for(4 * seconds)
        self._clock.stop()
        self._pause()
        return self._clock.summary()

    @property
    def draw_cost(self) -> float:
        """Seconds that the processor works to draw every piece once."""
        return sum(piece.pace.cost for piece in self._pieces)

    @property
    def capture_share(self) -> float:
        """The run's own measure of what captures cost."""
        return self._runs.shown.progress.capture_share if self._runs.shown.progress else 0.0

    def close(self) -> None:
        """End the program."""
        self._program.leave()
        self._parts.window.hide()

    def _newest(self) -> float:
        """The step of the newest point that has arrived, just after it arrived."""
        count = len(self._runs.shown.history["train/loss"])
        self._live(lambda: len(self._runs.shown.history["train/loss"]) > count)
        return float(self._runs.shown.history["train/loss"].steps[-1])

    def _pause(self) -> None:
        from engine.training.messages import RunState

        if self._runs.shown.state is RunState.RUNNING:
            self._program.commands.toggle()
        self._live(lambda: self._runs.shown.state is RunState.PAUSED)

    def _drawn(self, piece: Piece) -> None:
        self._pieces.add(piece)
        self.draws.update(view.name for view, its in self._program.presenter.of_the_run.pieces.items() if its is piece)

    def _live(self, until: Callable[[], bool]) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        loop, poll = QEventLoop(), QTimer(interval=2)
        poll.timeout.connect(lambda: until() and loop.quit())
        poll.start()
        loop.exec()

    def _live_for(self, seconds: float) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(round(1000 * seconds), loop.quit)
        loop.exec()
