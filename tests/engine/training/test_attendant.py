"""What the attendant does around a step: one reading of the meter for each look, not one more between two."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch

from engine.snapshot import LIVE_SECONDS
from engine.training import attendant as module
from engine.training.attendant import READING_SECONDS, Attendant
from engine.training.failures import Diverged
from engine.training.filmstrip import Frame
from engine.training.loop import Step
from engine.training.mailbox import Mailbox
from engine.training.messages import Ended, RunState
from engine.training.meter import Meter
from engine.training.observer import Observer
from engine.training.orders import CommandSlot
from engine.training.recorder import MetricRow
from engine.training.recording import Recording
from engine.training.state import TrainingState
from engine.training.trainer import Trainer
from tests.helpers.tiny_data import tiny_cnn, tiny_config, tiny_set

STEP = LIVE_SECONDS / 10


def test_a_look_reads_the_meter_and_between_two_looks_nobody_does(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(module, "perf_counter", lambda: now[0])
    trainer, mailbox = Trainer(tiny_cnn(), tiny_config(epochs=50), tiny_set(), torch.device("cpu")), Mailbox()
    observer = Observer(trainer, mailbox)
    attendant = Attendant(trainer, mailbox, CommandSlot(), Recording(None, mailbox), observer, lambda state: None)
    attendant.begin()
    readings: list[int] = []
    read = Meter.read

    def counted(self: Meter) -> object:
        readings.append(trainer.place.step)
        return read(self)

    monkeypatch.setattr(Meter, "read", counted)
    monkeypatch.setattr(observer, "is_due", lambda clock: trainer.place.step % 10 == 0)
    monkeypatch.setattr(observer, "after_step", lambda clock: None)
    for event in trainer.events():
        now[0] += STEP
        if isinstance(event, Step):
            attendant.after(event)
        if trainer.place.step >= 40:
            break
    assert readings == [1, 10, 20, 30, 40]  # the first step's at once
    assert READING_SECONDS > LIVE_SECONDS


def test_without_looks_the_meter_is_read_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(module, "perf_counter", lambda: now[0])
    trainer, mailbox = Trainer(tiny_cnn(), tiny_config(epochs=50, capture_budget=0.0), tiny_set(), torch.device("cpu")), Mailbox()
    observer = Observer(trainer, mailbox)
    attendant = Attendant(trainer, mailbox, CommandSlot(), Recording(None, mailbox), observer, lambda state: None)
    monkeypatch.setattr(observer, "is_due", lambda clock: False)
    posted: list[int] = []
    for event in trainer.events():
        now[0] += READING_SECONDS / 3.9
        if isinstance(event, Step):
            attendant.after(event)
            posted += [trainer.place.step] if mailbox.take().points else []
        if trainer.place.step >= 13:
            break
    assert posted == [1, 5, 9, 13]


def test_a_loss_that_has_gone_wrong_is_noticed_before_its_weights_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer, mailbox = Trainer(tiny_cnn(), tiny_config(epochs=50), tiny_set(), torch.device("cpu")), Mailbox()
    observer = Observer(trainer, mailbox)
    attendant = Attendant(trainer, mailbox, CommandSlot(), Recording(None, mailbox), observer, lambda state: None)
    looked: list[int] = []
    monkeypatch.setattr(observer, "is_due", lambda clock: True)
    monkeypatch.setattr(observer, "after_step", lambda clock: looked.append(trainer.place.step))
    events = (event for event in trainer.events() if isinstance(event, Step))
    attendant.after(next(events))
    step = next(events)
    with pytest.raises(Diverged):
        attendant.after(step._replace(loss=torch.tensor(float("nan"))))
    assert looked == [1]


def test_each_look_tells_how_far_and_how_fast_the_run_is() -> None:
    trainer, mailbox = Trainer(tiny_cnn(), tiny_config(epochs=50), tiny_set(), torch.device("cpu")), Mailbox()
    attendant = Attendant(
        trainer, mailbox, CommandSlot(), Recording(None, mailbox), Observer(trainer, mailbox), lambda state: None
    )
    attendant.begin()
    told = []
    for event in (event for event in trainer.events() if isinstance(event, Step)):
        attendant.after(event)
        told += [mail.progress.step] if (mail := mailbox.take()).progress is not None else []
        if trainer.place.step >= 2:
            break
    assert told == [1, 2]  # the early steps are looked at one by one


def test_after_resuming_speed_and_time_left_are_of_this_part_of_the_run() -> None:
    trainer, mailbox = Trainer(tiny_cnn(), tiny_config(epochs=50), tiny_set(), torch.device("cpu")), Mailbox()
    observer, recording = Observer(trainer, mailbox), Recording(None, mailbox)
    attendant = Attendant(trainer, mailbox, CommandSlot(), recording, observer, lambda state: None, seconds=1e6)
    attendant._go()
    attendant.after(next(event for event in trainer.events() if isinstance(event, Step)))
    attendant.end(Ended(RunState.STOPPED, "Stopped."))
    progress = mailbox.take().progress
    assert progress is not None and progress.seconds >= 1e6
    assert progress.images_per_second > 0.1  # over a million seconds it would be next to none
    assert progress.seconds_left < 1e6


@pytest.mark.parametrize(("state", "looks"), [(RunState.STOPPED, 1), (RunState.FINISHED, 1), (RunState.FAILED, 0)])
def test_the_last_look_is_at_a_network_that_works(monkeypatch: pytest.MonkeyPatch, state: RunState, looks: int) -> None:
    trainer, mailbox = Trainer(tiny_cnn(), tiny_config(), tiny_set(), torch.device("cpu")), Mailbox()
    observer = Observer(trainer, mailbox)
    attendant = Attendant(trainer, mailbox, CommandSlot(), Recording(None, mailbox), observer, lambda state: None)
    looked: list[int] = []
    monkeypatch.setattr(observer, "look", lambda clock: looked.append(trainer.place.step))
    attendant.end(Ended(state, "It is over."))
    assert len(looked) == looks


def test_the_last_step_is_saved_once() -> None:
    """The end of the last epoch is the end of the run: one checkpoint, not two."""
    saved: list[int] = []

    class Notebook:
        def points(self, rows: Sequence[MetricRow]) -> None: ...
        def frame(self, frame: Frame) -> None: ...
        def log(self, line: str) -> None: ...
        def ended(self, ended: Ended) -> None: ...
        def wants_interim(self) -> bool:
            return True

        def interim(self, state: TrainingState) -> None: ...
        def checkpoint(self, state: TrainingState) -> None:
            saved.append(state.step)

    trainer, mailbox = Trainer(tiny_cnn(), tiny_config(epochs=2), tiny_set(), torch.device("cpu")), Mailbox()
    recording = Recording(Notebook(), mailbox)
    attendant = Attendant(trainer, mailbox, CommandSlot(), recording, Observer(trainer, mailbox), lambda state: None)
    attendant.begin()
    attendant.end(attendant.train())
    assert saved.count(trainer.total_steps) == 1 and saved == sorted(saved)
