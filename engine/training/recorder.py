"""What a run writes down as it goes: the Recorder protocol, which run folders fulfil."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from engine.training.filmstrip import Frame
from engine.training.messages import Ended
from engine.training.state import TrainingState


@dataclass(frozen=True)
class MetricRow:
    """One logged point: a training step (the batch's mean before that step's update) or a validation of an epoch.

    ``seconds`` is training time so far. ``values`` has "loss", every metric of the task and, for training rows, "learning_rate".
    """

    step: int
    epoch: float
    seconds: float
    split: Literal["train", "validation"]
    values: dict[str, float]


class Recorder(Protocol):
    """Keeps what a run produces. Every method is called on the training thread, between steps, and should be quick, but for
    ``checkpoint`` and ``interim``: they are called on another one, one at a time.

    A method may raise FileError (a full or read-only disk): the run goes on unsaved, says so once, and tries again some
    seconds later, starting with the rows that could not be written.
    """

    def points(self, rows: Sequence[MetricRow]) -> None:
        """Some rows were logged, in order of step; called about twenty times a second."""

    def checkpoint(self, state: TrainingState) -> None:
        """An epoch ended, or the run did: this is kept. The rows up to its step were logged before."""

    def wants_interim(self) -> bool:
        """Whether it is time for another ``interim`` while the run goes on; at a pause it comes in any case."""

    def interim(self, state: TrainingState) -> None:
        """Where the run is now, in case that its process is killed; it need not be kept once there is anything newer."""

    def frame(self, frame: Frame) -> None:
        """The weights of a step were kept for going back in time."""

    def log(self, line: str) -> None:
        """A sentence for the log: a notice, or the traceback of a surprise."""

    def ended(self, ended: Ended) -> None:
        """How the run ended. It comes after everything else, once."""
