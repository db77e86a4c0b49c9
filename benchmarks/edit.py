"""Milliseconds from an edit to the repainted window, for small and long networks, against a naive rebuild of everything."""

from __future__ import annotations

import tempfile
from itertools import cycle
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks.base import Row, in_turn
from benchmarks.window import OpenWindow
from engine.design.network import NetworkDesign, layer

LAYERS = (150, 500, 9999)
NETWORKS = {"lenet5": 1.0, "vgg_d": 2.0, "resnet152": 10.0}
"""Built-in networks, and in how many milliseconds an edit of theirs should be checked."""
CHECKS, FEW_CHECKS = 400, 100


def run(quick: bool) -> list[Row]:
    """The kernel of the first layer changes to and fro, so that every shape below it changes too. No run is alive."""
    from app.guard import protect_singletons

    protect_singletons()
    rounds = 9 if quick else 41
    with tempfile.TemporaryDirectory() as scratch:
        scene = _Scene(Path(scratch))
        try:
            checks = [row for name, aim in NETWORKS.items() for row in _checked(name, aim, FEW_CHECKS if quick else CHECKS)]
            return checks + [row for design in scene.designs() for row in _measure(scene, design, rounds)]
        finally:
            scene.close()


def chain(count: int) -> NetworkDesign:
    """``count`` layers one after the other, like the long middle of a deep network: convolution, normalisation, ReLU."""
    kinds = ("conv2d", "batch_norm", "relu")
    layers = [layer("c0", "conv2d", filters=8, kernel=5, padding=2)]
    for number in range(1, count - 2):
        kind = kinds[number % 3]
        layers.append(
            layer(f"{kind[0]}{number}", kind, **({"filters": 8, "kernel": 3, "padding": 1} if kind == "conv2d" else {}))
        )
    return NetworkDesign(f"chain of {count}", (1, 28, 28), (*layers, layer("f", "flatten"), layer("out", "linear", units=10)))


def _checked(name: str, aim_ms: float, rounds: int) -> list[Row]:
    """From an edit to the reports of all layers, without a window."""
    from engine.design.check import check
    from engine.zoo import network

    design, times = network(name), []
    first = design.flat.layers[0].id
    for kernel, _ in zip(cycle((3, 5)), range(rounds), strict=False):
        begun = perf_counter()
        design = design.with_parameters(first, kernel=kernel)
        check(design)
        times.append(1000 * (perf_counter() - begun))
    case = f"{design.name}, {len(design.flat.layers)} layers"
    middle, late = median(times), sorted(times)[int(0.99 * len(times))]
    return [
        Row(case, "edit to all reports", middle, "ms", f"aim: {aim_ms:g} ms", aim_ms / middle),
        Row(case, "edit to all reports, 99th percentile", late, "ms"),
    ]


def _measure(scene: _Scene, design: NetworkDesign, rounds: int) -> list[Row]:
    scene.open(design)
    pairs = in_turn(scene.edit, scene.rebuild, rounds, warm_ups=3)
    case = f"{design.name}, {len(design.flat.layers)} layers"
    naive = f"parsed, checked and shown anew: {1000 * pairs.baseline_seconds:.1f} ms"
    slowest = 1000 * max(pairs.ours)
    return [
        Row(case, "edit to picture", 1000 * pairs.seconds, "ms", naive, pairs.speed_up),
        Row(case, "the slowest edit", slowest, "ms"),
    ]


class _Scene(OpenWindow):
    """The Design workspace, with a network whose first kernel is changed."""

    def __init__(self, scratch: Path) -> None:
        from engine.zoo import network

        super().__init__(scratch, network("lenet5"))
        self.program.commands.choose_workspace("design")
        self.live_for(1.0)
        self._kernels: Any = iter(())

    def designs(self) -> tuple[NetworkDesign, ...]:
        """What is measured."""
        from engine.zoo import network

        return (*map(network, NETWORKS), *(chain(count) for count in LAYERS))

    def open(self, design: NetworkDesign) -> None:
        """Show a design, its first layer selected."""
        session = self.parts.session
        session.open(session.document.with_design(design))
        session.select([design.flat.layers[0].id])
        self._kernels = cycle((3, 5))
        self.live_for(0.5)

    def edit(self) -> None:
        """What the program does: the edit through the session, until the window has repainted."""
        kernel, first = next(self._kernels), self.parts.session.document.design.flat.layers[0].id
        self.parts.session.apply("Set kernel", lambda design: design.with_parameters(first, kernel=kernel))
        self._repaint()

    def rebuild(self) -> None:
        """What one writes first: the design from its text, all reports, every panel told, the whole list and window anew."""
        from app.changes import EVERYTHING
        from engine.design.check import check
        from engine.design.document import from_json, to_json

        session, window = self.parts.session, self.parts.window
        before, kernel = session.document.design, next(self._kernels)
        design = from_json(to_json(before.with_parameters(before.flat.layers[0].id, kernel=kernel)))
        session.document, session.report = session.document.with_design(design), check(design)
        window.network.model.beginResetModel()
        window.network.model.endResetModel()
        self.program.presenter.show_document(EVERYTHING)
        self.parts.chips.refresh()
        window.update()
        self._repaint()

    def _repaint(self) -> None:
        """Let Qt lay out and paint whatever it has been told is another now."""
        self.app.sendPostedEvents()
        self.app.processEvents()
