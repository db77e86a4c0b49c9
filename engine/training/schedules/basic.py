"""Schedules: constant, cosine, steps."""

from __future__ import annotations

from math import cos, floor, pi
from typing import ClassVar

from engine.design.parameters import parameter
from engine.training.kinds import SCHEDULES, Schedule


@SCHEDULES.declare
class Constant(Schedule):
    """1, always."""

    kind: ClassVar[str] = "constant"
    title: ClassVar[str] = "Constant"
    help: ClassVar[str] = "The same learning rate to the end."

    def share(self, progress: float) -> float:
        return 1.0


@SCHEDULES.declare
class Cosine(Schedule):
    """(1 + cos πt)/2: Loshchilov & Hutter 2017, without restarts."""

    kind: ClassVar[str] = "cosine"
    title: ClassVar[str] = "Cosine"
    help: ClassVar[str] = (
        "The rate falls to 0 along half a cosine, slowly at first, then fast, then slowly again (Loshchilov & Hutter 2017)."
    )

    def share(self, progress: float) -> float:
        return (1 + cos(pi * min(1.0, max(0.0, progress)))) / 2


@SCHEDULES.declare
class Steps(Schedule):
    """factor^⌊t · steps⌋: the staircase of AlexNet and the ResNets."""

    kind: ClassVar[str] = "steps"
    title: ClassVar[str] = "Steps"
    help: ClassVar[str] = (
        "The rate is multiplied by a factor a few times during the run, at even distances, as AlexNet and the ResNets were "
        "trained."
    )

    factor: float = parameter(0.1, "What the rate is multiplied by at each step down.", low=0.0, high=1.0)
    levels: int = parameter(3, "How many different rates there are in a run.", low=1, high=1000)

    def share(self, progress: float) -> float:
        return float(self.factor ** min(self.levels - 1, floor(max(0.0, progress) * self.levels)))
