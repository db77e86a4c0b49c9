"""The trainer: a live network with its optimiser, data and place in the run, made fresh or from a saved state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch

from engine.build import Network, lay_out, load_weights
from engine.data.dataset import DataSet
from engine.design.network import NetworkDesign
from engine.design.values import live_values, with_values
from engine.errors import TrainingError
from engine.fit import require_augmentations, require_batches
from engine.problem import make_problem
from engine.training.batches import steps_per_epoch
from engine.training.config import NOUN, TrainingConfig
from engine.training.kinds import Initialiser
from engine.training.loop import Event, Lesson, Place, train
from engine.training.objective import make_objective
from engine.training.optimiser_state import optimizer_tensors, restore_optimizer, set_learning_rate, set_options
from engine.training.private_random import DrawingFrom
from engine.training.state import TrainingState


class Trainer:
    """Everything that changes while a network trains. ``data`` and ``network`` live on ``device``. Belongs to one thread.

    All that is random while it trains is drawn from ``generator``, which is this run's own: several runs in one process do not
    disturb one another.
    """

    def __init__(
        self,
        design: NetworkDesign,
        config: TrainingConfig,
        data: DataSet,
        device: torch.device,
        resume: TrainingState | None = None,
    ) -> None:
        problem = make_problem(config.task, data, design)
        problem.check(design)
        require_augmentations(config.augment, data.slots)
        require_batches(design, min(config.batch_size, len(data.split("train"))))
        self.design = design
        self.config = config
        self.device = device
        self.problem = problem.to(device)
        self.generator = torch.Generator(device).manual_seed(config.seed)
        self.network = seeded_network(design, config.seed, config.init).to(device)
        lay_out(self.network, device)
        self.network.draw_from(self.generator)
        objective = make_objective(config, problem.task, self.network)
        self.lesson = Lesson(self.problem, objective, config, self.generator)
        self.optimizer = config.optimizer.make(self.network.parameters(), device)
        self.place = Place()
        self.batches = steps_per_epoch(len(data.split("train")), config.batch_size)  # in one epoch
        if resume is not None:
            self._restore(resume)
        self._first = self.place.step - self.place.epoch * self.batches - self.place.batch  # the step at which epoch 0 began

    @property
    def total_steps(self) -> int:
        """The number of the last step."""
        left = (self.config.epochs - self.place.epoch) * self.batches - self.place.batch
        return self.place.step + max(0, left)

    @property
    def epoch(self) -> float:
        """Where the run stands, in epochs: 1.5 is half-way through the second."""
        return self.place.epoch + self.place.batch / self.batches

    def events(self) -> Iterator[Event]:
        """Train to the end; see ``engine.training.loop.train``."""
        return train(self.network, self.optimizer, self.lesson, self.place, self._set_rate)

    def _set_rate(self, step: int) -> None:
        set_learning_rate(self.optimizer, self.rate_after(step))

    def rate_after(self, step: int) -> float:
        """The learning rate with which the step behind ``step`` is done: what is in force, times the schedule's share."""
        progress = (step - self._first) / (self.config.epochs * self.batches)
        return self.config.optimizer.learning_rate * self.config.schedule.share(progress)

    def change(self, live: Mapping[str, Any]) -> None:
        """Go on with other values of settings that may change while a run is alive, by path or flat."""
        self.config = with_values(self.config, live, NOUN)
        set_options(self.optimizer, self.config.optimizer)
        self.lesson.objective = make_objective(self.config, self.problem.task, self.network)

    def state(self, seconds: float = 0.0) -> TrainingState:
        """A copy of everything, on the CPU."""
        place = self.place
        return TrainingState(
            step=place.step,
            epoch=place.epoch,
            batch=place.batch,
            seconds=seconds,
            network=weights_on_cpu(self.network),
            optimizer=optimizer_tensors(self.optimizer, self.network.layers.named_parameters()),
            optimizer_kind=self.config.optimizer.kind,
            rng={self.device.type: self.generator.get_state()},
            live=live_values(self.config),
        )

    def weights(self) -> tuple[dict[str, torch.Tensor], int, float]:
        """A copy of the weights on the CPU, with the step and the epoch: a fraction of what ``state`` copies."""
        return weights_on_cpu(self.network), self.place.step, self.epoch

    def _restore(self, state: TrainingState) -> None:
        """Go on where ``state`` was taken. The configuration's learning rate holds, not the state's; the optimiser's memory is
        kept only if it is of the same kind."""
        load_weights(self.network, state.network)
        if state.optimizer_kind == self.config.optimizer.kind:
            restore_optimizer(self.optimizer, self.network.layers.named_parameters(), state.optimizer)
        self.place = Place(state.step, state.epoch, state.batch)
        if self.device.type in state.rng:  # a run that goes on on another device draws new random numbers there
            self._draw_on_from(state.rng[self.device.type])

    def _draw_on_from(self, state: torch.Tensor) -> None:
        try:
            self.generator.set_state(state)
        except (RuntimeError, TypeError):
            raise TrainingError("The saved random numbers of this run are damaged", "Go on from an earlier checkpoint.") from None


def weights_on_cpu(network: Network) -> dict[str, torch.Tensor]:
    """Copies of all weights and buffers, "c1.weight" and so on, on the CPU."""
    return {name: tensor.detach().to("cpu", copy=True) for name, tensor in network.layers.state_dict().items()}


def seeded_network(design: NetworkDesign, seed: int, init: Initialiser) -> Network:
    """``design`` built with the initial weights that follow from ``seed``, whatever other threads draw meanwhile."""
    with DrawingFrom(torch.Generator().manual_seed(seed)):
        network = Network(design)
        init.apply(network)
    return network
