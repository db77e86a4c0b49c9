"""The command slot: what the window asks of a run, read by the training thread between two steps."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from engine.snapshot import Example, WatchList
from engine.training.state import TrainingState

StateCallback = Callable[[TrainingState], None]
WeightsCallback = Callable[[dict[str, Tensor], int, float], None]
"""Gets copies of the weights on the CPU ("c1.weight" and so on), the step and the epoch, in fractions, they are of."""


@dataclass
class Orders:
    """What was asked for since the training thread last looked; None or empty = nothing new."""

    stop: bool = False
    paused: bool = False
    pace: float | None = None  # steps a second; None also where single steps were asked for, which nobody waits for
    watch: WatchList | None = None
    pins: tuple[Example, ...] | None = None
    live: dict[str, Any] = field(default_factory=dict)
    state_callbacks: list[StateCallback] = field(default_factory=list)
    weights_callbacks: list[WeightsCallback] = field(default_factory=list)


class CommandSlot:
    """Latest-wins orders under one lock. Any thread gives them; only the training thread takes them.

    How far training may go is one number, the allowance: None means on and on, 0 means pause, n means n more steps.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._fresh = False
        self._stop = False
        self._closed = False
        self._allowance: int | None = None
        self._pace: float | None = None
        self._orders = Orders()

    # -- any thread --

    def resume(self) -> None:
        """Train on."""
        self._allow(None)

    def pause(self) -> None:
        """Wait after the step in hand."""
        self._allow(0)

    def step(self) -> None:
        """Do one (more) step, then wait."""
        with self._changed:
            self._allowance = (self._allowance or 0) + 1
            self._wake()

    def set_pace(self, pace: float | None) -> None:
        """From now on do ``pace`` steps a second at most; None: as fast as it goes."""
        with self._changed:
            self._pace = pace
            self._wake()

    def stop(self) -> None:
        """End after the step in hand."""
        with self._changed:
            self._stop = True
            self._wake()

    def watch(self, watch: WatchList) -> None:
        """Capture these things from now on."""
        with self._changed:
            self._orders.watch = watch
            self._wake()

    def pin(self, pins: tuple[Example, ...]) -> None:
        """Show the way of these examples through the network from now on, that in front first."""
        with self._changed:
            self._orders.pins = pins
            self._wake()

    def change(self, live: Mapping[str, Any]) -> None:
        """Train on with these values."""
        with self._changed:
            self._orders.live.update(live)
            self._wake()

    def request_state(self, callback: StateCallback) -> bool:
        """Have ``callback`` called between two steps; False if the run is over and nobody will."""
        with self._changed:
            if not self._closed:
                self._orders.state_callbacks.append(callback)
                self._wake()
            return not self._closed

    def request_weights(self, callback: WeightsCallback) -> bool:
        """Have ``callback`` called between two steps; False if the run is over and nobody will."""
        with self._changed:
            if not self._closed:
                self._orders.weights_callbacks.append(callback)
                self._wake()
            return not self._closed

    def wake(self) -> None:
        """Make ``wait`` return, to look at something else."""
        with self._changed:
            self._wake()

    def _allow(self, steps: int | None) -> None:
        with self._changed:
            self._allowance = steps
            self._wake()

    def _wake(self) -> None:
        self._fresh = True
        self._changed.notify_all()

    # -- the training thread --

    @property
    def pending(self) -> bool:
        """Whether there is anything to obey or to wait for. Read after every step, so it takes no lock: what it misses, the next
        step sees."""
        return self._fresh or self._allowance == 0 or self._pace is not None

    @property
    def pace(self) -> float | None:
        """Steps a second at most; None: as fast as it goes. Takes no lock either."""
        return self._pace

    def is_waited_for(self) -> bool:
        """Whether the run is to end or to pause at once. Takes no lock either."""
        return self._stop or self._allowance == 0

    def spend_step(self) -> None:
        """One step was done."""
        if self._allowance is not None:
            with self._changed:
                if self._allowance:
                    self._allowance -= 1

    def take(self) -> Orders:
        """What is new."""
        with self._changed:
            orders, self._orders = self._orders, Orders()
            orders.stop, orders.paused = self._stop, self._allowance == 0
            orders.pace = self._pace if self._allowance is None else None
            self._fresh = False
            return orders

    def put_back(self, orders: Orders) -> None:
        """Keep for later what was taken, but let nothing newer be lost."""
        with self._changed:
            newer, self._orders = self._orders, orders
            orders.watch = newer.watch if newer.watch is not None else orders.watch
            orders.pins = newer.pins if newer.pins is not None else orders.pins
            orders.live.update(newer.live)
            orders.state_callbacks += newer.state_callbacks
            orders.weights_callbacks += newer.weights_callbacks

    def wait(self, seconds: float | None = None) -> bool:
        """Sleep until something new comes, or for so many ``seconds``; whether something came."""
        with self._changed:
            return self._changed.wait_for(lambda: self._fresh, seconds)

    def close(self) -> Orders:
        """No more orders: returns the last ones, with the requests that nobody has answered yet."""
        with self._changed:
            self._closed = True
            return self._orders
