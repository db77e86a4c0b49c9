"""The trainer: a live network with its optimiser, data and place in the run, made fresh or from a saved state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch

from engine.build import Network, load_weights
from engine.data.dataset import ImageSet
from engine.design.check import require_valid
from engine.design.kinds import times
from engine.design.network import NetworkDesign
from engine.errors import DataError, DesignError
from engine.training.batches import steps_per_epoch
from engine.training.config import LIVE_KEYS, TrainingConfig
from engine.training.loop import Event, Place, train
from engine.training.losses import make_loss
from engine.training.optimisers import make_optimizer, optimizer_tensors, restore_optimizer, set_live
from engine.training.schedules import share
from engine.training.state import TrainingState


class Trainer:
    """Everything that changes while a network trains. ``data`` and ``network`` live on ``device``. Belongs to one thread.

    Initial weights and dropout draw from torch's own generators, seeded here: while a run is alive, nothing else in the
    process may draw from them (others have generators of their own).
    """

    def __init__(
        self,
        design: NetworkDesign,
        config: TrainingConfig,
        data: ImageSet,
        device: torch.device,
        resume: TrainingState | None = None,
    ) -> None:
        check_fit(design, data)
        self.design = design
        self.config = config
        self.device = device
        self.data = data.to(device)
        torch.manual_seed(config.seed)
        self.network = Network(design).to(device)
        self.optimizer = make_optimizer(config, self.network.parameters(), device)
        self.place = Place()
        self.live: dict[str, float] = {key: getattr(config, key) for key in LIVE_KEYS}
        self.batches = steps_per_epoch(len(self.data.split("train")), config.batch_size)  # in one epoch
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
        loss = make_loss(self.config.loss, self.design)
        return train(self.network, self.optimizer, loss, self.data, self.config, self.place, self.rate_after)

    def rate_after(self, step: int) -> float:
        """The learning rate with which the step behind ``step`` is done: what is in force, times the schedule's share."""
        progress = (step - self._first) / (self.config.epochs * self.batches)
        return self.live["learning_rate"] * share(self.config.schedule, progress)

    def change(self, live: Mapping[str, float]) -> None:
        """Go on with another learning rate, momentum or weight decay."""
        set_live(self.optimizer, live)
        self.live.update(live)

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
            optimizer_kind=self.config.optimizer,
            rng=_random_states(self.device),
            live=dict(self.live),
        )

    def weights(self) -> tuple[dict[str, torch.Tensor], int, float]:
        """A copy of the weights on the CPU, with the step and the epoch: a fraction of what ``state`` copies."""
        return weights_on_cpu(self.network), self.place.step, self.epoch

    def _restore(self, state: TrainingState) -> None:
        """Go on where ``state`` was taken. The configuration's learning rate holds, not the state's; the optimiser's memory is
        kept only if it is of the same kind."""
        load_weights(self.network, state.network)
        if state.optimizer_kind == self.config.optimizer:
            restore_optimizer(self.optimizer, self.network.layers.named_parameters(), state.optimizer)
        self.place = Place(state.step, state.epoch, state.batch)
        _restore_random_states(state.rng, self.device)


def weights_on_cpu(network: Network) -> dict[str, torch.Tensor]:
    """Copies of all weights and buffers, "c1.weight" and so on, on the CPU."""
    return {name: tensor.detach().to("cpu", copy=True) for name, tensor in network.layers.state_dict().items()}


def check_fit(design: NetworkDesign, data: ImageSet) -> None:
    """Raise DataError or DesignError unless ``design`` reads the images, has something to learn and answers with one number
    per class."""
    report = require_valid(design)
    output = report.output_shape
    if report.costs.params == 0:
        raise DesignError("The network has no weights, so there is nothing to train", "Add a convolution or a linear layer.")
    if tuple(design.input_shape) != data.shape:
        raise DataError(
            f"The network reads {times(design.input_shape)}, but the images of {data.name} are {times(data.shape)}",
            "Change the input shape of the design.",
        )
    classes = len(data.classes)
    if output != (classes,):
        last = design.layers[-1]
        field = "units" if last.kind == "linear" else ""
        raise DesignError(
            f"the network's output is {times(output or ())}, but {data.name} has {classes} classes",
            f"End the network in a linear layer with {classes} units.",
            layer=last.id,
            field=field,
        )
    if len(data.splits.get("train", ())) == 0:
        raise DataError(f"{data.name} has no training images", "Choose other data, or hold back fewer for validation.")


def _random_states(device: torch.device) -> dict[str, torch.Tensor]:
    states = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        states["cuda"] = torch.cuda.get_rng_state(device)
    elif device.type == "mps":
        states["mps"] = torch.mps.get_rng_state()
    return states


def _restore_random_states(states: Mapping[str, torch.Tensor], device: torch.device) -> None:
    """Put back what was saved; a run that goes on on another device draws new random numbers there."""
    if "cpu" in states:
        torch.set_rng_state(states["cpu"])
    if "cuda" in states and device.type == "cuda":
        torch.cuda.set_rng_state(states["cuda"], device)
    if "mps" in states and device.type == "mps":
        torch.mps.set_rng_state(states["mps"])
