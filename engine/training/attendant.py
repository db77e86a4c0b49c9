"""The attendant: what the training thread does around the loop: obey, read the meters, look, record, report."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from math import inf
from time import perf_counter

from engine.errors import LayerscopeError
from engine.training.escape import SLOW_S
from engine.training.failures import Diverged
from engine.training.loop import EpochEnd, Event, Score, Step
from engine.training.mailbox import Mailbox
from engine.training.messages import Ended, Progress, RunState
from engine.training.meter import Meter, Readings
from engine.training.observer import Observer
from engine.training.orders import CommandSlot, StateCallback, WeightsCallback
from engine.training.pacing import Metronome, Speed, Stopwatch
from engine.training.recorder import MetricRow
from engine.training.recording import Recording
from engine.training.state import TrainingState
from engine.training.trainer import Trainer
from engine.words import counted

READING_SECONDS = 0.15
"""Between two readings of the meter at most, and so between two posts of points and progress. Where pictures are taken it is
read with each of them: as this is longer than ``LIVE_SECONDS``, not a second time between two."""


class StopRequested(Exception):
    """Somebody asked the run to end."""


class Attendant:
    """One run from the first step to the last word. Training thread only; ``set_state`` tells the Runner where it stands."""

    def __init__(
        self,
        trainer: Trainer,
        mailbox: Mailbox,
        commands: CommandSlot,
        recording: Recording,
        observer: Observer,
        set_state: Callable[[RunState], None],
        seconds: float = 0.0,
    ) -> None:
        self._trainer = trainer
        self._mailbox = mailbox
        self._commands = commands
        self._recording = recording
        self._observer = observer
        self._set_state = set_state
        self._state = RunState.READY
        self._clock = Stopwatch(seconds)  # what the training takes
        self._going = Stopwatch(seconds)  # and with what a slow run waits between its steps
        self._metronome = Metronome()
        self._rested_at = -1  # the step after which the beat has been waited for; a slow run shows also what it begins with
        self._speed = Speed(seconds)
        self._meter = Meter(trainer.problem.task)
        self._start = (trainer.place.step, seconds)
        self._images = 0
        self._next_reading = 0.0
        self._reported = (perf_counter(), trainer.place.step)  # when, and at which step
        self._interim_step = -1
        self._is_broken = False

    @property
    def epoch(self) -> float:
        """How far the run is, in epochs and fractions of them."""
        return self._trainer.epoch

    # -- the run --

    def begin(self) -> None:
        """Show and keep the network as it is before the first step."""
        for note in self._trainer.problem.data.notes:
            self._recording.log(note)
        self._save_interim()
        self._recording.settle()
        self._trainer.give_up_when(self._commands.is_waited_for)  # until it is known how long a step takes
        self._observer.keep_frame()
        self._observer.look(self._clock)

    def train(self) -> Ended:
        """Train to the end of the last epoch. Raises StopRequested, Diverged, or whatever goes wrong."""
        self._obey()
        for event in self._trainer.events():
            self.after(event)
        self._read_meter()
        epochs = self._trainer.config.epochs
        return Ended(RunState.FINISHED, f"Finished {counted(epochs, 'epoch')}.")

    def after(self, event: Event) -> None:
        """All that is done between one event of the loop and the next."""
        if isinstance(event, Step):
            self._step_done(event)
        elif isinstance(event, EpochEnd):
            self._epoch_done(event.validation)
        if perf_counter() >= self._next_reading:
            self._report()
        if self._commands.pending:
            self._obey()

    def end(self, ended: Ended) -> TrainingState:
        """Stop the clock, post what is left, save; the final state."""
        self._clock.pause()
        self._going.pause()
        self._state = ended.state
        with suppress(Diverged):  # in the steps since the last reading; it ends anyway
            self._read_meter()
        state = self._trainer.state(self._clock.seconds)
        if not self._is_broken:
            self._recording.last(state)
        if not self._is_broken and ended.state is not RunState.FAILED:
            self._observer.keep_frame()
            self._observer.look(self._clock)
        self._post_progress()
        return state

    # -- after each event --

    def _step_done(self, step: Step) -> None:
        self._meter.add(self._trainer.place.step, step)
        self._images += step.examples
        self._commands.spend_step()
        pace = self._commands.pace
        if pace is not None:
            self._slow_step_done(pace)
        elif self._observer.is_due(self._clock):
            self._report()  # first: a loss that has gone wrong is noticed before its weights are kept
            self._observer.after_step(self._clock)

    def _slow_step_done(self, pace: float) -> None:
        """The clock stands until the next step: what is done meanwhile takes nothing from the training."""
        self._clock.pause()
        if self._observer.is_slowly_due(pace):
            self._report()
            self._observer.after_slow_step(self._clock, pace)

    def _epoch_done(self, validation: Score | None) -> None:
        self._read_meter()
        if validation is not None:
            self._post_validation(validation)
        if self._recording.is_on:
            self._recording.epoch(self._trainer.state(self._clock.seconds))
            self._interim_step = self._trainer.place.step

    def _report(self) -> None:
        self._next_reading = perf_counter() + READING_SECONDS
        self._let_slow_steps_be_given_up()
        self._read_meter()
        self._speed.mark(self._going.seconds, self._images)
        self._post_progress()
        if self._recording.is_interim_due:
            self._save_interim()

    def _let_slow_steps_be_given_up(self) -> None:
        """Slow ones only: looking whether somebody waits would cost the others more than it gains."""
        now, steps = perf_counter(), self._trainer.place.step - self._reported[1]
        if steps:
            is_slow = now - self._reported[0] > SLOW_S * steps
            self._trainer.give_up_when(self._commands.is_waited_for if is_slow else None)
            self._reported = (now, self._trainer.place.step)

    def _save_interim(self) -> None:
        """Save where the run is now, in case that the process is killed; its rows were logged before."""
        step = self._trainer.place.step
        if self._recording.is_on and step != self._interim_step:
            begun = perf_counter()
            state = self._trainer.state(self._clock.seconds)
            self._recording.interim(state, perf_counter() - begun)
            self._interim_step = step

    # -- obeying --

    def _obey(self) -> None:
        """Carry out what was asked; wait here while paused, and in a slow run for the time of the next step."""
        while self._commands.pending:
            self._read_meter()  # the curves reach the step of a state that is handed out
            orders = self._commands.take()
            if orders.stop:
                self._commands.put_back(orders)  # who asked for the state or the weights gets the last ones
                raise StopRequested
            if orders.live:
                self._trainer.change(orders.live)
            self._observer.watch = orders.watch if orders.watch is not None else self._observer.watch
            self._observer.pin(orders.pins or ())
            for callback in orders.state_callbacks:
                self._answer(partial(self._hand_out_state, callback))
            for wanted in orders.weights_callbacks:
                self._answer(partial(self._hand_out_weights, wanted))
            pausing = orders.paused and self._state is not RunState.PAUSED
            if pausing:
                self._halt()
            if pausing or orders.watch is not None or orders.pins is not None:
                self._observer.look(self._clock)
            if orders.paused:
                self._commands.wait()
                continue
            self._go()
            if self._has_rested(orders.pace):
                break
        self._go()
        self._clock.start()

    def _has_rested(self, pace: float | None) -> bool:
        """Wait until the next step is due; False where something new is to be obeyed first."""
        step = self._trainer.place.step
        if pace is not None and step != self._rested_at:
            self._clock.pause()
            if self._commands.wait(self._metronome.left(pace)):
                return False
            self._metronome.beat(pace)
        self._rested_at = step
        return True

    def _hand_out_state(self, callback: StateCallback) -> None:
        callback(self._trainer.state(self._clock.seconds))

    def _hand_out_weights(self, callback: WeightsCallback) -> None:
        callback(*self._trainer.weights())

    def _answer(self, hand_out: Callable[[], None]) -> None:
        """Hand out the state or the weights; what is done with them (saving, say) must not end the run."""
        try:
            hand_out()
        except Exception as error:
            self._mailbox.post_notice(str(error) if isinstance(error, LayerscopeError) else repr(error))

    def _go(self) -> None:
        if self._state is not RunState.RUNNING:
            self._going.start()
            self._metronome.start()
            self._change_state(RunState.RUNNING)

    def _halt(self) -> None:
        self._clock.pause()
        self._going.pause()
        self._rested_at = self._trainer.place.step  # so that it goes on at once
        self._read_meter()
        self._change_state(RunState.PAUSED)
        self._save_interim()  # while nobody waits for it

    def _change_state(self, state: RunState) -> None:
        self._state = state
        self._set_state(state)
        self._post_progress()

    # -- reporting --

    def _read_meter(self) -> None:
        readings = self._meter.read()
        if readings is None:
            return
        self._post(readings)
        if readings.first_bad is not None and not self._is_broken:
            self._is_broken = True
            raise Diverged(readings.first_bad)

    def _post(self, readings: Readings) -> None:
        rates = [self._trainer.rate_after(int(step) - 1) for step in readings.steps]
        columns = readings.columns()
        for name, values in columns.items():
            self._mailbox.post_points(f"train/{name}", readings.steps, values)
        self._mailbox.post_points("learning_rate", readings.steps, rates)
        if not self._recording.is_on:
            return
        seconds, batches = self._clock.seconds, self._trainer.batches
        names = (*columns, "learning_rate")
        rows = zip(readings.steps.tolist(), *(values.tolist() for values in columns.values()), rates, strict=True)
        self._recording.points(
            [
                MetricRow(int(step), step / batches, seconds, "train", dict(zip(names, values, strict=True)))
                for step, *values in rows
            ]
        )

    def _post_validation(self, score: Score) -> None:
        step = self._trainer.place.step
        values = {"loss": score.loss, **score.metrics}
        for name, value in values.items():
            self._mailbox.post_points(f"validation/{name}", step, value)
        row = MetricRow(step, self._trainer.epoch, self._clock.seconds, "validation", values)
        self._recording.points([row])

    def _post_progress(self) -> None:
        trainer, seconds = self._trainer, self._clock.seconds
        step, total = trainer.place.step, trainer.total_steps
        steps_done, seconds_spent = step - self._start[0], seconds - self._start[1]
        pace = self._commands.pace or inf
        each = max(seconds_spent / steps_done, 1 / pace) if steps_done else 0.0
        self._mailbox.post_progress(
            Progress(
                state=self._state,
                step=step,
                total_steps=total,
                epoch=trainer.epoch,
                epochs=trainer.config.epochs,
                images_per_second=min(self._speed.images_per_second, pace * trainer.config.batch_size),
                seconds=seconds,
                seconds_left=(total - step) * each,
                capture_share=self._observer.share(seconds_spent),
                device=str(trainer.device),
            )
        )
