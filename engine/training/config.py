"""TrainingConfig: every choice of a training run as frozen, validated data that describes itself."""

from __future__ import annotations

from typing import Literal

from engine.design.parameters import ParameterModel, parameter

LIVE_KEYS = ("learning_rate", "momentum", "weight_decay")
"""What may be changed while a run is alive."""


class TrainingConfig(ParameterModel):
    """How a network is trained. Defaults suit the small built-in networks; the field names are the keys of --set."""

    epochs: int = parameter(5, "How often every training image is seen.", low=1, high=100_000)
    batch_size: int = parameter(64, "Images per step.", low=1, high=65536)
    optimizer: Literal["sgd", "adam"] = parameter(
        "sgd", "sgd: w ← w − lr·v with momentum. adam: a step size for each weight (Kingma & Ba 2015)."
    )
    learning_rate: float = parameter(0.05, "How far one step goes. Too high diverges, too low crawls.", low=0.0, high=1000.0)
    schedule: Literal["constant", "cosine"] = parameter(
        "cosine", "constant: the same learning rate to the end. cosine: it falls to 0 along half a cosine."
    )
    momentum: float = parameter(0.9, "Share of the last step that goes on (sgd only).", low=0.0, high=0.9999)
    weight_decay: float = parameter(0.0, "Pull of every weight towards zero, λ in λw added to the gradient.", low=0.0, high=10.0)
    loss: Literal["cross_entropy", "mse"] = parameter(
        "cross_entropy",
        "cross_entropy: −log of the true class's probability. mse: mean squared distance to one-hot targets.",
    )
    seed: int = parameter(0, "Fixes initial weights, splits and shuffling.", low=0, high=2**31 - 1)
    validation_share: float = parameter(0.1, "Share of the training images held back for validation.", low=0.0, high=0.9)
    device: Literal["auto", "cpu", "cuda", "mps"] = parameter("auto", "auto: CUDA, else MPS, else the CPU.")
    capture_budget: float = parameter(0.02, "Largest share of the training time that live pictures may cost.", low=0.0, high=1.0)
