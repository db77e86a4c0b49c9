"""The Runner: one thread that owns a live network, trains it, and does between two steps what the window asks."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch

from engine.capturing.base import CAPTURES
from engine.data.dataset import DataSet
from engine.data.pieces import Interest
from engine.design.network import NetworkDesign
from engine.design.values import live_values, with_values
from engine.errors import TrainingError
from engine.heap import give_back
from engine.snapshot import Example, WatchList
from engine.training.attendant import Attendant, StopRequested
from engine.training.config import NOUN, TrainingConfig
from engine.training.device import free_memory, pick_device, training_threads
from engine.training.failures import explain
from engine.training.filmstrip import Filmstrip, Frame
from engine.training.loading import Loading
from engine.training.mailbox import Mailbox
from engine.training.messages import Ended, Progress, RunState
from engine.training.observer import Observer
from engine.training.orders import CommandSlot, Orders, StateCallback, WeightsCallback
from engine.training.recorder import Recorder
from engine.training.recording import Recording
from engine.training.state import TrainingState
from engine.training.trainer import Trainer


class Runner:
    """Trains ``design`` with ``config`` on what ``load_data`` returns, and reports to ``mailbox``.

    ``load_data`` is called on a thread of its own, so that stopping need not wait for it; a run that is stopped meanwhile drops
    its ``interest``. ``watch`` says what to capture, of
    the examples ``pins`` (none: the first of the test split). ``resume`` continues a saved state. ``filmstrip`` and ``recorder``,
    where given, keep what the run produces. ``pace`` is as ``set_pace`` says. ``threads`` overrides "all CPU cores but one";
    torch has one such number per process.
    Every method may be called from any thread and returns at once, but ``join``. Orders are obeyed between two steps or
    two batches of validation; to pause or to stop, a slow one is given up between two layers, and done again if the run goes on.
    The process cannot leave before the run has ended: call ``stop`` and ``join``.
    """

    def __init__(
        self,
        design: NetworkDesign,
        config: TrainingConfig,
        load_data: Callable[[], DataSet],
        mailbox: Mailbox,
        *,
        watch: WatchList = frozenset(),
        pins: tuple[Example, ...] = (),
        resume: TrainingState | None = None,
        recorder: Recorder | None = None,
        filmstrip: Filmstrip | None = None,
        threads: int | None = None,
        interest: Interest | None = None,
        pace: float | None = None,
    ) -> None:
        self.design = design
        self._config = config
        self._load_data = load_data
        self._interest = interest or Interest()
        self._mailbox = mailbox
        self._watch = watch
        self._pins = pins
        self._resume = resume
        self._recording = Recording(recorder, mailbox)
        self._filmstrip = filmstrip
        self._threads = threads
        self._commands = CommandSlot()
        self._commands.set_pace(pace)
        self._state = RunState.READY
        self._data: DataSet | None = None
        self._final_state: TrainingState | None = None
        self._final_epoch = 0.0
        self._thread = threading.Thread(target=self._run, name="layerscope-training")
        len(CAPTURES)  # find the captures now: the darkroom's thread may want them at the same time as this one

    # -- any thread --

    def start(self) -> None:
        """Begin: load the data, build the network, post the untrained snapshot, train. Once only."""
        self._thread.start()

    def pause(self) -> None:
        """Wait after the step in hand; a fresh snapshot is posted. Before ``start``: wait before the first step."""
        self._commands.pause()

    def resume(self) -> None:
        """Train on."""
        self._commands.resume()

    def step(self) -> None:
        """Do one more step, then be paused."""
        self._commands.step()

    def set_pace(self, pace: float | None) -> None:
        """Do ``pace`` steps a second at most, so that learning can be watched; None: as fast as it goes. Obeyed at once, also
        while the next step is waited for."""
        self._commands.set_pace(pace)

    def stop(self) -> None:
        """End the run after the step in hand."""
        self._commands.stop()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until the thread has ended, if it was started; False if it has not after ``timeout`` seconds."""
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def set_watch(self, watch: WatchList) -> None:
        """Capture ``watch`` from now on; a snapshot of it is posted promptly, paused or not."""
        self._commands.watch(watch)

    def set_pins(self, pins: tuple[Example, ...]) -> None:
        """Send these examples (of the design's input shape) through the network from now on, that in front first; a snapshot of
        them is posted promptly."""
        self._commands.pin(pins)

    def change(self, live: Mapping[str, Any]) -> None:
        """Train on with other values, named by path or flat ("learning_rate"); DesignError for a value out of range,
        TrainingError for anything that cannot be changed while a run is alive."""
        changed = with_values(self._config, live, NOUN)
        still = with_values(changed, live_values(self._config), NOUN)
        if still != self._config:
            names = ", ".join(path.rpartition(".")[2] for path in live_values(self._config))
            raise TrainingError(f"'{next(iter(live))}' cannot be changed while a run is alive", f"Only {names} can.")
        self._config = changed
        self._commands.change(live)

    def request_state(self, callback: StateCallback) -> None:
        """Have ``callback`` called with a copy of everything, on the training thread between two steps; after the end at once,
        on this one. A run that ended before there was a network calls nobody."""
        if not self._commands.request_state(callback) and self._final_state is not None:
            callback(self._final_state)

    def request_weights(self, callback: WeightsCallback) -> None:
        """As ``request_state``, but of the weights alone: no optimiser's memory is copied."""
        if not self._commands.request_weights(callback) and self._final_state is not None:
            callback(self._final_state.network, self._final_state.step, self._final_epoch)

    @property
    def state(self) -> RunState:
        """Where the run stands."""
        return self._state

    @property
    def config(self) -> TrainingConfig:
        """The configuration, with what has been changed while it ran."""
        return self._config

    @property
    def data(self) -> DataSet | None:
        """The data set as it was loaded; None until then."""
        return self._data

    @property
    def final_state(self) -> TrainingState | None:
        """The network and everything else as the run left it; None until it has ended."""
        return self._final_state

    # -- the training thread --

    def _run(self) -> None:
        ended = self._train()
        try:
            give_back()  # what the steps took, once nothing of them is left; the GUI's thread waits for none of it
        finally:
            self._state = ended.state
            self._answer_the_last(self._commands.close())
            self._mailbox.post_ended(ended)

    def _train(self) -> Ended:
        """Load the data, build the network and train it, and leave the final state behind, whatever happens."""
        trainer: Trainer | None = None
        attendant: Attendant | None = None
        trace = ""
        try:
            data = self._load()
            trainer = self._make_trainer(data)
            attendant = self._make_attendant(trainer)
            attendant.begin()
            ended = attendant.train()
        except StopRequested:
            ended = Ended(RunState.STOPPED, "Stopped.")
        except BaseException as error:
            ended = self._explain(error, trainer)
            trace = traceback.format_exc()
            traceback.clear_frames(error.__traceback__)  # let go of the failed step's tensors
        self._end(ended, trace, attendant)
        return ended

    def _load(self) -> DataSet:
        """The data; meanwhile orders are obeyed, and it is told how much of them is there."""
        self._interest.told = self._commands.wake
        loading = Loading(self._load_data, self._commands.wake)
        self._report_unloaded(RunState.READING)
        while not loading.is_done:
            self._commands.wait()
            orders = self._commands.take()
            if orders.stop:
                self._interest.drop()
                raise StopRequested
            self._commands.put_back(orders)
            self._report_unloaded(RunState.PAUSED if orders.paused else RunState.READING)
        self._data = loading.result()
        self._commands.wake()  # what was asked meanwhile is obeyed before the first step
        self._mailbox.post_data(self._data)
        return self._data

    def _report_unloaded(self, state: RunState) -> None:
        self._set_state(state)
        self._mailbox.post_progress(Progress(state, epochs=self._config.epochs, read=self._interest.done))

    def _make_trainer(self, data: DataSet) -> Trainer:
        device = pick_device(self._config.device)
        if device.type == "cpu":
            torch.set_num_threads(training_threads(self._threads))
        return Trainer(self.design, self._config, data, device, self._resume)

    def _make_attendant(self, trainer: Trainer) -> Attendant:
        keep: list[Callable[[Frame], None]] = [self._filmstrip.add] if self._filmstrip is not None else []
        if self._recording.is_on:
            keep.append(self._recording.frame)
        observer = Observer(trainer, self._mailbox, self._watch, self._pins, keep)
        seconds = self._resume.seconds if self._resume else 0.0
        return Attendant(trainer, self._mailbox, self._commands, self._recording, observer, self._set_state, seconds)

    def _set_state(self, state: RunState) -> None:
        self._state = state

    def _explain(self, error: BaseException, trainer: Trainer | None) -> Ended:
        try:
            return explain(error, trainer, self._config)
        except Exception as second:  # e.g. a device that answers nothing any more
            return Ended(RunState.FAILED, f"Training stopped because of an error: {error!r}, then {second!r}.")

    def _end(self, ended: Ended, trace: str, attendant: Attendant | None) -> None:
        """Leave behind what the run came to; whatever happens, its last word gets through."""
        try:
            if attendant is not None:
                free_memory()
                self._final_state = attendant.end(ended)
                self._final_epoch = attendant.epoch
        except Exception:  # e.g. a device that answers nothing any more
            trace = f"{trace}\n{traceback.format_exc()}".strip()
        self._resume = None
        self._recording.end(ended, trace)

    def _answer_the_last(self, orders: Orders) -> None:
        """Requests that came too late for the attendant get the state the run ended in."""
        late = [partial(self.request_state, callback) for callback in orders.state_callbacks]
        late += [partial(self.request_weights, wanted) for wanted in orders.weights_callbacks]
        for answer in late:
            try:
                answer()
            except Exception as error:
                self._mailbox.post_notice(str(error))
