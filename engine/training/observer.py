"""The observer: looks at a live run between two steps, and posts pictures, health and frames of the filmstrip."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import Any

import torch
from torch import Tensor

from engine.capturing.base import CAPTURES, take
from engine.capturing.context import CaptureContext, Gallery, looking
from engine.snapshot import Example, Snapshot, Want, WatchList
from engine.training.filmstrip import Frame, is_early, is_keyframe, spacing
from engine.training.health import copied_weights, measure_health
from engine.training.mailbox import Mailbox
from engine.training.pacing import EVERY_STEP, SHORTEST, CapturePacer, Stopwatch
from engine.training.trainer import Trainer, weights_on_cpu

NOTHING: Mapping[Want, Any] = {}
HEALTH_SECONDS = 1.0
"""Between two measurements of health. What is captured seldom is captured with it: both look at the whole gallery."""


class Observer:
    """Changes nothing in the training: it runs its own forward passes in eval mode without gradients. What it costs is
    measured, and it looks no more often than the budget allows. ``keep`` is called with the weights of every key frame;
    ``now`` is the clock, in seconds. Training thread only."""

    def __init__(
        self,
        trainer: Trainer,
        mailbox: Mailbox,
        watch: WatchList = frozenset(),
        pins: tuple[Example, ...] = (),
        keep: Sequence[Callable[[Frame], None]] = (),
        now: Callable[[], float] = perf_counter,
    ) -> None:
        self._trainer = trainer
        self._mailbox = mailbox
        self._keep = keep
        self._now = now
        self._gallery = Gallery(trainer.problem, trainer.device)
        self._pacer = CapturePacer(trainer.config.capture_budget)
        self._frame_spacing = spacing(trainer.total_steps)
        self._frame_step = -1
        self._health_step = -1
        self._health_time = 0.0
        self._look_time = 0.0
        self._before: tuple[int, dict[str, Tensor]] | None = None  # a step, and the weights after it
        self._taken: dict[Want, tuple[float, Any]] = {}  # when, and what
        self._noticed: set[str] = set()
        self.watch = watch
        self.pinned: tuple[Example, ...] = ()
        self.pin(pins)

    def pin(self, pins: tuple[Example, ...]) -> None:
        """Follow these from now on, but for those of other data; the first of the test split where none is left."""
        problem = self._trainer.problem
        self.pinned = tuple(pin for pin in pins if problem.holds(pin)) or self.pinned or (self._gallery.first(),)

    def share(self, seconds: float) -> float:
        """The measured share of ``seconds`` of training time that looking has cost, 0..1."""
        return min(1.0, self._pacer.spent / seconds) if seconds > 0 else 0.0

    def is_due(self, clock: Stopwatch) -> bool:
        """Whether it is time to look or to keep a frame; asked after every step, so the usual answer must be quick."""
        step = self._trainer.place.step
        return is_keyframe(step, self._frame_spacing) or is_early(step + 1) or self._pacer.is_due(clock.seconds)

    def after_step(self, clock: Stopwatch) -> None:
        """Keep a frame of the step just done, and look, if it is time to."""
        step = self._trainer.place.step
        if is_keyframe(step, self._frame_spacing):
            self._timed(clock, self.keep_frame, self._pacer.charge)
        if is_early(step) and self._pacer.is_on:
            self._timed(clock, lambda: self._look(with_health=self._is_health_due(step)), self._pacer.owed)
        elif self._pacer.is_due(clock.seconds):
            self._look_or_wait(clock, step)
        if is_early(step + 1) and self._pacer.is_on:  # only now: the look was still at what this step changed
            self._timed(clock, self._remember_weights, self._pacer.charge)

    def is_slowly_due(self, pace: float) -> bool:
        """The same for a run of ``pace`` steps a second, which waits for its next step: pictures cost it nothing."""
        step = self._trainer.place.step
        is_shown = pace <= EVERY_STEP or is_early(step) or self._now() - self._look_time >= SHORTEST
        return is_keyframe(step, self._frame_spacing) or (is_shown and self._pacer.is_on)

    def after_slow_step(self, clock: Stopwatch, pace: float) -> None:
        """As ``after_step``, for a run that waits for its next step, and whose ``clock`` therefore stands."""
        step = self._trainer.place.step
        if is_keyframe(step, self._frame_spacing):
            self.keep_frame()
        if self._pacer.is_on and (pace <= EVERY_STEP or is_early(step)):
            self.look(clock)
            self._remember_weights()  # so that what the next step changes is known
        elif self._pacer.is_on:
            self._look_or_wait(clock, step)

    def _look_or_wait(self, clock: Stopwatch, step: int) -> None:
        """Look; where health is to be measured too, remember the weights now and look behind the next step, so that what one
        step changes is known whatever the optimiser does."""
        with_health = self._is_health_due(step)
        if with_health and self._weights_before(step) is None:
            self._timed(clock, self._remember_weights, self._pacer.spend)
        else:
            recent = self._recent(with_health)
            self._timed(clock, lambda: self._look(recent, with_health=with_health), self._pacer.took)

    def _remember_weights(self) -> None:
        self._before = (self._trainer.place.step, copied_weights(self._trainer.network))

    def _weights_before(self, step: int) -> dict[str, Tensor] | None:
        """The weights of just before ``step``, if they were remembered."""
        return self._before[1] if self._before is not None and self._before[0] == step - 1 else None

    def look(self, clock: Stopwatch) -> None:
        """Post a snapshot of this very step, and its health. While the run is paused this costs it nothing."""
        with_health = self._is_health_due(self._trainer.place.step)
        self._timed(clock, lambda: self._look(with_health=with_health), self._pacer.took)
        if is_early(self._trainer.place.step + 1) and self._pacer.is_on:
            self._remember_weights()

    def keep_frame(self) -> None:
        """Hand the weights of this step to everybody who keeps frames, once, unless they are broken."""
        step = self._trainer.place.step
        if not self._keep or step == self._frame_step:
            return
        weights = weights_on_cpu(self._trainer.network)
        if not all(bool(torch.isfinite(tensor).all()) for tensor in weights.values()):
            return  # so that the last good ones stay
        self._frame_step = step
        for keep in self._keep:
            keep(Frame(step, self._trainer.epoch, weights))

    def _timed(self, clock: Stopwatch, job: Callable[[], None], account: Callable[[float, float], None]) -> None:
        start = self._now()
        job()
        if clock.is_running:
            account(self._now() - start, clock.seconds)

    def _recent(self, with_health: bool) -> dict[Want, Any]:
        """What is shown once more: what was captured less than its ``every`` seconds ago, or waits for the next health."""
        now = self._now()
        return {
            want: value
            for want, (time, value) in self._taken.items()
            if now - time < CAPTURES.get(want.capture).every or not with_health
        }

    def _look(self, recent: Mapping[Want, Any] = NOTHING, *, with_health: bool) -> None:
        trainer, step, now = self._trainer, self._trainer.place.step, self._now()
        self._look_time = now
        health: dict[str, float] = {}
        with looking(trainer.network):
            context = CaptureContext(trainer.network, self._gallery, self.pinned)
            if with_health:
                health = self._measure_health(context, now)
            captured, failures = take(self.watch - recent.keys(), context)
        seldom = {want: (now, value) for want, value in captured.items() if CAPTURES.get(want.capture).every}
        self._taken = {want: self._taken[want] for want in recent} | seldom  # what has failed is not shown again
        captured |= {want: value for want, value in recent.items() if want in self.watch}
        for name, value in health.items():
            self._mailbox.post_points(name, step, value)
        for sentence in failures.values():
            self._notice_once(sentence)
        facts = trainer.problem.facts
        self._mailbox.post_snapshot(Snapshot(step, trainer.epoch, trainer.design, facts, pinned=self.pinned, captured=captured))

    def _measure_health(self, context: CaptureContext, now: float) -> dict[str, float]:
        """Its points; none, and one notice, where that fails (for want of memory, say): the training goes on."""
        step = self._trainer.place.step
        self._health_step, self._health_time = step, now
        before, self._before = self._weights_before(step), None
        try:
            return measure_health(context, before)
        except Exception as error:
            self._notice_once(f"The health of the layers cannot be measured: {str(error) or repr(error)}")
            return {}

    def _notice_once(self, sentence: str) -> None:
        if sentence not in self._noticed:
            self._noticed.add(sentence)
            self._mailbox.post_notice(sentence)

    def _is_health_due(self, step: int) -> bool:
        """At the early steps and once a second: it costs a forward pass of the whole gallery, for a few small curves."""
        if step <= self._health_step:
            return False
        return is_early(step) or self._now() - self._health_time >= HEALTH_SECONDS
