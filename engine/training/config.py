"""TrainingConfig: every choice of a training run as frozen, validated data that describes itself. Loads no torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from engine.data.augmentation import AUGMENTATIONS, Augmentation
from engine.design.parameters import ParameterModel, many_of, one_of, parameter
from engine.design.values import construct, live_values
from engine.task import TASKS, Task
from engine.training.kinds import (
    INITIALISERS,
    LOSSES,
    OPTIMISERS,
    PENALTIES,
    SCHEDULES,
    Initialiser,
    Loss,
    Optimiser,
    Penalty,
    Schedule,
)

NOUN = "Training"
"""What owns the settings, in messages about them."""


class TrainingConfig(ParameterModel):
    """How a network is trained. Defaults suit the small built-in networks; the field names are the keys of --set."""

    epochs: int = parameter(5, "How often every training example is seen.", low=1, high=100_000)
    batch_size: int = parameter(64, "Examples per step.", low=1, high=65536)
    optimizer: Optimiser = one_of(OPTIMISERS, "sgd", "How the weights follow the gradient.")
    schedule: Schedule = one_of(SCHEDULES, "cosine", "How the learning rate changes during the run.")
    task: Task | None = one_of(
        TASKS, None, "What is to be learned from which part of the data.", none_text="what design and data suggest"
    )
    loss: Loss | None = one_of(
        LOSSES, None, "How wrong an answer is, as one number to make smaller.", none_text="the task's usual one"
    )
    penalty: tuple[Penalty, ...] = many_of(PENALTIES, "What else is to be kept small.", label="Penalties")
    init: Initialiser = one_of(INITIALISERS, "torch", "Where the weights begin.", label="Initial weights")
    augment: tuple[Augmentation, ...] = many_of(
        AUGMENTATIONS, "Random changes of the training examples that leave their meaning as it is.", label="Augmentation"
    )
    seed: int = parameter(0, "Fixes initial weights, splits and shuffling.", low=0, high=2**31 - 1)
    validation_share: float = parameter(0.1, "Share of the training examples held back for validation.", low=0.0, high=0.9)
    device: Literal["auto", "cpu", "cuda", "mps"] = parameter("auto", "auto: CUDA, else MPS, else the CPU.")
    capture_budget: float = parameter(0.02, "Largest share of the training time that live pictures may cost.", low=0.0, high=1.0)


def training_config(**values: Any) -> TrainingConfig:
    """A configuration from plain values, flat or by path: ``training_config(optimizer="adam", learning_rate=0.01)``.

    DesignError names the field that does not fit.
    """
    return construct(TrainingConfig, values, NOUN)


def known_live(config: TrainingConfig, live: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the ``live`` values of a checkpoint, by path or (in older ones) flat, that ``config`` has."""
    known = live_values(config)
    flat = {path.rpartition(".")[2]: path for path in known}
    return {flat.get(key, key): value for key, value in live.items() if flat.get(key, key) in known}
