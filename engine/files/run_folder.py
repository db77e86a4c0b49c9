"""Run folders: everything about one training run in one folder, readable by other tools."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Self

from engine.design.network import NetworkDesign
from engine.errors import FileError
from engine.files.checkpoint import load_checkpoint, require_fit, require_weights_fit
from engine.files.checkpoint_store import CheckpointStore
from engine.files.design_file import load_design
from engine.files.frame_store import FrameStore
from engine.files.last_word import last_word_of
from engine.files.metrics_file import history_of, read_rows
from engine.files.run_card import RunCard, load_card
from engine.files.run_place import CARD, CHECKPOINTS, DESIGN, FILMSTRIP, METRICS, is_run
from engine.problem import Problem, make_problem
from engine.snapshot import History, Metric
from engine.training.filmstrip import Frame
from engine.training.messages import Ended
from engine.training.state import TrainingState

if TYPE_CHECKING:
    from engine.data.dataset import DataSet
    from engine.training.config import TrainingConfig


class RunFolder:
    """One run on disk, to be read: nothing in it is changed. Make one with ``open``. Any one thread; all raise FileError."""

    def __init__(self, path: Path, design: NetworkDesign, card: RunCard) -> None:
        self.path = path
        self.design = design
        self.card = card
        self._checkpoints = CheckpointStore(path / CHECKPOINTS)
        self._frames = FrameStore(path / FILMSTRIP)

    @classmethod
    def open(cls, path: Path) -> Self:
        """The run that lies in ``path``; a sentence where there is none."""
        if not is_run(path):
            what = "is not a run folder" if path.exists() else "does not exist"
            raise FileError(f"'{path}' {what}", f"A run folder holds {DESIGN} and {CARD}; train --out makes one.")
        return cls(path, load_design(path / DESIGN), load_card(path / CARD))

    @property
    def config(self) -> TrainingConfig:
        """How the run is trained."""
        return self.card.config

    @property
    def data_name(self) -> str:
        """The data set or folder that it learns from."""
        return self.card.data.name

    def as_trained(self, data: DataSet) -> DataSet:
        """``data`` with the normalisation that the network was trained with, in place of its own."""
        return self.card.data.as_trained(data)

    def to_go_on_with(self, data: DataSet) -> DataSet:
        """``data``, to train on with; see ``DataRecord.to_go_on_with``."""
        return self.card.data.to_go_on_with(data)

    def problem(self, data: DataSet) -> Problem:
        """What the network was trained for, on ``data``."""
        return make_problem(self.config.task, data, self.design)

    def checkpoint_path(self, step: int) -> Path:
        """Where the checkpoint of ``step`` is or would be."""
        return self._checkpoints.path_of(step)

    def checkpoint_steps(self) -> tuple[int, ...]:
        """The steps of which there are checkpoints, in order."""
        return self._checkpoints.steps()

    def latest_checkpoint(self) -> Path | None:
        """The checkpoint of the largest step, or None."""
        steps = self.checkpoint_steps()
        return self.checkpoint_path(steps[-1]) if steps else None

    def best_checkpoint(self) -> Path | None:
        """The checkpoint whose validation was best by the task's headline, or by the loss where that is not known (the earlier of
        equals); the latest where none was measured."""
        headline = self.config.task.headline if self.config.task is not None else Metric("loss", "Loss", better="lower")
        points = self.history()[f"validation/{headline.name}"]
        measured = dict(zip(points.steps.astype(int).tolist(), (-headline.sign * points.values).tolist(), strict=True))
        candidates = [step for step in self.checkpoint_steps() if step in measured]
        best = min(candidates, key=lambda step: (measured[step], step), default=None)
        return self.latest_checkpoint() if best is None else self.checkpoint_path(best)

    def load_checkpoint(self, path: Path | None = None) -> TrainingState:
        """The state in ``path`` (the latest checkpoint by default), checked against the design."""
        path = path or self.latest_checkpoint()
        if path is None:
            raise FileError(f"'{self.path}' has no checkpoint yet", "Train it for at least one epoch.")
        state, _ = load_checkpoint(path)
        require_fit(state, self.design, path)
        return state

    def history(self) -> History:
        """The curves, from metrics.csv; empty where there is none."""
        path = self.path / METRICS
        return history_of(read_rows(path)) if path.exists() else History()

    def last_word(self) -> Ended | None:
        """Why the run failed; None where it did not."""
        return last_word_of(self.path, self.config)

    def frames(self, *, newest_first: bool = False, tell: Callable[[str], None] | None = None) -> Iterator[Frame]:
        """The kept frames, one at a time, in order of step. A damaged one, or one of another network, is left out where ``tell``
        is given, which is told of it in a sentence; else it is a FileError."""
        steps = self._frames.steps()
        for step in reversed(steps) if newest_first else steps:
            try:
                frame = self._frames.load(step)
                require_weights_fit(frame.weights, self.design, self._frames.path_of(step))
            except FileError as error:
                if tell is None:
                    raise
                tell(str(error))
            else:
                yield frame
