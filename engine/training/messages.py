"""What a run tells the rest of the program: its state, its progress, and how it ended. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import Fix
from engine.snapshot import Snapshot

if TYPE_CHECKING:
    from engine.data.dataset import DataSet


class RunState(StrEnum):
    """Where a run stands. READING covers loading or making the data; the last three are final."""

    READY = "ready"
    READING = "reading"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        """Whether the run has ended and its thread is gone or going."""
        return self in (RunState.STOPPED, RunState.FINISHED, RunState.FAILED)


@dataclass(frozen=True)
class Progress:
    """How far a run is. ``epoch`` counts in fractions (1.5 = half of the second epoch is done); ``seconds`` is training
    time without pauses and without what a slow run waits between its steps; ``seconds_left`` is an estimate, 0 at the end;
    ``capture_share`` is the measured share of the training time that pictures cost, 0..1; ``device`` is where it runs ("cpu",
    "cuda"). As long as the data are not there, ``read`` is the share of them that is, 0..1."""

    state: RunState
    step: int = 0
    total_steps: int = 0
    epoch: float = 0.0
    epochs: int = 0
    images_per_second: float = 0.0
    seconds: float = 0.0
    seconds_left: float = 0.0
    capture_share: float = 0.0
    device: str = ""
    read: float | None = None


@dataclass(frozen=True)
class Ended:
    """The last word of a run: one plain sentence, and a way on where there is one.

    ``suggestion`` (may be empty) says what to do; ``changes`` are the configuration keys that do it, e.g.
    {"learning_rate": 0.005}; ``layer`` is the id of the layer at fault, or ""; ``fix`` is an edit of the design that mends it,
    where there is a simple one.
    """

    state: RunState
    reason: str
    suggestion: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    layer: str = ""
    fix: Fix | None = None


Points = dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]
"""Series name (see ``engine.snapshot.History``) to (steps, values), in order of step."""


@dataclass(frozen=True, eq=False)
class Mail:
    """Everything that arrived since the mailbox was last emptied: all points and notices, but only the newest pictures.

    ``data`` comes once, when the data set has been loaded; ``ended`` once, after everything else.
    """

    points: Points = field(default_factory=dict)
    snapshot: Snapshot | None = None
    progress: Progress | None = None
    notices: tuple[str, ...] = ()
    data: DataSet | None = None
    ended: Ended | None = None
