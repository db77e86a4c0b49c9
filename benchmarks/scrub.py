"""Pictures drawn while the timeline of a finished run is dragged, against a training run's pacing and against by hand."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.base import Row, torch_threads
from benchmarks.window import OpenWindow

EPOCHS = 2
RATE = 30.0
"""Positions a second of the handle that is dragged."""
OLD_TICK, OLD_SHARE = 0.05, 0.012
"""Seconds between two looks at what was developed, in the way that is compared with."""


@dataclass(frozen=True)
class Drag:
    """``painted`` of ``positions`` were on screen, each ``delays`` seconds after the hand was there; it took ``seconds``."""

    positions: int
    seconds: float
    delays: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Pictures a second."""
        return len(self.delays) / self.seconds

    @property
    def share(self) -> float:
        """The share of the positions that were painted."""
        return len(self.delays) / self.positions


def run(quick: bool) -> list[Row]:
    """Every default view of Watch is visible. A picture counts once the window has painted it; the mouse is real events."""
    from app.guard import protect_singletons

    protect_singletons()
    rounds, positions = (3, 45) if quick else (9, 90)
    with tempfile.TemporaryDirectory() as scratch, torch_threads(1):
        scene = _Scene(Path(scratch))
        try:
            return _measure(scene, rounds, positions)
        finally:
            scene.close()


def _measure(scene: _Scene, rounds: int, positions: int) -> list[Row]:
    ways: dict[str, Callable[[int], Drag]] = {
        "ours": scene.drag,
        "paced": scene.drag_as_if_training,
        "fast": scene.race,
        "hand": scene.race_by_hand,
    }
    drags: dict[str, list[Drag]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            drag = way(positions)
            if number:  # the first round warms up
                drags[name].append(drag)
    ours, paced, fast, hand = (drags[name] for name in ways)
    case = f"LeNet-5, {RATE:.0f} positions a second"
    old = f"paced as while a run trains: {_rate(paced):.1f} 1/s, {100 * median(d.share for d in paced):.0f} % of the positions"
    by_hand = f"weights loaded and captures taken on the window's thread: {_rate(hand):.1f} 1/s"
    share, delay = median(d.share for d in ours), median(median(d.delays) for d in ours)
    return [
        Row(case, "pictures drawn", _rate(ours), "1/s", old, _ratio(ours, paced)),
        Row(case, "positions drawn", 100 * share, "%"),
        Row(case, "from hand to picture", 1000 * delay, "ms"),
        Row("LeNet-5, the next position after each picture", "pictures drawn", _rate(fast), "1/s", by_hand, _ratio(fast, hand)),
    ]


def _rate(drags: list[Drag]) -> float:
    return median(drag.rate for drag in drags)


def _ratio(ours: list[Drag], theirs: list[Drag]) -> float:
    """The median over the rounds of ours / theirs."""
    return median(a.rate / b.rate for a, b in zip(ours, theirs, strict=True))


class _Scene(OpenWindow):
    """LeNet-5 trained to the end; the handle can be dragged from one end of the timeline to the other."""

    def __init__(self, scratch: Path) -> None:
        from engine.training.messages import RunState
        from engine.zoo import network

        super().__init__(scratch, network("lenet5"), epochs=EPOCHS)
        self.program.commands.choose_workspace("watch")
        self.program.commands.toggle()
        self.live(lambda: self._run.state is RunState.FINISHED)
        import torch

        torch.set_num_threads(1)
        self.parts.session.select(["c1"])
        self.live_for(1.0)
        self._timeline = self.parts.window.transport.timeline
        self._network: Any = None

    @property
    def _run(self) -> Any:
        return self.parts.runs.shown

    def drag(self, positions: int) -> Drag:
        """Move the mouse at an even rate; what is painted when, is noted."""
        watched = _Watched(self)
        start = time.perf_counter()
        for number, step in enumerate(self._steps(positions)):
            while (left := start + number / RATE - time.perf_counter()) > 0.001:
                self.live_for(left)
            self._move_to(step)
            watched.hand_at(step)
        seconds = positions / RATE
        self.live_for(0.7)  # a last picture may still come, but it may not make the drag look slower
        return Drag(positions, seconds, watched.end())

    def drag_as_if_training(self, positions: int) -> Drag:
        """The same with the pace that drawing keeps while a run trains, looking for developed steps every 50 ms."""
        with self._paced():
            return self.drag(positions)

    def race(self, positions: int) -> Drag:
        """Move to the next position as soon as the last one is painted."""
        watched = _Watched(self)
        start = time.perf_counter()
        for step in self._steps(positions):
            self._move_to(step)
            watched.hand_at(step)
            count = len(watched.delays) + 1
            self.live(lambda count=count: len(watched.delays) >= count)
        return Drag(positions, time.perf_counter() - start, watched.end())

    def race_by_hand(self, positions: int) -> Drag:
        """What one writes without threads: load, capture, draw, paint, next."""
        start, delays = time.perf_counter(), []
        for step in self._steps(positions):
            before = time.perf_counter()
            self.parts.window.transport.set_cursor(step)
            self._draw_by_hand(step)
            self.app.processEvents()
            delays.append(time.perf_counter() - before)
        return Drag(positions, time.perf_counter() - start, tuple(delays))

    def _draw_by_hand(self, step: int) -> None:
        from engine.build import Network, load_weights
        from engine.capturing.base import take
        from engine.capturing.context import CaptureContext, Gallery, looking
        from engine.snapshot import Snapshot

        run, viewpoint, window = self._run, self.parts.viewpoint, self.parts.window
        if self._network is None:
            self._network, self._gallery = Network(run.document.design), Gallery(run.problem, "cpu")
        frame = run.frame(step)
        load_weights(self._network, frame.weights)
        wants = window.workspaces.wants()
        with looking(self._network):
            captured, _ = take(wants, CaptureContext(self._network, self._gallery, viewpoint.pins.all))
        place = (frame.step, frame.epoch, run.document.design, run.problem.facts)
        snapshot = Snapshot(*place, history=run.history, pinned=viewpoint.pins.all, captured=captured, cursor=step)
        window.workspaces.draw(snapshot)
        window.network.set_history(run.history, step)
        window.inspector.set_health(run.history, step)

    def _steps(self, positions: int) -> list[int]:
        """Kept steps from the first to the last and back, as a hand drags: no two neighbours are the same."""
        frames = list(self._run.frames)
        there_and_back = frames + frames[-2:0:-1]
        return [there_and_back[number % len(there_and_back)] for number in range(positions)]

    def _move_to(self, step: int) -> None:
        """A real mouse move with the button held, to where ``step`` lies on the timeline."""
        from PySide6.QtCore import QEvent, QPointF, Qt
        from PySide6.QtGui import QMouseEvent

        place = QPointF(self._timeline.x_of(step), self._timeline.height() / 2)
        kind, button = QEvent.Type.MouseMove, Qt.MouseButton
        world = self._timeline.mapToGlobal(place)
        move = QMouseEvent(kind, place, world, button.NoButton, button.LeftButton, Qt.KeyboardModifier.NoModifier)
        self.app.sendEvent(self._timeline, move)

    @contextmanager
    def _paced(self) -> Iterator[None]:
        """Inside, snapshots are drawn as they were while drawing was paced whether or not a run trained."""
        from PySide6.QtCore import QTimer

        from app.pace import Pace

        presenter, viewpoint, pace = self.program.presenter.of_the_run, self.parts.viewpoint, Pace(OLD_SHARE)
        workspaces = self.parts.window.workspaces
        drawn: list[Any] = [viewpoint.snapshot]

        def tick() -> None:
            if viewpoint.snapshot is not drawn[-1] and pace.is_due():
                drawn[-1] = viewpoint.snapshot
                pace.draw(lambda: workspaces.draw(viewpoint.snapshot))

        timer = QTimer(interval=round(1000 * OLD_TICK))
        timer.timeout.connect(tick)
        viewpoint.snapshot_changed.disconnect(presenter.see)
        timer.start()
        yield
        timer.stop()
        viewpoint.snapshot_changed.connect(presenter.see)


class _Watched:
    """Notes when the window has painted the step that the hand was at."""

    def __init__(self, scene: _Scene) -> None:
        self._scene = scene
        self._since: dict[int, float] = {}
        self.delays: list[float] = []
        (self._view,) = scene.parts.window.workspaces.views("filters")
        scene.painted = self._painted

    def hand_at(self, step: int) -> None:
        """The hand is there from now on."""
        self._since[step] = time.perf_counter()

    def end(self) -> tuple[float, ...]:
        """Stop noting; the delays."""
        self._scene.painted = lambda: None
        return tuple(self.delays)

    def _painted(self) -> None:
        step = self._view.snapshot.step if self._view.snapshot is not None else -1
        if step in self._since:
            self.delays.append(time.perf_counter() - self._since.pop(step))
