"""What the attendant does around a step: one reading of the meter for each look, not one more between two."""

from __future__ import annotations

import pytest
import torch

from engine.snapshot import LIVE_SECONDS
from engine.training import attendant as module
from engine.training.attendant import READING_SECONDS, Attendant
from engine.training.failures import Diverged
from engine.training.loop import Step
from engine.training.mailbox import Mailbox
from engine.training.meter import Meter
from engine.training.observer import Observer
from engine.training.orders import CommandSlot
from engine.training.recording import Recording
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
