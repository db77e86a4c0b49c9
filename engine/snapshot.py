"""What a run shows of itself: Wants (what to capture), Snapshots (what was captured) and the History of its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.arithmetic import Arithmetic as Arithmetic  # a capture's answer like those below
from engine.design.network import NetworkDesign

LEVELS = 254  # tiles use the levels 0..254, so that zero lies exactly on level 127 of a symmetric range

LIVE_SECONDS = 0.115
"""Between two live pictures at least: eight a second and a little more. Faster than that nobody looks."""


@dataclass(frozen=True)
class Want:
    """One thing a view asks for: the name of a capture (a file of engine/captures/), where it has one a layer's id, which of the
    pinned examples is meant (0: the one in front), and, of a capture that shows one unit of a layer, which unit."""

    capture: str
    layer: str = ""
    subject: int = 0
    unit: int = 0


WatchList = frozenset[Want]
"""What the visible views want captured."""


@dataclass(frozen=True, eq=False)
class Tiles:
    """A stack of small pictures, each quantised to one byte a pixel: value = low + level * (high - low) / 254.

    ``levels`` (N, H, W) uint8, read-only; ``low`` and ``high`` (N,) float32 are each picture's own range. Signed pictures
    have low = -high, so that zero is exactly level 127. ``total`` is how many there are in the network; N may be fewer.
    ``columns`` > 0 asks for that many in a row (filters × input channels); ``signed`` asks for the diverging map.
    """

    levels: NDArray[np.uint8]
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    total: int
    signed: bool = False
    columns: int = 0

    def values(self, index: int) -> NDArray[np.float32]:
        """Picture ``index`` in its own units, (H, W) float32, exact to 1/254 of its range."""
        low, high = float(self.low[index]), float(self.high[index])
        values: NDArray[np.float32] = self.levels[index].astype(np.float32)
        return values * np.float32((high - low) / LEVELS) + np.float32(low)


@dataclass(frozen=True, eq=False)
class Bars:
    """Labelled numbers: class probabilities (0..1) or any other short list. ``truth`` is the index of the true one or -1;
    ``wanted``, where known, are the numbers that these should be."""

    labels: tuple[str, ...]
    values: NDArray[np.float32]
    truth: int = -1
    unit: str = ""
    wanted: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Units:
    """What the units of a layer without places answer: ``values`` (N,) float32, finite. ``labels`` are class names where the
    units are the classes, else empty; ``truth`` is the index of the true class or -1; ``total`` is how many units there are."""

    values: NDArray[np.float32]
    labels: tuple[str, ...] = ()
    truth: int = -1
    total: int = 0


@dataclass(frozen=True, eq=False)
class Wall:
    """Predictions for a fixed set of images: ``pictures`` (N, C, H, W) uint8, C 1 or 3; ``labels``, ``predicted`` (N,)
    class indices, -1 where the network's answer is not a number; ``confidence`` (N,) the probability of the predicted class,
    0..1; ``indices`` (N,) which test images they are, empty where that is not known."""

    pictures: NDArray[np.uint8]
    labels: NDArray[np.int64]
    predicted: NDArray[np.int64]
    confidence: NDArray[np.float32]
    indices: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True, eq=False)
class PictureRows:
    """What goes in and what comes out, as pictures. ``rows``: each (N, C, H, W) uint8 with C 1 or 3; ``captions`` one for each
    row: "input", "answer", "target"; ``notes`` one for each column, such as its error."""

    rows: tuple[NDArray[np.uint8], ...]
    captions: tuple[str, ...]
    notes: tuple[str, ...] = ()
    indices: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True, eq=False)
class Pairs:
    """Numbers beside the true ones for a fixed set of examples: ``truth`` and ``answer`` (N, K) float32 in the data's units, K
    ``names``; ``indices`` (N,) which test examples they are."""

    names: tuple[str, ...]
    truth: NDArray[np.float32]
    answer: NDArray[np.float32]
    unit: str = ""
    indices: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True, eq=False)
class Example:
    """One example whose way through the network is shown. ``picture`` (C, H, W) uint8, C 1 or 3, is what a person sees of it;
    ``label`` its class index or -1; ``source`` says where it comes from, in words: "test image #4". ``values`` are the stored
    values by slot; an image that somebody opened has only what the network reads."""

    picture: NDArray[np.uint8]
    label: int
    source: str
    index: int = -1
    values: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    words: str = ""


@dataclass(frozen=True)
class Metric:
    """A number that says how good a network is: ``name`` in files ("accuracy"), ``title`` on screen, ``unit`` ("share": 0..1,
    shown in percent; or the data's own), and whether ``better`` is higher or lower."""

    name: str
    title: str
    unit: str = ""
    better: Literal["higher", "lower"] = "higher"

    @property
    def sign(self) -> float:
        """1 where higher is better, else -1: the larger ``sign * value``, the better."""
        return 1.0 if self.better == "higher" else -1.0


@dataclass(frozen=True)
class TaskFacts:
    """What views need to know of the task: its name and title, the names of the answer's numbers (class names; empty for
    pictures) and its metrics, the headline first."""

    kind: str = "classify"
    title: str = ""
    labels: tuple[str, ...] = ()
    metrics: tuple[Metric, ...] = ()

    @property
    def headline(self) -> Metric | None:
        """The metric by which runs are compared."""
        return self.metrics[0] if self.metrics else None


class Series:
    """A growing list of (step, value) points, all of them kept. Appended to by one thread, the GUI's."""

    def __init__(self) -> None:
        self._steps = np.empty(256, dtype=np.float64)
        self._values = np.empty(256, dtype=np.float64)
        self._count = 0

    def extend(self, steps: Iterable[float], values: Iterable[float]) -> None:
        """Append points in order of step."""
        new_steps = np.asarray(list(steps) if not isinstance(steps, np.ndarray) else steps, dtype=np.float64)
        new_values = np.asarray(list(values) if not isinstance(values, np.ndarray) else values, dtype=np.float64)
        end = self._count + len(new_steps)
        if end > len(self._steps):
            size = max(end, 2 * len(self._steps))
            self._steps = np.resize(self._steps, size)
            self._values = np.resize(self._values, size)
        self._steps[self._count : end] = new_steps
        self._values[self._count : end] = new_values
        self._count = end

    @property
    def steps(self) -> NDArray[np.float64]:
        """(n,) the steps of the points; a read-only view that later points do not change."""
        return _frozen(self._steps[: self._count])

    @property
    def values(self) -> NDArray[np.float64]:
        """(n,) the values of the points; may hold NaN where a run diverged."""
        return _frozen(self._values[: self._count])

    def __len__(self) -> int:
        return self._count

    def until(self, step: float) -> float | None:
        """The last value at or before ``step``, or None."""
        index = int(np.searchsorted(self.steps, step, side="right")) - 1
        return float(self._values[index]) if index >= 0 else None


class History:
    """Every number a run has reported, as named Series.

    Names: "train/loss", "validation/loss", for each metric of the task "train/accuracy" and "validation/accuracy", and
    "learning_rate"; per layer
    "layer/ID/gradient_norm", "layer/ID/update_ratio", "layer/ID/mean", "layer/ID/deviation", "layer/ID/dead" (a share, 0..1).
    """

    def __init__(self) -> None:
        self._series: dict[str, Series] = {}

    def extend(self, name: str, steps: Iterable[float], values: Iterable[float]) -> None:
        """Append points to the series ``name``."""
        self._series.setdefault(name, Series()).extend(steps, values)

    def up_to(self, step: float) -> History:
        """A copy without the points of later steps, which then grows by itself."""
        copy = History()
        for name, series in self._series.items():
            count = int(np.searchsorted(series.steps, step, side="right"))
            copy.extend(name, series.steps[:count], series.values[:count])
        return copy

    def __getitem__(self, name: str) -> Series:
        return self._series.get(name, _EMPTY)

    def __contains__(self, name: object) -> bool:
        return name in self._series

    def names(self) -> tuple[str, ...]:
        """The names of all series that have points."""
        return tuple(self._series)


_EMPTY = Series()


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A run at one step. Nobody needs to tell whether the step is the newest or a past one.

    ``captured`` holds what the watch list asked for: Tiles, Units, Bars, Wall... ``history`` may hold later points than ``step``:
    curves draw all of them, and mark ``cursor`` if it is a step. ``pinned`` are the examples that are followed, the one in
    front first.
    """

    step: int
    epoch: float
    design: NetworkDesign
    task: TaskFacts = field(default_factory=TaskFacts)
    history: History = field(default_factory=History)
    pinned: tuple[Example, ...] = ()
    captured: Mapping[Want, Any] = field(default_factory=dict)
    cursor: int | None = None

    @property
    def front(self) -> Example | None:
        """The pinned example in front."""
        return self.pinned[0] if self.pinned else None

    def get(self, want: Want, kind: type[_C]) -> _C | None:
        """What was captured for ``want``, if it was and is of that type."""
        found = self.captured.get(want)
        return found if isinstance(found, kind) else None


_C = TypeVar("_C")


def _frozen(array: NDArray[np.float64]) -> NDArray[np.float64]:
    view = array.view()
    view.flags.writeable = False
    return view
