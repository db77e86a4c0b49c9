"""The filmstrip: the weights of past steps, kept within a memory budget so that any of them can be looked at again."""

from __future__ import annotations

import bisect
import threading
from dataclasses import dataclass

from torch import Tensor

FRAMES_PER_RUN = 100
DEFAULT_BUDGET = 256 * 1024**2


@dataclass(frozen=True, eq=False)
class Frame:
    """The weights after ``step`` steps: ``weights`` is ``Network.layers.state_dict()`` copied to the CPU, never written again."""

    step: int
    epoch: float
    weights: dict[str, Tensor]

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return sum(tensor.numel() * tensor.element_size() for tensor in self.weights.values())


def is_early(step: int) -> bool:
    """Whether ``step`` is one of 0, 1, 2, 5, 10, 20, 50, 100, ...: most of what a network learns, it learns early."""
    while step >= 10 and step % 10 == 0:
        step //= 10
    return step in (0, 1, 2, 5)


def spacing(total_steps: int) -> int:
    """Steps between frames, so that a whole run makes about a hundred."""
    return max(1, round(total_steps / FRAMES_PER_RUN))


def is_keyframe(step: int, every: int) -> bool:
    """Whether the weights of ``step`` are kept: the early steps, and every ``every``-th."""
    return step % every == 0 or is_early(step)


class Filmstrip:
    """Frames in order of step. When they outgrow ``budget_bytes``, those are dropped that are missed least. Thread-safe.

    The newest frame is always kept. The early steps are the last to go; the others are thinned to an even spread.
    """

    def __init__(self, budget_bytes: int = DEFAULT_BUDGET) -> None:
        self._budget = budget_bytes
        self._lock = threading.Lock()
        self._frames: dict[int, Frame] = {}
        self._steps: list[int] = []
        self._size = 0

    def add(self, frame: Frame) -> None:
        """Keep ``frame``, instead of an older one of the same step."""
        with self._lock:
            if frame.step in self._frames:
                self._drop(frame.step)
            self._frames[frame.step] = frame
            bisect.insort(self._steps, frame.step)
            self._size += frame.size
            while self._size > self._budget and len(self._steps) > 1:
                self._drop(self._least_missed())

    def steps(self) -> tuple[int, ...]:
        """The steps that are kept, in order."""
        with self._lock:
            return tuple(self._steps)

    def nearest(self, step: int) -> Frame | None:
        """The kept frame nearest to ``step`` (the earlier of two), or None while there is none."""
        with self._lock:
            if not self._steps:
                return None
            return self._frames[min(self._steps, key=lambda kept: (abs(kept - step), kept))]

    @property
    def size(self) -> int:
        """Bytes of memory in use."""
        with self._lock:
            return self._size

    def _drop(self, step: int) -> None:
        self._steps.remove(step)
        self._size -= self._frames.pop(step).size

    def _least_missed(self) -> int:
        """The step whose neighbours are closest to each other; early steps only when nothing else is left."""
        inner = self._steps[1:-1] or self._steps[:-1]
        candidates = [step for step in inner if not is_early(step)] or inner
        return min(candidates, key=self._gap_without)

    def _gap_without(self, step: int) -> tuple[float, int]:
        """How far apart the neighbours of ``step`` would be, relative to how far along they are for early steps."""
        at = self._steps.index(step)
        if at == 0:
            return 0.0, step
        before, after = self._steps[at - 1], self._steps[at + 1]
        return ((after - before) / (step + 1) if is_early(step) else float(after - before)), step
