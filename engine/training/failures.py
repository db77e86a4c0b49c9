"""How runs go wrong, in plain words: which layer it was, and what to try."""

from __future__ import annotations

import torch

from engine.build import Inputs, Network, is_out_of_memory
from engine.capturing.context import looking
from engine.errors import DesignError, LayerscopeError
from engine.training.blown_up import not_a_number
from engine.training.config import TrainingConfig
from engine.training.messages import Ended, RunState
from engine.training.trainer import Trainer


class Diverged(Exception):
    """The loss of ``step`` was not a finite number."""

    def __init__(self, step: int) -> None:
        self.step = step
        super().__init__(step)


def explain(error: BaseException, trainer: Trainer | None, config: TrainingConfig) -> Ended:
    """The end of a run that ``error`` has stopped. Holds plain values only: what it says outlives the failed step's tensors."""
    if isinstance(error, Diverged) and trainer is not None:
        return diverged(trainer, error.step)
    if is_out_of_memory(error):
        return _out_of_memory(trainer, config)
    if isinstance(error, LayerscopeError):
        reason = error.plainly().removesuffix(error.suggestion).strip()
        layer = error.layer if isinstance(error, DesignError) else ""
        return Ended(RunState.FAILED, reason, error.suggestion, layer=layer, fix=error.fix)
    if isinstance(error, OSError):
        return Ended(
            RunState.FAILED, f"A file or folder could not be read: {error}.", "Check that it is still there, then run again."
        )
    layer = trainer.network.current if trainer is not None else ""
    at = f" (the last layer that ran was '{layer}')" if layer else ""
    text = str(error).strip().splitlines()[0] if str(error).strip() else "no message"
    return Ended(
        RunState.FAILED,
        f"Training stopped because of an error in the program: {type(error).__name__}: {text}{at}.",
        "The details are in the log.",
        layer=layer,
    )


def diverged(trainer: Trainer, step: int) -> Ended:
    """The loss became infinite or not a number."""
    inputs, _ = trainer.problem.prepare(trainer.problem.data.split("train").part(slice(0, 16)))
    layer, what = first_broken_layer(trainer.network, inputs)
    where = (
        f"{what} of layer '{layer}' {'are' if what.endswith('s') else 'is'} not finite"
        if layer
        else "the weights are still finite"
    )
    return not_a_number(step, trainer.config, where, layer)


def first_broken_layer(network: Network, inputs: Inputs) -> tuple[str, str]:
    """(id, "the weights" or "the output") of the first layer, from the input on, that holds a number that is not finite;
    ("", "") where all is well."""
    with looking(network):
        outputs = network.activations(inputs)
    for id, module in network.layers.items():
        if not all(bool(torch.isfinite(tensor).all()) for tensor in module.state_dict().values()):
            return id, "the weights"
        if not bool(torch.isfinite(outputs[id]).all()):
            return id, "the output"
    return "", ""


def _out_of_memory(trainer: Trainer | None, config: TrainingConfig) -> Ended:
    if trainer is None:
        return Ended(
            RunState.FAILED, "There is not enough memory for the data and the network.", "Use fewer or smaller examples."
        )
    running, largest = trainer.network.current, _largest_layer(trainer)
    where = f"at layer '{running}'" if running else f"on the way back; most of it is needed by layer '{largest}'"
    size = config.batch_size
    reason = f"Memory ran out at step {trainer.place.step + 1}, {where}, with {size} examples per step."
    advice = f"Try a batch size of {size // 2}." if size > 1 else "Make that layer smaller, or put a pooling layer before it."
    changes = {"batch_size": size // 2} if size > 1 else {}
    return Ended(RunState.FAILED, reason, advice, changes, running or largest)


def _largest_layer(trainer: Trainer) -> str:
    return max(trainer.network.report.leaves, key=lambda report: report.costs.activations).id
