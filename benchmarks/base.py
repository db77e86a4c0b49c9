"""How to measure fairly: our way and another in turn, A B A B, so that what disturbs the machine disturbs both."""

from __future__ import annotations

import gc
import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import metadata
from statistics import median
from typing import Any

Work = Callable[[], object]


@dataclass(frozen=True)
class Row:
    """One figure. ``value`` in ``unit`` is ours; ``ratio`` is ours against ``baseline``, above 1 better, or None where there
    is nothing to compare with."""

    case: str
    metric: str
    value: float
    unit: str
    baseline: str = ""
    ratio: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The row with the keys of the --json answer."""
        return asdict(self)


@dataclass(frozen=True)
class Pairs:
    """Seconds of ours and of the baseline, one of each per round, measured one right after the other."""

    ours: tuple[float, ...]
    baseline: tuple[float, ...]

    @property
    def seconds(self) -> float:
        """The median of ours."""
        return median(self.ours)

    @property
    def baseline_seconds(self) -> float:
        """The median of the baseline."""
        return median(self.baseline)

    @property
    def speed_up(self) -> float:
        """The median over the rounds of baseline / ours: above 1, ours is faster."""
        return median(theirs / ours for ours, theirs in zip(self.ours, self.baseline, strict=True))


def in_turn(ours: Work, baseline: Work, rounds: int, warm_ups: int = 1) -> Pairs:
    """Time ``ours`` and ``baseline`` alternately, ``rounds`` times each; every second round the baseline goes first."""
    for _ in range(warm_ups):
        ours()
        baseline()
    pairs = []
    for number in range(rounds):
        first, second = (ours, baseline) if number % 2 == 0 else (baseline, ours)
        times = seconds(first), seconds(second)
        pairs.append(times if number % 2 == 0 else times[::-1])
    return Pairs(tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs))


def seconds(work: Work) -> float:
    """How long ``work`` takes, without pauses of the garbage collector."""
    was_on = gc.isenabled()
    gc.disable()
    start = time.perf_counter()
    work()
    elapsed = time.perf_counter() - start
    if was_on:
        gc.enable()
    return elapsed


@contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """Let torch use ``count`` threads, and as many as before afterwards."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def machine() -> dict[str, Any]:
    """What the figures depend on: processor, cores, operating system, versions."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    } | {name: _version(name) for name in ("torch", "numpy", "PySide6-Essentials", "captum")}


def _processor() -> str:
    """The processor's name where the system tells it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def table(rows: list[Row]) -> str:
    """The rows as aligned text."""
    cells = [["case", "metric", "ours", "", "baseline", "ratio"]]
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        cells.append([row.case, row.metric, f"{row.value:.4g}", row.unit, row.baseline, ratio])
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    right = {2, 5}
    return "\n".join(
        "  ".join(
            text.rjust(width) if column in right else text.ljust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    )
